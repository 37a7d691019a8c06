package dev.touchstone.metric;

import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How often the true value lies in the interval that a regressor gives, ends included: of 90 %
 * intervals nine of ten times. The interval is exact (Clopper-Pearson), or one over clusters.
 *
 * <p>Wide intervals cover anything: claim how wide they are as well, by a metric of your own.
 */
public final class IntervalCoverage implements RegressionMetric {
  private IntervalCoverage() {}

  /** Makes one of the intervals that the model gives. */
  public static IntervalCoverage withDefaults() {
    return new IntervalCoverage();
  }

  @Override
  public String quantity() {
    return "interval coverage";
  }

  @Override
  public String worsening() {
    return "interval coverage loss";
  }

  @Override
  public boolean moreIsBetter() {
    return true;
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  @Override
  public Reading valueInWords(String examples) {
    return Reading.share(
        "the interval of %s of %s holds the true value".formatted(Reading.VALUE, examples));
  }

  /**
   * Refuses a value without its interval.
   *
   * @throws TouchstoneException always
   */
  @Override
  public double[] outcome(double predicted, double actual) {
    throw new TouchstoneException(
        "the model gives no intervals, and their coverage is asked for; declare a model that emits"
            + " the lower end, the value and the upper end: Models.onnx(…).emittingIntervals()");
  }

  /** One number: 1 where the value lies outside, else 0. */
  @Override
  public double[] outcome(Values predicted, int example, double actual) {
    if (!predicted.hasIntervals()) {
      return outcome(predicted.value(example), actual);
    }
    boolean inside = predicted.lower(example) <= actual && actual <= predicted.upper(example);
    return new double[] {inside ? 0 : 1};
  }

  @Override
  public boolean isPossible(double[] outcome, double actual) {
    return outcome.length == 1 && (outcome[0] == 0 || outcome[0] == 1);
  }

  /** No: a constant answer has no interval. */
  @Override
  public boolean comparesWithMedian() {
    return false;
  }

  /** By how much the value lies outside. */
  @Override
  public double shortfall(Values predicted, int example, double actual) {
    return Math.max(
        0, Math.max(predicted.lower(example) - actual, actual - predicted.upper(example)));
  }

  @Override
  public Optional<String> shortfallName() {
    return Optional.of("outside by");
  }

  /** Inside and outside. */
  @Override
  public Optional<Extremes> extremes() {
    return Optional.of(new Extremes(new double[] {0}, new double[] {1}));
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.rate(i -> outcomes.get(i, 0) == 0));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, 0, 1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IntervalCoverage;
  }

  @Override
  public int hashCode() {
    return IntervalCoverage.class.hashCode();
  }

  @Override
  public String toString() {
    return quantity();
  }
}
