package dev.touchstone.gate;

import java.util.List;

/**
 * A reason and what it is about.
 *
 * @param model the model's name in the policy; empty where it is about all of them
 * @param claim the claim's name in the policy; empty where it is about none that the policy lists
 * @param groups the slices it is about; empty where it is about the whole claim
 */
public record Ground(String model, String claim, List<String> groups, Reason reason) {
  /** Copies the groups. */
  public Ground {
    groups = List.copyOf(groups);
  }
}
