package dev.touchstone.metric;

import dev.touchstone.calibration.CalibrationSampleSize;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Claim;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Plans ahead: how many examples a PASS needs, before anything is claimed.
 *
 * <pre>{@code
 * SampleSize.forErrorRateWithin(0.05).expecting(0.02).withPower(0.8);      // 338
 * SampleSize.forCalibrationWithin(0.05, pilotConfidences).withPower(0.8);
 * }</pre>
 */
public final class SampleSize {
  /** Working memory for a pilot's predictions. */
  private static final long PILOT_BYTES = 64L << 20;

  private SampleSize() {}

  /**
   * Returns examples for a claim that an error rate is within a tolerance.
   *
   * @param tolerance the claim's, in (0, 1)
   */
  public static OfErrorRate forErrorRateWithin(double tolerance) {
    if (!(tolerance > 0 && tolerance < 1)) {
      throw new IllegalArgumentException("a tolerance must lie in (0, 1), was " + tolerance);
    }
    return new OfErrorRate(tolerance, 0);
  }

  /**
   * Returns examples for a claim that the calibration error is within a tolerance, for every group
   * alike.
   *
   * @param tolerance the claim's, in (0, 1)
   * @param confidences what the model says, such as on a pilot sample
   */
  public static CalibrationSampleSize forCalibrationWithin(
      double tolerance, double... confidences) {
    return CalibrationSampleSize.of(tolerance, confidences);
  }

  /**
   * Returns the same, with the confidences in the predicted class that a model has on a pilot
   * sample; its labels play no role.
   */
  public static CalibrationSampleSize forCalibrationWithin(
      double tolerance, Classifier model, Dataset pilot) {
    Predictions predictions = CheckedAnswers.of(model, pilot, PILOT_BYTES);
    return forCalibrationWithin(
        tolerance, IntStream.range(0, pilot.size()).mapToDouble(predictions::confidence).toArray());
  }

  /** Independent examples for an exact interval of a rate. Immutable. */
  public static final class OfErrorRate {
    private static final int MOST = 100_000_000;

    private final double tolerance;
    private final double rate;

    private OfErrorRate(double tolerance, double rate) {
      this.tolerance = tolerance;
      this.rate = rate;
    }

    /**
     * Returns the rate that the model is thought to have; 0 if not given.
     *
     * @throws IllegalArgumentException unless it is below the tolerance
     */
    public OfErrorRate expecting(double expected) {
      if (!(expected >= 0 && expected < tolerance)) {
        throw new IllegalArgumentException(
            "a rate of "
                + expected
                + " cannot be shown to be within "
                + tolerance
                + " by any number of examples");
      }
      return new OfErrorRate(tolerance, expected);
    }

    /**
     * Returns the fewest examples that can show the claim: that many without an error. On fewer no
     * model passes, whatever it answers.
     *
     * @throws IllegalArgumentException if more than a hundred million would be needed
     */
    public int fewest() {
      return fewestExamples(0);
    }

    /** Returns the probability that {@code examples} examples give a PASS. */
    public double powerAt(int examples) {
      int admitted = mostErrors(examples);
      return admitted < 0
          ? 0
          : BinomialDistribution.of(examples, rate).cumulativeProbability(admitted);
    }

    /** The largest number of errors whose upper limit keeps the tolerance; -1 if none does. */
    private int mostErrors(int examples) {
      BinomialDistribution atTolerance = BinomialDistribution.of(examples, tolerance);
      double tail = (1 - Claim.LEVEL) / 2;
      int most = atTolerance.inverseCumulativeProbability(tail);
      while (most >= 0 && atTolerance.cumulativeProbability(most) > tail) {
        most--;
      }
      return most;
    }

    /** The smallest number of examples that still passes with {@code errors} errors. */
    private int fewestExamples(int errors) {
      double tail = (1 - Claim.LEVEL) / 2;
      int tooFew = errors;
      int enough = Math.max(1, 2 * errors);
      while (BinomialDistribution.of(enough, tolerance).cumulativeProbability(errors) > tail) {
        if (enough > MOST) {
          throw tooMany();
        }
        tooFew = enough;
        enough *= 2;
      }
      while (enough - tooFew > 1) {
        int middle = (enough + tooFew) >>> 1;
        if (BinomialDistribution.of(middle, tolerance).cumulativeProbability(errors) > tail) {
          tooFew = middle;
        } else {
          enough = middle;
        }
      }
      return enough;
    }

    private IllegalArgumentException tooMany() {
      return new IllegalArgumentException(
          "more than " + MOST + " examples would be needed to show a rate within " + tolerance);
    }

    /**
     * Returns how many examples give a PASS with a probability. The power of an exact test rises in
     * the shape of a saw: from this number on it does not fall below the probability before the
     * next tooth. Behind later teeth it may, by a little; {@link #powerAt} tells.
     *
     * @param power the probability, in (0, 1)
     * @throws IllegalArgumentException if more than a hundred million would be needed
     */
    public int withPower(double power) {
      if (!(power > 0 && power < 1)) {
        throw new IllegalArgumentException("a power must lie in (0, 1), was " + power);
      }
      int enough = 1;
      while (!suffices(enough, power)) {
        if (fewestExamples(enough) > MOST / 2) {
          throw tooMany();
        }
        enough *= 2;
      }
      int tooFew = enough / 2 - 1;
      while (enough - tooFew > 1) {
        int middle = (enough + tooFew) >>> 1;
        if (suffices(middle, power)) {
          enough = middle;
        } else {
          tooFew = middle;
        }
      }
      return fewestExamples(enough);
    }

    /** Whether the power suffices where it is least while so many errors are admitted. */
    private boolean suffices(int errors, double power) {
      int most = fewestExamples(errors + 1) - 1;
      return BinomialDistribution.of(most, rate).cumulativeProbability(errors) >= power;
    }
  }
}
