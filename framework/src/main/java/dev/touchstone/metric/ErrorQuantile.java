package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.QuantileEstimate;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The absolute error that a share of all predictions stays within, such as nine of ten, in the unit
 * of the values; no error need be capped. Limits are those of order statistics ({@link
 * QuantileEstimate}), exact for independent examples.
 */
public final class ErrorQuantile implements RegressionMetric {
  private static final Range ERRORS = new Range(0, Double.POSITIVE_INFINITY);

  private final double share;

  private ErrorQuantile(double share) {
    this.share = share;
  }

  /**
   * Returns the error that a share of the predictions stays within.
   *
   * @param share in (0, 1), such as 0.9
   */
  public static ErrorQuantile of(double share) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("a share lies in (0, 1), such as 0.9, was " + share);
    }
    return new ErrorQuantile(share);
  }

  @Override
  public String quantity() {
    return Exact.text(share) + "-quantile of the absolute error";
  }

  @Override
  public Range range() {
    return ERRORS;
  }

  /** One number: the absolute error. */
  @Override
  public double[] outcome(double predicted, double actual) {
    return new double[] {Math.abs(predicted - actual)};
  }

  @Override
  public boolean isPossible(double[] outcome, double actual) {
    return outcome.length == 1 && outcome[0] >= 0;
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(
        QuantileEstimate.of(
            share,
            ERRORS,
            IntStream.range(0, outcomes.size()).mapToDouble(i -> outcomes.get(i, 0)).toArray()));
  }

  /** By the limits of both. */
  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return difference(value(candidate).orElseThrow(), value(approved).orElseThrow());
  }

  /** By the limits of both: they follow no normal distribution. */
  @Override
  public Estimate difference(Estimate first, Estimate second) {
    return LimitDifference.of(first, second);
  }

  /** Refuses clustered data, of which order statistics know nothing. */
  @Override
  public void check(Dataset data) {
    data.clustering()
        .ifPresent(
            column -> {
              throw new TouchstoneException(
                  "%s is clustered by %s, and the interval of a quantile is one for independent examples; claim it of data.onePerCluster(seed)"
                      .formatted(data.name(), column));
            });
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ErrorQuantile quantile && Double.compare(quantile.share, share) == 0;
  }

  @Override
  public int hashCode() {
    return Objects.hash(ErrorQuantile.class, share);
  }

  @Override
  public String toString() {
    return quantity();
  }
}
