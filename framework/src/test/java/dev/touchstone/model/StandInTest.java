package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was declared of one file, said of another. */
class StandInTest {
  private static final Tensor RAW = Tensor.of(new float[] {3, 10}, 1, 2);

  @TempDir Path folder;

  private String declared;
  private String candidate;

  @BeforeEach
  void write() throws IOException {
    declared = folder.resolve("declared.onnx").toString();
    candidate = folder.resolve("candidate.onnx").toString();
    Files.write(Path.of(declared), new byte[] {1});
    Files.write(Path.of(candidate), OnnxClassifierTest.linear(null));
  }

  @Test
  void outputsAndPreprocessingStayAndTheDeclaredFileIsNotRead() {
    Classifier model =
        Models.withFile(
            Models.onnx(declared)
                .normalising(new double[] {1, 2}, new double[] {2, 4})
                .emittingLogits(),
            candidate);

    // (3 - 1)/2 = 1 and (10 - 2)/4 = 2; times [1 2; 3 4] is (7, 10).
    assertThat(model.predict(RAW).probability(0, 1))
        .isCloseTo(1 / (1 + Math.exp(-3)), within(1e-6));
    assertThat(model.outputs()).isEqualTo(OutputKind.LOGITS);
    assertThat(model.facts().texts())
        .containsEntry("name", "candidate.onnx")
        .containsEntry("in place of", declared)
        .containsKey("normalisation");
  }

  @Test
  void itCanWhatTheModelOfItsFileCan() {
    Classifier model = Models.onnx(candidate).inPlaceOf(declared).emittingLogits();

    assertThat(model.sha256()).isEqualTo(Models.onnx(candidate).emittingLogits().sha256());
    assertThat(model.capability(WhiteBox.class)).isPresent();
    assertThat(model.capability(InputGradients.class)).isPresent();
    assertThat(model.capability(String.class)).isEmpty();
  }

  @Test
  void theFileOfAModelIsTheOneThatItReads() {
    assertThat(Models.fileOf(Models.withFile(Models.onnx(declared).emittingLogits(), candidate)))
        .contains(candidate);
    assertThat(Models.fileOf(rule())).isEmpty();
  }

  @Test
  void theNextFileStillStandsInPlaceOfTheDeclaredOne() {
    Classifier first = Models.withFile(Models.onnx(declared).emittingLogits(), candidate);

    assertThat(Models.withFile(first, candidate).facts().texts())
        .containsEntry("in place of", declared);
  }

  @Test
  void aModelThatWasNotReadFromAFileIsRefused() {
    assertThatThrownBy(() -> Models.withFile(rule(), candidate))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("rule was not read from a file, so that no other file can take");
  }

  @Test
  void preprocessingOfARuleDoesNotMakeItAFile() {
    Classifier normalised =
        Models.function("rule", "1", batch -> new double[1][2])
            .normalising(new double[] {0}, new double[] {1})
            .emittingLogits();

    assertThat(Models.fileOf(normalised)).isEmpty();
    assertThatThrownBy(() -> Models.withFile(normalised, candidate))
        .isInstanceOf(TouchstoneException.class);
  }

  @Test
  void anEndingThatNamesNoFormatIsRefused() {
    assertThatThrownBy(() -> Models.file("model.h5"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("give an .onnx, a .pt (TorchScript) or a .ubj (XGBoost) file");
  }

  private static Classifier rule() {
    return Models.function("rule", "1", batch -> new double[1][2]).emittingLogits();
  }
}
