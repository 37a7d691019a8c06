package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Estimate;

/**
 * The precision (positive predictive value) of one class: the share of what is predicted as it that
 * is of it. Undetermined where nothing is predicted as it.
 */
public final class Precision extends HitsAmongPredicted {
  private Precision(int positive) {
    super("precision", positive);
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static Precision ofClass(int positive) {
    return new Precision(positive);
  }

  @Override
  public Reading valueInWords(String examples, Dataset data) {
    return Reading.share(
        "of %s that are predicted as %s, %s are labelled so"
            .formatted(examples, Words.classNamed(data, positive), Reading.VALUE));
  }

  @Override
  boolean counts(boolean predictedPositive, boolean isPositive) {
    return predictedPositive;
  }

  @Override
  Estimate of(Estimate share) {
    return share;
  }
}
