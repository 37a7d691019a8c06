package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.DesignMatrix;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Map;

/**
 * Suspects the points whose nearest neighbours have other labels: the share of the k nearest, by
 * Euclid's distance of the z-scored representation and without the point itself, that disagree.
 * Neighbours as near as the k-th count like it, so that no order among equals decides. Proposes the
 * most common label among them.
 *
 * <p>Takes n²d operations, and memory for the representation; distances are held a chunk at a time.
 */
public final class NeighbourDisagreement implements MislabelDetector {
  private static final int NEIGHBOURS = 10;
  private static final int SHARE_OF_MEMORY = 8;

  /** Squared distances are differences of products, and equal ones are so up to rounding. */
  private static final double ROUNDING = 1e-9;

  private final int neighbours;

  private NeighbourDisagreement(int neighbours) {
    this.neighbours = neighbours;
  }

  /** Asks the {@value #NEIGHBOURS} nearest. */
  public static NeighbourDisagreement withDefaults() {
    return new NeighbourDisagreement(NEIGHBOURS);
  }

  /**
   * Asks another number of neighbours.
   *
   * @throws IllegalArgumentException for less than one
   */
  public NeighbourDisagreement withNeighbours(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("at least one neighbour is asked, was " + number);
    }
    return new NeighbourDisagreement(number);
  }

  @Override
  public String name() {
    return "neighbour disagreement";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("neighbours", Integer.toString(neighbours));
  }

  @Override
  public void check(Dataset training) {
    if (training.size() <= neighbours) {
      throw new TouchstoneException(
          "%s has %d examples, and %d neighbours of each were to be asked; ask fewer, .withNeighbours(…), or give more data"
              .formatted(training.name(), training.size(), neighbours));
    }
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    check(context.training());
    RowSource representation = context.encoder().encode(context.training());
    RowSource rows = Standardisation.of(representation).apply(representation);
    int[] labels = context.training().labels();
    int n = labels.length;
    int k = context.training().classNames().size();
    double[] suspicion = new double[n];
    Matrix shares = Matrix.zeros(n, k);
    long bytes = context.run().settings().memoryBytes() / SHARE_OF_MEMORY;
    int atOnce = (int) Math.max(1, Math.min(1024, bytes / (Double.BYTES * (long) n)));
    DenseAlgebra algebra =
        DenseAlgebra.forWork(2.0 * n * n * rows.columns(), context.run().settings().device());
    try (DesignMatrix x = algebra.design(rows)) {
      double[] lengths = lengths(rows);
      double[] distances = new double[n];
      for (int from = 0; from < n; from += atOnce) {
        int to = Math.min(n, from + atOnce);
        Matrix products = x.product(transposed(rows, from, to));
        for (int i = from; i < to; i++) {
          for (int j = 0; j < n; j++) {
            distances[j] =
                j == i
                    ? Double.POSITIVE_INFINITY
                    : lengths[i] + lengths[j] - 2 * products.get(j, i - from);
          }
          ask(distances, labels, shares, i, ROUNDING * Math.max(1, lengths[i]));
          suspicion[i] = 1 - shares.get(i, labels[i]);
        }
      }
    }
    return LabelIssues.ranked(suspicion).proposingLargest(shares);
  }

  /** The shares of classes among the nearest, with all that are as near as the last of them. */
  private void ask(double[] distances, int[] labels, Matrix shares, int point, double rounding) {
    double[] sorted = distances.clone();
    Arrays.sort(sorted);
    double reach = sorted[neighbours - 1] + rounding;
    int asked = 0;
    for (int j = 0; j < distances.length; j++) {
      if (distances[j] <= reach) {
        shares.set(point, labels[j], shares.get(point, labels[j]) + 1);
        asked++;
      }
    }
    for (int c = 0; c < shares.columns(); c++) {
      shares.set(point, c, shares.get(point, c) / asked);
    }
  }

  private static double[] lengths(RowSource rows) {
    double[] lengths = new double[rows.rows()];
    double[] chunk = new double[Math.min(rows.chunk(), rows.rows()) * rows.columns()];
    for (int from = 0; from < rows.rows(); from += rows.chunk()) {
      int to = Math.min(rows.rows(), from + rows.chunk());
      rows.read(from, to, chunk);
      for (int at = 0; at < (to - from) * rows.columns(); at++) {
        lengths[from + at / rows.columns()] += chunk[at] * chunk[at];
      }
    }
    return lengths;
  }

  /** Consecutive rows as columns. */
  static Matrix transposed(RowSource rows, int from, int to) {
    int d = rows.columns();
    double[] read = new double[(to - from) * d];
    rows.read(from, to, read);
    Matrix columns = Matrix.zeros(d, to - from);
    for (int i = 0; i < to - from; i++) {
      for (int j = 0; j < d; j++) {
        columns.set(j, i, read[i * d + j]);
      }
    }
    return columns;
  }

  @Override
  public String toString() {
    return "%s, %d neighbours".formatted(name(), neighbours);
  }
}
