package dev.touchstone.influence;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What single training examples have to do with a group disparity metric.
 *
 * @param value the metric of the group as the model is
 * @param removal by how much it would change if the example were removed, one of each example
 * @param relabelling by how much it would change if the example had the other label
 * @param product how well the inverse Hessian was solved for
 */
public record DisparityScores(
    double value, double[] removal, double[] relabelling, InverseHessianProduct product) {

  /**
   * Returns the examples in the order in which their labels are worth looking at: those first with
   * whose other label the metric would be the lowest.
   */
  public int[] rankForRelabelling() {
    return IntStream.range(0, relabelling.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> relabelling[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
