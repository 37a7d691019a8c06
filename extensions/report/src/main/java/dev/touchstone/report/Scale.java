package dev.touchstone.report;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.statistics.Interval;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** The axis that the interval bars of comparable judgements share. */
record Scale(double least, double most) {
  private static final int WIDTH = 120;
  private static final int HEIGHT = 14;

  /** From the least to the greatest of all limits and bounds, with a margin. */
  static Scale over(List<Verdict.Judgement> judgements) {
    double[] all =
        judgements.stream()
            .flatMapToDouble(
                j ->
                    DoubleStream.of(
                        j.bound().value(),
                        j.interval().lower(),
                        j.interval().upper(),
                        j.measurement().estimate().value()))
            .filter(Double::isFinite)
            .toArray();
    double least = DoubleStream.of(all).min().orElse(0);
    double most = DoubleStream.of(all).max().orElse(1);
    double margin = most > least ? (most - least) * 0.08 : Math.max(1e-9, Math.abs(most) * 0.1);
    return new Scale(least - margin, most + margin);
  }

  /**
   * A judgement on the axis.
   *
   * @param allowedFrom where the tolerated side begins
   * @param allowedWidth how far it reaches
   * @param interval the path of the interval, with a cap at each end that is finite
   * @param estimate where the estimate lies; empty if it is no finite number
   * @param bound the path of the tolerance
   */
  record Bar(
      String allowedFrom, String allowedWidth, String interval, String estimate, String bound) {}

  Bar bar(Verdict.Judgement judgement) {
    double bound = at(judgement.bound().value());
    boolean atMost = judgement.bound().direction() == Bound.Direction.AT_MOST;
    double estimate = judgement.measurement().estimate().value();
    return new Bar(
        show(atMost ? 0 : bound),
        show(atMost ? bound : WIDTH - bound),
        path(judgement.interval()),
        Double.isFinite(estimate) ? show(at(estimate)) : "",
        "M" + show(bound) + " 0V" + HEIGHT);
  }

  private String path(Interval interval) {
    String lower = show(at(interval.lower()));
    String upper = show(at(interval.upper()));
    return cap(interval.lower()) + "M" + lower + " 7H" + upper + cap(interval.upper());
  }

  /** The mark of a limit; one that is infinite lies beyond the axis. */
  private String cap(double limit) {
    return Double.isFinite(limit) ? "M" + show(at(limit)) + " 4v6" : "";
  }

  /** Where a value that is a number lies, infinite ones at the end. */
  private double at(double value) {
    double share = (value - least) / (most - least);
    return Math.max(0, Math.min(1, share)) * WIDTH;
  }

  private static String show(double position) {
    double tenths = Math.rint(position * 10) / 10;
    return tenths == Math.rint(tenths)
        ? Long.toString((long) tenths)
        : String.format(Locale.ROOT, "%.1f", tenths);
  }
}
