package dev.touchstone.model;

import dev.touchstone.runtime.Location;
import java.util.Optional;

/** A model around another, whose name, file, outputs and life it has. */
abstract class WrappedClassifier implements Classifier, LoadedModel, FromFile.OfClassifier {
  final Classifier model;

  WrappedClassifier(Classifier model) {
    this.model = model;
  }

  @Override
  public final String name() {
    return model.name();
  }

  @Override
  public final String sha256() {
    return model.sha256();
  }

  @Override
  public final Object identity() {
    return model.identity();
  }

  @Override
  public final String whyMissing(Class<?> capability) {
    return model.whyMissing(capability);
  }

  @Override
  public final OutputKind outputs() {
    return model.outputs();
  }

  @Override
  public int batchSize(long budgetBytes) {
    return model.batchSize(budgetBytes);
  }

  @Override
  public final Optional<Location> location() {
    return model instanceof FromFile fromFile ? fromFile.location() : Optional.empty();
  }

  @Override
  public void release() {
    Models.release(model);
  }

  @Override
  public final String toString() {
    return name();
  }
}
