package dev.touchstone.metric;

import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Predictions;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The negative-flip rate: the share of all examples that were right before and are wrong now (Yan
 * et al. 2021, Positive-congruent training, CVPR). A candidate can have fewer errors than the
 * approved model and still break what its users rely on.
 *
 * <p>The interval is exact (Clopper-Pearson), or one over clusters.
 */
public final class NegativeFlips implements ClassificationMetric {
  private NegativeFlips() {}

  /** Makes the metric of predicted classes. */
  public static NegativeFlips withDefaults() {
    return new NegativeFlips();
  }

  @Override
  public String quantity() {
    return "negative-flip rate";
  }

  @Override
  public String worsening() {
    return quantity();
  }

  @Override
  public Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  @Override
  public Reading worseningInWords(String examples) {
    return Reading.share(
        "%s of %s were answered rightly by the approved model and are answered wrongly now"
            .formatted(Reading.VALUE, examples));
  }

  @Override
  public double[] outcome(double[] probabilities, int label) {
    return ErrorRate.withDefaults().outcome(probabilities, label);
  }

  @Override
  public double[] outcome(Predictions predictions, int example, int label) {
    return ErrorRate.withDefaults().outcome(predictions, example, label);
  }

  @Override
  public boolean readsProbabilities() {
    return false;
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return ErrorRate.withDefaults().isPossible(outcome, label);
  }

  /** Right and wrong. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return ErrorRate.withDefaults().extremes(label);
  }

  /** Empty: it takes two models to flip. */
  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.empty();
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.rate(i -> candidate.get(i, 0) > approved.get(i, 0));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NegativeFlips;
  }

  @Override
  public int hashCode() {
    return NegativeFlips.class.hashCode();
  }

  @Override
  public String toString() {
    return quantity();
  }
}
