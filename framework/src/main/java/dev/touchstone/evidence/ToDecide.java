package dev.touchstone.evidence;

import dev.touchstone.statistics.BracketedProportion;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.Locale;
import java.util.OptionalLong;

/** What would decide a judgement that is inconclusive, in words. */
final class ToDecide {
  private static final int MOST_OF_A_UNIT = 60;
  private static final int MOST_OF_A_REASON = 400;

  /** Beyond so many times the examples that are there, no number is realistic. */
  private static final double MOST_TIMES = 1000;

  private ToDecide() {}

  /**
   * A sentence without its capital and its full stop.
   *
   * @param judgement an inconclusive one
   * @param measurements over how many of them Holm's correction ran
   */
  static String inWords(Verdict.Judgement judgement, int measurements) {
    Estimate estimate = judgement.measurement().estimate();
    if (Undetermined.is(estimate)) {
      return PlainText.of(estimate.method(), MOST_OF_A_REASON);
    }
    String unit = PlainText.of(estimate.unit(), MOST_OF_A_UNIT);
    double truth = estimate.valueWithoutBias();
    boolean holds = judgement.bound().admits(truth);
    String alone =
        judgement.isRefutedAlone()
            ? "refuted on its own (p %s), but not after Holm's correction for %s measurements; "
                .formatted(Numbers.format(judgement.pValue()), count(measurements))
            : "";
    OptionalLong fresh = judgement.examplesToDecide(measurements);
    if (unit.equals("weights")) {
      return alone
          + "a layer has no more weights than these: leave it out, LayersTrained.without(…), or"
          + " give the model before training, LayersTrained.since(…), which measures its change"
          + " exactly";
    }
    if (judgement.isRefutedAlone() && (holds || fresh.isEmpty())) {
      return "%smore fresh %s would decide it".formatted(alone, unit);
    }
    if (fresh.isPresent()) {
      return "%sabout %s fresh %s would %s the claim in 80 %% of runs (these were %s), if the true value is %s%s"
          .formatted(
              alone,
              count(fresh.getAsLong()),
              unit,
              holds ? "show" : "refute",
              count(estimate.sampleSize()),
              Numbers.format(truth),
              truth == estimate.value()
                  ? ", the estimate"
                  : ", the estimate without what chance adds to it");
    }
    if (estimate.method().equals(BracketedProportion.METHOD)) {
      return "what is open of these examples decides it, and not more of them: a better attack, or"
          + " better bounds, would";
    }
    double reach = reach(judgement, holds);
    double gap = Math.abs(judgement.bound().value() - truth);
    if (!Double.isFinite(reach) || !Double.isFinite(gap)) {
      return count(estimate.sampleSize())
          + " "
          + unit
          + " are so few that the interval has no end on this side; how many more fresh ones would"
          + " decide it cannot be told yet";
    }
    if (reach * reach <= MOST_TIMES / 4 * gap * gap) {
      return "no number of fresh "
          + unit
          + " alone would decide it: the estimate also rests on repeated draws or on several"
          + " models; take more of these, by .withDraws(…) where they are drawn";
    }
    return "the estimate lies so near the tolerance that no realistic number of "
        + unit
        + " would decide it";
  }

  /** How far the interval reaches towards, and over, the tolerance. */
  private static double reach(Verdict.Judgement judgement, boolean holds) {
    double value = judgement.measurement().estimate().value();
    boolean upwards = holds == (judgement.bound().direction() == Bound.Direction.AT_MOST);
    return upwards ? judgement.interval().upper() - value : value - judgement.interval().lower();
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
