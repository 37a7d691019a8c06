package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose outputs are several labels, under their names. */
class MultiLabelModelTest {
  private static final Tensor BATCH = Tensor.of(new float[] {0.5f, 0.8f}, 2, 1);

  @TempDir Path folder;

  /** Scores x and factor · x of the only feature. */
  private String file(String name, float factor) throws IOException {
    Path file = folder.resolve(name);
    Files.write(
        file,
        new OnnxBuilder()
            .input("x", 0, 1)
            .output("labels", 0, 2)
            .weights("w", new float[] {1, factor}, 1, 2)
            .node("MatMul", List.of("x", "w"), "scores")
            .node("Sigmoid", List.of("scores"), "labels")
            .bytes());
    return file.toString();
  }

  private static double sigmoid(double score) {
    return 1 / (1 + Math.exp(-score));
  }

  @Test
  void aLabelIsAskedForByItsName() throws IOException {
    MultiLabelModel model =
        Models.onnx(file("a.onnx", 2)).emittingProbabilitiesOf("toxic", "threat");

    assertThat(model.ofLabel("threat").predict(BATCH).probability(1, 1))
        .isCloseTo(sigmoid(1.6), within(1e-7));
    assertThat(model.ofLabel("toxic").predict(BATCH).probability(1, 1))
        .isCloseTo(sigmoid(0.8), within(1e-7));
    assertThat(model.facts().texts()).containsEntry("label", "each of 2: toxic, threat");
    Models.release(model);
  }

  @Test
  void anotherFileTakesThePlaceOfAllLabels() throws IOException {
    MultiLabelModel model =
        Models.onnx(file("a.onnx", 2)).decidingAt(0.9).emittingProbabilitiesOf("toxic", "threat");

    MultiLabelModel other = Models.withFile(model, file("b.onnx", 4));

    assertThat(other.ofLabel("threat").predict(BATCH).probability(1, 1))
        .isCloseTo(sigmoid(3.2), within(1e-7));
    assertThat(other.ofLabel("threat").predict(BATCH).counts()).containsExactly(1, 1);
    assertThat(Models.fileOf(other)).hasValueSatisfying(at -> assertThat(at).endsWith("b.onnx"));
    Models.release(other);
  }

  @Test
  void aLabelThatThereIsNotIsToldWhichAre() throws IOException {
    MultiLabelModel model =
        Models.onnx(file("a.onnx", 2)).emittingProbabilitiesOf("toxic", "threat");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> model.ofLabel("insult"))
        .withMessage("a.onnx has no label \"insult\"; it was declared to have [toxic, threat]");
  }

  @Test
  void aCapabilityIsOneOfALabel() throws IOException {
    MultiLabelModel model =
        Models.onnx(file("a.onnx", 2)).emittingProbabilitiesOf("toxic", "threat");

    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> model.require(InputGradients.class, "this test", "none"))
        .withMessageContaining("is of several labels: ask it for one, .ofLabel(\"toxic\")");
    assertThat(model.ofLabel("toxic").capability(InputGradients.class)).isPresent();
    Models.release(model);
  }

  @Test
  void oneLabelIsNotSeveral() throws IOException {
    ModelSource source = Models.onnx(file("a.onnx", 2));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> source.emittingProbabilitiesOf("toxic"))
        .withMessageContaining("several labels are two or more");
  }
}
