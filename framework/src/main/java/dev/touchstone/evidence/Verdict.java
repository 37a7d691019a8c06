package dev.touchstone.evidence;

import dev.touchstone.runtime.Policy;
import dev.touchstone.statistics.Interval;
import java.util.List;
import java.util.OptionalLong;

/**
 * Evidence judged against a claim.
 *
 * @param claim what was claimed
 * @param evidence what was found
 * @param judgements one per bound and measurement
 * @param policy what becomes of an inconclusive verdict
 */
public record Verdict(Claim claim, Evidence evidence, List<Judgement> judgements, Policy policy) {

  /** Copies the judgements. */
  public Verdict {
    judgements = List.copyOf(judgements);
  }

  /** PASS if every judgement passes, FAIL if one fails, INCONCLUSIVE otherwise. */
  public Outcome outcome() {
    if (judgements.stream().allMatch(j -> j.outcome() == Outcome.PASS)) {
      return Outcome.PASS;
    }
    return judgements.stream().anyMatch(j -> j.outcome() == Outcome.FAIL)
        ? Outcome.FAIL
        : Outcome.INCONCLUSIVE;
  }

  /** Whether the test that claimed this may be green. */
  public boolean acceptable() {
    return switch (outcome()) {
      case PASS -> true;
      case FAIL -> false;
      case INCONCLUSIVE -> policy == Policy.LENIENT || claim.inconclusiveAllowed().isPresent();
    };
  }

  /**
   * A hash of everything but times: the same seed, data, processor type, native thread count and
   * memory budget give the same fingerprint.
   */
  public String fingerprint() {
    return VerdictJson.fingerprint(this);
  }

  /**
   * One measurement against one bound.
   *
   * @param interval the measurement's interval at {@link Claim#LEVEL}
   * @param pValue of H₀ "the claim holds", one-sided
   * @param adjustedPValue after Holm's correction over the bound's measurements
   */
  public record Judgement(
      Bound bound,
      Measurement measurement,
      Interval interval,
      double pValue,
      double adjustedPValue,
      Outcome outcome) {

    /** About how many examples in all would decide an inconclusive judgement. */
    public OptionalLong examplesToDecide() {
      return measurement.estimate().examplesToDecide(bound.value(), Claim.LEVEL);
    }
  }
}
