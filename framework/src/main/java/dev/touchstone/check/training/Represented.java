package dev.touchstone.check.training;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.RunContext;

/** What a model's last layer sees, evaluated a batch at a time whenever it is read. */
record Represented(Representation of, Dataset data, int batch, int columns) implements RowSource {

  /**
   * Of a model and data.
   *
   * @param who needs it
   * @param cure what to do about a model that shows none
   * @throws dev.touchstone.model.MissingCapabilityException if the model shows none
   */
  static Represented of(
      Classifier model, Dataset data, String who, String cure, RunContext context) {
    Representation representation = model.require(Representation.class, who, cure);
    int batch = model.batchSize(context.settings().memoryBytes());
    int width = CheckedAnswers.representation(representation, data.batch(0, 1))[0].length;
    return new Represented(representation, data, batch, width);
  }

  @Override
  public int rows() {
    return data.size();
  }

  @Override
  public int chunk() {
    return batch;
  }

  @Override
  public void read(int from, int to, double[] into) {
    for (int first = from; first < to; first += batch) {
      int last = Math.min(to, first + batch);
      double[][] rows = CheckedAnswers.representation(of, data.batch(first, last));
      for (int i = first; i < last; i++) {
        System.arraycopy(rows[i - first], 0, into, (i - from) * columns, columns);
      }
    }
  }
}
