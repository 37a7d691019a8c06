package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;

/** What a model's last layer sees of data, evaluated a batch at a time. */
final class Represented {
  private final Representation representation;
  private final Classifier model;
  private final RunContext context;

  private Represented(Representation representation, Classifier model, RunContext context) {
    this.representation = representation;
    this.model = model;
    this.context = context;
  }

  /**
   * By a model.
   *
   * @param who needs it
   */
  static Represented by(Classifier model, String who, RunContext context) {
    return new Represented(
        model.require(
            Representation.class,
            who,
            "give an ONNX file or a DJL block that ends in a linear layer, a TorchScript module"
                + " with a method that shows the last layer's input, or train a head of your own on"
                + " what the model shows"),
        model,
        context);
  }

  /**
   * The representation of all examples, n × d.
   *
   * @throws TouchstoneException if it takes more than half of {@code touchstone.memory}
   */
  Matrix of(Dataset data) {
    long budget = context.settings().memoryBytes();
    int batch = model.batchSize(budget);
    Matrix all = Matrix.zeros(0, 0);
    for (int from = 0; from < data.size(); from += batch) {
      int to = Math.min(data.size(), from + batch);
      double[][] rows = CheckedAnswers.representation(representation, data.batch(from, to));
      int width = rows[0].length;
      if (from == 0) {
        long bytes = (long) Double.BYTES * data.size() * width;
        if (bytes > budget / 2) {
          throw new TouchstoneException(
              "the representation of %s takes %d MB, more than half of touchstone.memory (%d MB); give more memory, or data.sample(n, seed)"
                  .formatted(data.name(), bytes >> 20, budget >> 20));
        }
        all = Matrix.zeros(data.size(), width);
      }
      for (int i = from; i < to; i++) {
        System.arraycopy(rows[i - from], 0, all.values(), i * width, width);
      }
    }
    return all;
  }
}
