package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Predictions;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The selection rate of one class: the share of all examples that are predicted as it, whatever
 * their label. Demographic parity asks that it is the same for every group; the four-fifths rule
 * that no group's is below 0.8 of another's (29 CFR 1607.4 D).
 *
 * <p>More is neither better nor worse: a claim on it is one on a gap or a ratio between groups, or
 * on two limits. Compared with another model, an increase is what is measured.
 */
public final class SelectionRate implements ClassificationMetric {
  private final int selected;

  private SelectionRate(int selected) {
    this.selected = selected;
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static SelectionRate ofClass(int selected) {
    return new SelectionRate(selected);
  }

  @Override
  public String quantity() {
    return "selection rate (class " + selected + ")";
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  @Override
  public double[] outcome(double[] probabilities, int label) {
    return outcome(Predictions.mostProbable(probabilities));
  }

  /** One number: 1 where the class is predicted. */
  @Override
  public double[] outcome(Predictions predictions, int example, int label) {
    return outcome(predictions.predicted(example));
  }

  private double[] outcome(int predicted) {
    return new double[] {predicted == selected ? 1 : 0};
  }

  @Override
  public boolean readsProbabilities() {
    return false;
  }

  /** No: what is selected is neither right nor wrong. */
  @Override
  public boolean comparesWithMajority() {
    return false;
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 1 && (outcome[0] == 0 || outcome[0] == 1);
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.rate(i -> outcomes.get(i, 0) > 0));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, 0, 1);
  }

  /** Refuses a class that is none. */
  @Override
  public void check(Dataset data) {
    ErrorsAmong.refuseUnknownClass(data, "selection rate", selected);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SelectionRate rate && rate.selected == selected;
  }

  @Override
  public int hashCode() {
    return Objects.hash(SelectionRate.class, selected);
  }

  @Override
  public String toString() {
    return quantity();
  }
}
