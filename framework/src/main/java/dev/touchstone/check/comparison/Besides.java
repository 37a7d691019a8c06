package dev.touchstone.check.comparison;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.metric.Metric;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import java.util.List;
import java.util.Map;

/** What checks of metrics show beside what is claimed. */
final class Besides {
  /** What a person looks at in one figure; the judgements beside it are all there. */
  private static final int MOST_POSITIONS = 500;

  private Besides() {}

  /**
   * A metric's value without a claim, in its unit.
   *
   * @param quantity what it is called, such as the metric's own name
   */
  static Measurement value(Metric metric, String quantity, String slice, Estimate value) {
    return new Measurement(quantity, slice, value).reading(new Reading(metric.unit(), ""));
  }

  /** Estimates with their intervals side by side, one at each position, of many the first. */
  static Figure plot(
      String name,
      String title,
      String axis,
      String quantity,
      List<String> positions,
      List<Estimate> estimates) {
    int shown = Math.min(MOST_POSITIONS, positions.size());
    List<IntervalPlot.Point> points =
        estimates.subList(0, shown).stream().map(Besides::point).toList();
    return new IntervalPlot(
        name,
        shown < positions.size()
            ? "%s (the first %d of %d)".formatted(title, shown, positions.size())
            : title,
        axis,
        quantity,
        positions.subList(0, shown),
        Map.of(quantity, points));
  }

  private static IntervalPlot.Point point(Estimate estimate) {
    Interval interval = estimate.interval(Claim.LEVEL);
    return new IntervalPlot.Point(estimate.value(), interval.lower(), interval.upper());
  }
}
