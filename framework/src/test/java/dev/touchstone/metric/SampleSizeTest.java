package dev.touchstone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.statistics.Proportion;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SampleSizeTest {
  /** Confidences of a good tabular model: from 0.5 to 1, the denser the higher. */
  private static final double[] CONFIDENCES =
      IntStream.range(0, 1000).mapToDouble(i -> 0.5 + Math.sqrt((i + 0.5) / 1000) / 2).toArray();

  @ParameterizedTest
  @CsvSource({"0.05, 0.02, 0.8", "0.1, 0.05, 0.9", "0.05, 0.0, 0.8", "0.3, 0.1, 0.5"})
  void aPlannedErrorRatePassesWithThePowerAndWithNoFewerExamples(
      double tolerance, double rate, double power) {
    SampleSize.OfErrorRate plan = SampleSize.forErrorRateWithin(tolerance).expecting(rate);
    int planned = plan.withPower(power);

    IntStream.range(planned, planned + 300)
        .forEach(
            n -> assertThat(probabilityOfPass(n, tolerance, rate)).isGreaterThanOrEqualTo(power));
    assertThat(probabilityOfPass(planned - 1, tolerance, rate)).isLessThan(power);
    assertThat(plan.powerAt(planned))
        .isCloseTo(probabilityOfPass(planned, tolerance, rate), within(1e-9));
  }

  /** By asking the interval of every count. */
  private static double probabilityOfPass(int n, double tolerance, double rate) {
    BinomialDistribution errors = BinomialDistribution.of(n, rate);
    return IntStream.rangeClosed(0, n)
        .takeWhile(k -> Proportion.of(k, n).interval(0.95).upper() <= tolerance)
        .mapToDouble(errors::probability)
        .sum();
  }

  @Test
  void theNumberInTheDocumentationIsTheRightOne() {
    assertThat(SampleSize.forErrorRateWithin(0.05).expecting(0.02).withPower(0.8)).isEqualTo(338);
  }

  @Test
  void noErrorAtAllNeedsTheRuleOfThree() {
    // The power of a perfect model jumps to 1 where (1 - τ)^n falls to 2.5 %.
    assertThat(SampleSize.forErrorRateWithin(0.05).withPower(0.99))
        .isEqualTo((int) Math.ceil(Math.log(0.025) / Math.log(0.95)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-8, 1e-9, 1e-300})
  void moreExamplesThanAnybodyHasAreRefused(double tolerance) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleSize.forErrorRateWithin(tolerance).withPower(0.8))
        .withMessageStartingWith("more than 100000000 examples would be needed to show a rate");
  }

  @Test
  void behindLaterTeethThePowerMayFallShortByALittle() {
    SampleSize.OfErrorRate plan = SampleSize.forErrorRateWithin(0.5).expecting(0.35);
    int planned = plan.withPower(0.95);

    assertThat(planned).isEqualTo(147);
    assertThat(probabilityOfPass(151, 0.5, 0.35)).isLessThan(0.95);
    IntStream.range(planned, planned + 300)
        .forEach(n -> assertThat(plan.powerAt(n)).isGreaterThan(0.95 - 0.005));
  }

  @Test
  void aRateAtTheToleranceCannotBeShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleSize.forErrorRateWithin(0.05).expecting(0.05))
        .withMessage("a rate of 0.05 cannot be shown to be within 0.05 by any number of examples");
  }

  @Test
  void aCalibratedModelPassesWithThePlannedNumber() {
    var plan = SampleSize.forCalibrationWithin(0.05, CONFIDENCES);
    int planned = plan.withPower(0.8);

    assertThat(plan.withSeed(7).powerAt(planned).interval(0.999).upper()).isGreaterThan(0.8);
    assertThat(plan.withSeed(7).powerAt(planned * 3 / 4).value()).isLessThan(0.8);
  }

  @Test
  void anErrorOfTwoPercentNeedsAboutThreeThousandExamples() {
    // DESIGN.md's figure for a tolerance of 0.05.
    var plan = SampleSize.forCalibrationWithin(0.05, CONFIDENCES).withTrueError(0.02);

    assertThat(plan.withPower(0.8)).isBetween(1000, 3000);
    assertThat(plan.powerAt(3000).value()).isGreaterThan(0.9);
  }

  @Test
  void theSameSeedPlansTheSame() {
    var plan = SampleSize.forCalibrationWithin(0.1, CONFIDENCES);

    assertThat(plan.withPower(0.8)).isEqualTo(plan.withPower(0.8));
  }

  @Test
  void anErrorAtTheToleranceCannotBeShown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleSize.forCalibrationWithin(0.05, CONFIDENCES).withTrueError(0.05))
        .withMessage(
            "a true error of 0.05 cannot be shown to be within 0.05 by any number of examples");
  }
}
