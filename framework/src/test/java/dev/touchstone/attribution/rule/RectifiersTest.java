package dev.touchstone.attribution.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.InputTimesGradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rectifiers in every form; the numbers are those of {@code src/test/python/rectifiers.py}. */
class RectifiersTest {
  private static final JsonObject EXPECTED =
      JsonParser.parseString(
              new String(
                  Location.of("classpath:rectifiers/expected.json").read(1 << 20),
                  StandardCharsets.UTF_8))
          .getAsJsonObject();

  private final RunContext context = RunContext.current();

  private static Classifier model(String name) {
    return Models.onnx("classpath:rectifiers/" + name + ".onnx").emittingLogits();
  }

  private static double[][] rows(JsonArray array) {
    return array.asList().stream()
        .map(row -> row.getAsJsonArray().asList().stream().mapToDouble(v -> v.getAsDouble()))
        .map(DoubleStream::toArray)
        .toArray(double[][]::new);
  }

  private static Tensor batch() {
    double[][] rows = rows(EXPECTED.getAsJsonArray("x"));
    float[] values = new float[rows.length * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / 4][i % 4];
    }
    return Tensor.of(values, rows.length, 4);
  }

  private static int[] targets() {
    return EXPECTED.getAsJsonArray("targets").asList().stream()
        .mapToInt(t -> t.getAsInt())
        .toArray();
  }

  private static void assertAlike(double[][] maps, double[][] expected) {
    assertThat(maps).hasNumberOfRows(expected.length);
    for (int i = 0; i < maps.length; i++) {
      assertThat(maps[i]).containsExactly(expected[i], within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"relu", "clip", "clip_open", "max_last", "max_first", "min_of_max", "thresholded"})
  void aRectifierIsGuidedInWhateverFormItIsWritten(String name) {
    double[][] expected = rows(EXPECTED.getAsJsonObject("guided").getAsJsonArray(name));
    double[][] plain = rows(EXPECTED.getAsJsonObject("plain").getAsJsonArray(name));

    assertAlike(
        GuidedBackprop.withDefaults()
            .attribute(model(name), batch(), Quantity.ofClass(targets()), context)
            .maps(),
        expected);
    assertAlike(
        Gradient.withDefaults()
            .attribute(model(name), batch(), Quantity.ofClass(targets()), context)
            .maps(),
        Arrays.stream(plain)
            .map(row -> Arrays.stream(row).map(Math::abs).toArray())
            .toArray(double[][]::new));
    assertThat(
            IntStream.range(0, 5)
                .mapToDouble(i -> Math.abs(expected[i][0] - plain[i][0]))
                .max()
                .orElseThrow())
        .as("guided maps are no plain gradients")
        .isGreaterThan(0.01);
  }

  @ParameterizedTest
  @CsvSource({
    "leaky, LeakyRelu leakyrelu_r0",
    "prelu, PRelu prelu_r0",
    "hardswish, HardSwish hardswish_r0",
    "softplus, Softplus softplus_r0",
    "gelu, Gelu gelu_r0",
    "where, Greater greater_r0g",
    "mask, Greater greater_r0g",
    "swish, Mul mul_r0",
    "max_slope, Max max_r0",
    "clip_below, Clip clip_r0",
  })
  void whatRectifiesInAnotherWayIsRefusedByItsName(String name, String node) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> GuidedBackprop.withDefaults().require(model("other_" + name)))
        .withMessageContaining(
            "GuidedBackprop changes what every ReLU passes back, and other_" + name + ".onnx")
        .withMessageContaining("for which it has no rule, the first of them [" + node)
        .withMessageContaining("Use Gradient, SmoothGrad or IntegratedGradients");
  }

  @Test
  void aModelWithoutAnyRectifierIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> GuidedBackprop.withDefaults().require(model("other_tanh")))
        .withMessage(
            "GuidedBackprop changes what every ReLU passes back, and other_tanh.onnx has none: its"
                + " maps would be those of Gradient. Use Gradient");
  }

  @Test
  void ofTwoColumnsOneLessPAndPTheScoreBeforeTheSigmoidIsExplained() {
    Classifier beside =
        Models.onnx("classpath:rectifiers/head_beside.onnx").emittingProbabilities();
    Classifier score = model("head_score");
    int[] classes = {1, 0, 1, 0, 1};

    assertAlike(
        InputTimesGradient.withDefaults()
            .attribute(beside, batch(), Quantity.ofClass(classes), context)
            .maps(),
        InputTimesGradient.withDefaults()
            .attribute(score, batch(), Quantity.ofClass(classes), context)
            .maps());
    // Class 1's gradient is the first column of the last weights, back through the ReLUs.
    double[][] first =
        InputTimesGradient.withDefaults()
            .attribute(model("relu"), batch(), Quantity.ofClass(0), context)
            .maps();
    double[][] maps =
        InputTimesGradient.withDefaults()
            .attribute(beside, batch(), Quantity.ofClass(1, 1, 1, 1, 1), context)
            .maps();
    assertAlike(maps, first);
  }

  @Test
  void smoothActivationsAreIntegratedByGaussLegendreAndKinkedOnesBySecants() {
    for (String smooth :
        new String[] {"other_softplus", "other_gelu", "other_swish", "other_tanh"}) {
      Attribution integral = integral(smooth);
      assertThat(integral.rule()).as(smooth).isEqualTo("Gauss-Legendre");
      assertComplete(integral);
    }
    for (String kinked : new String[] {"clip", "other_leaky", "other_hardswish", "max_last"}) {
      Attribution integral = integral(kinked);
      assertThat(integral.rule()).as(kinked).isEqualTo("secant rule");
      assertComplete(integral);
    }
    assertThat(integral("other_where").rule()).isEqualTo("midpoint rule");
  }

  private Attribution integral(String name) {
    return IntegratedGradients.withDefaults()
        .attribute(model(name), batch(), Quantity.ofClass(targets()), context);
  }

  private static void assertComplete(Attribution integral) {
    assertThat(integral.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().values())
        .containsExactly(new double[5], within(1e-5));
  }
}
