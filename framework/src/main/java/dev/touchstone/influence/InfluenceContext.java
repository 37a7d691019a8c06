package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.runtime.RunContext;
import java.util.List;

/**
 * What is known of a training when one asks which examples matter in it.
 *
 * @param training the training data with the labels as given
 * @param head fitted to the representation of these data and labels
 * @param encoder represents further data as the head's training data were
 * @param checkpoints of the training, in its order; empty where none were kept
 * @param run settings, random streams and progress
 */
public record InfluenceContext(
    Dataset training,
    FittedHead head,
    Encoder encoder,
    List<Checkpoint> checkpoints,
    RunContext run) {

  /** Copies the list. */
  public InfluenceContext {
    if (head.size() != training.size()) {
      throw new IllegalArgumentException(
          "a %s for the %d examples of %s".formatted(head, training.size(), training.name()));
    }
    checkpoints = List.copyOf(checkpoints);
  }
}
