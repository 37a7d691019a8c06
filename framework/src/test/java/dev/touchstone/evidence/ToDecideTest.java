package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.BracketedProportion;
import dev.touchstone.statistics.CrossedMean;
import dev.touchstone.statistics.DistributionDistance;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.LargestEstimate;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;

/** What is said of an inconclusive judgement, the same in a test's message, report and gate. */
class ToDecideTest {
  private static final Bound AT_MOST = Bound.upper(0.1);

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
    // By scipy.stats.binom the power of the exact test first reaches 80 % at 231, and at 243 again.
    assertThat(said(AT_MOST, Proportion.of(5, 100)))
        .isEqualTo(
            "about 243 fresh examples would show the claim in 80 % of runs (these were 100), if the"
                + " true value is 0.05, the estimate");
  }

  @Test
  void saysWhyNothingWasMeasured() {
    assertThat(
            said(AT_MOST, Proportion.of(0, 100), Undetermined.because("no cases; merge groups", 7)))
        .isEqualTo("no cases; merge groups");
  }

  /** Of 100 examples 40 are known to count and 30 not to; a bound between both is open. */
  @Test
  void saysThatOpenExamplesDecide() {
    assertThat(said(Bound.lower(0.5), BracketedProportion.of(40, 70, 100)))
        .isEqualTo(
            "what is open of these examples decides it, and not more of them: a better attack, or"
                + " better bounds, would");
  }

  /** Weights cannot be drawn afresh. */
  @Test
  void saysWhatTellsOfASmallLayer() {
    SplittableRandom random = new SplittableRandom(1);
    double[] weights = IntStream.range(0, 300).mapToDouble(i -> random.nextGaussian()).toArray();
    Estimate distance =
        DistributionDistance.toNearest(
            weights, List.of(NormalDistribution.of(0, 1)::cumulativeProbability));
    assertThat(said(Bound.lower(0.03), distance))
        .startsWith("a layer has no more weights than these: leave it out")
        .contains("LayersTrained.since(…)");
    assertThat(said(Bound.lower(0.03), LargestEstimate.of(List.of(distance, distance))))
        .startsWith("a layer has no more weights than these");
  }

  @Test
  void saysHowManyMoreWouldRefuteTheClaim() {
    // By scipy.stats.binom the power is 79.1 % at 1,900 and 80.8 % at 1,950.
    assertThat(said(AT_MOST, Proportion.of(12, 100)))
        .isEqualTo(
            "about 1,950 fresh examples would refute the claim in 80 % of runs (these were 100), if"
                + " the true value is 0.12, the estimate");
  }

  @Test
  void amongSeveralMeasurementsTheNumberIsThatOfHolmsCorrection() {
    // At half the tail, by scipy.stats.binom: 78.8 % at 2,300, 81.8 % at 2,400.
    assertThat(said(AT_MOST, Proportion.of(12, 100), Proportion.of(0, 100)))
        .startsWith("about 2,325 fresh examples would refute the claim in 80 % of runs");
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
                + " about 2,312 fresh examples would refute the claim in 80 % of runs (these were"
                + " 1,000), if the true value is 0.121, the estimate");
  }

  @Test
  void theIntervalBesideItIsTheOneThatDecided() {
    Evidence.Builder evidence = Evidence.of("error rate", "m on d");
    for (int errors : new int[] {121, 20, 20}) {
      evidence.measured(new Measurement("error rate", "of " + errors, Proportion.of(errors, 1000)));
    }
    Verdict verdict =
        Claim.of("a claim", AT_MOST).judge(evidence.from(Verdicts.provenance()), Policy.STRICT);
    Verdict.Judgement judgement = verdict.judgements().get(0);

    assertThat(judgement.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(judgement.isRefutedAlone()).isTrue();
    // At 95 % it is [0.1015, 0.1428], wholly beyond the bound.
    assertThat(judgement.interval()).isEqualTo(Proportion.of(121, 1000).interval(1 - 0.05 / 3));
    assertThat(judgement.interval().contains(0.1)).isTrue();
  }

  /**
   * A calibrated model's binned error is larger than the tolerance by chance alone: of 60 such runs
   * all were told that more examples would refute the claim.
   */
  @Test
  void aCalibratedModelIsNotToldThatMoreExamplesWouldRefuteIt() {
    SplittableRandom random = new SplittableRandom(3);
    int refute = 0;
    for (int run = 0; run < 20; run++) {
      double[] said = random.doubles(100).toArray();
      boolean[] right = new boolean[100];
      for (int i = 0; i < 100; i++) {
        right[i] = random.nextDouble() < said[i];
      }
      CalibrationError error = CalibrationError.of(new Confidences(said, right), 10);
      assertThat(error.value()).isGreaterThan(0.05);
      refute += said(Bound.upper(0.05), error).contains("would refute") ? 1 : 0;
    }

    assertThat(refute).isLessThanOrEqualTo(4);
  }

  /** What is named for a calibrated model of all ten bins: 80 % of such data sets pass. */
  @Test
  void ofAsManyCalibratedExamplesAsNamedMostPass() {
    int n = 400;
    double[] said = IntStream.range(0, n).mapToDouble(i -> (i + 0.5) / n).toArray();
    boolean[] right = new boolean[n];
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < n; i++) {
      // In every bin as many as said: without what chance adds, the error is 0.
      right[i] = i % 40 < Math.round(40 * Math.floor(i / 40.0 + 1) / 10 - 2);
    }
    CalibrationError error = CalibrationError.of(new Confidences(said, right), 10);
    assertThat(error.valueWithoutBias()).isZero();
    long named = error.examplesToDecide(0.05, 0.95).orElseThrow();
    int passed = 0;
    for (int run = 0; run < 200; run++) {
      double[] fresh = random.doubles(named).toArray();
      boolean[] came = new boolean[fresh.length];
      for (int i = 0; i < fresh.length; i++) {
        came[i] = random.nextDouble() < fresh[i];
      }
      passed += CalibrationError.isWithin(0.05, new Confidences(fresh, came), 10, 0.95) ? 1 : 0;
    }

    assertThat(passed / 200.0).isBetween(0.65, 0.95);
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
    assertThat(said(Bound.upper(0.6), CrossedMean.of(table)))
        .isEqualTo(
            "no number of fresh examples alone would decide it: the estimate also rests on repeated"
                + " draws or on several models; take more of these, by .withDraws(…) where they are"
                + " drawn");
  }

  @Test
  void sidesAreMirroredForAtLeast() {
    assertThat(said(Bound.lower(0.9), Proportion.of(95, 100)))
        .isEqualTo(
            "about 243 fresh examples would show the claim in 80 % of runs (these were 100), if the"
                + " true value is 0.95, the estimate");
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
