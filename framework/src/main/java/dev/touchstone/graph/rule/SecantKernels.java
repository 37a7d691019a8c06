package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.graph.operator.MaxPool;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The secants of {@link Secants} in one pass over memory, for arrays of single precision on the
 * processor. The rows are consecutive points of a path, and the last is its own next.
 */
final class SecantKernels {
  /** How many numbers of a row are taken at once; a few such pieces fit into the first cache. */
  private static final int PIECE = 1024;

  /** Below it another thread costs more than it does. */
  private static final long WORTH_A_THREAD = 1 << 16;

  private SecantKernels() {}

  /** The gradient, multiplied with the secant of max(0, x) from each row to the next. */
  static NDArray relu(NDArray x, NDArray gradient) {
    return elementwise(
        x,
        gradient,
        (a, b, g, out, size) -> {
          for (int i = 0; i < size; i++) {
            float step = b[i] - a[i];
            float rise = Math.max(b[i], 0) - Math.max(a[i], 0);
            float slope = step == 0 ? (a[i] > 0 ? 1 : 0) : rise / step;
            out[i] = g[i] * slope;
          }
        });
  }

  /** What becomes of a piece of a row, of the next row, and of the gradient. */
  @FunctionalInterface
  private interface Piece {
    void pass(float[] here, float[] next, float[] gradient, float[] out, int size);
  }

  private static NDArray elementwise(NDArray x, NDArray gradient, Piece piece) {
    Shape shape = x.getShape();
    int rows = Math.toIntExact(shape.get(0));
    int width = Math.toIntExact(shape.slice(1).size());
    NDArray passed = x.getManager().create(shape, x.getDataType());
    FloatBuffer from = HostFloats.read(x);
    FloatBuffer arriving = HostFloats.read(gradient);
    FloatBuffer to = HostFloats.fill(passed);
    forEach(
        rows,
        shape.size(),
        row -> {
          int following = Math.min(row + 1, rows - 1) * width;
          float[] here = new float[PIECE];
          float[] next = new float[PIECE];
          float[] g = new float[PIECE];
          float[] out = new float[PIECE];
          for (int start = 0; start < width; start += PIECE) {
            int size = Math.min(PIECE, width - start);
            from.get(row * width + start, here, 0, size);
            from.get(following + start, next, 0, size);
            arriving.get(row * width + start, g, 0, size);
            piece.pass(here, next, g, out, size);
            to.put(row * width + start, out, 0, size);
          }
        });
    return passed;
  }

  /**
   * The gradient passed through a pooling of images: of each window to the input that wins at this
   * row and the one that wins at the next, in the shares that {@link Secants#maxPool} states.
   *
   * @param x n × channels × height × width
   * @param gradient of the output's shape
   */
  static NDArray maxPool(MaxPool pool, NDArray x, NDArray gradient) {
    Shape shape = x.getShape();
    NDArray passed = x.getManager().create(shape, x.getDataType());
    FloatBuffer from = HostFloats.read(x);
    FloatBuffer arriving = HostFloats.read(gradient);
    FloatBuffer to = HostFloats.fill(passed);
    PoolingPlane plane = PoolingPlane.of(pool, shape, gradient.getShape());
    int rows = Math.toIntExact(shape.get(0));
    int channels = Math.toIntExact(shape.get(1));
    forEach(
        rows,
        shape.size(),
        row -> {
          float[] here = new float[plane.size()];
          float[] next = new float[plane.size()];
          float[] g = new float[plane.pooledSize()];
          float[] out = new float[plane.size()];
          int following = Math.min(row + 1, rows - 1);
          for (int channel = 0; channel < channels; channel++) {
            int at = (row * channels + channel) * plane.size();
            from.get(at, here);
            from.get((following * channels + channel) * plane.size(), next);
            arriving.get((row * channels + channel) * plane.pooledSize(), g);
            plane.pass(here, next, g, out);
            to.put(at, out);
          }
        });
    return passed;
  }

  /** Does the rows, on several threads where there is much to do; they do not meet. */
  private static void forEach(int rows, long size, IntConsumer row) {
    IntStream all = IntStream.range(0, rows);
    (size < WORTH_A_THREAD ? all : all.parallel()).forEach(row);
  }

  /** One channel of one example, with the windows that slide over it. */
  private record PoolingPlane(
      int height,
      int width,
      int down,
      int right,
      int tall,
      int wide,
      int above,
      int left,
      int pooledHeight,
      int pooledWidth) {

    static PoolingPlane of(MaxPool pool, Shape input, Shape output) {
      long[] pads = pool.window().resolvedPads(input, pool.kernel());
      Shape strides = pool.window().strides(2);
      return new PoolingPlane(
          Math.toIntExact(input.get(2)),
          Math.toIntExact(input.get(3)),
          Math.toIntExact(strides.get(0)),
          Math.toIntExact(strides.get(1)),
          Math.toIntExact(pool.kernel().get(0)),
          Math.toIntExact(pool.kernel().get(1)),
          Math.toIntExact(pads[0]),
          Math.toIntExact(pads[1]),
          Math.toIntExact(output.get(2)),
          Math.toIntExact(output.get(3)));
    }

    int size() {
      return height * width;
    }

    int pooledSize() {
      return pooledHeight * pooledWidth;
    }

    void pass(float[] here, float[] next, float[] gradient, float[] out) {
      Arrays.fill(out, 0);
      for (int y = 0; y < pooledHeight; y++) {
        int top = Math.max(0, y * down - above);
        int bottom = Math.min(height, y * down - above + tall);
        for (int x = 0; x < pooledWidth; x++) {
          int first = Math.max(0, x * right - left);
          int end = Math.min(width, x * right - left + wide);
          int i = top * width + first;
          int j = i;
          for (int row = top; row < bottom; row++) {
            for (int at = row * width + first; at < row * width + end; at++) {
              i = here[at] > here[i] ? at : i;
              j = next[at] > next[j] ? at : j;
            }
          }
          float g = gradient[y * pooledWidth + x];
          if (i == j) {
            out[i] += g;
            continue;
          }
          float before = here[i] - here[j];
          float total = before + next[j] - next[i];
          float share = total > 0 ? before / total : 1;
          out[i] += g * share;
          out[j] += g * (1 - share);
        }
      }
    }
  }
}
