package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A model that is declared to answer by its batch, and is asked in batches of one size. */
final class BatchedClassifier extends WrappedClassifier implements BatchDependence {
  private final int examples;

  BatchedClassifier(Classifier model, int examples) {
    super(model);
    this.examples = examples;
    Classifier innermost = model;
    while (innermost instanceof WrappedClassifier wrapped) {
      innermost = wrapped.model;
    }
    if (innermost instanceof OnnxClassifier onnx) {
      onnx.keepBatches();
    }
  }

  @Override
  public ModelFacts facts() {
    return model.facts().with("answers depend on their batch", "of " + examples);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return type == BatchDependence.class ? Optional.of(type.cast(this)) : model.capability(type);
  }

  @Override
  public Predictions predict(Tensor batch) {
    return model.predict(batch);
  }

  @Override
  public Predictions predict(Inputs batch) {
    return model.predict(batch);
  }

  @Override
  public int batchSize(long budgetBytes) {
    return examples;
  }

  /** None: what draws at random gives the same batch two answers, and is refused all the same. */
  @Override
  public List<String> unsteadyOperators() {
    return List.of();
  }

  @Override
  public OptionalInt answeredTogether() {
    return OptionalInt.of(examples);
  }

  @Override
  public boolean isDeclared() {
    return true;
  }

  @Override
  public Classifier withFile(String location) {
    return new BatchedClassifier(Models.withFile(model, location), examples);
  }
}
