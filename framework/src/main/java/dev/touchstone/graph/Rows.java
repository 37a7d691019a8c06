package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/** Between native arrays and rows of plain numbers, one row per example. */
final class Rows {
  private Rows() {}

  /** An array's values as {@code n} rows. */
  static double[][] of(NDArray array, int n) {
    double[] flat = array.toType(DataType.FLOAT64, false).toDoubleArray();
    if (n == 0 || flat.length % n != 0) {
      throw new TouchstoneException(
          "the model made an output of shape " + array.getShape() + " from " + n + " examples");
    }
    int width = flat.length / n;
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  /** One-hot rows: 1 at the target's score, 0 elsewhere; a single score stands for class 1. */
  static NDArray selection(NDManager scope, NDArray scores, int[] targets) {
    int classes = (int) scores.size() / targets.length;
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
