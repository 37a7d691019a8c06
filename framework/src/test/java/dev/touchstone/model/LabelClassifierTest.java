package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of several labels, each yes or no for itself. */
class LabelClassifierTest {
  private static final long MEMORY = 64 << 20;

  @TempDir Path folder;

  /** Scores x, 2x and 1 - x of the only feature. */
  private String file(String... headOfScores) throws IOException {
    OnnxBuilder built =
        new OnnxBuilder()
            .input("x", 0, 1)
            .output("labels", 0, 3)
            .weights("w", new float[] {1, 2, -1}, 1, 3)
            .weights("b", new float[] {0, 0, 1}, 3)
            .node("Gemm", List.of("x", "w", "b"), "scores");
    built =
        headOfScores.length == 0
            ? built.node("Identity", List.of("scores"), "labels")
            : built.node(headOfScores[0], List.of("scores"), "labels");
    Path file =
        Files.createDirectories(folder.resolve(String.join("-", headOfScores) + "head"))
            .resolve("comments.onnx");
    Files.write(file, built.bytes());
    return file.toString();
  }

  private static double sigmoid(double score) {
    return 1 / (1 + Math.exp(-score));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.5, 0.8", "1, 1.0, 1.6", "2, 0.5, 0.2"})
  void eachLabelIsAClassifierOfItsOwn(int label, double first, double second) throws IOException {
    Tensor batch = Tensor.of(new float[] {0.5f, 0.8f}, 2, 1);
    for (Classifier model :
        List.of(
            Models.onnx(file("Sigmoid")).ofLabel(label, 3).emittingProbabilities(),
            Models.onnx(file()).ofLabel(label, 3).emittingLogits())) {
      Predictions said = model.predict(batch);

      assertThat(said.probability(0, 1)).isCloseTo(sigmoid(first), within(1e-7));
      assertThat(said.probability(1, 1)).isCloseTo(sigmoid(second), within(1e-7));
      Models.release(model);
    }
  }

  @Test
  void itsGradientIsThatOfItsOwnScore() throws IOException {
    Classifier model = Models.onnx(file("Sigmoid")).ofLabel(1, 3).emittingProbabilities();

    double[][] gradients =
        model
            .require(InputGradients.class, "this test", "none")
            .inputGradients(Tensor.of(new float[] {0.5f}, 1, 1), Quantity.ofClass(1));

    assertThat(gradients).isDeepEqualTo(new double[][] {{2}});
    Models.release(model);
  }

  /** Before the sigmoid the scores of a rare label are all negative, as logarithms are. */
  @Test
  void aRareLabelIsNotTakenForLogarithms() throws IOException {
    Classifier model = Models.onnx(file("Sigmoid")).ofLabel(0, 3).emittingProbabilities();
    Dataset data =
        Dataset.named("comments")
            .features(FeatureStore.inMemory(new float[] {-2, -3, -1, -5, -2.5f}, 1))
            .labels(0, 1, 0, 0, 0)
            .build();

    assertThat(CheckedAnswers.of(model, data, MEMORY).probability(1, 1))
        .isCloseTo(sigmoid(-3), within(1e-7));
  }

  @Test
  void labelsOfOneFileAreTwoModels() throws IOException {
    String file = file("Sigmoid");
    Classifier first = Models.onnx(file).ofLabel(0, 3).emittingProbabilities();
    Classifier second = Models.onnx(file).ofLabel(1, 3).emittingProbabilities();

    assertThat(first.facts().texts()).containsEntry("label", "0 of 3");
    assertThat(first.facts().isSameModelAs(second.facts())).isFalse();
    assertThat(first.sha256()).isEqualTo(second.sha256());
  }

  @Test
  void itDecidesWhereItIsTold() throws IOException {
    Classifier model =
        Models.onnx(file("Sigmoid")).ofLabel(2, 3).decidingAt(0.6).emittingProbabilities();

    assertThat(model.predict(Tensor.of(new float[] {0.5f, 0.8f}, 2, 1)).counts())
        .containsExactly(1, 1);
  }

  /** Not the advice to declare scores: sigmoids are no softmax that was forgotten. */
  @Test
  void whatIsDeclaredOfAllLabelsTogetherIsToldHowToAskForOne() throws IOException {
    Classifier model = Models.onnx(file("Sigmoid")).emittingProbabilities();
    Dataset data =
        Dataset.named("comments")
            // At −30 the three sum to 1.
            .features(FeatureStore.inMemory(new float[] {0.5f, 0.8f, -30}, 1))
            .labels(0, 1, 2)
            .classNames(List.of("a", "b", "c"))
            .build();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> CheckedAnswers.of(model, data, MEMORY))
        .withMessageContaining("is each the probability of a label of its own")
        .withMessageContaining(".ofLabel(0, 3)")
        .withMessageNotContaining("LOGITS");
  }

  @Test
  void theOutputsOfASoftmaxAreNoLabels() throws IOException {
    Classifier model = Models.onnx(file("Softmax")).ofLabel(0, 3).emittingProbabilities();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> model.predict(Tensor.of(new float[1], 1, 1)))
        .withMessage(
            "comments.onnx ends in a Softmax, of which all outputs together are one decision, and"
                + " none is a label of its own: leave ofLabel(0, …) out");
  }

  @Test
  void anotherNumberOfLabelsIsRefused() throws IOException {
    Classifier model = Models.onnx(file("Sigmoid")).ofLabel(1, 4).emittingProbabilities();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> model.predict(Tensor.of(new float[1], 1, 1)))
        .withMessage(
            "comments.onnx was declared to be of 4 labels, and makes 3 numbers for an example;"
                + " write .ofLabel(1, 3)");
  }

  /** What the message says to write can be written. */
  @Test
  void aLabelThatIsNotThereIsToldWhichAre() throws IOException {
    Classifier three = Models.onnx(file("Sigmoid")).ofLabel(4, 6).emittingProbabilities();
    Classifier one =
        Models.function("one", "1", batch -> new double[][] {{0.5}})
            .ofLabel(0, 2)
            .emittingProbabilities();
    Tensor example = Tensor.of(new float[1], 1, 1);

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> three.predict(example))
        .withMessageEndingWith("write .ofLabel(…, 3) with a label from 0 to 2");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> one.predict(example))
        .withMessageEndingWith("it is of one label already: leave ofLabel(0, …) out");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3})
  void aPlaceThatIsNoneIsRefused(int label) throws IOException {
    String file = file("Sigmoid");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Models.onnx(file).ofLabel(label, 3))
        .withMessageStartingWith("ofLabel(%d, 3): give the label's place".formatted(label));
  }
}
