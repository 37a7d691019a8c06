package dev.touchstone.metric;

import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The share of examples with a model bug: a predicted value that lies at least τ from the actual
 * one, {@code |f(x) − y| ≥ τ} (thesis, section 2.3; every p-norm of one number is its absolute
 * value). The interval is exact (Clopper-Pearson), or one over clusters.
 */
public final class LargeErrorRate implements RegressionMetric {
  private final double tolerance;

  private LargeErrorRate(double tolerance) {
    this.tolerance = tolerance;
  }

  /**
   * Sets from which distance on a prediction is a bug; there is no default.
   *
   * @param tau in the unit of the values, above 0 and finite
   */
  public static LargeErrorRate beyond(double tau) {
    if (!(tau > 0 && tau < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a tolerance must be above 0 and finite, was " + tau);
    }
    return new LargeErrorRate(tau);
  }

  @Override
  public String quantity() {
    return "model bug rate";
  }

  @Override
  public String inWords() {
    return "share of examples with a model bug, |f(x) - y| ≥ %s,".formatted(Exact.text(tolerance));
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
        "%s of %s are predicted to be %s or more off"
            .formatted(Reading.VALUE, examples, Exact.text(tolerance)));
  }

  /** One number: 1 for a bug, else 0. */
  @Override
  public double[] outcome(double predicted, double actual) {
    return new double[] {Math.abs(predicted - actual) >= tolerance ? 1 : 0};
  }

  @Override
  public boolean isPossible(double[] outcome, double actual) {
    return outcome.length == 1 && (outcome[0] == 0 || outcome[0] == 1);
  }

  /** Near and far. */
  @Override
  public Optional<Extremes> extremes() {
    return Optional.of(new Extremes(new double[] {0}, new double[] {1}));
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.rate(i -> outcomes.get(i, 0) > 0));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, 0, 1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LargeErrorRate rate && Double.compare(rate.tolerance, tolerance) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(LargeErrorRate.class, tolerance);
  }

  @Override
  public String toString() {
    return "model bug rate |f(x) - y| ≥ " + Exact.text(tolerance);
  }
}
