package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Examples of several labels, from columns of 0 and 1 and from indicator matrices. */
class MultiLabelDatasetTest {
  private static final String TABLE = "id,length,toxic,threat\na,10,1,0\nb,20,0,0\nc,30,1.0,TRUE\n";

  @TempDir Path folder;

  private CsvSource table(String text) throws IOException {
    return Datasets.csv(Files.writeString(folder.resolve("comments.csv"), text).toString())
        .id("id");
  }

  @Test
  void eachLabelIsADataSetOfTwoClasses() throws IOException {
    MultiLabelDataset data = table(TABLE).loadLabels("toxic", "threat");

    assertThat(data.labels()).containsExactly("toxic", "threat");
    assertThat(data.ofLabel("toxic").labels()).containsExactly(1, 0, 1);
    assertThat(data.ofLabel("threat").labels()).containsExactly(0, 0, 1);
    assertThat(data.ofLabel("threat").classNames()).containsExactly("not threat", "threat");
    assertThat(data.ofLabel("threat").featureNames()).containsExactly("length");
    assertThat(data.ofLabel("threat").id(2)).isEqualTo("c");
    assertThat(data.facts().texts()).containsEntry("labels", "toxic, threat");
  }

  @Test
  void truthValuesOfOtherFormatsAreLabels() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("comments.jsonl"),
            "{\"x\":1,\"a\":true,\"b\":0}\n{\"x\":2,\"a\":false,\"b\":1}\n");

    MultiLabelDataset data = Datasets.jsonLines(file.toString()).loadLabels("a", "b");

    assertThat(data.ofLabel("a").labels()).containsExactly(1, 0);
    assertThat(data.ofLabel("b").labels()).containsExactly(0, 1);
  }

  @Test
  void everyLabelCountsInTheHash() throws IOException {
    MultiLabelDataset data = table(TABLE).loadLabels("toxic", "threat");
    MultiLabelDataset other =
        table(TABLE.replace("b,20,0,0", "b,20,0,1")).loadLabels("toxic", "threat");
    MultiLabelDataset again = table(TABLE).loadLabels("toxic", "threat");

    assertThat(data.facts().sha256())
        .isEqualTo(again.facts().sha256())
        .isNotEqualTo(other.facts().sha256());
    assertThat(data.ofLabel("toxic").sha256())
        .isNotEqualTo(data.ofLabel("threat").sha256())
        .isNotEqualTo(other.ofLabel("toxic").sha256());
  }

  @Test
  void anIndicatorMatrixIsTakenAsScikitLearnHasIt() throws IOException {
    Dataset examples = table(TABLE.replace("1.0", "1")).label("toxic").without("threat").load();

    MultiLabelDataset data =
        MultiLabelDataset.of(
            examples, List.of("toxic", "threat"), new int[][] {{1, 0}, {0, 0}, {1, 1}});

    assertThat(data.ofLabel("threat").labels()).containsExactly(0, 0, 1);
  }

  @Test
  void aCellThatIsNeitherYesNorNoIsNamed() throws IOException {
    CsvSource table = table(TABLE.replace("c,30,1.0", "c,30,0.5"));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> table.loadLabels("toxic", "threat"))
        .withMessageContaining("row 3 (line 4), column \"toxic\": \"0.5\" is neither 0 nor 1");
  }

  @Test
  void aMissingLabelIsNamed() throws IOException {
    CsvSource table = table(TABLE.replace("b,20,0,0", "b,20,0,"));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> table.loadLabels("toxic", "threat"))
        .withMessageContaining("column \"threat\": the value is missing; write 1 or 0");
  }

  @Test
  void aLabelIsNoFeature() throws IOException {
    CsvSource table = table(TABLE).numeric("length", "threat");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> table.loadLabels("toxic", "threat"))
        .withMessageContaining("\"threat\" is declared as a feature and as a label");
  }

  @Test
  void aSecondKindOfTargetIsRefused() throws IOException {
    CsvSource table = table(TABLE).value("length", "");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> table.loadLabels("toxic", "threat"))
        .withMessageContaining("\"length\" is declared to be predicted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a{b", "a=b", "toxic"})
  void namesThatCouldNotBeToldApartAreRefused(String name) throws IOException {
    CsvSource table = table(TABLE);

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> table.loadLabels("toxic", name))
        .withMessageContaining("name");
  }
}
