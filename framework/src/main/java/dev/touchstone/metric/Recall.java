package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Estimate;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The recall (sensitivity, true-positive rate) of one class: the share of its examples that are
 * predicted as it, 1 − {@link FalseNegativeRate}. Equal opportunity compares it between groups
 * (Hardt, Price and Srebro 2016).
 */
public final class Recall extends SuccessRate {
  private final int positive;

  private Recall(int positive) {
    super(FalseNegativeRate.ofClass(positive));
    this.positive = positive;
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static Recall ofClass(int positive) {
    return new Recall(positive);
  }

  @Override
  public String quantity() {
    return "recall (class " + positive + ")";
  }

  @Override
  public String quantityFor(Dataset data) {
    return "recall of " + Words.classNamed(data, positive);
  }

  @Override
  public Reading valueInWords(String examples, Dataset data) {
    return Reading.share(
        "of %s that are labelled %s, %s are predicted so"
            .formatted(examples, Words.classNamed(data, positive), Reading.VALUE));
  }

  @Override
  public Reading worseningInWords(String examples, Dataset data) {
    return Words.worse(this, examples, quantityFor(data));
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    Outcomes concerned = ErrorsAmong.concerned(outcomes, outcomes);
    return Optional.of(concerned.rate(i -> concerned.get(i, 0) == 0));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Recall recall && recall.positive == positive;
  }

  @Override
  public int hashCode() {
    return Objects.hash(Recall.class, positive);
  }
}
