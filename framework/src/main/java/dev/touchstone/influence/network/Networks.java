package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Loss;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.OutputKind;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/** What all estimators here ask of a network: its white box, and its loss on a dataset. */
final class Networks {
  private static final int SHARE_OF_MEMORY = 8;

  /** More columns than this gain nothing. */
  private static final int MOST_COLUMNS = 256;

  private Networks() {}

  /**
   * The white box of a model whose scores are logits.
   *
   * @param who needs it
   */
  static WhiteBox whiteBox(Classifier model, String who) {
    WhiteBox box =
        model.require(
            WhiteBox.class,
            who,
            "give an ONNX file or a DJL block, or use InfluenceFunctions on the last layer's head");
    if (box.scoresAreOutputs() && model.outputs() == OutputKind.PROBABILITIES) {
      throw new TouchstoneException(
          "%s needs the logits of %s, which emits probabilities that no softmax or sigmoid at its end makes; export the model with its softmax, or without it and as logits"
              .formatted(who, model.name()));
    }
    return box;
  }

  /** The cross-entropy of some consecutive examples of a dataset, by their labels. */
  static Loss loss(Dataset data, int from, int to) {
    int[] labels = new int[to - from];
    Arrays.setAll(labels, i -> data.label(from + i));
    return Loss.crossEntropy(labels);
  }

  /**
   * Multiplies what is said of each training example by its weight in the training, if it has one.
   */
  static void weigh(Dataset training, Matrix rows) {
    training
        .trainingWeights()
        .ifPresent(
            weights -> {
              for (int i = 0; i < rows.rows(); i++) {
                for (int j = 0; j < rows.columns(); j++) {
                  rows.set(i, j, weights[i] * rows.get(i, j));
                }
              }
            });
  }

  /** How many examples of a dataset are read at once. */
  static int chunk(WhiteBox model, RunContext run) {
    return model.batchSize(run.settings().memoryBytes() / SHARE_OF_MEMORY, true);
  }

  /**
   * How many columns of n numbers, and what each needs besides, stand together in an eighth of the
   * memory.
   */
  static int columns(RunContext run, long n, long besides) {
    long each = Double.BYTES * (n + besides);
    long share = run.settings().memoryBytes() / SHARE_OF_MEMORY;
    return (int) Math.max(1, Math.min(MOST_COLUMNS, share / Math.max(1, each)));
  }

  /** Rows as columns. */
  static Matrix transposed(Matrix rows) {
    Matrix columns = Matrix.zeros(rows.columns(), rows.rows());
    for (int i = 0; i < rows.rows(); i++) {
      for (int j = 0; j < rows.columns(); j++) {
        columns.set(j, i, rows.get(i, j));
      }
    }
    return columns;
  }

  /** Takes some consecutive examples. */
  @FunctionalInterface
  interface ChunkReader {
    /** Takes the examples from one to before another, and their loss. */
    void read(int from, int to, Loss loss);
  }

  /** Goes through a dataset once. */
  static void forEachChunk(WhiteBox model, Dataset data, RunContext run, ChunkReader reader) {
    int step = chunk(model, run);
    for (int from = 0; from < data.size(); from += step) {
      int to = Math.min(data.size(), from + step);
      reader.read(from, to, loss(data, from, to));
    }
  }
}
