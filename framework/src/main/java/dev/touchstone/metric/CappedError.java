package dev.touchstone.metric;

import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IncreasingEstimate;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The mean of absolute errors to a power, {@code (1/n Σᵢ min(|f(xᵢ) − yᵢ|, cap)ᵖ)^(1/p)}. Errors
 * count for the cap at most: without one, a single prediction that was not met could be off by any
 * amount, and no number of examples would show an upper limit.
 */
abstract class CappedError implements RegressionMetric {
  private final double p;
  private final double cap;

  CappedError(double p, double cap) {
    this.p = p;
    this.cap = checked(cap);
  }

  /** A cap, if it is one. */
  static double checked(double cap) {
    if (!(cap > 0 && cap < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "errors are counted up to a cap, such as the largest that could do harm, above 0 and"
              + " finite; was "
              + cap);
    }
    return cap;
  }

  /** What it is called without its cap. */
  abstract String name();

  @Override
  public final String quantity() {
    return "%s (capped at %s)".formatted(name(), Exact.text(cap));
  }

  @Override
  public final Range range() {
    return new Range(0, cap);
  }

  /** One number: the error to the power. */
  @Override
  public final double[] outcome(double predicted, double actual) {
    return new double[] {Math.pow(Math.min(cap, Math.abs(predicted - actual)), p)};
  }

  @Override
  public final boolean isPossible(double[] outcome, double actual) {
    return outcome.length == 1 && outcome[0] >= 0 && outcome[0] <= Math.pow(cap, p);
  }

  /** Exact, and off by the cap or more. */
  @Override
  public final Optional<Extremes> extremes() {
    return Optional.of(new Extremes(new double[] {0}, new double[] {Math.pow(cap, p)}));
  }

  @Override
  public final Optional<Estimate> value(Outcomes outcomes) {
    Estimate mean = outcomes.mean(0, Math.pow(cap, p));
    return Optional.of(p == 1 ? mean : IncreasingEstimate.root(p, mean, range()));
  }

  /** Of p = 1 the mean of the differences; a root of two means is compared by both limits. */
  @Override
  public final Estimate regression(Outcomes candidate, Outcomes approved) {
    return p == 1
        ? candidate.meanIncrease(approved, 0, cap)
        : LimitDifference.of(value(candidate).orElseThrow(), value(approved).orElseThrow());
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof CappedError error
        && error.getClass() == getClass()
        && Double.compare(error.p, p) == 0
        && Double.compare(error.cap, cap) == 0;
  }

  @Override
  public final int hashCode() {
    return Objects.hash(getClass(), p, cap);
  }

  @Override
  public final String toString() {
    return quantity();
  }
}
