package dev.touchstone.attribution.gradient;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Integrals along a path that has no quadrature's error: between the kinks of a network of
 * rectifiers the gradient is constant. The numbers are those of {@code
 * src/test/python/exact_integrals.py}; inputs are pixels of 0 to 255.
 */
class IntegratedGradientsExactTest {

  private record Expected(double[][] inputs, int[] classes, double[][] integrals) {}

  private static final WhiteBox BOX =
      OnnxFile.read(Location.of("classpath:attribution/digits-relu.onnx")).whiteBox("cpu");

  private final Expected expected =
      new Gson()
          .fromJson(
              new String(
                  Location.of("classpath:attribution/digits-relu.json").read(1 << 20),
                  StandardCharsets.UTF_8),
              Expected.class);

  private Attribution explained(WhiteBox box, int steps) {
    int width = expected.inputs()[0].length;
    float[] values = new float[expected.inputs().length * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) expected.inputs()[i / width][i % width];
    }
    return IntegratedGradients.withDefaults()
        .withSteps(steps)
        .attribute(
            Models.whiteBox("digits", box).emittingLogits(),
            Tensor.of(values, expected.inputs().length, width),
            Quantity.ofClass(expected.classes()),
            RunContext.current());
  }

  /** The largest distance of a map from the integral, as a share of the integral. */
  private double error(Attribution attribution) {
    double worst = 0;
    for (int i = 0; i < expected.integrals().length; i++) {
      double distance = 0;
      double size = 0;
      for (int j = 0; j < expected.integrals()[i].length; j++) {
        double integral = expected.integrals()[i][j];
        distance += Math.pow(attribution.maps()[i][j] - integral, 2);
        size += integral * integral;
      }
      worst = Math.max(worst, Math.sqrt(distance / size));
    }
    return worst;
  }

  @ParameterizedTest
  @CsvSource({"4, 3e-2", "16, 4e-3", "50, 1e-3", "200, 1e-4", "3200, 3e-6"})
  void secantsComeAsNearToTheIntegralAsTheirStepsAllow(int steps, double bound) {
    Attribution attribution = explained(BOX, steps);

    assertThat(attribution.rule()).isEqualTo("secant rule");
    assertThat(error(attribution)).isLessThan(bound);
  }

  @Test
  void singlePrecisionCostsNoMoreThanItsRounding() {
    WhiteBox precise = BOX.inDoublePrecision();

    assertThat(error(explained(precise, 12_800))).isLessThan(3e-7);
    assertThat(error(explained(BOX, 12_800))).isLessThan(2e-6);
    precise.release();
  }
}
