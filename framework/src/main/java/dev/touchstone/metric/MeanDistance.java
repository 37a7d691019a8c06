package dev.touchstone.metric;

import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IncreasingEstimate;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far predictions lie from the truth as a set (thesis, section 2.3): the p-norm of all
 * differences, made independent of the number m of examples,
 *
 * <pre>‖f(X) − Y‖ₚ / m^(1/p) = (1/m Σᵢ ‖f(xᵢ) − yᵢ‖ₚᵖ)^(1/p)</pre>
 *
 * <p>between 0 and {@code 2^(1/p)}. A model bug on a set of m examples at tolerance τ is a mean
 * distance of at least {@code τ / m^(1/p)}. For p = 2 it is the root of the {@link BrierScore}.
 */
public final class MeanDistance implements ClassificationMetric {
  private final double p;
  private final ModelBug distances;

  private MeanDistance(double p) {
    this.p = p;
    this.distances = ModelBug.withNorm(p).tolerance(1);
  }

  /**
   * Makes the metric in a p-norm.
   *
   * @param p at least 1 and finite: the largest difference of all has no upper limit that any
   *     number of examples could show; claim the rate of {@link ErrorRate#of(ModelBug)} then
   */
  public static MeanDistance withNorm(double p) {
    if (!(p >= 1 && p < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          ("a mean distance needs 1 <= p < infinity, was %s; the largest difference of all is"
                  + " claimed by assertModelBugRateWithin(model, data,"
                  + " ModelBug.withNorm(Double.POSITIVE_INFINITY).tolerance(…), rate)")
              .formatted(p));
    }
    return new MeanDistance(p);
  }

  @Override
  public String quantity() {
    return "mean distance (p = " + Exact.text(p) + ")";
  }

  @Override
  public Range range() {
    return new Range(0, Math.pow(2, 1 / p));
  }

  /** One number: the distance to the power of p, between 0 and 2. */
  @Override
  public double[] outcome(double[] probabilities, int label) {
    // Rounding in a softmax may leave a little more than 2.
    return new double[] {Math.min(2, Math.pow(distances.distance(probabilities, label), p))};
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 1 && outcome[0] >= 0 && outcome[0] <= 2;
  }

  /** Certain and right, certain and wrong. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return Optional.of(new Extremes(new double[] {0}, new double[] {2}));
  }

  @Override
  public Optional<String> shortfallName() {
    return Optional.of("distance to the power of p");
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(IncreasingEstimate.root(p, outcomes.mean(0, 2), range()));
  }

  /** By the limits of both: a root of two means is no mean of differences. */
  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return LimitDifference.of(value(candidate).orElseThrow(), value(approved).orElseThrow());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MeanDistance distance && Double.compare(distance.p, p) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(MeanDistance.class, p);
  }

  @Override
  public String toString() {
    return quantity();
  }
}
