package dev.touchstone.statistics;

import java.util.function.DoubleUnaryOperator;

/**
 * What is known of an area under the ROC curve, or of a difference of two, from the placements of
 * the positives and of the negatives. But for terms of the order 1/n the estimate A varies as the
 * sum of two independent means (Hoeffding's projection of the U-statistic, the ground of DeLong's
 * variance too), each of which has the limits of {@link BoundedMean}; these know that an example
 * that was not met may stand anywhere. With U₊ and U₋ for the means over positives and over
 * negatives, the upper limit is put together as by Zou and Donner (2008):
 *
 * <pre>A + √((U₊ − A)² + (U₋ − A)²)</pre>
 *
 * @param ofPositives the mean over the positives
 * @param ofNegatives the mean over the negatives, the same number
 */
record Projection(BoundedMean ofPositives, BoundedMean ofNegatives) {

  /** Of so many times the examples. */
  Projection repeated(double times) {
    return new Projection(ofPositives.repeated(times), ofNegatives.repeated(times));
  }

  /** How far a limit is from the estimate. */
  double reach(double tail, boolean upper) {
    return Math.hypot(
        ofPositives.limit(tail, upper) - ofPositives.value(),
        ofNegatives.limit(tail, upper) - ofNegatives.value());
  }

  /** The tail at which the lower limit lies as far below the estimate as that. */
  double tailBelow(double gap) {
    return tail(
        gap,
        x -> ofPositives.pValueAbove(ofPositives.value() - x),
        x -> ofNegatives.pValueAbove(ofNegatives.value() - x));
  }

  /** The tail at which the upper limit lies as far above the estimate as that. */
  double tailAbove(double gap) {
    return tail(
        gap,
        x -> ofPositives.pValueBelow(ofPositives.value() + x),
        x -> ofNegatives.pValueBelow(ofNegatives.value() + x));
  }

  /** Where the limits x and y of the two means have one tail and {@code x² + y² = gap²}. */
  private static double tail(
      double gap, DoubleUnaryOperator tailOfPositives, DoubleUnaryOperator tailOfNegatives) {
    if (gap <= 0) {
      return 1;
    }
    // The angle at which the two tails are equal; the first grows with it and the other falls.
    double low = 0;
    double high = Math.PI / 2;
    double tail = 1;
    for (int halving = 0; halving < 60; halving++) {
      double angle = (low + high) / 2;
      double first = tailOfPositives.applyAsDouble(gap * Math.cos(angle));
      double second = tailOfNegatives.applyAsDouble(gap * Math.sin(angle));
      tail = Math.max(first, second);
      // The larger one is never less than the common one.
      if (tail < Inversion.SMALLEST_TAIL) {
        return 0;
      }
      if (Math.abs(first - second) <= 1e-9 * tail) {
        break;
      }
      if (first < second) {
        low = angle;
      } else {
        high = angle;
      }
    }
    return tail < 0.5 ? tail : 1;
  }
}
