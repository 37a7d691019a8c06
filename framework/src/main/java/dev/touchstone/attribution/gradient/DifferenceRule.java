package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.List;

/**
 * The gradient at the middle of each step, times the difference of the values at its ends: for
 * values that do not go straight where inputs do, in a network without secants.
 */
final class DifferenceRule implements PathRule {
  private final Slice slice;
  private final GradientFunction gradients;
  private final Summand summand;
  private final Progress progress;

  private DifferenceRule(
      Slice slice, GradientFunction gradients, Summand summand, Progress progress) {
    this.slice = slice;
    this.gradients = gradients;
    this.summand = summand;
    this.progress = progress;
  }

  static DifferenceRule of(Slice slice, Summand summand, RunContext context) {
    return new DifferenceRule(slice, slice.gradients(context), summand, context.progress());
  }

  @Override
  public String name() {
    return QuadratureRule.MIDPOINT;
  }

  @Override
  public double bound(double halving, double quartering) {
    return PathRule.boundOfKinks(halving, quartering);
  }

  @Override
  public void integrate(List<Fan> fans, Quantity quantity, int steps, Fan.Arrival arrival) {
    for (int f = 0; f < fans.size(); f++) {
      Fan fan = fans.get(f);
      for (int path = 0; path < fan.ends().length; path++) {
        arrival.accept(f, path, integral(fan, path, quantity, steps));
        progress.step(name() + ", paths", path + 1, fan.ends().length);
      }
    }
  }

  private double[] integral(Fan fan, int path, Quantity quantity, int steps) {
    double[] map = {};
    int atOnce = gradients.rowsAtOnce();
    for (int first = 0; first < steps; first += atOnce) {
      int some = Math.min(atOnce, steps - first);
      int[] examples = new int[some];
      Arrays.fill(examples, fan.examples()[path]);
      double[][] slopes =
          gradients
              .source()
              .at(points(fan, path, first + .5, some, steps), quantity.ofRows(examples));
      map = first == 0 ? new double[slopes[0].length] : map;
      double[][] ends = slice.values(points(fan, path, first, some + 1, steps));
      for (int k = 0; k < some; k++) {
        double[] from = ends[k];
        double[] to = ends[k + 1];
        double[] step = new double[from.length];
        Arrays.setAll(step, j -> to[j] - from[j]);
        summand.add(map, slopes[k], 1.0 / steps, step);
      }
    }
    return map;
  }

  /** Points at first / steps, (first + 1) / steps … of a path. */
  private static Tensor points(Fan fan, int path, double first, int number, int steps) {
    int width = fan.origin().length;
    float[] values = new float[Math.multiplyExact(number, width)];
    for (int k = 0; k < number; k++) {
      System.arraycopy(fan.point(path, (first + k) / steps), 0, values, k * width, width);
    }
    int[] shape = fan.shape().clone();
    shape[0] = number;
    return Tensor.of(values, shape);
  }
}
