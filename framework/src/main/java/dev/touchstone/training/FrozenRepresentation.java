package dev.touchstone.training;

import dev.touchstone.data.Dataset;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fixed model in the place of a trainer: only the head sees the planted labels.
 *
 * <p>What is measured on it is <em>optimistic</em>. An encoder that was trained on the right labels
 * leaks the answer: on Fashion-MNIST detectors reached an AUROC of 1.000 on a clean encoder, and
 * .92 to .93 on one that was retrained with the wrong labels.
 */
public final class FrozenRepresentation implements Trainer {
  private final Classifier model;

  private FrozenRepresentation(Classifier model) {
    this.model = model;
  }

  /** Makes a trainer of a model that has a {@link dev.touchstone.model.Representation}. */
  public static FrozenRepresentation of(Classifier model) {
    return new FrozenRepresentation(model);
  }

  @Override
  public String name() {
    return "frozen representation of " + model.name();
  }

  /** Returns the model's facts as those of a frozen model: a verdict is not about its file. */
  @Override
  public TrainerFacts facts() {
    return TrainerFacts.ofFrozen(name(), model.facts());
  }

  /** The model's own; empty if the model holds code without a name, which no hash covers. */
  @Override
  public Optional<String> sha256() {
    return model.facts().notDescribed().isEmpty() ? Optional.of(model.sha256()) : Optional.empty();
  }

  @Override
  public boolean retrains() {
    return false;
  }

  /** The model itself. */
  @Override
  public Classifier train(Dataset data, String stream, RunContext context) {
    return model;
  }

  /** The model itself, however much examples count: that is for the head on top of it. */
  @Override
  public TrainedModel train(TrainingTask task) {
    return Trainer.super.train(task.unweighted());
  }

  /** Equal if the models are: same name, facts and {@linkplain Classifier#identity identity}. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FrozenRepresentation that
        && model.name().equals(that.model.name())
        && model.facts().equals(that.model.facts())
        && model.identity().equals(that.model.identity());
  }

  @Override
  public int hashCode() {
    return Objects.hash(model.name(), model.identity());
  }

  @Override
  public String toString() {
    return name();
  }
}
