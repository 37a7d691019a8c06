package dev.touchstone.graph;

import ai.djl.ndarray.types.Shape;
import dev.touchstone.graph.operator.Conv;
import dev.touchstone.graph.operator.Window;
import java.util.Arrays;

/**
 * What the kernel of a convolution meets at each place of each example (im2col, Chellapilla et al.
 * 2006): the layer is a dense one, applied at every place to these numbers. Zeros where it meets
 * padding.
 *
 * @param places of the result, such as height × width
 * @param width numbers that the kernel meets: channels × kernel, in the order of its weights
 * @param rows an example each: places × width
 */
public record Patches(int places, int width, double[][] rows) {

  /**
   * Cuts them out.
   *
   * @param shape of an example: channels, then one axis for each of the kernel's
   * @param examples row-major
   */
  static Patches of(Conv convolution, long[] kernel, int[] shape, double[][] examples) {
    int axes = kernel.length;
    long[] whole = new long[axes + 2];
    whole[0] = examples.length;
    Arrays.setAll(whole, a -> a == 0 ? examples.length : shape[a - 1]);
    Window window = convolution.window();
    Shape of = new Shape(kernel);
    long[] pads = window.resolvedPads(new Shape(whole), of);
    int[] sizes = new int[axes];
    for (int a = 0; a < axes; a++) {
      long reach = (kernel[a] - 1) * window.dilations(axes).get(a) + 1;
      long room = shape[a + 1] + pads[a] + pads[axes + a] - reach;
      sizes[a] = (int) (room / window.strides(axes).get(a)) + 1;
    }
    int places = product(sizes);
    int entries = (int) of.size();
    int spatial = product(Arrays.copyOfRange(shape, 1, shape.length));
    // Where in a channel each entry of the kernel lies at each place; −1 in the padding.
    int[] from = new int[places * entries];
    for (int p = 0; p < places; p++) {
      for (int e = 0; e < entries; e++) {
        int at = 0;
        int place = p;
        int entry = e;
        int stride = 1;
        for (int a = axes - 1; a >= 0; a--) {
          long x =
              place % sizes[a] * window.strides(axes).get(a)
                  + entry % kernel[a] * window.dilations(axes).get(a)
                  - pads[a];
          at = at < 0 || x < 0 || x >= shape[a + 1] ? -1 : at + (int) x * stride;
          place /= sizes[a];
          entry /= (int) kernel[a];
          stride *= shape[a + 1];
        }
        from[p * entries + e] = at;
      }
    }
    int width = shape[0] * entries;
    double[][] rows = new double[examples.length][places * width];
    for (int i = 0; i < rows.length; i++) {
      for (int p = 0; p < places; p++) {
        for (int c = 0; c < shape[0]; c++) {
          for (int e = 0; e < entries; e++) {
            int at = from[p * entries + e];
            rows[i][p * width + c * entries + e] = at < 0 ? 0 : examples[i][c * spatial + at];
          }
        }
      }
    }
    return new Patches(places, width, rows);
  }

  private static int product(int... of) {
    return Arrays.stream(of).reduce(1, Math::multiplyExact);
  }
}
