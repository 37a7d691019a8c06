package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/** What stabilisers absorb of each example of one evaluation, over all nodes. Not thread-safe. */
final class AbsorbedByExample implements Absorption {
  private final double[] sums;

  /**
   * Nothing yet.
   *
   * @param examples of the evaluation
   */
  AbsorbedByExample(int examples) {
    this.sums = new double[examples];
  }

  @Override
  public void note(NDArray relevance, NDArray perUnit, NDArray denominator) {
    double[] more =
        relevance
            .sub(perUnit.mul(denominator))
            .toType(DataType.FLOAT64, false)
            .reshape(new Shape(sums.length, -1))
            .sum(new int[] {1})
            .toDoubleArray();
    Arrays.setAll(sums, i -> sums[i] + more[i]);
  }

  /** The sums of the first examples. */
  double[] first(int examples) {
    return Arrays.copyOf(sums, examples);
  }
}
