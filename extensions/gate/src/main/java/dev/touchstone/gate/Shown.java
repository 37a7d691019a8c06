package dev.touchstone.gate;

import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.record.RecordedVerdict;

/**
 * What was found on one required claim and group.
 *
 * @param model the model's name in the policy
 * @param claim the claim's name in the policy
 * @param judgement the judgement that shows it
 * @param verdict where it stands
 */
public record Shown(
    String model, String claim, Verdict.Judgement judgement, RecordedVerdict verdict) {}
