package dev.touchstone.check.comparison;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Figure;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.metric.Metric;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import java.util.List;
import java.util.Map;

/** What checks of metrics show beside what is claimed. */
final class Besides {
  private Besides() {}

  /**
   * A metric's value without a claim, in its unit.
   *
   * @param quantity what it is called, such as the metric's own name
   */
  static Measurement value(Metric metric, String quantity, String slice, Estimate value) {
    return new Measurement(quantity, slice, value).reading(new Reading(metric.unit(), ""));
  }

  /** Estimates with their intervals side by side, one at each position. */
  static Figure curve(
      String name,
      String title,
      String axis,
      String quantity,
      List<String> positions,
      List<Estimate> estimates) {
    List<Figure.Curve.Point> points =
        estimates.stream()
            .map(
                estimate -> {
                  Interval interval = estimate.interval(Claim.LEVEL);
                  return new Figure.Curve.Point(
                      estimate.value(), interval.lower(), interval.upper());
                })
            .toList();
    return new Figure.Curve(name, title, axis, quantity, positions, Map.of(quantity, points));
  }
}
