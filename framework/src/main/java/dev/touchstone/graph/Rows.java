package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/** Between native arrays and rows of plain numbers, one row per example. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Rows {
  private Rows() {}

  /**
   * An array's values as {@code n} rows.
   *
   * @param what made it, such as the model's name
   * @throws TouchstoneException if the first axis is not the examples'
   */
  public static double[][] of(String what, NDArray array, int n) {
    return split(what, array, BatchAxis.width(what, array.getShape().getShape(), n), n);
  }

  /**
   * Class scores as {@code n} rows.
   *
   * @throws TouchstoneException if the first axis is not the examples', another than one more holds
   *     the classes, or they are whole numbers
   */
  public static double[][] ofScores(String what, NDArray array, int n) {
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
      double[][] rows = new double[n][];
      if (array.getDataType() == DataType.FLOAT32) {
        float[] singles = array.toFloatArray();
        for (int i = 0; i < n; i++) {
          double[] row = new double[width];
          int from = i * width;
          for (int j = 0; j < width; j++) {
            row[j] = singles[from + j];
          }
          rows[i] = row;
        }
        return rows;
      }
      double[] flat = array.toType(DataType.FLOAT64, false).toDoubleArray();
      for (int i = 0; i < n; i++) {
        rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
      }
      return rows;
    } catch (OutOfMemoryError e) {
      throw BatchAxis.tooLarge(what, array.getShape().getShape(), e);
    }
  }

  /**
   * A quantity's derivatives with respect to the scores, to be passed back.
   *
   * @param examples the place of each row's example in the batch
   */
  public static NDArray derivatives(
      String what, NDManager scope, NDArray scores, Quantity quantity, int[] examples) {
    return derivatives(scope, scores, ofScores(what, scores, examples.length), quantity, examples);
  }

  /**
   * The same of scores that were read already.
   *
   * @param rows the scores
   */
  static NDArray derivatives(
      NDManager scope, NDArray scores, double[][] rows, Quantity quantity, int[] examples) {
    double[] derivatives =
        IntStream.range(0, rows.length)
            .mapToObj(i -> quantity.gradient(rows[i], examples[i]))
            .flatMapToDouble(Arrays::stream)
            .toArray();
    if (scores.getDataType() != DataType.FLOAT32) {
      return NativeArrays.of(scope, derivatives, scores.getShape())
          .toType(scores.getDataType(), false);
    }
    float[] singles = new float[derivatives.length];
    for (int i = 0; i < singles.length; i++) {
      singles[i] = (float) derivatives[i];
    }
    return NativeArrays.of(scope, singles, scores.getShape());
  }
}
