package dev.touchstone.evidence.record;

import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import java.util.OptionalLong;

/** An estimate as a verdict file keeps it: its interval, no longer its sampling distribution. */
record RecordedEstimate(
    double value,
    @Override double valueWithoutBias,
    long sampleSize,
    @Override String unit,
    Interval recorded,
    @Override String method,
    OptionalLong examplesToDecide)
    implements Estimate {

  @Override
  public Interval interval(double level) {
    if (level != recorded.level()) {
      throw lost("an interval at level " + level);
    }
    return recorded;
  }

  @Override
  public double pValueAbove(double bound) {
    throw lost("a p-value");
  }

  @Override
  public double pValueBelow(double bound) {
    throw lost("a p-value");
  }

  @Override
  public OptionalLong examplesToDecide(double bound, double level) {
    return examplesToDecide;
  }

  private UnsupportedOperationException lost(String what) {
    return new UnsupportedOperationException(
        "a verdict that was read from a file cannot give "
            + what
            + ": it keeps the interval at level "
            + recorded.level()
            + " and the judgements, not the sampling distribution");
  }
}
