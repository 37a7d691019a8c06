package dev.touchstone.model;

import java.util.function.Function;

/** A model whose output has yet to be declared: what it means is never guessed. */
public final class ModelSource {
  private final Function<OutputKind, Classifier> make;

  ModelSource(Function<OutputKind, Classifier> make) {
    this.make = make;
  }

  /** The model emits logits. */
  public Classifier emittingLogits() {
    return emitting(OutputKind.LOGITS);
  }

  /** The model emits probabilities. */
  public Classifier emittingProbabilities() {
    return emitting(OutputKind.PROBABILITIES);
  }

  /** The model emits logarithms of probabilities. */
  public Classifier emittingLogProbabilities() {
    return emitting(OutputKind.LOG_PROBABILITIES);
  }

  /** The model emits what is given. */
  public Classifier emitting(OutputKind kind) {
    return make.apply(kind);
  }
}
