package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Predictions;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Optional;

/** One minus an error rate, of which it keeps the same outcomes. */
abstract class SuccessRate implements ClassificationMetric {
  private final ClassificationMetric errors;

  SuccessRate(ClassificationMetric errors) {
    this.errors = errors;
  }

  @Override
  public final String worsening() {
    return quantity() + " loss";
  }

  @Override
  public final boolean moreIsBetter() {
    return true;
  }

  @Override
  public final Range range() {
    return Range.SHARE;
  }

  @Override
  public final Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  @Override
  public final double[] outcome(double[] probabilities, int label) {
    return errors.outcome(probabilities, label);
  }

  /** That of the error rate: 1 where the prediction is wrong. */
  @Override
  public final double[] outcome(Predictions predictions, int example, int label) {
    return errors.outcome(predictions, example, label);
  }

  @Override
  public final boolean readsProbabilities() {
    return errors.readsProbabilities();
  }

  @Override
  public final boolean isPossible(double[] outcome, int label) {
    return errors.isPossible(outcome, label);
  }

  @Override
  public final Optional<Extremes> extremes(int label) {
    return errors.extremes(label);
  }

  /** By how much the error rate is larger. */
  @Override
  public final Estimate regression(Outcomes candidate, Outcomes approved) {
    return errors.regression(candidate, approved);
  }

  @Override
  public final void check(Dataset data) {
    errors.check(data);
  }

  @Override
  public final Optional<String> lack(Dataset data, Slice slice) {
    return errors.lack(data, slice);
  }

  @Override
  public final String toString() {
    return quantity();
  }
}
