package dev.touchstone.report;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.record.RecordedVerdict;
import java.util.List;

/**
 * How the estimate that decides stands to the approved one. It says no more than which way it went:
 * whether a model is worse is a claim of its own, on paired examples.
 *
 * @param sign an arrow in the direction of the number; empty where there is nothing to compare, or
 *     no number
 * @param text in words: "better, was 0.021"
 */
record Trend(String sign, String text) {
  private static final Trend NONE = new Trend("", "");

  /** Of a verdict; empty without a baseline. */
  static Trend of(RecordedVerdict recorded, List<Baseline> baselines) {
    if (baselines.isEmpty()) {
      return NONE;
    }
    Verdict.Judgement judgement = recorded.verdict().deciding();
    Measurement measurement = judgement.measurement();
    return baselines.stream()
        .flatMap(b -> b.entryOf(recorded.verdict(), recorded.test()).stream())
        .findFirst()
        .flatMap(entry -> entry.value(measurement.quantity(), measurement.slice()))
        .map(was -> of(judgement.bound(), was.estimate(), measurement.estimate().value()))
        .orElse(new Trend("", "not in the baseline"));
  }

  static Trend of(Bound bound, double was, double is) {
    if (!Double.isFinite(was) || !Double.isFinite(is)) {
      return NONE;
    }
    if (Numbers.format(was).equals(Numbers.format(is))) {
      return new Trend("=", "as approved");
    }
    boolean more = is > was;
    boolean better = more == (bound.direction() == Bound.Direction.AT_LEAST);
    return new Trend(
        more ? "▲" : "▼", (better ? "better" : "worse") + ", was " + Numbers.format(was));
  }
}
