package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Reading;

/** Sentences that metrics share. */
final class Words {
  private Words() {}

  /** What the quantity is. */
  static Reading is(Metric metric, String examples, String quantity) {
    return new Reading(
        metric.unit(), "over %s, the %s is %s".formatted(examples, quantity, Reading.VALUE));
  }

  /** By how much it is worse, or better, than that of another model. */
  static Reading worse(Metric metric, String examples, String quantity) {
    return new Reading(
            metric.unit() == Reading.Unit.SHARE ? Reading.Unit.POINTS : metric.unit(),
            "over %s, the %s is worse than the approved model's by %s"
                .formatted(examples, quantity, Reading.VALUE))
        .below0(
            "over %s, the %s is better than the approved model's by %s"
                .formatted(examples, quantity, Reading.VALUE));
  }

  /** A class as its data call it. */
  static String classNamed(Dataset data, int index) {
    return Reading.literal(data.classNames().get(index));
  }
}
