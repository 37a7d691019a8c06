package dev.touchstone.model;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;

/**
 * A model as the library that serves it holds it. A lambda where it only answers; a class where it
 * states its columns or classes, or holds native memory.
 *
 * <p>It need not be safe for use by several threads: it is asked one batch at a time.
 */
@FunctionalInterface
public interface ServedModel extends AutoCloseable {

  /**
   * Answers a batch.
   *
   * @param rows at least one; not to be kept after the answer
   * @return one row for each that is asked about, in their order, each of the same k numbers: one a
   *     class, in the order of {@link #classes()}, or one alone for the second of two classes; of a
   *     regressor one value, or the three of an interval. The arrays are not used again.
   * @throws Exception whatever the library throws; the message then names the file and the library
   */
  double[][] answer(Rows rows) throws Exception;

  /**
   * Returns the columns that the model states, in its order: {@link Rows} then have these, in this
   * order, wherever they stand in the data, and data with another one, or without one of them, are
   * refused. Empty, as by default, where the file states none: rows then come as the data have
   * them.
   */
  default List<String> columns() {
    return List.of();
  }

  /**
   * Returns the classes as the model calls them, in the order of its answers, to be compared with
   * those of the data; empty, as by default, where the file states none.
   */
  default List<String> classes() {
    return List.of();
  }

  /** Frees what the library holds; called once, after the last answer. */
  @Override
  default void close() {}

  /** Returns single-precision answers, n × k, as a model has to give them. */
  static double[][] answers(float[][] rows) {
    return Arrays.stream(rows).map(ServedModel::widened).toArray(double[][]::new);
  }

  private static double[] widened(float[] row) {
    double[] wide = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      wide[i] = row[i];
    }
    return wide;
  }

  /**
   * Returns answers that stand in one array, row after row, as a model has to give them.
   *
   * @param values of all rows
   * @param perRow how many numbers a row has
   * @throws TouchstoneException if the last row is not whole
   */
  static double[][] answers(double[] values, int perRow) {
    if (perRow < 1 || values.length % perRow != 0) {
      throw new TouchstoneException(
          "%d answers are no whole rows of %d numbers; give the numbers that a row has, such as the number of classes"
              .formatted(values.length, perRow));
    }
    double[][] rows = new double[values.length / perRow][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * perRow, (i + 1) * perRow));
    return rows;
  }
}
