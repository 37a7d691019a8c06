package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a training when one asks which examples matter in it. The head may be fitted
 * when it is first asked for, so that a detector that needs predictions only also ranks the data of
 * models that show no representation.
 */
public final class InfluenceContext {
  private final Dataset training;
  private final Supplier<FittedHead> fit;
  private final Encoder encoder;
  private final List<Checkpoint> checkpoints;
  private final RunContext run;
  private @Nullable FittedHead head;

  private InfluenceContext(
      Dataset training,
      Supplier<FittedHead> fit,
      Encoder encoder,
      List<Checkpoint> checkpoints,
      RunContext run) {
    this.training = training;
    this.fit = fit;
    this.encoder = encoder;
    this.checkpoints = List.copyOf(checkpoints);
    this.run = run;
  }

  /**
   * Describes a training whose head is fitted.
   *
   * @param training the training data with the labels as given
   * @param head fitted to the representation of these data and labels
   * @param encoder represents further data as the head's training data were
   * @param checkpoints of the training, in its order; empty where none were kept
   * @param run settings, random streams and progress
   * @throws IllegalArgumentException if the head was fitted to another number of examples
   */
  public InfluenceContext(
      Dataset training,
      FittedHead head,
      Encoder encoder,
      List<Checkpoint> checkpoints,
      RunContext run) {
    this(training, () -> head, encoder, checkpoints, run);
    head();
  }

  /**
   * Describes a training whose head is fitted when a detector first asks for it.
   *
   * @param fit fits the head to the representation of these data and labels
   * @see #InfluenceContext(Dataset, FittedHead, Encoder, List, RunContext)
   */
  public static InfluenceContext fittedWhenAsked(
      Dataset training,
      Supplier<FittedHead> fit,
      Encoder encoder,
      List<Checkpoint> checkpoints,
      RunContext run) {
    return new InfluenceContext(training, fit, encoder, checkpoints, run);
  }

  /** Returns the training data with the labels as given. */
  public Dataset training() {
    return training;
  }

  /**
   * Returns the head, fitted to the representation of the training data and their labels.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the trained model shows no
   *     representation
   */
  public synchronized FittedHead head() {
    FittedHead present = head;
    if (present == null) {
      present = fit.get();
      if (present.size() != training.size()) {
        throw new IllegalArgumentException(
            "a %s for the %d examples of %s".formatted(present, training.size(), training.name()));
      }
      head = present;
    }
    return present;
  }

  /** Returns what represents further data as the head's training data were. */
  public Encoder encoder() {
    return encoder;
  }

  /** Returns the checkpoints of the training, in its order; empty where none were kept. */
  public List<Checkpoint> checkpoints() {
    return checkpoints;
  }

  /** Returns settings, random streams and progress. */
  public RunContext run() {
    return run;
  }
}
