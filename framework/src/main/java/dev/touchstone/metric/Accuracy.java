package dev.touchstone.metric;

import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Predictions;
import dev.touchstone.statistics.Estimate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The share of examples whose predicted class is their label: 1 − {@link ErrorRate}. */
public final class Accuracy implements Metric {
  private static final ErrorRate ERRORS = ErrorRate.withDefaults();

  private Accuracy() {}

  /** Of predicted classes. */
  public static Accuracy withDefaults() {
    return new Accuracy();
  }

  @Override
  public String quantity() {
    return "accuracy";
  }

  @Override
  public String worsening() {
    return "accuracy loss";
  }

  @Override
  public boolean moreIsBetter() {
    return true;
  }

  @Override
  public Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  @Override
  public Reading valueInWords(String examples) {
    return Reading.share(Reading.VALUE + " of " + examples + " are answered rightly");
  }

  /** One number: 1 where the prediction is wrong, else 0. */
  @Override
  public double[] outcome(double[] probabilities, int label) {
    return ERRORS.outcome(probabilities, label);
  }

  @Override
  public double[] outcome(Predictions predictions, int example, int label) {
    return ERRORS.outcome(predictions, example, label);
  }

  @Override
  public boolean readsProbabilities() {
    return false;
  }

  @Override
  public double mostWorsening() {
    return 1;
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return ERRORS.isPossible(outcome, label);
  }

  /** Right and wrong. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return ERRORS.extremes(label);
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.rate(i -> outcomes.get(i, 0) == 0));
  }

  /** The {@linkplain ErrorRate#regression increase of the error rate}. */
  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return ERRORS.regression(candidate, approved);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Accuracy;
  }

  @Override
  public int hashCode() {
    return Accuracy.class.hashCode();
  }

  @Override
  public String toString() {
    return quantity();
  }
}
