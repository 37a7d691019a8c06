package dev.touchstone.check.shift;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Leakage;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Takes for foreign what lies far from the training data in a network (Sun, Ming, Zhu and Li 2022):
 * with z = φ/‖φ‖ of what the network holds of an example, the distance ‖z − z₍k₎‖ from the k-th
 * nearest training example; k is {@value #NEIGHBOURS} unless it is set, and φ what the last layer
 * sees unless a node is named.
 */
public final class NearestTrainingExamples implements OutOfDistributionDetector {
  private static final int NEIGHBOURS = 50;
  private static final int AT_ONCE = 256;
  private static final String NAME = "nearest training examples";

  private final Dataset training;
  private final InnerValues at;
  private final int neighbours;

  private NearestTrainingExamples(Dataset training, InnerValues at, int neighbours) {
    this.training = training;
    this.at = at;
    this.neighbours = neighbours;
  }

  /**
   * Looks among training examples for neighbours.
   *
   * @param training none of whose examples are judged
   */
  public static NearestTrainingExamples of(Dataset training) {
    return new NearestTrainingExamples(training, InnerValues.OF_LAST_LAYER, NEIGHBOURS);
  }

  /** Looks at the output of a node, as {@code WhiteBox.taps} lists them. */
  public NearestTrainingExamples at(String node) {
    return new NearestTrainingExamples(training, new InnerValues(node), neighbours);
  }

  /**
   * Takes the distance from another neighbour than the {@value #NEIGHBOURS}th.
   *
   * @throws IllegalArgumentException for less than one
   */
  public NearestTrainingExamples withNeighbours(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("the first neighbour is the nearest, was " + k);
    }
    return new NearestTrainingExamples(training, at, k);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("neighbours", Integer.toString(neighbours));
    settings.put("at", at.describe());
    settings.put("detector's training data", training.name());
    settings.put("detector's training data sha256", training.sha256());
    return settings;
  }

  @Override
  public void check(Classifier model, Dataset examples) {
    at.require(model, NAME);
    if (training.size() < neighbours) {
      throw new TouchstoneException(
          "%s has %d examples, and none of them has a neighbour number %d; write withNeighbours(%d), or give more"
              .formatted(training.name(), training.size(), neighbours, training.size() / 2 + 1));
    }
    Leakage.refuse("detector's training data", training, "judged data", examples);
  }

  @Override
  public Foreignness fitTo(Classifier model, RunContext context) {
    Matrix known = directions(model, training, context);
    return examples -> distances(known, directions(model, examples, context), context);
  }

  /** Unit vectors, one a column. */
  private Matrix directions(Classifier model, Dataset data, RunContext context) {
    double[][] rows = at.of(model, data, NAME, context);
    Matrix columns = Matrix.zeros(rows[0].length, rows.length);
    for (int i = 0; i < rows.length; i++) {
      double norm = Math.sqrt(Arrays.stream(rows[i]).map(v -> v * v).sum());
      if (norm == 0) {
        throw new TouchstoneException(
            "%s holds nothing but zeros of example %s of %s at %s, which has no direction; name another node with at(\"…\")"
                .formatted(model.name(), data.id(i), data.name(), at.describe()));
      }
      for (int d = 0; d < rows[i].length; d++) {
        columns.set(d, i, rows[i][d] / norm);
      }
    }
    return columns;
  }

  private double[] distances(Matrix known, Matrix asked, RunContext context) {
    double[] distances = new double[asked.columns()];
    DenseAlgebra algebra =
        DenseAlgebra.forWork(
            2.0 * known.rows() * known.columns() * asked.columns(), context.settings().device());
    for (int from = 0; from < distances.length; from += AT_ONCE) {
      int some = Math.min(AT_ONCE, distances.length - from);
      Matrix part = Matrix.zeros(asked.rows(), some);
      for (int d = 0; d < asked.rows(); d++) {
        for (int i = 0; i < some; i++) {
          part.set(d, i, asked.get(d, from + i));
        }
      }
      Matrix cosines = algebra.crossProduct(part, known);
      for (int i = 0; i < some; i++) {
        double[] row = cosines.row(i);
        Arrays.sort(row);
        // Of unit vectors ‖z − z'‖² = 2 − 2 z·z', which rounding may take below 0.
        distances[from + i] = Math.sqrt(Math.max(0, 2 - 2 * row[row.length - neighbours]));
      }
    }
    return distances;
  }

  @Override
  public String toString() {
    return "%s, number %d, at %s".formatted(NAME, neighbours, at.describe());
  }
}
