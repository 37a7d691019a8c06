package dev.touchstone.gate;

import dev.touchstone.evidence.Warning;

/**
 * A warning that a verdict carries which the decision rests on. It stops no release; whoever ships
 * has to have seen it.
 *
 * @param model the model's name in the policy
 * @param claim the claim's name in the policy
 * @param warning as the verdict carries it
 */
public record Caution(String model, String claim, Warning warning) {}
