package dev.touchstone.calibration;

import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.statistics.Proportion;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * How many examples it takes to show that the calibration error of ten bins is within a tolerance,
 * by simulation of a model with given confidences. Immutable.
 *
 * <p>The model is calibrated, or too sure by a constant (as far as that is possible above 0); its
 * confidences are drawn from those given, with replacement.
 */
public final class CalibrationSampleSize {
  private static final int BINS = 10;
  private static final int SIMULATIONS = 500;
  private static final double LEVEL = 0.95;
  private static final int MOST = 2_000_000;

  private final double tolerance;
  private final double[] confidences;
  private final double excess;
  private final long seed;

  private CalibrationSampleSize(double tolerance, double[] confidences, double excess, long seed) {
    this.tolerance = tolerance;
    this.confidences = confidences;
    this.excess = excess;
    this.seed = seed;
  }

  /**
   * Returns a calibrated model.
   *
   * @param tolerance the claim's, in (0, 1)
   * @param confidences what the model says, such as on a pilot sample; at least one, in [0, 1]
   */
  public static CalibrationSampleSize of(double tolerance, double... confidences) {
    if (!(tolerance > 0 && tolerance < 1)) {
      throw new IllegalArgumentException("a tolerance must lie in (0, 1), was " + tolerance);
    }
    // Checks them too.
    Bins.of(new Confidences(confidences, new boolean[confidences.length]), BINS);
    return new CalibrationSampleSize(tolerance, confidences.clone(), 0, 42);
  }

  /**
   * Supposes a model that is too sure.
   *
   * @param trueError by how much, in [0, tolerance)
   */
  public CalibrationSampleSize withTrueError(double trueError) {
    if (!(trueError >= 0 && trueError < tolerance)) {
      throw new IllegalArgumentException(
          "a true error of "
              + trueError
              + " cannot be shown to be within "
              + tolerance
              + " by any number of examples");
    }
    return new CalibrationSampleSize(tolerance, confidences, trueError, seed);
  }

  /** Takes another seed of the simulation than 42. */
  public CalibrationSampleSize withSeed(long other) {
    return new CalibrationSampleSize(tolerance, confidences, excess, other);
  }

  /**
   * Returns how many answers show that the error is within a tolerance where all of them are
   * certain and right: (z² + ½)/tolerance. Fewer show it only by luck.
   *
   * @param tolerance in (0, 1)
   */
  public static int fewestCertain(double tolerance) {
    if (!(tolerance > 0 && tolerance < 1)) {
      throw new IllegalArgumentException("a tolerance must lie in (0, 1), was " + tolerance);
    }
    return (int) Math.ceil(LeastFavourableLimit.least(0, (1 - LEVEL) / 2) / tolerance);
  }

  /** Returns how often {@code examples} examples give a PASS. */
  public Proportion powerAt(int examples) {
    UniformRandomProvider random = new RandomStreams(seed).of("sample size", examples);
    int passed = 0;
    for (int simulation = 0; simulation < SIMULATIONS; simulation++) {
      double[] confidence = new double[examples];
      boolean[] cameTrue = new boolean[examples];
      for (int i = 0; i < examples; i++) {
        confidence[i] = confidences[random.nextInt(confidences.length)];
        cameTrue[i] = random.nextDouble() < confidence[i] - excess;
      }
      Confidences sample = new Confidences(confidence, cameTrue);
      passed += CalibrationError.isWithin(tolerance, sample, BINS, LEVEL) ? 1 : 0;
    }
    return Proportion.of(passed, SIMULATIONS);
  }

  /**
   * Returns about how many examples give a PASS with a probability, to 5 %.
   *
   * @param power the probability, in (0, 1)
   * @throws IllegalArgumentException if more than two million would be needed
   */
  public int withPower(double power) {
    if (!(power > 0 && power < 1)) {
      throw new IllegalArgumentException("a power must lie in (0, 1), was " + power);
    }
    int enough = 16;
    while (powerAt(enough).value() < power) {
      if (enough > MOST / 2) {
        throw new IllegalArgumentException(
            "more than " + MOST + " examples would be needed to show an error within " + tolerance);
      }
      enough *= 2;
    }
    int tooFew = enough / 2;
    while (enough - tooFew > Math.max(1, enough / 20)) {
      int middle = (enough + tooFew) >>> 1;
      if (powerAt(middle).value() < power) {
        tooFew = middle;
      } else {
        enough = middle;
      }
    }
    return enough;
  }
}
