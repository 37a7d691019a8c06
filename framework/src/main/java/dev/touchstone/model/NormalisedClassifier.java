package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.WhiteBox;

/** A model that takes its inputs normalised. */
final class NormalisedClassifier extends PreparedClassifier {
  private final Normalisation normalisation;

  NormalisedClassifier(Classifier model, Normalisation normalisation) {
    super(model);
    this.normalisation = normalisation;
  }

  @Override
  public Classifier withFile(String location) {
    return new NormalisedClassifier(Models.withFile(model, location), normalisation);
  }

  @Override
  public ModelFacts facts() {
    return model.facts().normalisedBy(normalisation.toString());
  }

  @Override
  Tensor prepared(Tensor batch) {
    return normalisation.apply(batch);
  }

  @Override
  Inputs prepared(Inputs batch) {
    return normalisation.apply(batch);
  }

  @Override
  double[][] backward(double[][] gradients, Tensor batch) {
    return normalisation.backward(gradients, batch);
  }

  @Override
  WhiteBox around(WhiteBox raw) {
    return raw.normalising(normalisation.mean(), normalisation.std());
  }
}
