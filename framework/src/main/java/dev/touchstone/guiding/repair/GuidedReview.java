package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import java.util.List;

/**
 * Several rounds of guiding with an expert. Immutable.
 *
 * @param rounds in their order, at least one
 * @param task what is left at the end: the training data have the labels that the expert gave
 * @param inspected how many examples the expert looked at
 * @param updated the model with its last layer made anew on the expert's labels
 */
public record GuidedReview(
    List<GuidingRound> rounds, RepairTask task, int inspected, RepairedModel updated) {

  /** Copies the list. */
  public GuidedReview {
    rounds = List.copyOf(rounds);
  }

  /** Returns the training data with the labels that the expert gave. */
  public Dataset corrected() {
    return task.training();
  }

  /** Returns the last round. */
  public GuidingRound last() {
    return rounds.get(rounds.size() - 1);
  }

  /** Returns whether nothing was left to inspect in the end. */
  public boolean isFinished() {
    return last().isEmpty();
  }
}
