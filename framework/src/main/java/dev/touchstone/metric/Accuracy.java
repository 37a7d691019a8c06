package dev.touchstone.metric;

import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Estimate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The share of examples whose predicted class is their label: 1 − {@link ErrorRate}. */
public final class Accuracy extends SuccessRate {
  private Accuracy() {
    super(ErrorRate.withDefaults());
  }

  /** Makes the metric of predicted classes. */
  public static Accuracy withDefaults() {
    return new Accuracy();
  }

  @Override
  public String quantity() {
    return "accuracy";
  }

  @Override
  public Reading valueInWords(String examples) {
    return Reading.share(Reading.VALUE + " of " + examples + " are answered rightly");
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.rate(i -> outcomes.get(i, 0) == 0));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Accuracy;
  }

  @Override
  public int hashCode() {
    return Accuracy.class.hashCode();
  }
}
