package dev.touchstone.evidence.figure;

import dev.touchstone.statistics.Range;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Points between two axes, such as an estimated change of the loss against the change that
 * retraining made.
 *
 * @param points at most {@value #MOST_POINTS}
 * @param of how many points there were, of which these are shown
 * @param identity whether both axes have one scale, and the line stands on which both are equal
 * @param stated numbers that belong to the points, such as their correlation, by name
 */
public record Scatter(
    String name,
    String title,
    Axis horizontal,
    Axis vertical,
    List<Point> points,
    int of,
    boolean identity,
    Map<String, Double> stated)
    implements Figure {
  /** The most points of a figure: what a file should hold, and more than can be told apart. */
  public static final int MOST_POINTS = 2000;

  /** The most points with a label: more would cover each other. */
  public static final int MOST_LABELS = 30;

  /**
   * Copies the points.
   *
   * @throws IllegalArgumentException for more than {@value #MOST_POINTS} points or {@value
   *     #MOST_LABELS} labels, for fewer points in all than are shown, or if a stated number is none
   */
  public Scatter {
    points = List.copyOf(points);
    Given.atMost(
        MOST_POINTS, points.size(), "points", "Scatter.thinned(…) keeps some and says how many");
    Given.atMost(
        MOST_LABELS,
        points.stream().filter(point -> !point.label().isEmpty()).count(),
        "labelled points",
        "label those that matter most");
    if (of < points.size()) {
      throw new IllegalArgumentException("%d points are shown of %d".formatted(points.size(), of));
    }
    stated = Collections.unmodifiableMap(new LinkedHashMap<>(stated));
    stated.forEach((what, value) -> Given.finite(value, what));
  }

  /** Makes a figure of all its points. */
  public Scatter(String name, String title, Axis horizontal, Axis vertical, List<Point> points) {
    this(name, title, horizontal, vertical, points, points.size(), false, Map.of());
  }

  /**
   * Returns a figure of as many of the points as it may hold: the labelled ones, the outermost in
   * each direction, and of the others every so manieth in their order. Says how many there were.
   *
   * @throws IllegalArgumentException for more than {@value #MOST_LABELS} labels
   */
  public static Scatter thinned(
      String name, String title, Axis horizontal, Axis vertical, List<Point> points) {
    return thinned(name, title, horizontal, vertical, points, MOST_POINTS);
  }

  /**
   * Returns a figure as {@link #thinned(String, String, Axis, Axis, List)} does, of at most so many
   * points.
   *
   * @param most from 100 to {@value #MOST_POINTS}
   * @throws IllegalArgumentException for another number of points at most, or for more than {@value
   *     #MOST_LABELS} labels
   */
  public static Scatter thinned(
      String name, String title, Axis horizontal, Axis vertical, List<Point> points, int most) {
    if (most < 100 || most > MOST_POINTS) {
      throw new IllegalArgumentException(
          "a thinned figure of at most %d points; write 100 to %d".formatted(most, MOST_POINTS));
    }
    TreeSet<Integer> kept = new TreeSet<>();
    int size = points.size();
    if (size > most) {
      IntStream.range(0, size).filter(i -> !points.get(i).label().isEmpty()).forEach(kept::add);
      Given.atMost(MOST_LABELS, kept.size(), "labelled points", "label those that matter most");
      int[] outermost = new int[4];
      for (int i = 0; i < size; i++) {
        Point point = points.get(i);
        outermost[0] = point.x() < points.get(outermost[0]).x() ? i : outermost[0];
        outermost[1] = point.x() > points.get(outermost[1]).x() ? i : outermost[1];
        outermost[2] = point.y() < points.get(outermost[2]).y() ? i : outermost[2];
        outermost[3] = point.y() > points.get(outermost[3]).y() ? i : outermost[3];
      }
      IntStream.of(outermost).forEach(kept::add);
      int others = most - kept.size();
      for (int k = 0; k < others; k++) {
        kept.add((int) ((long) k * size / others));
      }
    }
    List<Point> shown = size > most ? kept.stream().map(points::get).toList() : points;
    return new Scatter(name, title, horizontal, vertical, shown, size, false, Map.of());
  }

  /** Returns the figure with one scale on both axes, and the line on which both are equal. */
  public Scatter withIdentity() {
    return new Scatter(name, title, horizontal, vertical, points, of, true, stated);
  }

  /**
   * Returns the figure with a number that belongs to it.
   *
   * @param what such as {@code "Pearson correlation"}
   * @throws IllegalArgumentException if it is no number
   */
  public Scatter stating(String what, double value) {
    Map<String, Double> more = new LinkedHashMap<>(stated);
    more.put(what, value);
    return new Scatter(name, title, horizontal, vertical, points, of, identity, more);
  }

  @Override
  public Kind kind() {
    return Kind.SCATTER;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.scatter(this);
  }

  /** Returns the range of the horizontal axis, with a margin of a twentieth. */
  public Range across() {
    return Axis.around(identity ? both() : points.stream().mapToDouble(Point::x));
  }

  /** Returns the range of the vertical axis, with a margin of a twentieth. */
  public Range upwards() {
    return Axis.around(identity ? both() : points.stream().mapToDouble(Point::y));
  }

  private DoubleStream both() {
    return points.stream().flatMapToDouble(point -> DoubleStream.of(point.x(), point.y()));
  }

  /** Returns the points that have a label. */
  public List<Point> labelled() {
    List<Point> labelled = new ArrayList<>(points);
    labelled.removeIf(point -> point.label().isEmpty());
    return labelled;
  }

  /**
   * One point.
   *
   * @param label empty for none
   */
  public record Point(double x, double y, String label) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is NaN or infinite
     */
    public Point {
      Given.finite(x, "a point's horizontal place");
      Given.finite(y, "a point's vertical place");
    }

    /** Makes a point without a label. */
    public Point(double x, double y) {
      this(x, y, "");
    }
  }
}
