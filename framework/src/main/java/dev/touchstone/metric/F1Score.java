package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IncreasingEstimate;
import dev.touchstone.statistics.Range;

/**
 * The F₁ score of one class, the harmonic mean of precision and recall (van Rijsbergen 1979):
 * {@code 2·TP / (2·TP + FP + FN)}.
 *
 * <p>It is 2J/(1 + J) of the share J of true positives among all examples that are of the class or
 * are predicted as it. That is a rate, so that its exact limits carry over.
 */
public final class F1Score extends HitsAmongPredicted {
  private F1Score(int positive) {
    super("F1 score", positive);
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static F1Score ofClass(int positive) {
    return new F1Score(positive);
  }

  @Override
  public Reading.Unit unit() {
    return Reading.Unit.NUMBER;
  }

  @Override
  boolean counts(boolean predictedPositive, boolean isPositive) {
    return predictedPositive || isPositive;
  }

  @Override
  Estimate of(Estimate share) {
    return IncreasingEstimate.of(share, j -> 2 * j / (1 + j), f -> f / (2 - f), Range.SHARE);
  }
}
