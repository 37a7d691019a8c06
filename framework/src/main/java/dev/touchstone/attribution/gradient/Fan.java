package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Straight paths from one origin.
 *
 * @param shape of a batch; its first axis is ignored
 * @param origin of an example's size
 * @param ends of the paths
 * @param examples the place in the batch of the example whose quantity is asked, a path each
 */
record Fan(int[] shape, float[] origin, float[][] ends, int[] examples) {

  /** The paths from a baseline to every example of a batch. */
  static List<Fan> toEach(float[] baseline, Tensor batch) {
    int[] examples = IntStream.range(0, batch.rows()).toArray();
    float[][] ends = IntStream.of(examples).mapToObj(batch::row).toArray(float[][]::new);
    return List.of(new Fan(batch.shape(), baseline, ends, examples));
  }

  /** A point of a path. */
  float[] point(int path, double alpha) {
    float[] to = ends[path];
    float[] point = new float[origin.length];
    for (int j = 0; j < point.length; j++) {
      point[j] = (float) (origin[j] + alpha * ((double) to[j] - origin[j]));
    }
    return point;
  }

  /** What is done with the integral along a path once it is there. */
  @FunctionalInterface
  interface Arrival {
    /**
     * Takes an integral.
     *
     * @param fan which of the fans
     * @param path which of its paths
     */
    void accept(int fan, int path, double[] map);
  }
}
