package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.CrossedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import org.junit.jupiter.api.Test;

/** What is said of an inconclusive judgement, the same in a test's message, report and gate. */
class ToDecideTest {
  private static final Bound AT_MOST = Bound.atMost(0.1);

  /** What the first inconclusive judgement says. */
  private static String said(Bound bound, Estimate... estimates) {
    Evidence.Builder evidence = Evidence.of("error rate", "m on d");
    for (int i = 0; i < estimates.length; i++) {
      evidence.measured(new Measurement("error rate", "slice " + i, estimates[i]));
    }
    Verdict verdict =
        Claim.of("a claim", bound).judge(evidence.from(Verdicts.provenance()), Policy.STRICT);
    return verdict.judgements().stream()
        .filter(judgement -> judgement.outcome() == Outcome.INCONCLUSIVE)
        .map(verdict::toDecide)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void saysHowManyMoreWouldShowTheClaim() {
    // 5 of 100: upper limit 0.1128 by Clopper and Pearson, (0.0628 / 0.05)² · 100 = 157.9.
    assertThat(said(AT_MOST, Proportion.of(5, 100)))
        .isEqualTo(
            "about 58 more fresh examples would show the claim (158 in all, 100 so far), if the"
                + " estimate stayed where it is");
  }

  @Test
  void saysWhyNothingWasMeasured() {
    assertThat(
            said(AT_MOST, Proportion.of(0, 100), Undetermined.because("no cases; merge groups", 7)))
        .isEqualTo("no cases; merge groups");
  }

  @Test
  void saysHowManyMoreWouldRefuteTheClaim() {
    // 12 of 100: lower limit 0.06357, (0.05643 / 0.02)² · 100 = 796.1.
    assertThat(said(AT_MOST, Proportion.of(12, 100)))
        .isEqualTo(
            "about 697 more fresh examples would refute the claim (797 in all, 100 so far), if the"
                + " estimate stayed where it is");
  }

  @Test
  void amongSeveralMeasurementsARefutationTakesMoreThanTheNumber() {
    assertThat(said(AT_MOST, Proportion.of(12, 100), Proportion.of(0, 100)))
        .startsWith("at least about 697 more fresh examples would refute the claim");
  }

  @Test
  void saysWhenOnlyTheCorrectionStandsBetweenTheDataAndARefutation() {
    // P(X ≥ 121 | 1000, 0.1) = 0.01726 by scipy.stats.binom: refuted alone, not as one of three.
    assertThat(
            said(
                AT_MOST,
                Proportion.of(121, 1000),
                Proportion.of(20, 1000),
                Proportion.of(20, 1000)))
        .isEqualTo(
            "refuted on its own (p 0.01726), but not after Holm's correction for 3 measurements;"
                + " more fresh examples would decide it");
  }

  @Test
  void saysWhenTheIntervalHasNoEnd() {
    assertThat(said(AT_MOST, endless(0.05, 5)))
        .isEqualTo(
            "5 examples are so few that the interval has no end on this side; how many more fresh"
                + " ones would decide it cannot be told yet");
  }

  @Test
  void saysWhenTheEstimateLiesAtTheTolerance() {
    assertThat(said(AT_MOST, Proportion.of(10, 100)))
        .isEqualTo(
            "the estimate lies so near the tolerance that no realistic number of examples would"
                + " decide it");
  }

  @Test
  void saysWhenItIsDrawsThatAreMissing() {
    // Examples agree within a draw, and draws differ: more examples change nothing.
    double[][] table = new double[20][3];
    for (int i = 0; i < table.length; i++) {
      double small = i % 2 == 0 ? 0.001 : -0.001;
      table[i] = new double[] {0.3 + small, 0.5 + small, 0.7 + small};
    }
    assertThat(said(Bound.atMost(0.6), CrossedMean.of(table)))
        .isEqualTo(
            "no number of fresh examples alone would decide it: the estimate also rests on repeated"
                + " draws; take more of them");
  }

  @Test
  void sidesAreMirroredForAtLeast() {
    assertThat(said(Bound.atLeast(0.9), Proportion.of(95, 100)))
        .isEqualTo(
            "about 58 more fresh examples would show the claim (158 in all, 100 so far), if the"
                + " estimate stayed where it is");
  }

  private static Estimate endless(double value, long n) {
    return new Estimate() {
      @Override
      public double value() {
        return value;
      }

      @Override
      public long sampleSize() {
        return n;
      }

      @Override
      public Interval interval(double level) {
        return new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, level);
      }

      @Override
      public double pValueAbove(double bound) {
        return 0.5;
      }

      @Override
      public double pValueBelow(double bound) {
        return 0.5;
      }

      @Override
      public String method() {
        return "none";
      }
    };
  }
}
