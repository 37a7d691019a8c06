package dev.touchstone.statistics;

import java.util.OptionalDouble;
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

  /** Returns the point estimate. */
  double value();

  /**
   * Returns the estimate without what chance adds to it: what the truth is most likely near to.
   * Other than {@link #value} where that is biased, as of a calibration error.
   */
  default double valueWithoutBias() {
    return value();
  }

  /**
   * Returns how many independent {@linkplain #unit examples, plantings or draws} stand behind it.
   */
  long sampleSize();

  /**
   * Returns what the sample size counts, in the plural: "examples" unless the estimate says
   * otherwise.
   */
  default String unit() {
    return "examples";
  }

  /**
   * Returns the values that the quantity can have. Value and limits lie inside; {@link
   * Range#UNBOUNDED} unless the estimate says otherwise.
   */
  default Range range() {
    return Range.UNBOUNDED;
  }

  /** Returns the two-sided interval at a confidence level in (0, 1). */
  Interval interval(double level);

  /**
   * Returns the p-value of H₀ "the quantity is at most {@code bound}"; small values speak for more.
   */
  double pValueAbove(double bound);

  /**
   * Returns the p-value of H₀ "the quantity is at least {@code bound}"; small values speak for
   * less.
   */
  double pValueBelow(double bound);

  /**
   * Returns about how many fresh examples (or what else {@link #unit} says) would decide a bound in
   * 80 % of runs, if the truth were {@link #valueWithoutBias}; empty where that lies so near the
   * bound that no realistic number would do (more than a thousand times as many as there are).
   *
   * <p>In four of five runs the estimate lies no more than 0.84 standard errors nearer to the bound
   * than the truth does, and the limit that decides reaches about 1.96 of them; where the limits of
   * so many {@linkplain #repeated examples like these} leave as much to spare, they decide.
   *
   * @param level of the interval that decides: one corrected for several measurements, where one of
   *     them is to be refuted
   */
  default OptionalLong examplesToDecide(double bound, double level) {
    double truth = valueWithoutBias();
    OptionalDouble times =
        Power.times(
            Math.abs(bound - truth) / Power.inStandardErrors(level),
            so -> {
              Interval interval = repeated(so).interval(level);
              return truth <= bound ? interval.upper() - truth : truth - interval.lower();
            });
    return times.isPresent()
        ? OptionalLong.of((long) Math.ceil(sampleSize() * times.getAsDouble()))
        : OptionalLong.empty();
  }

  /**
   * Returns the estimate that so many times the examples would give if all were like these, for
   * planning: of the same value, with nearer limits. By default these lie nearer to {@link
   * #valueWithoutBias} like 1/√n; limits of what was not met shrink faster, and an estimate that
   * has such says so.
   *
   * @param times above 0
   */
  default Estimate repeated(double times) {
    return new NarrowedEstimate(this, times);
  }

  /**
   * Returns the name of the construction behind the interval, for provenance: "Clopper-Pearson", …
   */
  String method();
}
