package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.statistics.StratifiedProportion.Stratum;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StratifiedProportionTest {

  @Test
  void aSingleStratumIsAProportion() {
    StratifiedProportion one = StratifiedProportion.of(List.of(new Stratum(10_000, 200, 7)));
    Proportion proportion = Proportion.of(7, 200);
    assertThat(one.value()).isEqualTo(proportion.value());
    assertThat(one.interval(.95).lower())
        .isCloseTo(proportion.interval(.95).lower(), within(1e-12));
    assertThat(one.interval(.95).upper())
        .isCloseTo(proportion.interval(.95).upper(), within(1e-12));
    assertThat(one.pValueBelow(.08)).isCloseTo(proportion.pValueBelow(.08), within(1e-6));
    assertThat(one.pValueAbove(.01)).isCloseTo(proportion.pValueAbove(.01), within(1e-6));
  }

  /** .1 · .5 + .9 · .02. */
  @Test
  void everyStratumCountsForItsShareOfThePopulation() {
    assertThat(
            StratifiedProportion.of(List.of(new Stratum(100, 40, 20), new Stratum(900, 50, 1)))
                .value())
        .isCloseTo(.05 + .018, within(1e-15));
  }

  @Test
  void whatWasLookedAtWhollyIsKnown() {
    StratifiedProportion known = StratifiedProportion.of(List.of(new Stratum(100, 100, 13)));
    assertThat(known.interval(.95).lower()).isEqualTo(.13);
    assertThat(known.interval(.95).upper()).isEqualTo(.13);
  }

  @Test
  void whatNobodyLookedAtMayBeAnything() {
    Interval interval =
        StratifiedProportion.of(List.of(new Stratum(50, 50, 0), new Stratum(50, 0, 0)))
            .interval(.95);
    assertThat(interval.lower()).isZero();
    assertThat(interval.upper()).isEqualTo(.5);
  }

  @Test
  void nothingDrawnIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StratifiedProportion.of(List.of(new Stratum(50, 0, 0))));
  }

  /** Samples without replacement of 1,000 labels, of which 30, 6 and 8 are wrong in the strata. */
  @Test
  void limitsHold() {
    int[] population = {100, 200, 700};
    int[] wrong = {30, 6, 8};
    int[] drawn = {60, 38, 52};
    double truth = .044;
    SplittableRandom random = new SplittableRandom(5);
    int above = 0;
    int below = 0;
    int draws = 4000;
    for (int draw = 0; draw < draws; draw++) {
      Stratum[] strata = new Stratum[3];
      for (int s = 0; s < 3; s++) {
        int found = 0;
        int left = population[s];
        int wrongLeft = wrong[s];
        for (int i = 0; i < drawn[s]; i++) {
          boolean hit = random.nextInt(left--) < wrongLeft;
          found += hit ? 1 : 0;
          wrongLeft -= hit ? 1 : 0;
        }
        strata[s] = new Stratum(population[s], drawn[s], found);
      }
      Interval interval = StratifiedProportion.of(List.of(strata)).interval(.95);
      above += interval.lower() > truth ? 1 : 0;
      below += interval.upper() < truth ? 1 : 0;
    }
    assertThat(above).isLessThanOrEqualTo(draws / 40);
    assertThat(below).isLessThanOrEqualTo(draws / 40);
  }
}
