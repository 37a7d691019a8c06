package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What a model's last layer sees of data, or a node makes, evaluated a batch at a time. */
final class Represented {
  private final Layer layer;
  private final int batchSize;
  private final RunContext context;

  /** Shows a batch, n × d. */
  private interface Layer {
    double[][] of(Tensor batch);
  }

  private Represented(Layer layer, int batchSize, RunContext context) {
    this.layer = layer;
    this.batchSize = batchSize;
    this.context = context;
  }

  /**
   * By a model.
   *
   * @param who needs it
   */
  static Represented by(Classifier model, String who, RunContext context) {
    return by(model, who, model.batchSize(context.settings().memoryBytes()), context);
  }

  /**
   * By a regressor.
   *
   * @param who needs it
   */
  static Represented by(Regressor model, String who, RunContext context) {
    return by(model, who, model.batchSize(context.settings().memoryBytes()), context);
  }

  private static Represented by(Model model, String who, int batchSize, RunContext context) {
    Representation shown =
        model.require(
            Representation.class,
            who,
            "give an ONNX file or a DJL block that ends in a linear layer, a TorchScript module"
                + " with a method that shows the last layer's input, or train a head of your own on"
                + " what the model shows");
    return new Represented(
        batch -> CheckedAnswers.representation(shown, batch), batchSize, context);
  }

  /**
   * By a model, behind one of its nodes instead of in front of its last layer.
   *
   * @param who needs it
   * @param node the node's name
   * @throws TouchstoneException for one whose values are more for longer examples
   */
  static Represented behind(String node, Classifier model, String who, RunContext context) {
    return behind(node, model, who, model.batchSize(context.settings().memoryBytes()), context);
  }

  /**
   * By a regressor, behind one of its nodes.
   *
   * @param who needs it
   * @param node the node's name
   * @throws TouchstoneException for one whose values are more for longer examples
   */
  static Represented behind(String node, Regressor model, String who, RunContext context) {
    return behind(node, model, who, model.batchSize(context.settings().memoryBytes()), context);
  }

  private static Represented behind(
      String node, Model model, String who, int batchSize, RunContext context) {
    WhiteBox given =
        model.require(
            WhiteBox.class, who, "carve a model that is a white box, or at its last layer's input");
    WhiteBox box = given.withFreeBatch().orElse(given);
    Tap tap = box.tap(node);
    if (Arrays.stream(tap.shape()).skip(1).anyMatch(length -> length < 1)) {
      throw new TouchstoneException(
          "the value at %s follows the examples' length, and a layer on it has one; take a node behind which it does not, such as the pooled value"
              .formatted(tap));
    }
    return new Represented(
        batch ->
            CheckedAnswers.innerRows(
                model.name(),
                Objects.requireNonNull(box.values(batch, List.of(tap)).get(tap)),
                batch),
        batchSize,
        context);
  }

  /** The representation of a batch, n × d. */
  double[][] of(Tensor batch) {
    return layer.of(batch);
  }

  /**
   * The representation of all examples, n × d.
   *
   * @throws TouchstoneException if it takes more than half of {@code touchstone.memory}
   */
  Matrix of(Dataset data) {
    long budget = context.settings().memoryBytes();
    Matrix all = Matrix.zeros(0, 0);
    for (int from = 0; from < data.size(); from += batchSize) {
      int to = Math.min(data.size(), from + batchSize);
      double[][] rows = of(data.batch(from, to));
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
