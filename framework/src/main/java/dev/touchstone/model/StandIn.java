package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import java.util.Optional;

/** A model that stands in place of another file's; the same in everything but what it tells. */
final class StandIn extends WrappedClassifier {
  private final String declared;

  StandIn(Classifier model, String declared) {
    super(model);
    this.declared = declared;
  }

  @Override
  public ModelFacts facts() {
    return model.facts().standingInFor(declared);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return model.capability(type);
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
  public Classifier withFile(String location) {
    return new StandIn(Models.withFile(model, location), declared);
  }
}
