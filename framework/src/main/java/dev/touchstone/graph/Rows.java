package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Locale;

/** Between native arrays and rows of plain numbers, one row per example. */
final class Rows {
  private Rows() {}

  /**
   * An array's values as {@code n} rows.
   *
   * @param what made it, such as the model's name
   * @throws TouchstoneException if the first axis is not the examples'
   */
  static double[][] of(String what, NDArray array, int n) {
    return split(what, array, BatchAxis.width(what, array.getShape().getShape(), n), n);
  }

  /**
   * Class scores as {@code n} rows.
   *
   * @throws TouchstoneException if the first axis is not the examples', another than one more holds
   *     the classes, or they are whole numbers
   */
  static double[][] ofScores(String what, NDArray array, int n) {
    if (!array.getDataType().isFloating()) {
      throw new TouchstoneException(
          what
              + " made whole numbers ("
              + array.getDataType().name().toLowerCase(Locale.ROOT)
              + "), such as labels, where scores are read; export the scores of the classes, as"
              + " they are before the argmax");
    }
    return split(what, array, BatchAxis.classes(what, array.getShape().getShape(), n), n);
  }

  private static double[][] split(String what, NDArray array, int width, int n) {
    try {
      double[] flat = array.toType(DataType.FLOAT64, false).toDoubleArray();
      double[][] rows = new double[n][];
      for (int i = 0; i < n; i++) {
        rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
      }
      return rows;
    } catch (OutOfMemoryError e) {
      throw BatchAxis.tooLarge(what, array.getShape().getShape(), e);
    }
  }

  /** One-hot rows: 1 at the target's score, 0 elsewhere; a single score stands for class 1. */
  static NDArray selection(String what, NDManager scope, NDArray scores, int[] targets) {
    int classes = BatchAxis.classes(what, scores.getShape().getShape(), targets.length);
    double[] selection = new double[targets.length * classes];
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] < 0 || targets[i] >= Math.max(2, classes)) {
        throw new IllegalArgumentException(
            "class " + targets[i] + " of a model with " + Math.max(2, classes) + " classes");
      }
      if (classes == 1) {
        selection[i] = targets[i] == 1 ? 1 : -1;
      } else {
        selection[i * classes + targets[i]] = 1;
      }
    }
    return scope.create(selection, scores.getShape()).toType(scores.getDataType(), false);
  }
}
