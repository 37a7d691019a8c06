package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.graph.operator.MaxPool;
import dev.touchstone.linalg.Workers;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The secants of {@link Secants} in one pass over memory, for arrays of single precision on the
 * processor.
 */
final class SecantKernels {
  /** How many numbers of a row are taken at once; a few such pieces fit into the first cache. */
  private static final int PIECE = 1024;

  /** Below it another thread costs more than it does. */
  private static final long WORTH_A_THREAD = 1 << 16;

  /** Far below the rounding of a sum with numbers of the other order. */
  private static final float SLIGHT = 1e-20f;

  /** Far below any number that matters, and yet of full precision. */
  private static final float LEAST = 1e-37f;

  private SecantKernels() {}

  /** The gradient, multiplied with the secant of max(0, x) from each row's predecessor to it. */
  static NDArray relu(NDArray x, NDArray gradient, Predecessors.Located predecessors) {
    Shape shape = x.getShape();
    NDArray passed = x.getManager().create(shape, x.getDataType());
    PathFloats path = PathFloats.of(x, predecessors);
    FloatBuffer arriving = HostFloats.read(gradient);
    FloatBuffer to = HostFloats.fill(passed);
    forEach(
        path.rows(),
        shape.size(),
        row -> {
          float[] before = new float[PIECE];
          float[] here = new float[PIECE];
          float[] g = new float[PIECE];
          float[] out = new float[PIECE];
          for (int start = 0; start < path.width(); start += PIECE) {
            int size = Math.min(PIECE, path.width() - start);
            path.before(row, start, before, size);
            path.at(row, start, here, size);
            arriving.get(row * path.width() + start, g, 0, size);
            relu(before, here, g, out, size);
            to.put(row * path.width() + start, out, 0, size);
          }
        });
    return passed;
  }

  /**
   * Of a piece of a row, 2·max(0, x) being x + |x|. What is added to a step is lost in its rounding
   * unless the step is 0; then it makes the quotient the derivative, 1 or 0. There is neither a
   * branch nor a maximum in it, and two loops, so that the compiler makes vector instructions of
   * both, which are ten times as fast.
   */
  private static void relu(float[] before, float[] here, float[] gradient, float[] out, int size) {
    for (int i = 0; i < size; i++) {
      float a = before[i];
      float b = here[i];
      out[i] = Math.abs((b + Math.abs(b)) - (a + Math.abs(a)));
    }
    for (int i = 0; i < size; i++) {
      float a = before[i];
      float b = here[i];
      float rise = out[i] + SLIGHT * (a + Math.abs(a));
      float step = 2 * Math.abs(b - a) + 2 * SLIGHT * Math.abs(a) + LEAST;
      out[i] = gradient[i] * (rise / step);
    }
  }

  /**
   * The gradient passed through a pooling of images: of each window to the input that wins at the
   * row's predecessor and the one that wins at the row, in the shares that {@link Secants#maxPool}
   * states.
   *
   * @param x n × channels × height × width
   * @param gradient of the output's shape
   */
  static NDArray maxPool(
      MaxPool pool, NDArray x, NDArray gradient, Predecessors.Located predecessors) {
    Shape shape = x.getShape();
    NDArray passed = x.getManager().create(shape, x.getDataType());
    PathFloats path = PathFloats.of(x, predecessors);
    FloatBuffer arriving = HostFloats.read(gradient);
    FloatBuffer to = HostFloats.fill(passed);
    PoolingPlane plane = PoolingPlane.of(pool, shape, gradient.getShape());
    int channels = Math.toIntExact(shape.get(1));
    forEach(
        channels,
        shape.size(),
        channel -> {
          PoolingPlane.Winners before = plane.winners();
          PoolingPlane.Winners here = plane.winners();
          float[] g = new float[plane.pooledSize()];
          float[] out = new float[plane.size()];
          int start = channel * plane.size();
          for (int row = 0; row < path.rows(); row++) {
            // As a rule the row before is the predecessor, and its winners are known.
            PoolingPlane.Winners known = before;
            before = here;
            here = known;
            if (row == 0 || path.place(row) != row - 1) {
              path.before(row, start, before.values(), plane.size());
              plane.find(before);
            }
            path.at(row, start, here.values(), plane.size());
            plane.find(here);
            arriving.get((row * channels + channel) * plane.pooledSize(), g);
            plane.pass(before, here, g, out);
            to.put(row * path.width() + start, out);
          }
        });
    return passed;
  }

  /**
   * Does tasks that do not meet, on several threads where there is much to do. All of them are done
   * when it returns, also by an exception: they write to memory that is freed then.
   */
  private static void forEach(int tasks, long size, IntConsumer task) {
    if (size < WORTH_A_THREAD) {
      IntStream.range(0, tasks).forEach(task);
    } else {
      Workers.forEach(tasks, task);
    }
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

    /**
     * The input that wins each window.
     *
     * @param values of the plane
     * @param places in it, a window each
     */
    record Winners(float[] values, int[] places) {}

    Winners winners() {
      return new Winners(new float[size()], new int[pooledSize()]);
    }

    /** Finds the places of the winners among the values. */
    void find(Winners winners) {
      float[] values = winners.values();
      for (int y = 0; y < pooledHeight; y++) {
        int top = Math.max(0, y * down - above);
        int bottom = Math.min(height, y * down - above + tall);
        for (int x = 0; x < pooledWidth; x++) {
          int first = Math.max(0, x * right - left);
          int end = Math.min(width, x * right - left + wide);
          int winner = top * width + first;
          for (int row = top; row < bottom; row++) {
            for (int at = row * width + first; at < row * width + end; at++) {
              winner = values[at] > values[winner] ? at : winner;
            }
          }
          winners.places()[y * pooledWidth + x] = winner;
        }
      }
    }

    void pass(Winners before, Winners here, float[] gradient, float[] out) {
      Arrays.fill(out, 0);
      float[] from = before.values();
      float[] to = here.values();
      for (int window = 0; window < gradient.length; window++) {
        float g = gradient[window];
        int i = before.places()[window];
        int j = here.places()[window];
        if (i == j) {
          out[i] += g;
          continue;
        }
        float lead = from[i] - from[j];
        float total = lead + (to[j] - to[i]);
        float share = total > 0 ? lead / total : 1;
        out[i] += g * share;
        out[j] += g * (1 - share);
      }
    }
  }
}
