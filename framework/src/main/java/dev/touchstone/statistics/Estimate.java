package dev.touchstone.statistics;

import java.util.OptionalLong;

/**
 * An estimated quantity that keeps its sampling distribution, so that whoever states the claim
 * chooses the level, not the engine that measured.
 *
 * <p>The interval is two-sided; a p-value is one-sided and agrees with it: {@code
 * pValueAbove(bound) < (1 - level) / 2} exactly when the interval's lower limit exceeds the bound,
 * up to the resolution of a resampled distribution.
 */
public interface Estimate {

  /** The point estimate. */
  double value();

  /**
   * The estimate without what chance adds to it: what the truth is most likely near to. Other than
   * {@link #value} where that is biased, as of a calibration error.
   */
  default double valueWithoutBias() {
    return value();
  }

  /** How many independent {@linkplain #unit examples, plantings or draws} stand behind it. */
  long sampleSize();

  /** What the sample size counts, in the plural: "examples" unless the estimate says otherwise. */
  default String unit() {
    return "examples";
  }

  /**
   * The values that the quantity can have. Value and limits lie inside; {@link Range#UNBOUNDED}
   * unless the estimate says otherwise.
   */
  default Range range() {
    return Range.UNBOUNDED;
  }

  /** The two-sided interval at a confidence level in (0, 1). */
  Interval interval(double level);

  /** The p-value of H₀ "the quantity is at most {@code bound}"; small values speak for more. */
  double pValueAbove(double bound);

  /** The p-value of H₀ "the quantity is at least {@code bound}"; small values speak for less. */
  double pValueBelow(double bound);

  /**
   * About how many fresh examples (or what else {@link #unit} says) would decide a bound in 80 % of
   * runs, if the truth were {@link #valueWithoutBias}; empty where that lies so near the bound that
   * no realistic number would do (more than a thousand times as many as there are).
   *
   * <p>The distance between an estimate and its limit shrinks like 1/√n, and in four of five runs
   * the estimate lies no more than 0.84 standard errors nearer to the bound than the truth does.
   *
   * @param level of the interval that decides: one corrected for several measurements, where one of
   *     them is to be refuted
   */
  default OptionalLong examplesToDecide(double bound, double level) {
    double truth = valueWithoutBias();
    Interval interval = interval(level);
    double reach = truth <= bound ? interval.upper() - value() : value() - interval.lower();
    double gap = Math.abs(bound - truth);
    double factor =
        gap == 0
            ? Double.POSITIVE_INFINITY
            : Math.pow(Power.inStandardErrors(level) * reach / gap, 2);
    if (!(factor <= Power.MOST_TIMES)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of((long) Math.ceil(sampleSize() * Math.max(1, factor)));
  }

  /** The name of the construction behind the interval, for provenance: "Clopper-Pearson", … */
  String method();
}
