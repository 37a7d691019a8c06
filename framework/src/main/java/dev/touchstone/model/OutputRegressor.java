package dev.touchstone.model;

import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Optional;

/** A regressor whose values are the single output of a model, however that was loaded. */
final class OutputRegressor implements Regressor, LoadedModel, FromFile {
  /** Of the kind VALUES: its scores are what it emits. */
  private final Classifier model;

  OutputRegressor(Classifier model) {
    this.model = model;
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public String sha256() {
    return model.sha256();
  }

  @Override
  public Object identity() {
    return model.identity();
  }

  @Override
  public ModelFacts facts() {
    return model.facts();
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    return model.capability(type);
  }

  @Override
  public String whyMissing(Class<?> capability) {
    return model.whyMissing(capability);
  }

  @Override
  public double[] predict(Tensor batch) {
    double[][] rows =
        model
            .require(Scores.class, "a regressor", "use a model that shows what it emits")
            .scores(batch)
            .rows();
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != 1) {
        throw new TouchstoneException(
            "%s was declared to emit VALUES, and made %d numbers for an example; a regressor makes one: export that alone, or declare a classifier's outputs"
                .formatted(name(), rows[i].length));
      }
      values[i] = rows[i][0];
    }
    return values;
  }

  @Override
  public int batchSize(long budgetBytes) {
    return model.batchSize(budgetBytes);
  }

  @Override
  public Optional<Location> location() {
    return model instanceof FromFile fromFile ? fromFile.location() : Optional.empty();
  }

  Regressor withFile(String location) {
    return new OutputRegressor(Models.withFile(model, location));
  }

  @Override
  public void release() {
    Models.release(model);
  }

  @Override
  public String toString() {
    return name();
  }
}
