package dev.touchstone.model;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static dev.touchstone.graph.onnx.OnnxBuilder.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes of {@code ai.onnx.ml} before and in linear models, as white boxes and as ONNX Runtime. */
class LearnedOperatorsTest {
  private static final String ML = "ai.onnx.ml";
  private static final Tensor ROWS = Tensor.of(new float[] {1, 2, 3, Float.NaN, 0.5f, -4}, 2, 3);
  private static final Tensor WHOLE = Tensor.of(new float[] {1, 2, 3, 0, 0.5f, -4}, 2, 3);

  /** The outputs, on which ONNX Runtime agrees. */
  private static double[][] outputs(OnnxFile file, Tensor rows) {
    double[][] said = file.whiteBox("cpu").outputs(rows);
    OnnxRuntime runtime = OnnxRuntime.open(file);
    double[][] reference = runtime.outputs(rows);
    runtime.close();
    for (int i = 0; i < reference.length; i++) {
      assertThat(said[i]).containsExactly(reference[i], within(1e-6));
    }
    return said;
  }

  private static OnnxFile file(OnnxBuilder built) {
    return OnnxFile.of(built.bytes(), "learned.onnx");
  }

  private static OnnxBuilder regressor(OnnxBuilder before, String input) {
    return before
        .output("y", 0, 1)
        .node(
            ML,
            "amount",
            "LinearRegressor",
            List.of(input),
            List.of("y"),
            attribute("coefficients", new float[] {10, -1, 0.5f}),
            attribute("intercepts", new float[] {7}),
            attribute("targets", 1L));
  }

  /** An imputer in front of the regressor. */
  private static OnnxFile imputing(float replaced, float... values) {
    return file(
        regressor(
            new OnnxBuilder()
                .input("x", 0, 3)
                .node(
                    ML,
                    "impute",
                    "Imputer",
                    List.of("x"),
                    List.of("whole"),
                    attribute("imputed_value_floats", values),
                    attribute("replaced_value_float", replaced)),
            "whole"));
  }

  @Test
  void aLinearRegressorIsAProductWithALayer() {
    OnnxFile file = file(regressor(new OnnxBuilder().input("x", 0, 3), "x"));
    WhiteBox box = file.whiteBox("cpu");

    assertThat(outputs(file, WHOLE)).isDeepEqualTo(new double[][] {{16.5}, {4.5}});
    assertThat(box.inputGradients(WHOLE, Quantity.output(0), BackwardRules.derivatives()))
        .isDeepEqualTo(new double[][] {{10, -1, 0.5}, {10, -1, 0.5}});
    assertThat(box.layers()).extracting(layer -> layer.name()).containsExactly("amount");
    assertThat(file.regressor()).hasValue("LinearRegressor (node amount)");
  }

  /** What is missing is the imputed number, whatever it was, so that nothing follows from it. */
  @Test
  void anImputerPutsItsNumbersWhereNoneIs() {
    OnnxFile file = imputing(Float.NaN, 2, 3, 4);

    assertThat(outputs(file, ROWS)).isDeepEqualTo(new double[][] {{16.5}, {24.5}});
    assertThat(
            file.whiteBox("cpu")
                .inputGradients(ROWS, Quantity.output(0), BackwardRules.derivatives()))
        .isDeepEqualTo(new double[][] {{10, -1, 0.5}, {0, -1, 0.5}});
  }

  @Test
  void chosenColumnsAreGathered() {
    OnnxFile file =
        file(
            regressor(
                new OnnxBuilder()
                    .input("x", 0, 3)
                    .integers("which", 2, 0, 2)
                    .node(
                        ML,
                        "choose",
                        "ArrayFeatureExtractor",
                        List.of("x", "which"),
                        List.of("chosen")),
                "chosen"));

    assertThat(outputs(file, WHOLE)).isDeepEqualTo(new double[][] {{37.5}, {-35}});
    assertThat(
            file.whiteBox("cpu")
                .inputGradients(WHOLE, Quantity.output(0), BackwardRules.derivatives())[0])
        .containsExactly(-1, 0, 10.5);
  }

  @Test
  void otherFormsRunOnOnnxRuntime() {
    OnnxFile ones = imputing(-1, 2);
    OnnxFile probit =
        file(
            new OnnxBuilder()
                .input("x", 0, 3)
                .output("y", 0, 1)
                .node(
                    ML,
                    "amount",
                    "LinearRegressor",
                    List.of("x"),
                    List.of("y"),
                    attribute("coefficients", new float[] {10, -1, 0.5f}),
                    text("post_transform", "PROBIT")));

    assertThat(ones.whiteBoxRefused().orElseThrow())
        .hasMessageContaining("values in the place of others than NaN");
    assertThat(probit.whiteBoxRefused().orElseThrow())
        .hasMessageContaining("post_transform = PROBIT");
  }
}
