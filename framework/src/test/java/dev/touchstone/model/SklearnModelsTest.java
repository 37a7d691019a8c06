package dev.touchstone.model;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static dev.touchstone.graph.onnx.OnnxBuilder.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * scikit-learn's linear models, exported by skl2onnx: {@code src/test/python/sklearn_linear.py}
 * wrote them and what scikit-learn predicts.
 */
class SklearnModelsTest {
  private static final JsonObject EXPECTED = expected();

  @TempDir Path folder;

  private static JsonObject expected() {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                SklearnModelsTest.class.getResourceAsStream("/sklearn/expected.json")),
            StandardCharsets.UTF_8)) {
      return new Gson().fromJson(in, JsonObject.class);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double[][] expected(String of, String name) {
    return new Gson().fromJson(EXPECTED.getAsJsonObject(of).get(name), double[][].class);
  }

  private static Tensor rows(String model) {
    float[][] rows = new Gson().fromJson(EXPECTED.get("rows"), float[][].class);
    float[] values = new float[rows.length * 4];
    for (int i = 0; i < values.length; i++) {
      float value = rows[i / 4][i % 4];
      values[i] = model.equals("largest") ? Math.abs(value) : value;
    }
    return Tensor.of(values, rows.length, 4);
  }

  private static String file(String model) {
    return "classpath:sklearn/" + model + ".onnx";
  }

  private static Classifier model(String name) {
    return Models.onnx(file(name)).emittingProbabilities();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"binary", "named", "multinomial", "scaled", "euclidean", "taxicab", "largest"})
  void theWhiteBoxPredictsAsScikitLearnAndOnnxRuntimeDo(String name) {
    Classifier model = model(name);
    assertThat(model.facts().texts()).containsEntry("runs on", "white box");
    Predictions predictions = model.predict(rows(name));
    double[][] wanted = expected("probabilities", name);
    OnnxRuntime runtime = OnnxRuntime.open(OnnxFile.read(Location.of(file(name))));
    double[][] reference = runtime.outputs(rows(name));
    runtime.close();
    assertThat(predictions.size()).isEqualTo(8);
    assertThat(predictions.namesClasses()).as("it reads the label output").isTrue();
    assertThat(predictions.isContradicted(0)).isFalse();
    for (int i = 0; i < 8; i++) {
      assertThat(predictions.probabilities(i))
          .usingComparatorWithPrecision(1e-6)
          .containsExactly(wanted[i])
          .containsExactly(reference[i]);
    }
    Models.release(model);
  }

  @Test
  void theScoreIsTheDecisionFunction() {
    Classifier model = model("scaled");
    int[] targets = {0, 1, 2, 0, 1, 2, 0, 1};
    double[][] gradients =
        model
            .require(InputGradients.class, "this test", "none")
            .inputGradients(rows("scaled"), Quantity.ofClass(targets));
    double[][] derivatives =
        new Gson().fromJson(EXPECTED.get("scaled derivatives"), double[][].class);
    for (int i = 0; i < targets.length; i++) {
      assertThat(gradients[i])
          .usingComparatorWithPrecision(1e-5)
          .containsExactly(derivatives[targets[i]]);
    }
    Models.release(model);
  }

  /**
   * In double precision skl2onnx divides sigmoids of both sides by their sum: what is explained is
   * the decision function, of a last layer, and not the probability.
   */
  @Test
  void theScoreInDoublePrecisionIsTheDecisionFunction() {
    Classifier model = model("double");
    Tensor rows = rows("double");
    Predictions predictions = model.predict(rows);
    double[][] wanted = expected("probabilities", "double");
    WhiteBox box = model.require(WhiteBox.class, "this test", "none");
    double[][] scores = box.scores(rows);
    double[] derivatives =
        new Gson().fromJson(EXPECTED.get("double derivatives"), double[][].class)[0];
    double[][] gradients =
        model
            .require(InputGradients.class, "this test", "none")
            .inputGradients(rows, Quantity.ofClass(1));
    for (int i = 0; i < 8; i++) {
      assertThat(predictions.probabilities(i)).containsExactly(wanted[i], within(1e-6));
      double odds = Math.log(wanted[i][1] / wanted[i][0]);
      assertThat(scores[i]).containsExactly(new double[] {-odds, odds}, within(1e-4));
      assertThat(gradients[i]).containsExactly(derivatives, within(1e-5));
    }
    assertThat(box.linearHead()).isNotNull();
    Models.release(model);
  }

  /** Of a linear score, Integrated Gradients are derivative times input. */
  @Test
  void itsAttributionsAreExact() {
    Classifier model = model("scaled");
    Tensor rows = rows("scaled");
    double[][] maps =
        IntegratedGradients.withDefaults()
            .attribute(model, rows, Quantity.ofClass(2, 2, 2, 2, 2, 2, 2, 2), RunContext.current())
            .maps();
    double[][] derivatives =
        new Gson().fromJson(EXPECTED.get("scaled derivatives"), double[][].class);
    for (int j = 0; j < 4; j++) {
      assertThat(maps[3][j]).isCloseTo(derivatives[2][j] * rows.row(3)[j], within(1e-4));
    }
    Models.release(model);
  }

  @Test
  void itHasALayerAndShowsItWhatTheLayerSees() {
    Classifier model = model("binary");
    WhiteBox box = model.require(WhiteBox.class, "this test", "none");
    assertThat(box.layers()).extracting(Layer::name).containsExactly("LinearClassifier");
    assertThat(box.weight("LinearClassifier.weight")).hasSize(8);
    double[][] seen =
        model.require(Representation.class, "this test", "none").representation(rows("binary"));
    for (int j = 0; j < 4; j++) {
      assertThat(seen[5][j]).isEqualTo(rows("binary").row(5)[j]);
    }
    Models.release(model);
  }

  private Classifier write(OnnxBuilder model) throws IOException {
    Path file = folder.resolve("linear.onnx");
    Files.write(file, model.bytes());
    return Models.onnx(file.toString()).emittingProbabilities();
  }

  private static OnnxBuilder classifier(String transform, float... coefficients) {
    return new OnnxBuilder()
        .input("x", 0, 2)
        .output("scores", 0, 2)
        .node(
            "ai.onnx.ml",
            "linear",
            "LinearClassifier",
            List.of("x"),
            List.of("label", "scores"),
            attribute("coefficients", coefficients),
            attribute("classlabels_ints", new long[] {0, 1}),
            text("post_transform", transform));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"PROBIT | post_transform = PROBIT", "SOFTMAX_ZERO | post_transform = SOFTMAX_ZERO"})
  void otherFormsRunOnOnnxRuntimeAndAreSaidTo(String transform, String because) throws IOException {
    Classifier model = write(classifier(transform, new float[4]));
    assertThat(model.facts().texts()).containsEntry("runs on", "ONNX Runtime");
    assertThat(model.whyMissing(WhiteBox.class))
        .isEqualTo(
            "runs on ONNX Runtime because operator LinearClassifier (node linear) has no white-box"
                + " form: "
                + because);
  }

  @Test
  void coefficientsThatAreNoRowsAreRefused() throws IOException {
    Classifier model = write(classifier("LOGISTIC", new float[3]));
    assertThatThrownBy(model::sha256)
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has 3 numbers as coefficients, where 2 scores take a multiple of 2");
  }
}
