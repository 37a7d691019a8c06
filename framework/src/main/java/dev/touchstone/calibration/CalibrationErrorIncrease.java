package dev.touchstone.calibration;

import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Inversion;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * By how much the expected calibration error of a candidate (c) exceeds that of an approved model
 * (a) on the same examples. There are two pairs of limits, and the wider one counts; they are
 * conservative: simulated coverage was above the level everywhere, by most where both models are
 * calibrated.
 *
 * <p><b>Of what was said.</b> Let R be the expected sum of the residuals p̂ᵢ − aᵢ in bin m; as in
 * {@link CalibrationError} it is about the population with these confidences. With s the signs of
 * R^c, and any signs t,
 *
 * <pre>n·(ECE^c − ECE^a) ≤ Σₘ sₘ·Rₘ^c − tₘ·Rₘ^a</pre>
 *
 * <p>and the right side is estimated without bias by the sums seen. A sign is taken as known where
 * the sum seen is three standard deviations from 0. Where only one model's is known, t = s; where
 * neither is, t = s too, and the difference of the two sums counts with the worse sign. So an
 * example of which both models say the same thing in the same bin adds p̂ᶜ − p̂ᵃ, whatever its
 * label is: what the models have in common cancels out, chance too. Chance remains where bins,
 * predicted classes or signs differ; there one example moves the sum by at most 2, and the variance
 * is at most
 *
 * <pre>V = Σ (sₘ·(p̂ᶜ − aᶜ) − tₘ·(p̂ᵃ − aᵃ))²</pre>
 *
 * <p>over these examples (with the worse signs where they are not known). The upper limit is the
 * sum plus {@code z² + √(z²V + z⁴)}, the limit of {@link CalibrationError} for jumps of 2, or plus
 * 2 for each of these examples if that is less.
 *
 * <p><b>Of what was not met.</b> Other examples may be told other confidences, and a candidate that
 * differs from the approved model at one example of a thousand mostly shows nothing of it in a
 * thousand. The inequality holds for the whole population too, with R the expectation of one
 * example's residual in bin m, and there its right side is the mean of
 *
 * <pre>wᵢ = s·(p̂ᵢᶜ − aᵢᶜ) − t·(p̂ᵢᵃ − aᵢᵃ),  s and t of the bins that example i lies in,</pre>
 *
 * <p>independent values in [−2, 2], for which the limits of {@link BoundedMean} (Gaffke 2005) know
 * that values which were not met may occur at a rate of about 1/n. Signs that are not known are
 * those that make the sum seen the largest.
 *
 * <p>The lower limit is the upper one of the approved model's excess over the candidate.
 */
public final class CalibrationErrorIncrease implements Estimate {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** In how many standard deviations a sum has to lie from 0 for its sign to be taken as known. */
  private static final double CLEAR = 3;

  /** What one example moves the sum of both models by at most. */
  private static final double MOST = 2;

  private final double increase;
  private final int size;
  private final Excess above;
  private final Excess below;

  private CalibrationErrorIncrease(double increase, int size, Excess above, Excess below) {
    this.increase = increase;
    this.size = size;
    this.above = above;
    this.below = below;
  }

  /**
   * Compares two models.
   *
   * @param candidate confidences of the model under test
   * @param approved confidences of the other model, on the same examples in the same order
   * @param sameStatement whether both models are confident of the same class, for each example
   * @param bins the number of bins M, at least 1
   */
  public static CalibrationErrorIncrease of(
      Confidences candidate, Confidences approved, boolean[] sameStatement, int bins) {
    int n = candidate.size();
    if (approved.size() != n || sameStatement.length != n) {
      throw new IllegalArgumentException(
          n
              + " confidences, "
              + approved.size()
              + " approved ones and "
              + sameStatement.length
              + " comparisons make no pairs");
    }
    Gaps now = Gaps.of(candidate, bins);
    Gaps before = Gaps.of(approved, bins);
    return new CalibrationErrorIncrease(
        now.error() - before.error(),
        n,
        Excess.of(now, before, sameStatement),
        Excess.of(before, now, sameStatement));
  }

  /**
   * One model's residuals.
   *
   * @param residual of each example
   * @param bin of each example
   * @param sum of each bin
   * @param sign of each bin's expected sum, 0 where it is not known
   */
  private record Gaps(double[] residual, int[] bin, double[] sum, int[] sign) {

    static Gaps of(Confidences confidences, int bins) {
      int n = confidences.size();
      double[] residual = new double[n];
      int[] bin = new int[n];
      double[] sum = new double[bins];
      double[] variance = new double[bins];
      for (int i = 0; i < n; i++) {
        double confidence = confidences.confidence()[i];
        residual[i] = confidence - (confidences.cameTrue()[i] ? 1 : 0);
        bin[i] = Bins.bin(confidence, bins);
        sum[bin[i]] += residual[i];
        variance[bin[i]] += residual[i] * residual[i];
      }
      int[] sign = new int[bins];
      for (int m = 0; m < bins; m++) {
        // Certainties that came true have no variance to be seen; one event more has.
        boolean clear = sum[m] * sum[m] > CLEAR * CLEAR * (variance[m] + 1);
        sign[m] = clear ? (sum[m] > 0 ? 1 : -1) : 0;
      }
      return new Gaps(residual, bin, sum, sign);
    }

