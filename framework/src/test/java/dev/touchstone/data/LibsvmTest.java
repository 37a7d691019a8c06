package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibsvmTest {
  @TempDir Path folder;

  private LibsvmSource lines(String... lines) throws IOException {
    return Datasets.libsvm(
        Files.writeString(folder.resolve("a.svm"), String.join("\n", lines) + "\n").toString());
  }

  private static void refused(LibsvmSource source, String message) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessageContaining(message);
  }

  @Test
  void whatALineDoesNotNameIsZero() throws IOException {
    Dataset data =
        lines("# made by hand", "+1 1:0.5 3:-2e1 # first", "", "-1.0\t2:7 ").oneBased(3).load();

    assertThat(data.batch(0, 2).values()).containsExactly(0.5f, 0, -20, 0, 7, 0);
    assertThat(data.classNames()).containsExactly("-1.0", "+1");
    assertThat(data.labels()).containsExactly(1, 0);
    assertThat(data.facts().texts()).containsEntry("columns", "3, counted from 1");
  }

  @Test
  void declaredClassesAreFoundByTheirNumber() throws IOException {
    assertThat(lines("+1 0:1", "-1.0 1:1").zeroBased(2).label("1", "-1").load().labels())
        .containsExactly(0, 1);
    refused(
        lines("2 0:1").zeroBased(2).label("1", "-1"),
        "\"2\", the label of example 0, is none of the classes [1, -1]");
  }

  @Test
  void valuesQueriesAndMissingFeaturesAreRead() throws IOException {
    Dataset data =
        lines("1.5 qid:3 1:2", "-0.25 qid:3 2:4").oneBased(2).value("DM").absentIsMissing().load();
    assertThat(data.targets()).containsExactly(1.5, -0.25);
    assertThat(data.value("qid", 1)).isEqualTo("3");
    assertThat(data.batch(0, 2).values()).containsExactly(2, Float.NaN, Float.NaN, 4);
  }

  /** A file that never names its first feature looks as if it counted from 1. */
  @Test
  void fromWhatNumberIndicesCountIsAskedAbout() throws IOException {
    refused(
        lines("1 1:1 4:2", "0 2:1"),
        "do its indices count from 1, and how many features are there? They go from 1 to 4; say"
            + " .oneBased(n) if LIBSVM's tools wrote it, .zeroBased(n) if scikit-learn's"
            + " dump_svmlight_file did");
    refused(
        lines("1 0:1 4:2"),
        "how many features are there? Its indices go from 0 to 4; say .zeroBased(5)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1 0:1 | line 2 has the index 0, and features are counted from 1 to 2; say .zeroBased(…)",
        "1 3:1 | line 2 has the index 3, and features are counted from 1 to 2; say how many",
        "1 1:1 1:2 | line 2 has the index 1 twice",
        "1 1:x | line 2 has \"x\" where a number should stand",
        "1 1 | line 2 has \"1\" where an index, a colon and a value should stand",
        "1 -1:3 | line 2 has \"-1:3\" where an index",
        "1:1 2:1 | line 2 begins with \"1:1\" and no label",
        "1,2 1:1 | line 2 has several labels, \"1,2\"",
        "1 qid:1 1:1 | line 2 has a query, qid:…, where others have none",
        "1 1:1e999 | is Infinity; impute or drop it",
      })
  void whatIsNoLineIsNamed(String line, String message) throws IOException {
    refused(lines("0 1:1", line).oneBased(2), message);
  }
}
