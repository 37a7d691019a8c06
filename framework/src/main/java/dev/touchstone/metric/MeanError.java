package dev.touchstone.metric;

import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The mean error (bias), {@code 1/n Σᵢ (f(xᵢ) − yᵢ)}, each error cut off at ±cap, in the unit of
 * the values: above 0 where the model says too much. Neither more nor less is better: claim it
 * between two limits, or how far groups lie apart.
 */
public final class MeanError implements RegressionMetric {
  private final double cap;

  private MeanError(double cap) {
    this.cap = cap;
  }

  /**
   * Makes the metric of errors that count for a cap at most: without one no limit could be shown.
   *
   * @param cap in the unit of the values, above 0 and finite
   */
  public static MeanError cappedAt(double cap) {
    return new MeanError(CappedError.checked(cap));
  }

  @Override
  public String quantity() {
    return "mean error (capped at %s)".formatted(Exact.text(cap));
  }

  @Override
  public Range range() {
    return new Range(-cap, cap);
  }

  /** One number: the error. */
  @Override
  public double[] outcome(double predicted, double actual) {
    return new double[] {Math.max(-cap, Math.min(cap, predicted - actual))};
  }

  @Override
  public boolean isPossible(double[] outcome, double actual) {
    return outcome.length == 1 && Math.abs(outcome[0]) <= cap;
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.mean(-cap, cap));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, -cap, cap);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MeanError error && Double.compare(error.cap, cap) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(MeanError.class, cap);
  }

  @Override
  public String toString() {
    return quantity();
  }
}
