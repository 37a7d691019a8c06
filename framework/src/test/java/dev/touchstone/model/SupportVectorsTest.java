package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Support vector machines as scikit-learn computes them, and their derivatives: {@code
 * sklearn_vectors.py}.
 */
class SupportVectorsTest {
  private static final JsonObject EXPECTED = expected();
  private static final Tensor ROWS = rows();
  private static final int FEATURES = 3;

  @TempDir Path folder;

  private static JsonObject expected() {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                SupportVectorsTest.class.getResourceAsStream("/vectors/expected.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double[] numbers(JsonElement array) {
    return array.getAsJsonArray().asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  private static Tensor rows() {
    JsonArray rows = EXPECTED.getAsJsonArray("rows");
    float[] values = new float[rows.size() * FEATURES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) numbers(rows.get(i / FEATURES))[i % FEATURES];
    }
    return Tensor.of(values, rows.size(), FEATURES);
  }

  /**
   * Of all rows together, as a share of the largest number: the file holds vectors, coefficients
   * and offsets in single precision.
   */
  private static void assertClose(double[] found, double[] expected) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(found).containsExactly(expected, within(1e-5 * Math.max(1, largest)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"linear", "cubic", "radial", "sigmoid"})
  void valuesAndDerivativesOfRegressorsAreScikitLearns(String name) {
    Regressor model = Models.onnx("classpath:vectors/" + name + ".onnx").emittingValues();
    WhiteBox box = model.require(WhiteBox.class, "a test", "");
    JsonObject expected = EXPECTED.getAsJsonObject(name);

    double[][] values = box.scores(ROWS);
    double[][] gradients =
        model.require(InputGradients.class, "a test", "").inputGradients(ROWS, Quantity.output(0));
    for (int i = 0; i < ROWS.rows(); i++) {
      assertClose(values[i], numbers(expected.getAsJsonArray("values").get(i)));
      assertClose(
          gradients[i],
          numbers(expected.getAsJsonArray("derivatives").get(i).getAsJsonArray().get(0)));
    }
    Models.release(model);
  }

  /** The second class has the decision function, the first the same with a minus. */
  @ParameterizedTest
  @ValueSource(strings = {"two-radial", "two-quadratic"})
  void scoresOfTwoClassesAreTheDecisionFunctionOfBothSides(String name) {
    Classifier model = Models.onnx("classpath:vectors/" + name + ".onnx").emittingLogits();
    WhiteBox box = model.require(WhiteBox.class, "a test", "");
    JsonObject expected = EXPECTED.getAsJsonObject(name);

    double[][] scores = box.scores(ROWS);
    for (int label : new int[] {0, 1}) {
      int sign = 2 * label - 1;
      double[][] gradients =
          model
              .require(InputGradients.class, "a test", "")
              .inputGradients(ROWS, Quantity.ofClass(label));
      for (int i = 0; i < ROWS.rows(); i++) {
        double value = numbers(expected.getAsJsonArray("values").get(i))[0];
        assertClose(new double[] {scores[i][label]}, new double[] {sign * value});
        double[] slopes =
            numbers(expected.getAsJsonArray("derivatives").get(i).getAsJsonArray().get(0));
        assertClose(gradients[i], Arrays.stream(slopes).map(s -> sign * s).toArray());
      }
    }
    Models.release(model);
  }

  /** Three pairs of three classes; the node's own output, of which no class is made. */
  @ParameterizedTest
  @ValueSource(strings = {"three-radial", "three-linear"})
  void pairsOfClassesHaveAScoreEach(String name) {
    Classifier model = Models.onnx("classpath:vectors/" + name + ".onnx").emittingLogits();
    WhiteBox box = model.require(WhiteBox.class, "a test", "");
    JsonObject expected = EXPECTED.getAsJsonObject(name);

    double[][] scores = box.scores(ROWS);
    for (int pair = 0; pair < 3; pair++) {
      double[][] gradients =
          model
              .require(InputGradients.class, "a test", "")
              .inputGradients(ROWS, Quantity.output(pair));
      for (int i = 0; i < ROWS.rows(); i++) {
        assertClose(scores[i], numbers(expected.getAsJsonArray("values").get(i)));
        assertClose(
            gradients[i],
            numbers(expected.getAsJsonArray("derivatives").get(i).getAsJsonArray().get(pair)));
      }
    }
    Models.release(model);
  }

  /**
   * The file's probabilities are ONNX Runtime's, and scikit-learn's; what is explained are the
   * log-odds, which the iteration that makes them ends within .005 of.
   */
  @Test
  void probabilitiesOfTwoClassesAreExplainedByTheirLogOdds() {
    Classifier model = Models.onnx("classpath:vectors/two-platt.onnx").emittingProbabilities();
    WhiteBox box = model.require(WhiteBox.class, "a test", "");
    JsonObject expected = EXPECTED.getAsJsonObject("two-platt");

    Predictions predictions = model.predict(ROWS);
    double[][] outputs = box.outputs(ROWS);
    double[][] gradients =
        model.require(InputGradients.class, "a test", "").inputGradients(ROWS, Quantity.ofClass(1));
    assertThat(model.facts().texts()).containsEntry("runs on", "ONNX Runtime");
    for (int i = 0; i < ROWS.rows(); i++) {
      double odds = numbers(expected.getAsJsonArray("values").get(i))[0];
      double[] probabilities = numbers(expected.getAsJsonArray("probabilities").get(i));
      assertThat(predictions.probabilities(i)).containsExactly(probabilities, within(1e-5));
      assertThat(outputs[i][1]).isEqualTo(1 / (1 + Math.exp(-odds)), within(1e-5));
      assertThat(outputs[i]).containsExactly(probabilities, within(0.0051));
      assertClose(box.scores(ROWS)[i], new double[] {odds});
      assertClose(
          gradients[i],
          numbers(expected.getAsJsonArray("derivatives").get(i).getAsJsonArray().get(0)));
    }
    Models.release(model);
  }

  /**
   * Of more classes what is explained are the probabilities that the iteration tends to, solved by
   * NumPy; it ends within a step of less than .005 of them.
   */
  @Test
  void probabilitiesOfMoreClassesAreExplainedAsThoseThatTheIterationTendsTo() {
    Classifier model = Models.onnx("classpath:vectors/three-platt.onnx").emittingProbabilities();
    WhiteBox box = model.require(WhiteBox.class, "a test", "");
    JsonObject expected = EXPECTED.getAsJsonObject("three-platt");

    Predictions predictions = model.predict(ROWS);
    double[][] outputs = box.outputs(ROWS);
    assertThat(model.facts().texts()).containsEntry("runs on", "ONNX Runtime");
    for (int label = 0; label < 3; label++) {
      double[][] gradients =
          model
              .require(InputGradients.class, "a test", "")
              .inputGradients(ROWS, Quantity.ofClass(label));
      for (int i = 0; i < ROWS.rows(); i++) {
        double[] probabilities = numbers(expected.getAsJsonArray("probabilities").get(i));
        assertThat(predictions.probabilities(i)).containsExactly(probabilities, within(1e-5));
        assertThat(outputs[i]).containsExactly(probabilities, within(0.0051));
        assertClose(outputs[i], numbers(expected.getAsJsonArray("values").get(i)));
        assertClose(
            gradients[i],
            numbers(expected.getAsJsonArray("derivatives").get(i).getAsJsonArray().get(label)));
      }
    }
    Models.release(model);
  }

  private OnnxBuilder regressor() {
    return new OnnxBuilder().input("x", 0, 2).output("y", 0, 1);
  }

  /** (2 x₁ + 0.5)² + 3 (x₂ + 0.5)² - 1 with gamma 1 and a shift of ½, by hand. */
  @Test
  void aQuadraticKernelByHand() throws IOException {
    Path file = folder.resolve("quadratic.onnx");
    Files.write(
        file,
        regressor()
            .node(
                "ai.onnx.ml",
                "svr",
                "SVMRegressor",
                List.of("x"),
                List.of("y"),
                OnnxBuilder.attribute("n_supports", 2L),
                OnnxBuilder.text("kernel_type", "POLY"),
                OnnxBuilder.attribute("kernel_params", new float[] {1f, 0.5f, 2f}),
                OnnxBuilder.attribute("support_vectors", new float[] {2f, 0f, 0f, 1f}),
                OnnxBuilder.attribute("coefficients", new float[] {1f, 3f}),
                OnnxBuilder.attribute("rho", new float[] {-1f}))
            .bytes());
    Regressor model = Models.onnx(file.toString()).emittingValues();
    Tensor at = Tensor.of(new float[] {1, -2}, 1, 2);

    WhiteBox box = model.require(WhiteBox.class, "a test", "");
    assertThat(box.scores(at)[0]).containsExactly(new double[] {6.25 + 6.75 - 1}, within(1e-5));
    assertThat(
            model.require(InputGradients.class, "a test", "")
                .inputGradients(Inputs.of(at), Quantity.output(0))[0])
        .containsExactly(new double[] {2 * 2.5 * 2, 3 * 2 * -1.5}, within(1e-5));
    Models.release(model);
  }

  @ParameterizedTest
  @CsvSource({"one_class, 1, one_class = 1", "post_transform, LOGISTIC, post_transform = LOGISTIC"})
  void whatIsNoSumOfKernelsIsRefused(String attribute, String value, String message)
      throws IOException {
    Path file = folder.resolve("other.onnx");
    Files.write(
        file,
        regressor()
            .node(
                "ai.onnx.ml",
                "svr",
                "SVMRegressor",
                List.of("x"),
                List.of("y"),
                OnnxBuilder.attribute("n_supports", 1L),
                OnnxBuilder.attribute("support_vectors", new float[] {2f, 0f}),
                OnnxBuilder.attribute("coefficients", new float[] {1f}),
                OnnxBuilder.attribute("rho", new float[] {-1f}),
                attribute.equals("one_class")
                    ? OnnxBuilder.attribute(attribute, Long.parseLong(value))
                    : OnnxBuilder.text(attribute, value))
            .bytes());
    Regressor model = Models.onnx(file.toString()).emittingValues();

    assertThatThrownBy(() -> model.require(WhiteBox.class, "a test", ""))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining(message);
    Models.release(model);
  }
}
