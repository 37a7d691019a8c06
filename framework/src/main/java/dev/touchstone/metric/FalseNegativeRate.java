package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;

/**
 * The false-negative rate of one class: the share of its examples that are predicted as another
 * class; by group it is one of the two rates that equalised odds compares (Hardt, Price and Srebro
 * 2016).
 *
 * <p>Two models are compared on these examples like {@linkplain ErrorRate error rates}.
 */
public final class FalseNegativeRate extends ErrorsAmong {
  private FalseNegativeRate(int positive) {
    super("false-negative rate", positive);
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static FalseNegativeRate ofClass(int positive) {
    return new FalseNegativeRate(positive);
  }

  @Override
  public Reading valueInWords(String examples, Dataset data) {
    return Reading.share(
        "of %s that are labelled %s, %s are predicted otherwise"
            .formatted(examples, Words.classNamed(data, positive), Reading.VALUE));
  }

  @Override
  boolean concerns(boolean isPositive) {
    return isPositive;
  }
}
