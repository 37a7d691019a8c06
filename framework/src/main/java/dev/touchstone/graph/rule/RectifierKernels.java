package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import java.nio.FloatBuffer;
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

  private RectifierKernels() {}

  /** What is positive of the gradient, where the output lies between 0 and the cap. */
  static NDArray guided(NDArray output, NDArray gradient, float cap) {
    NDArray passed = gradient.getManager().create(gradient.getShape(), gradient.getDataType());
    FloatBuffer made = HostFloats.read(output);
    FloatBuffer arriving = HostFloats.read(gradient);
    FloatBuffer to = HostFloats.fill(passed);
    int size = Math.toIntExact(gradient.getShape().size());
    IntStream pieces = IntStream.range(0, (size + PIECE - 1) / PIECE);
    (size < WORTH_A_THREAD ? pieces : pieces.parallel())
        .forEach(
            piece -> {
              int start = piece * PIECE;
              int length = Math.min(PIECE, size - start);
              float[] y = new float[length];
              float[] g = new float[length];
              made.get(start, y, 0, length);
              arriving.get(start, g, 0, length);
              for (int i = 0; i < length; i++) {
                g[i] = y[i] > 0 && y[i] < cap && g[i] > 0 ? g[i] : 0;
              }
              to.put(start, g, 0, length);
            });
    return passed;
  }
}