    double error() {
      double error = 0;
      for (double gap : sum) {
        error += Math.abs(gap);
      }
      return error / residual.length;
    }
  }

  /**
   * An upper limit in the making: of one model's error over the other's.
   *
   * @param sum Σ sₘ·Rₘ − tₘ·Rₘ as seen, with the worse signs where they are not known
   * @param variance V
   * @param subjectToChance how many examples add to V
   */
  private record Excess(
      double sum, double variance, double subjectToChance, BoundedMean ofPopulation) {

    static Excess of(Gaps one, Gaps other, boolean[] sameStatement) {
      int bins = one.sum().length;
      // t where it is known: the other's own sign, or that of the one.
      int[] t = new int[bins];
      double[] signs = new double[bins];
      double[] signsOfOther = new double[bins];
      double sum = 0;
      for (int m = 0; m < bins; m++) {
        int s = one.sign()[m];
        t[m] = other.sign()[m] != 0 ? other.sign()[m] : s;
        double mine = one.sum()[m];
        double theirs = other.sum()[m];
        // The worse signs where they are not known.
        boolean noneKnown = s == 0 && t[m] == 0;
        double worse = Math.signum(noneKnown ? mine - theirs : mine);
        signs[m] = s != 0 ? s : worse;
        signsOfOther[m] = noneKnown ? worse : t[m];
        sum += signs[m] * mine - signsOfOther[m] * theirs;
      }
      double[] moves = new double[sameStatement.length];
      for (int i = 0; i < moves.length; i++) {
        double move =
            signs[one.bin()[i]] * one.residual()[i]
                - signsOfOther[other.bin()[i]] * other.residual()[i];
        // Rounding in a softmax may leave a little more.
        moves[i] = Math.max(-MOST, Math.min(MOST, move));
      }
      double variance = 0;
      int subjectToChance = 0;
      for (int i = 0; i < sameStatement.length; i++) {
        int s = one.sign()[one.bin()[i]];
        int signOfOther = t[other.bin()[i]];
        boolean bothKnown = s != 0 && signOfOther != 0;
        boolean sameSign =
            bothKnown
                ? s == signOfOther
                : s == 0 && signOfOther == 0 && one.bin()[i] == other.bin()[i];
        if (sameSign && sameStatement[i]) {
          continue;
        }
        double swing =
            sameSign
                ? one.residual()[i] - other.residual()[i]
                : bothKnown && !sameStatement[i]
                    ? one.residual()[i] + other.residual()[i]
                    : Math.abs(one.residual()[i]) + Math.abs(other.residual()[i]);
        variance += swing * swing;
        subjectToChance++;
      }
      return new Excess(sum, variance, subjectToChance, BoundedMean.of(moves, -MOST, MOST));
    }

    /** Of so many times the examples. */
    Excess repeated(double times) {
      return new Excess(
          sum * times, variance * times, subjectToChance * times, ofPopulation.repeated(times));
    }

    /** Per example; of these confidences. */
    double limit(double tail) {
      double z = NORMAL.inverseSurvivalProbability(tail);
      double reach = z * z + Math.sqrt(z * z * variance + z * z * z * z);
      return (sum + Math.min(reach, MOST * subjectToChance)) / ofPopulation.sampleSize();
    }

    /** The wider one of both limits. */
    double widest(double tail) {
      return Math.max(limit(tail), ofPopulation.upperLimit(tail));
    }

    double pValueBelow(double bound) {
      return Math.max(
          Inversion.smallestTail(tail -> limit(tail) < bound), ofPopulation.pValueBelow(bound));
    }
  }

  @Override
  public double value() {
    return increase;
  }

  @Override
  public long sampleSize() {
    return size;
  }

  @Override
  public Interval interval(double level) {
    double tail = (1 - Interval.checkLevel(level)) / 2;
    return new Interval(lower(tail), upper(tail), level);
  }

  private double upper(double tail) {
    return Math.max(increase, Math.min(1, above.widest(tail)));
  }

  private double lower(double tail) {
    return Math.min(increase, Math.max(-1, -below.widest(tail)));
  }

  @Override
  public double pValueAbove(double bound) {
    return bound < -1 ? 0 : increase <= bound ? 1 : below.pValueBelow(-bound);
  }

  @Override
  public double pValueBelow(double bound) {
    return bound > 1 ? 0 : increase >= bound ? 1 : above.pValueBelow(bound);
  }

  /** With the signs that are known of these examples. */
  @Override
  public CalibrationErrorIncrease repeated(double times) {
    return new CalibrationErrorIncrease(
        increase, (int) Math.ceil(size * times), above.repeated(times), below.repeated(times));
  }

  @Override
  public String method() {
    return "conservative, paired residuals with signs of bins, and of what was not met";
  }

  @Override
  public String toString() {
    return "ECE increase " + increase + ", n = " + size;
  }
}
