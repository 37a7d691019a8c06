package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.runtime.TouchstoneException;
import java.util.stream.IntStream;

/**
 * Trees of an ONNX file, whose only input are the features in their order.
 *
 * @param name of the file
 * @param singles whether it takes numbers of single precision
 */
record OnnxDecisionTrees(String name, TreeEnsemble ensemble, boolean singles)
    implements DecisionTrees {

  @Override
  public double[][] rows(Inputs batch) {
    int width = requireWidth(batch);
    int columns = ensemble.columns().size();
    float[] rounded = singles ? batch.onlyFeatures(name).values() : new float[0];
    double[] exact = singles ? new double[0] : batch.exactFeatures().values();
    double[][] rows = new double[batch.rows()][columns];
    for (int i = 0; i < rows.length; i++) {
      for (int c = 0; c < columns; c++) {
        rows[i][c] = singles ? rounded[i * width + c] : exact[i * width + c];
      }
    }
    return rows;
  }

  @Override
  public int[] places(Inputs batch) {
    requireWidth(batch);
    return IntStream.range(0, ensemble.columns().size()).toArray();
  }

  /** A file may leave open how many features there are besides those by which it splits. */
  private int requireWidth(Inputs batch) {
    int width = IntStream.of(batch.shape()).reduce(1, Math::multiplyExact);
    int columns = ensemble.columns().size();
    if (width < columns) {
      throw new TouchstoneException(
          "%s splits by %d features, and the data have %d; give the data as many as it was trained with, in its order"
              .formatted(name, columns, width));
    }
    return width;
  }
}
