package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupsThatAreNoFeaturesTest {
  private static final long MEMORY = 64 << 20;

  @TempDir Path folder;

  private Dataset table(boolean groupIsFeature) throws IOException {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "a,age,y\n3,-1,0\n-1,3,1\n");
    var source = Datasets.csv(file.toString()).label("y", "0", "1").groups("age");
    return (groupIsFeature ? source.numeric("age").allColumns() : source).load();
  }

  /** The model takes both columns, of which one was declared a group and so is no feature. */
  @Test
  void aGroupThatTheModelWasTrainedWithIsNamed() throws IOException {
    Classifier model = Models.onnx("classpath:classes/identity2.onnx").emittingLogits();
    Dataset without = table(false);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> CheckedAnswers.of(model, without, MEMORY))
        .withMessage(
            "identity2.onnx takes examples of shape [2] and the data have [1]; give it the columns,"
                + " or images of the size, that it was trained on. Its groups [age] are no"
                + " features: where the model was trained with them, declare them as such, too,"
                + " .numeric(\"age\").allColumns() in Java, features = {…} in @DatasetUnderTest or"
                + " \"features\" in the schema");
    Predictions said = CheckedAnswers.of(model, table(true), MEMORY);
    assertThat(said.predicted(0)).isZero();
    assertThat(said.predicted(1)).isEqualTo(1);
  }
}
