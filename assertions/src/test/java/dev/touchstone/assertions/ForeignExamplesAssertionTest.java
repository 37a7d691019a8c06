package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertNoShift;
import static dev.touchstone.assertions.ModelAssertions.assertOutOfDistributionDetected;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.assertions.ModelAssertions.columnDistanceAtMost;
import static dev.touchstone.assertions.ModelAssertions.toldApartAtMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.check.shift.MaxProbability;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForeignExamplesAssertionTest {
  /** Sure of what lies far from 0. */
  private static final Classifier MODEL =
      Models.function(
              "by distance from 0",
              "1",
              (Tensor batch) -> {
                double[][] output = new double[batch.rows()][];
                for (int i = 0; i < output.length; i++) {
                  double p = 1 / (1 + Math.exp(-batch.row(i)[0]));
                  output[i] = new double[] {1 - p, p};
                }
                return output;
              })
          .emittingProbabilities();

  private static final Dataset KNOWN = around("known", 5, 300);
  private static final Dataset FOREIGN = around("foreign", 0, 300);

  private static Dataset around(String name, double centre, int n) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (centre + random.nextDouble() - .5);
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, 1))
        .labels(new int[n])
        .classNames(List.of("no", "yes"))
        .ids(IntStream.range(0, n).mapToObj(i -> name + i).toList())
        .build();
  }

  @Test
  void foreignExamplesAreNoticed() {
    assertThat(
            assertOutOfDistributionDetected(
                    MODEL, KNOWN, FOREIGN, MaxProbability.withDefaults(), aurocAtLeast(.95))
                .outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void foreignExamplesThatLookKnownAreNot() {
    assertThatThrownBy(
            () ->
                assertThatModel(MODEL)
                    .on(FOREIGN)
                    .because("the sensor fails high")
                    .detectsOutOfDistribution(
                        KNOWN, MaxProbability.withDefaults(), aurocAtLeast(.5)))
        .isInstanceOf(ModelAssertionError.class)
        .hasMessageContaining("max probability tells known from foreign")
        .hasMessageContaining("the sensor fails high");
  }

  @Test
  void fewExamplesDecideNothing() {
    assertThatThrownBy(
            () ->
                assertOutOfDistributionDetected(
                    MODEL,
                    KNOWN.first(20),
                    FOREIGN.first(20),
                    MaxProbability.withDefaults(),
                    aurocAtLeast(.95)))
        .isInstanceOf(ModelAssertionError.class)
        .hasMessageContaining("INCONCLUSIVE");
  }

  @Test
  void aBoundOfTheOtherDirectionIsRefused() {
    assertThatThrownBy(
            () ->
                assertOutOfDistributionDetected(
                    MODEL, KNOWN, FOREIGN, MaxProbability.withDefaults(), atMost(.5)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write aurocAtLeast(0.9)");
  }

  @Test
  void dataThatStayedPass() {
    assertThat(
            assertNoShift(
                    around("known", 5, 2000),
                    around("others", 5, 2000),
                    toldApartAtMost(.6),
                    columnDistanceAtMost(.1))
                .outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void dataThatMovedAreTold() {
    assertThatThrownBy(() -> assertNoShift(KNOWN, FOREIGN, toldApartAtMost(.6)))
        .isInstanceOf(ModelAssertionError.class)
        .hasMessageContaining("foreign is as known was: at most 0.6 of examples are told apart")
        .hasMessageContaining("told apart");
    assertThatThrownBy(() -> assertNoShift(KNOWN, FOREIGN, columnDistanceAtMost(.1)))
        .isInstanceOf(ModelAssertionError.class)
        .hasMessageContaining("distance of distributions");
  }

  @Test
  void aShiftNeedsABoundThatCanBeShown() {
    assertThatThrownBy(() -> assertNoShift(KNOWN, FOREIGN, atMost(.5)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("toldApartAtMost(0.55)");
    assertThatThrownBy(
            () -> assertNoShift(KNOWN.reshapedTo(1, 1, 1), FOREIGN, columnDistanceAtMost(.1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no columns");
    assertThatIllegalArgumentException().isThrownBy(() -> toldApartAtMost(.5));
    assertThatIllegalArgumentException().isThrownBy(() -> columnDistanceAtMost(0));
  }
}
