package dev.touchstone.assertions;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import org.assertj.core.api.AbstractAssert;

/** A fluent assertion about a model; say {@linkplain #on on what data} next. */
public final class ModelAssert extends AbstractAssert<ModelAssert, Classifier> {

  ModelAssert(Classifier actual) {
    super(actual, ModelAssert.class);
  }

  /** The data that the claim is about. */
  public ModelOnDataAssert on(Dataset data) {
    isNotNull();
    return new ModelOnDataAssert(actual, data, claim -> claim);
  }
}
