package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.rule.SecantPaths;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * The paths' points as rows under secant backward rules: {@code Σ_k g_k ⊙ (z_k − z_{k−1})}, where
 * g_k is the secant from the point before. An origin is computed once for all paths that leave it;
 * where the paths do not fit into the memory budget, they are cut anywhere.
 */
final class SecantRule implements PathRule {
  static final String NAME = "secant rule";

  private final Slice slice;
  private final Supplier<Slice.Secants> secants;
  private final Summand summand;
  private final int rowsAtOnce;
  private final Progress progress;

  /**
   * In a slice.
   *
   * @param secants of the slice, begun anew for each integration
   * @param rowsAtOnce how many points the memory admits, at least 1
   */
  SecantRule(
      Slice slice,
      Supplier<Slice.Secants> secants,
      Summand summand,
      int rowsAtOnce,
      Progress progress) {
    this.slice = slice;
    this.secants = secants;
    this.summand = summand;
    this.rowsAtOnce = rowsAtOnce;
    this.progress = progress;
  }

  /** In a slice that has secants. */
  static SecantRule of(Slice slice, Summand summand, RunContext context) {
    // What is kept of an origin and of a portion's last point takes the place of a point.
    int rows = Math.max(1, slice.rowsAtOnce(context) - 1);
    return new SecantRule(
        slice, () -> slice.secants().orElseThrow(), summand, rows, context.progress());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void integrate(List<Fan> fans, Quantity quantity, int steps, Fan.Arrival arrival) {
    Points points = new Points(fans, steps);
    Sums sums = new Sums(steps, arrival);
    try (Slice.Secants along = secants.get()) {
      for (Portion portion = points.next(rowsAtOnce);
          portion.after().length > 0;
          portion = points.next(rowsAtOnce)) {
        double[][] slopes =
            along.along(portion.inputs(), portion.after(), quantity.ofRows(portion.examples()));
        double[][] values = slice.values(portion.inputs());
        for (int row = 0; row < slopes.length; row++) {
          sums.add(portion, row, slopes[row], values[row]);
        }
        progress.step("secants along paths", points.taken, points.total);
      }
    }
  }

  @Override
  public double bound(double halving, double quartering) {
    return PathRule.boundOfKinks(halving, quartering);
  }

  /**
   * Some points in the order in which they are computed.
   *
   * @param fans the place of each point's fan
   * @param paths the place of its path there; -1 of an origin
   * @param examples the place in the batch of the example whose quantity is asked
   */
  private record Portion(
      Tensor inputs, SecantPaths.After[] after, int[] fans, int[] paths, int[] examples) {}

  /** All points: of each fan the origin, and those behind it of one path after the other. */
  private static final class Points {
    private final List<Fan> fans;
    private final int steps;
    private final long total;
    private long taken;
    private int fan;
    private int inFan;

    Points(List<Fan> fans, int steps) {
      this.fans = fans;
      this.steps = steps;
      this.total = fans.stream().mapToLong(each -> 1 + (long) each.ends().length * steps).sum();
    }

    /** So many points, or those that are left. */
    Portion next(int most) {
      int rows = (int) Math.min(most, total - taken);
      SecantPaths.After[] after = new SecantPaths.After[rows];
      int[] ofFan = new int[rows];
      int[] ofPath = new int[rows];
      int[] examples = new int[rows];
      int width = fans.get(0).origin().length;
      float[] values = new float[Math.multiplyExact(rows, width)];
      for (int row = 0; row < rows; row++) {
        Fan from = fans.get(fan);
        int step = inFan - 1;
        int path = step < 0 ? -1 : step / steps;
        ofFan[row] = fan;
        ofPath[row] = path;
        examples[row] = from.examples()[Math.max(0, path)];
        if (step < 0) {
          after[row] = SecantPaths.After.NOTHING;
        } else {
          after[row] =
              step % steps == 0 ? SecantPaths.After.ORIGIN : SecantPaths.After.POINT_BEFORE;
        }
        float[] point = step < 0 ? from.origin() : from.point(path, (step % steps + 1.0) / steps);
        System.arraycopy(point, 0, values, row * width, width);
        inFan++;
        if (inFan > from.ends().length * steps) {
          inFan = 0;
          fan++;
        }
      }
      taken += rows;
      int[] batch = fans.get(0).shape().clone();
      batch[0] = rows;
      return new Portion(Tensor.of(values, batch), after, ofFan, ofPath, examples);
    }
  }

  /** What the steps of the path under way add up to. */
  private final class Sums {
    private final int steps;
    private final Fan.Arrival arrival;
    private double[] origin = {};
    private double[] before = {};
    private double[] map = {};
    private int done;

    Sums(int steps, Fan.Arrival arrival) {
      this.steps = steps;
      this.arrival = arrival;
    }

    void add(Portion portion, int row, double[] slope, double[] here) {
      switch (portion.after()[row]) {
        case NOTHING -> origin = here;
        case ORIGIN -> {
          map = new double[slope.length];
          done = 0;
          add(slope, origin, here);
        }
        case POINT_BEFORE -> add(slope, before, here);
      }
      before = here;
      if (portion.paths()[row] >= 0 && done == steps) {
        arrival.accept(portion.fans()[row], portion.paths()[row], map);
      }
    }

    private void add(double[] slope, double[] from, double[] to) {
      double[] step = new double[to.length];
      Arrays.setAll(step, j -> to[j] - from[j]);
      summand.add(map, slope, 1.0 / steps, step);
      done++;
    }
  }
}
