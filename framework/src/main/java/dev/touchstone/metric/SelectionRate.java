package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Estimate;
import java.util.Optional;

/**
 * The selection rate of one class: the share of all examples that are predicted as it, whatever
 * their label. Demographic parity asks that it is the same for every group; the four-fifths rule
 * that no group's is below 0.8 of another's (29 CFR 1607.4 D).
 *
 * <p>More is neither better nor worse: a claim on it is one on a gap or a ratio between groups, or
 * on two limits. Compared with another model, an increase is what is measured.
 */
public final class SelectionRate extends RateOfClass {
  private SelectionRate(int selected) {
    super("selection rate", selected);
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static SelectionRate ofClass(int selected) {
    return new SelectionRate(selected);
  }

  /** One number: 1 where the class is predicted. */
  @Override
  double[] outcome(int predicted, int label) {
    return new double[] {predicted == positive ? 1 : 0};
  }

  @Override
  public Reading valueInWords(String examples, Dataset data) {
    return Reading.share(
        "%s of %s are predicted as %s"
            .formatted(Reading.VALUE, examples, Words.classNamed(data, positive)));
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
}
