package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Optional;

/** A regressor whose values are what a model emits, however that was loaded. */
final class OutputRegressor implements Regressor, LoadedModel, FromFile {
  /** Of the kind VALUES: its scores are what it emits. */
  private final Classifier model;

  private final boolean intervals;

  /**
   * A regressor.
   *
   * @param intervals whether it emits lower end, value and upper end, and not the value alone
   */
  OutputRegressor(Classifier model, boolean intervals) {
    this.model = model;
    this.intervals = intervals;
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
    return intervals
        ? model.facts().with("intervals", "lower end, value, upper end")
        : model.facts();
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
  public Values predict(Tensor batch) {
    return values(shown().scores(batch).rows());
  }

  @Override
  public Values predict(Inputs batch) {
    return values(shown().scores(batch).rows());
  }

  private Scores shown() {
    return model.require(Scores.class, "a regressor", "use a model that shows what it emits");
  }

  private Values values(double[][] rows) {
    int emitted = intervals ? 3 : 1;
    double[][] columns = new double[emitted][rows.length];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != emitted) {
        throw new TouchstoneException(wrongNumber(rows[i].length));
      }
      for (int c = 0; c < emitted; c++) {
        if (!Double.isFinite(rows[i][c])) {
          throw new TouchstoneException(
              "%s made %s for row %d of the batch; are the inputs preprocessed as in training, and do weights overflow?"
                  .formatted(name(), rows[i][c], i));
        }
        columns[c][i] = rows[i][c];
      }
      if (intervals && rows[i][0] > rows[i][2]) {
        throw new TouchstoneException(
            "%s made an interval from %s to %s for row %d of the batch: the lower end comes first, then the value, then the upper end"
                .formatted(name(), rows[i][0], rows[i][2], i));
      }
    }
    return intervals ? Values.of(columns[1], columns[0], columns[2]) : Values.of(columns[0]);
  }

  private String wrongNumber(int numbers) {
    return intervals
        ? "%s was declared to emit a lower end, a value and an upper end, and made %d numbers for an example; export these three, or say .emittingValues()"
            .formatted(name(), numbers)
        : "%s was declared to emit VALUES, and made %d numbers for an example; a regressor makes one: export that alone, or declare a classifier's outputs, or .emittingIntervals()"
            .formatted(name(), numbers);
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
    return new OutputRegressor(Models.withFile(model, location), intervals);
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
