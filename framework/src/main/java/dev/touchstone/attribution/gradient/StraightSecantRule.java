package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.rule.SecantPaths;
import dev.touchstone.graph.rule.SecantSums;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@link SecantRule} where all steps of a path go the same way, so that the mean of their secants
 * is enough, and what is affine in the input is done for each path and not for each step. Several
 * paths are taken at once where the memory admits their points, and one path in portions where not.
 */
final class StraightSecantRule implements PathRule {
  private final String who;
  private final Supplier<SecantSums> secants;
  private final Summand summand;
  private final int rowsAtOnce;
  private final Progress progress;

  /**
   * In a model.
   *
   * @param who it is called in messages
   * @param secants of the model, begun anew for each integration
   * @param rowsAtOnce how many points the memory admits, at least 1
   */
  StraightSecantRule(
      String who,
      Supplier<SecantSums> secants,
      Summand summand,
      int rowsAtOnce,
      Progress progress) {
    this.who = who;
    this.secants = secants;
    this.summand = summand;
    this.rowsAtOnce = rowsAtOnce;
    this.progress = progress;
  }

  /** In a slice that has sums of secants. */
  static StraightSecantRule of(Slice slice, Summand summand, RunContext context) {
    // What is kept of an origin and of a portion's last point takes the place of a point.
    int rows = Math.max(1, slice.rowsAtOnce(context) - 1);
    return new StraightSecantRule(
        slice.box().name(),
        () -> slice.secantSums().orElseThrow(),
        summand,
        rows,
        context.progress());
  }

  @Override
  public String name() {
    return SecantRule.NAME;
  }

  @Override
  public double bound(double halving, double quartering) {
    return PathRule.boundOfKinks(halving, quartering);
  }

  @Override
  public void integrate(List<Fan> fans, Quantity quantity, int steps, Fan.Arrival arrival) {
    long total = fans.stream().mapToLong(fan -> 1 + (long) fan.ends().length * steps).sum();
    long taken = 0;
    try (SecantSums along = secants.get()) {
      for (Group group : groups(fans, steps)) {
        List<Point> points = group.points(steps);
        along.take(group.rows(fans));
        for (int from = 0; from < points.size(); from += rowsAtOnce) {
          int to = Math.min(points.size(), from + rowsAtOnce);
          add(along, group, points.subList(from, to), fans, quantity, steps);
          taken += to - from;
          progress.step("secants along paths", taken, total);
        }
        handOn(group, along.sums(), fans, arrival);
      }
    }
  }

  private static void add(
      SecantSums along,
      Group group,
      List<Point> points,
      List<Fan> fans,
      Quantity quantity,
      int steps) {
    int n = points.size();
    double[][] parts = new double[n][group.rowCount()];
    double[][] shares = new double[group.paths().size()][n];
    SecantPaths.After[] after = new SecantPaths.After[n];
    int[] examples = new int[n];
    for (int i = 0; i < n; i++) {
      Point point = points.get(i);
      Path path = group.paths().get(point.path());
      after[i] = point.after(steps);
      examples[i] = path.in(fans).examples()[path.place()];
      double alpha = (double) point.step() / steps;
      parts[i][group.origins()[point.path()]] += 1 - alpha;
      parts[i][group.end(point.path())] += alpha;
      shares[point.path()][i] = point.step() == 0 ? 0 : 1.0 / steps;
    }
    along.add(parts, shares, after, quantity.ofRows(examples));
  }

  /** As many paths at a time as fit into a portion, and one if none does. */
  private List<Group> groups(List<Fan> fans, int steps) {
    List<Group> groups = new ArrayList<>();
    List<Path> paths = new ArrayList<>();
    int rows = 0;
    for (int fan = 0; fan < fans.size(); fan++) {
      for (int place = 0; place < fans.get(fan).ends().length; place++) {
        int needed = place == 0 ? steps + 1 : steps;
        if (!paths.isEmpty() && rows + needed > rowsAtOnce) {
          groups.add(Group.of(paths));
          paths = new ArrayList<>();
          rows = 0;
        }
        paths.add(new Path(fan, place));
        rows += needed;
      }
    }
    groups.add(Group.of(paths));
    return groups;
  }

  /**
   * A path.
   *
   * @param fan the place of its fan
   * @param place its own there
   */
  private record Path(int fan, int place) {

    Fan in(List<Fan> fans) {
      return fans.get(fan);
    }
  }

  /**
   * A point.
   *
   * @param path the place of its path in the group; an origin's is that of the first one
   * @param step from 1 on; 0 of an origin
   */
  private record Point(int path, int step) {

    SecantPaths.After after(int steps) {
      return switch (step) {
        case 0 -> SecantPaths.After.NOTHING;
        case 1 -> SecantPaths.After.ORIGIN;
        default -> SecantPaths.After.POINT_BEFORE;
      };
    }
  }

  /**
   * Paths that are taken at once.
   *
   * @param origins the place of each path's origin among the rows; ends come behind all origins
   */
  private record Group(List<Path> paths, int... origins) {

    static Group of(List<Path> paths) {
      int[] origins = new int[paths.size()];
      for (int path = 1; path < origins.length; path++) {
        boolean same = paths.get(path).fan() == paths.get(path - 1).fan();
        origins[path] = origins[path - 1] + (same ? 0 : 1);
      }
      return new Group(List.copyOf(paths), origins);
    }

    private int originCount() {
      return origins[origins.length - 1] + 1;
    }

    int rowCount() {
      return originCount() + paths.size();
    }

    /** The place of a path's end among the rows. */
    int end(int path) {
      return originCount() + path;
    }

    Tensor rows(List<Fan> fans) {
      int[] shape = fans.get(0).shape().clone();
      shape[0] = rowCount();
      int width = fans.get(0).origin().length;
      float[] values = new float[Math.multiplyExact(shape[0], width)];
      for (int path = 0; path < paths.size(); path++) {
        Fan fan = paths.get(path).in(fans);
        System.arraycopy(fan.origin(), 0, values, origins[path] * width, width);
        float[] end = fan.ends()[paths.get(path).place()];
        System.arraycopy(end, 0, values, end(path) * width, width);
      }
      return Tensor.of(values, shape);
    }

    /** The points in the order in which they are computed. */
    List<Point> points(int steps) {
      List<Point> points = new ArrayList<>();
      for (int path = 0; path < paths.size(); path++) {
        int first = paths.get(path).place() == 0 ? 0 : 1;
        for (int step = first; step <= steps; step++) {
          points.add(new Point(path, step));
        }
      }
      return points;
    }
  }

  /** Makes each path's integral of the mean of its secants. */
  private void handOn(Group group, double[][] means, List<Fan> fans, Fan.Arrival arrival) {
    CheckedAnswers.gradients(who, means, group.paths().size(), fans.get(0).origin().length);
    for (int path = 0; path < means.length; path++) {
      Path taken = group.paths().get(path);
      Fan fan = taken.in(fans);
      float[] end = fan.ends()[taken.place()];
      double[] way = new double[end.length];
      Arrays.setAll(way, j -> (double) end[j] - fan.origin()[j]);
      double[] map = new double[end.length];
      summand.add(map, means[path], 1, way);
      arrival.accept(taken.fan(), taken.place(), map);
    }
  }
}
