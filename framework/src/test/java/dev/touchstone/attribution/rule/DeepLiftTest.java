package dev.touchstone.attribution.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.gradient.CaptumFamily;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Captum's DeepLift where its rule is the paper's, and against the paper. */
class DeepLiftTest {
  private final RunContext context = RunContext.current();

  private static Classifier net(OnnxBuilder onnx) {
    return Models.whiteBox("by hand", OnnxFile.of(onnx.bytes(), "by hand").whiteBox("cpu"))
        .emittingLogits();
  }

  private static double distance(double[] a, double[] b) {
    double difference = 0;
    double size = 0;
    for (int j = 0; j < b.length; j++) {
      difference += (a[j] - b[j]) * (a[j] - b[j]);
      size += b[j] * b[j];
    }
    return Math.sqrt(difference / size);
  }

  /** Of the residual network Captum was given a module for every rectifier; here one is reused. */
  @ParameterizedTest
  @ValueSource(strings = {"mlp", "residual"})
  void isCaptumsWhereNothingIsPooledByItsMaximum(String network) {
    CaptumFamily family = CaptumFamily.of(network);
    Attribution map = family.explained(network, DeepLift.withDefaults());

    assertThat(map.rule()).isEqualTo("rescale rule");
    for (int i = 0; i < map.maps().length; i++) {
      assertThat(distance(map.maps()[i], family.deepLift()[i])).isLessThan(1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "mlp", "residual", "mobile", "encoder"})
  void sumsToTheRiseOfTheScore(String network) {
    Attribution map = CaptumFamily.of(network).explained(network, DeepLift.withDefaults());
    assertThat(map.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().relative())
        .containsExactly(new double[map.maps().length], within(1e-9));
  }

  /**
   * The paper's example (section 3.5.1 and its figure 1, i₁ + i₂ through min(…, 1) as 1 − max(0, 1
   * − i₁ − i₂)): at (2, 2) the gradient is 0 for both, and each contributed a half.
   */
  @Test
  void saturationDoesNotHideContributions() {
    Classifier saturated =
        net(
            new OnnxBuilder()
                .input("x", 0, 2)
                .weights("minus", new float[] {-1, -1}, 2, 1)
                .weights("one", new float[] {1}, 1)
                .node("MatMul", List.of("x", "minus"), "s")
                .node("Add", List.of("s", "one"), "t")
                .node("Relu", List.of("t"), "r")
                .node("Sub", List.of("one", "r"), "y")
                .output("y", 0, 1));
    double[][] maps =
        DeepLift.withDefaults()
            .attribute(saturated, Tensor.of(new float[] {2, 2}, 1, 2), Quantity.ofClass(1), context)
            .maps();
    assertThat(maps[0]).containsExactly(new double[] {0.5, 0.5}, within(1e-6));
  }

  /** y = a·b from (1, 2) to (3, 5): Δa times the mean of b, and Δb times the mean of a. */
  @Test
  void ofAProductBothFactorsGetTheMeanOfTheOther() {
    Classifier product =
        net(
            new OnnxBuilder()
                .input("x", 0, 2)
                .weights("first", new float[] {1, 0}, 2, 1)
                .weights("second", new float[] {0, 1}, 2, 1)
                .node("MatMul", List.of("x", "first"), "a")
                .node("MatMul", List.of("x", "second"), "b")
                .node("Mul", List.of("a", "b"), "y")
                .output("y", 0, 1));
    double[][] maps =
        DeepLift.withDefaults()
            .withBaseline(1, 2)
            .attribute(product, Tensor.of(new float[] {3, 5}, 1, 2), Quantity.ofClass(1), context)
            .maps();
    assertThat(maps[0]).containsExactly(new double[] {2 * 3.5, 3 * 2}, within(1e-5));
  }

  /** max(a, b) from (0, 2) to (4, 3): they meet at 8/3 two thirds of the way. */
  @Test
  void aPoolingWindowIsSharedWhereTheWinnersMeet() {
    Classifier pooled =
        net(
            new OnnxBuilder()
                .input("x", 0, 2)
                .node("ReduceMax", List.of("x"), "y", OnnxBuilder.attribute("axes", new long[] {1}))
                .output("y", 0, 1));
    double[][] maps =
        DeepLift.withDefaults()
            .withBaseline(0, 2)
            .attribute(pooled, Tensor.of(new float[] {4, 3}, 1, 2), Quantity.ofClass(1), context)
            .maps();
    // Until then b rises by 2/3, after it a by 4/3.
    assertThat(maps[0]).containsExactly(new double[] {4.0 / 3, 2.0 / 3}, within(1e-5));
  }

  /** max(0, x) as three nodes. */
  @ParameterizedTest
  @ValueSource(strings = {"Relu", "Max", "Clip"})
  void theSameFunctionWrittenOtherwiseIsExplainedAlike(String rectifier) {
    OnnxBuilder onnx =
        new OnnxBuilder()
            .input("x", 0, 3)
            .weights("w", new float[] {1, -2, .5f, 3, 1, -1}, 3, 2)
            .weights("v", new float[] {1, -2}, 2, 1)
            .weights("zero", new float[] {0}, 1)
            .weights("least", new float[] {0})
            .node("MatMul", List.of("x", "w"), "h");
    switch (rectifier) {
      case "Relu" -> onnx.node("Relu", List.of("h"), "r");
      case "Max" -> onnx.node("Max", List.of("h", "zero"), "r");
      default -> onnx.node("Clip", List.of("h", "least"), "r");
    }
    Classifier model = net(onnx.node("MatMul", List.of("r", "v"), "y").output("y", 0, 1));
    double[][] maps =
        DeepLift.withDefaults()
            .withBaseline(-1, 2, 0)
            .attribute(model, Tensor.of(new float[] {1, 1, 2}, 1, 3), Quantity.ofClass(1), context)
            .maps();

    // h goes from (0, 8) to (3.5, -1): slopes 1 and 8/9, times v, 1 and −16/9.
    double second = -16.0 / 9;
    assertThat(maps[0])
        .containsExactly(
            new double[] {2 * (1 + second * -2), -1 * (.5 + second * 3), 2 * (1 - second)},
            within(1e-5));
  }

  @Test
  void aNetworkWithoutSecantsIsRefusedAndItsNodeNamed() {
    Classifier jumping =
        net(
            new OnnxBuilder()
                .input("x", 0, 2)
                .node("ThresholdedRelu", List.of("x"), "y")
                .output("y", 0, 2));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> DeepLift.withDefaults().require(jumping))
        .withMessageContaining(
            "DeepLift passes secants back, and by hand has none: ThresholdedRelu")
        .withMessageEndingWith("Use IntegratedGradients, which integrates any derivative");
  }

  @Test
  void aModelThatIsNoWhiteBoxIsRefused() {
    Classifier function =
        Models.function("rule", "1", rows -> new double[rows.rows()][2]).emittingLogits();
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> DeepLift.withDefaults().require(function))
        .withMessageContaining("DeepLift needs a white box");
  }
}
