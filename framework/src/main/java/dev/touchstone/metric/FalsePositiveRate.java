package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;

/**
 * The false-positive rate of one class: the share of examples of other classes that are predicted
 * as it; by group it is one of the two rates that equalised odds compares (Hardt, Price and Srebro
 * 2016).
 *
 * <p>Two models are compared on these examples like {@linkplain ErrorRate error rates}.
 */
public final class FalsePositiveRate extends ErrorsAmong {
  private FalsePositiveRate(int positive) {
    super("false-positive rate", positive);
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static FalsePositiveRate ofClass(int positive) {
    return new FalsePositiveRate(positive);
  }

  @Override
  public Reading valueInWords(String examples, Dataset data) {
    return Reading.share(
        "of %s that are not labelled %s, %s are predicted as it"
            .formatted(examples, Words.classNamed(data, positive), Reading.VALUE));
  }

  @Override
  boolean concerns(boolean isPositive) {
    return !isPositive;
  }
}
