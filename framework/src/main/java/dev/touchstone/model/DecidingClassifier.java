package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import java.util.Optional;

/** A model of two classes whose class 1 is predicted from a declared probability on. */
final class DecidingClassifier extends WrappedClassifier {
  private final double probability;

  DecidingClassifier(Classifier model, double probability) {
    super(model);
    this.probability = probability;
  }

  @Override
  public ModelFacts facts() {
    return model.facts().with("class 1 from probability", probability);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return model.capability(type);
  }

  @Override
  public Predictions predict(Tensor batch) {
    return model.predict(batch).decidedAt(probability);
  }

  @Override
  public Predictions predict(Inputs batch) {
    return model.predict(batch).decidedAt(probability);
  }

  @Override
  public Classifier withFile(String location) {
    return new DecidingClassifier(Models.withFile(model, location), probability);
  }
}
