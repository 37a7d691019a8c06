package dev.touchstone.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A model with the trainer that made it, and what was kept on the way. */
public final class TrainedModel {
  private final Classifier model;
  private final Trainer trainer;
  private final List<Checkpoint> checkpoints;
  private final @Nullable Object state;

  private TrainedModel(
      Classifier model, Trainer trainer, List<Checkpoint> checkpoints, @Nullable Object state) {
    this.model = model;
    this.trainer = trainer;
    this.checkpoints = List.copyOf(checkpoints);
    this.state = state;
  }

  /** Returns a model and its trainer. */
  public static TrainedModel of(Classifier model, Trainer trainer) {
    return new TrainedModel(model, trainer, List.of(), null);
  }

  /** Returns a copy with checkpoints, in the order of the training. */
  public TrainedModel withCheckpoints(List<Checkpoint> kept) {
    return new TrainedModel(model, trainer, kept, state);
  }

  /**
   * Returns a copy with what an equal trainer needs to go on from here.
   *
   * @param learnt immutable, and understood by the trainer alone
   */
  public TrainedModel withState(Object learnt) {
    return new TrainedModel(model, trainer, checkpoints, learnt);
  }

  /** Returns the model as it is in the end. */
  public Classifier model() {
    return model;
  }

  /** Returns who trained it. */
  public Trainer trainer() {
    return trainer;
  }

  /** Returns the model as it was on the way; empty unless the task asked for checkpoints. */
  public List<Checkpoint> checkpoints() {
    return checkpoints;
  }

  /** Returns what the trainer kept to go on from here, if it is of this type. */
  public <S> Optional<S> state(Class<S> type) {
    return type.isInstance(state) ? Optional.of(type.cast(state)) : Optional.empty();
  }

  /** Frees the checkpoints and, unless it is a fixed model in a trainer's place, the model. */
  public void release() {
    checkpoints.forEach(checkpoint -> Models.release(checkpoint.model()));
    if (trainer.retrains()) {
      Models.release(model);
    }
  }

  @Override
  public String toString() {
    return model.name() + " by " + trainer.name();
  }
}
