package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.linalg.Workers;
import java.nio.FloatBuffer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The backward rules of {@link Rectifiers} in one pass over memory, for arrays of single precision
 * on the processor.
 */
final class RectifierKernels {
  /** How many numbers are taken at once; a few such pieces fit into the first cache. */
  private static final int PIECE = 4096;

  /** Below it another thread costs more than it does. */
  private static final int WORTH_A_THREAD = 1 << 16;

  /** Far below any number that matters, and yet of full precision. */
  private static final float LEAST = 1e-37f;

  private RectifierKernels() {}

  /**
   * What is positive of the gradient, where the output lies between 0 and the cap.
   *
   * @param output of rectifiers: nothing of it is below 0 or above the cap
   * @param cap may be infinite
   */
  static NDArray guided(NDArray output, NDArray gradient, float cap) {
    NDArray passed = gradient.getManager().create(gradient.getShape(), gradient.getDataType());
    FloatBuffer made = HostFloats.read(output);
    FloatBuffer arriving = HostFloats.read(gradient);
    FloatBuffer to = HostFloats.fill(passed);
    int size = Math.toIntExact(gradient.getShape().size());
    int pieces = (size + PIECE - 1) / PIECE;
    IntConsumer pass =
        piece -> {
          int start = piece * PIECE;
          int length = Math.min(PIECE, size - start);
          float[] y = new float[length];
          float[] g = new float[length];
          made.get(start, y, 0, length);
          arriving.get(start, g, 0, length);
          keepPositive(g, y);
          if (cap < Float.POSITIVE_INFINITY) {
            stopAtCap(g, y, cap);
          }
          to.put(start, g, 0, length);
        };
    if (size < WORTH_A_THREAD) {
      IntStream.range(0, pieces).forEach(pass);
    } else {
      // All are done when it returns, also by an exception: they write to memory that is freed.
      Workers.forEach(pieces, pass);
    }
    return passed;
  }

  /**
   * Twice max(0, g) is g + |g|, and y / (y + ε) is 1 where y is above 0 and else 0. Without a
   * branch, so that the compiler makes vector instructions of it, which are ten times as fast.
   */
  private static void keepPositive(float[] g, float[] y) {
    for (int i = 0; i < g.length; i++) {
      g[i] = (g[i] + Math.abs(g[i])) * 0.5f * (y[i] / (y[i] + LEAST));
    }
  }

  private static void stopAtCap(float[] g, float[] y, float cap) {
    for (int i = 0; i < g.length; i++) {
      float below = cap - y[i];
      g[i] *= below / (below + LEAST);
    }
  }
}
