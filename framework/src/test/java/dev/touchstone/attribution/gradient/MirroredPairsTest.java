package dev.touchstone.attribution.gradient;

import static dev.touchstone.attribution.gradient.CaptumNumbers.distance;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model that has gradients alone is explained by, point by point, is the oracle. */
class MirroredPairsTest {
  private static final SmoothGrad METHOD = SmoothGrad.withDefaults().withSamples(10);

  private static RunContext context(long memoryBytes) {
    return RunContext.of(
        new Settings("cpu", 42, Policy.STRICT, memoryBytes, Path.of("target")),
        RunSession.isolated());
  }

  @ParameterizedTest
  @CsvSource({
    "cnn, 1",
    "cnn, 500000000",
    "mlp, 5000",
    "residual, 1",
    "residual, 500000000",
    "mobile, 500000000"
  })
  void areThoseOfAllPoints(String name, long memory) {
    CaptumFamily family = CaptumFamily.of(name);
    WhiteBox box = CaptumFamily.single(name).inDoublePrecision();
    Tensor batch = family.batch();
    Quantity quantity = Quantity.ofClass(family.targets());
    Attribution all =
        METHOD.attribute(
            Models.whiteBox(name, box).emittingLogits(), batch, quantity, context(memory));
    for (int i = 0; i < batch.rows(); i++) {
      Quantity own = Quantity.ofClass(family.targets()[i]);
      int[] shape = batch.shape();
      shape[0] = 1;
      FakeGradients pointByPoint =
          new FakeGradients(
              row -> box.inputGradients(Tensor.of(row, shape), own, BackwardRules.derivatives())[0],
              100);
      Attribution one = METHOD.attribute(pointByPoint, batch.select(i), own, context(memory));
      // The oracle's points are rounded to single precision at the input.
      assertThat(distance(new double[][] {all.maps()[i]}, one.maps())).isLessThan(1e-5);
      double error = one.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().values()[0];
      assertThat(all.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().values()[i])
          .isBetween(error * (1 - 1e-4), error * (1 + 1e-4));
    }
  }
}
