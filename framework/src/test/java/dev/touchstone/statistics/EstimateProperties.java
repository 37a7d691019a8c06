package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;

/** What every estimate promises. */
public final class EstimateProperties {
  private EstimateProperties() {}

  /** Intervals are nested, and p-values agree with them, wherever the bound lies. */
  public static void assertIntervalsAndPValuesAgree(Estimate estimate, double... bounds) {
    double[] levels = {0.5, 0.8, 0.9, 0.95, 0.99};
    Interval inner = null;
    for (double level : levels) {
      Interval interval = estimate.interval(level);
      assertThat(interval.contains(estimate.value())).as("%s in %s", estimate, interval).isTrue();
      if (inner != null) {
        assertThat(interval.lower()).isLessThanOrEqualTo(inner.lower());
        assertThat(interval.upper()).isGreaterThanOrEqualTo(inner.upper());
      }
      inner = interval;
      for (double bound : bounds) {
        String where = estimate + " at " + level + " and bound " + bound + ": " + interval;
        // Limits are found by iteration; at the limit itself neither answer is wrong.
        if (Math.abs(bound - interval.lower()) > 1e-9) {
          assertThat(estimate.pValueAbove(bound) < (1 - level) / 2)
              .as("above, " + where)
              .isEqualTo(interval.lower() > bound);
        }
        if (Math.abs(bound - interval.upper()) > 1e-9) {
          assertThat(estimate.pValueBelow(bound) < (1 - level) / 2)
              .as("below, " + where)
              .isEqualTo(interval.upper() < bound);
        }
      }
    }
  }
}
