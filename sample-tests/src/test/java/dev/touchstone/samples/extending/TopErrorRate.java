package dev.touchstone.samples.extending;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Optional;

/**
 * A metric of one's own: the top-k error rate (Russakovsky et al. 2015), the share of examples
 * whose class is not among the k most probable ones. Of classes that are equally probable the first
 * comes first.
 */
record TopErrorRate(int k) implements ClassificationMetric {

  TopErrorRate {
    if (k < 1) {
      throw new TouchstoneException("at least the most probable class counts, and k was " + k);
    }
  }

  @Override
  public String quantity() {
    return "top-" + k + " error rate";
  }

  /** What is kept of a prediction, and all that is: 1 where the class comes too late, else 0. */
  @Override
  public double[] outcome(double[] probabilities, int label) {
    int before = 0;
    for (int other = 0; other < probabilities.length; other++) {
      boolean first = probabilities[other] > probabilities[label];
      before += first || (probabilities[other] == probabilities[label] && other < label) ? 1 : 0;
    }
    return new double[] {before < k ? 0 : 1};
  }

  /** An exact interval, or one over clusters where the data declare some. */
  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(outcomes.rate(example -> outcomes.get(example, 0) > 0));
  }

  /** Paired: what both models have in common cancels out. */
  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return candidate.meanIncrease(approved, 0, 1);
  }

  /** With the range a tolerance is refused that every model keeps, or none. */
  @Override
  public Range range() {
    return Range.SHARE;
  }

  /** With the extremes a claim is refused that no answers on so few examples could show. */
  @Override
  public Optional<Extremes> extremes(int label) {
    return Optional.of(new Extremes(new double[] {0}, new double[] {1}));
  }

  @Override
  public Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  /** Refuses data on which nobody could err, before any model runs. */
  @Override
  public void check(Dataset data) {
    if (k >= data.classNames().size()) {
      throw new TouchstoneException(
          "%s has %d classes, and among the %d most probable ones is always the right one; take a smaller k"
              .formatted(data.name(), data.classNames().size(), k));
    }
  }
}
