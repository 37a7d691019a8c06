package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ScoreTestEstimateTest {
  private static final double[] GRID = {0, .1, .2, .3, .4, .5, .6, .7, .8};

  private static ScoreTestEstimate of(double... evidence) {
    return ScoreTestEstimate.of(GRID, evidence, 50, Range.SHARE, "test");
  }

  /** (.3 − r) / .1: a normal estimate of .3 with a standard error of .1. */
  private static double[] straight() {
    return Arrays.stream(GRID).map(r -> (.3 - r) / .1).toArray();
  }

  @Test
  void straightEvidenceHasTheLimitsOfANormalNumber() {
    ScoreTestEstimate estimate = of(straight());

    assertThat(estimate.value()).isCloseTo(.3, within(1e-12));
    assertThat(estimate.interval(.95).lower()).isCloseTo(.3 - .1 * 1.959963985, within(1e-9));
    assertThat(estimate.interval(.95).upper()).isCloseTo(.3 + .1 * 1.959963985, within(1e-9));
    assertThat(estimate.pValueAbove(.1)).isCloseTo(.022750132, within(1e-9));
    assertThat(estimate.pValueBelow(.45)).isCloseTo(.066807201, within(1e-9));
  }

  @Test
  void limitsAndPValuesAgreeWhateverTheEvidenceDoes() {
    double[] bounds = {-.1, 0, .05, .1, .17, .25, .3, .35, .44, .5, .6, .69, .75, .8, .9};
    EstimateProperties.assertIntervalsAndPValuesAgree(of(straight()), bounds);
    EstimateProperties.assertIntervalsAndPValuesAgree(
        of(3, 2.5, 1, 1.4, .2, .5, -1, -.6, -2.5), bounds);
    EstimateProperties.assertIntervalsAndPValuesAgree(
        of(-.1, -.5, -1, -2, -3, -4, -4, -4, -4), bounds);
    EstimateProperties.assertIntervalsAndPValuesAgree(of(5, 5, 5, 5, 4, 4, 3, 3, 2.5), bounds);
    EstimateProperties.assertIntervalsAndPValuesAgree(of(0, 0, 0, 0, 0, 0, 0, 0, 0), bounds);
  }

  /** At .5 the test refutes what it does not at .6: the limit lies behind .6. */
  @Test
  void aValueBetweenOthersThatAreNotRefutedIsNotRefuted() {
    ScoreTestEstimate estimate = of(3, 2, 1, 0, -1, -3, -1, -3, -4);

    assertThat(estimate.interval(.95).upper()).isCloseTo(.6 + .1 * .959963985 / 2, within(1e-9));
    assertThat(estimate.pValueBelow(.5)).isCloseTo(.158655254, within(1e-9));
  }

  @Test
  void withoutEvidenceEverythingCanBe() {
    ScoreTestEstimate estimate = of(0, 0, 0, 0, 0, 0, 0, 0, 0);

    assertThat(estimate.interval(.5)).isEqualTo(new Interval(0, .8, .5));
    assertThat(estimate.value()).isBetween(0., .8);
  }

  @Test
  void evidenceIsFiniteAndOfValuesInOrder() {
    assertThatIllegalArgumentException().isThrownBy(() -> of(1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> of(1, 1, 1, 1, 1, 1, Double.NaN, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ScoreTestEstimate.of(
                    new double[] {0, 0}, new double[] {1, 0}, 5, Range.SHARE, "test"));
  }
}
