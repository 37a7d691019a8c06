package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same head and the same influence, wherever the products are made. */
class HeadsOnDevicesTest {
  private static final ReferenceData DIGITS = ReferenceData.of("digits", 0);
  private static final LogisticHead HEAD = LogisticHead.withDefaults();

  /** Of the optimum, which is reached on other ways: 1e-9 is where a fit may stop. */
  private static final double OF_THE_OPTIMUM = 1e-6;

  private static HeadData data() {
    return HeadData.of(RowSource.of(DIGITS.train()), DIGITS.given(), DIGITS.classes());
  }

  private static FittedHead with(DenseAlgebra algebra) {
    return HeadFit.of(HEAD, data(), SoftmaxLoss.INSTANCE, 1e-9, algebra);
  }

  private static void assertAlike(FittedHead there, FittedHead here) {
    assertAlike(there.weights().values(), here.weights().values());
    assertAlike(there.losses(), here.losses());
    assertAlike(there.leaveOneOutLosses(), here.leaveOneOutLosses());
    assertAlike(there.selfInfluence(), here.selfInfluence());
    assertAlike(
        there.influenceOnLoss(DIGITS.audit(), DIGITS.auditTruth()),
        here.influenceOnLoss(DIGITS.audit(), DIGITS.auditTruth()));
  }

  private static void assertAlike(double[] there, double[] here) {
    double largest = Matrix.of(1, here.length, here).largest();
    assertThat(largest).isPositive();
    assertThat(there).usingComparatorWithPrecision(OF_THE_OPTIMUM * largest).containsExactly(here);
  }

  @Test
  void productsOfPyTorchMakeTheHeadThatPlainJavaMakes() {
    assertAlike(with(DenseAlgebra.onDevice("cpu")), with(DenseAlgebra.plain()));
  }

  @Test
  void largeWorkGoesToTheDeviceThatIsAskedFor() {
    assumeThat(Torch.gpus()).isZero();
    assertThatThrownBy(() -> HEAD.fit(data().computedOn("gpu")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("touchstone.device = gpu, but PyTorch can use no GPU here: ");
    HeadData few = HeadData.of(RowSource.of(Matrix.of(2, 1, 1, 2)), new int[] {0, 1}, 2);
    assertThat(HEAD.fit(few.computedOn("gpu")).weights().values())
        .as("so little is done in Java, whatever the device")
        .containsExactly(HEAD.fit(few).weights().values());
  }

  @Test
  @Tag("gpu")
  void aGpuMakesTheHeadThatTheProcessorMakes() {
    assertAlike(HEAD.fit(data().computedOn("gpu")), HEAD.fit(data()));
  }
}
