package dev.touchstone.evidence.figure;

import dev.touchstone.statistics.Range;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Values with their intervals at names, such as layers, methods or groups; several series stand
 * beside each other at each name, such as layers and what an untrained one would show.
 *
 * @param horizontal what the names are, such as {@code "layer"}
 * @param vertical the quantity, as measurements call it: tolerances of it are drawn as lines
 * @param positions the names in their order
 * @param series name of a series to its points, one at each position
 * @param lines other values that the points are compared with, such as chance
 */
public record IntervalPlot(
    String name,
    String title,
    String horizontal,
    String vertical,
    List<String> positions,
    Map<String, List<Point>> series,
    List<Line> lines)
    implements Figure {
  /** The most points of all series together. */
  public static final int MOST_POINTS = 10_000;

  /**
   * Copies positions, series and lines, keeping their order.
   *
   * @throws IllegalArgumentException if a series has not one point at each position, or for more
   *     than {@value #MOST_POINTS} points
   */
  public IntervalPlot {
    positions = List.copyOf(positions);
    Map<String, List<Point>> copies = new LinkedHashMap<>();
    series.forEach((called, points) -> copies.put(called, List.copyOf(points)));
    series = Collections.unmodifiableMap(copies);
    lines = List.copyOf(lines);
    for (Map.Entry<String, List<Point>> one : series.entrySet()) {
      if (one.getValue().size() != positions.size()) {
        throw new IllegalArgumentException(
            "the series %s has %d points at %d positions; it needs one at each, new Point(NaN, NaN, NaN) where there is none"
                .formatted(one.getKey(), one.getValue().size(), positions.size()));
      }
    }
    Given.atMost(
        MOST_POINTS,
        (long) positions.size() * series.size(),
        "points",
        "show those that matter most, and say so in the title");
  }

  /** Makes a figure without other lines than tolerances. */
  public IntervalPlot(
      String name,
      String title,
      String horizontal,
      String vertical,
      List<String> positions,
      Map<String, List<Point>> series) {
    this(name, title, horizontal, vertical, positions, series, List.of());
  }

  /** Returns the figure with one more line across all names. */
  public IntervalPlot withLine(String label, double at) {
    List<Line> more = new ArrayList<>(lines);
    more.add(new Line(label, at));
    return new IntervalPlot(name, title, horizontal, vertical, positions, series, more);
  }

  @Override
  public Kind kind() {
    return Kind.INTERVAL_PLOT;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.intervalPlot(this);
  }

  /**
   * Returns the range of an axis that shows every value, every limit that is a number, every line,
   * and what is drawn beside them, with a margin of a twentieth.
   */
  public Range axis(double... beside) {
    return Axis.around(
        DoubleStream.concat(
            DoubleStream.concat(
                DoubleStream.of(beside), lines.stream().mapToDouble(IntervalPlot.Line::at)),
            series.values().stream()
                .flatMap(List::stream)
                .flatMapToDouble(p -> DoubleStream.of(p.value(), p.lower(), p.upper()))));
  }

  /** Returns the positions at which a series has a value that is a number. */
  public int[] drawn(List<Point> points) {
    return IntStream.range(0, points.size())
        .filter(i -> Double.isFinite(points.get(i).value()))
        .toArray();
  }

  /**
   * A value with its interval.
   *
   * @param value NaN where nothing could be measured
   * @param lower minus infinity where nothing bounds it; NaN, as the upper limit then is, where
   *     there is no interval, or nothing bounds it on either side
   * @param upper likewise
   */
  public record Point(double value, double lower, double upper) {
    /**
     * Checks the interval.
     *
     * @throws IllegalArgumentException for an infinite value, for one limit without the other, or
     *     for a lower limit above the upper one
     */
    public Point {
      if (lower == Double.NEGATIVE_INFINITY && upper == Double.POSITIVE_INFINITY) {
        lower = Double.NaN;
        upper = Double.NaN;
      }
      if (Double.isInfinite(value)
          || Double.isNaN(lower) != Double.isNaN(upper)
          || lower > upper
          || lower == Double.POSITIVE_INFINITY
          || upper == Double.NEGATIVE_INFINITY) {
        throw new IllegalArgumentException(
            "a point of %s with an interval from %s to %s; a value is a number, or NaN for none, and an interval is a lower limit and one that is no smaller, or NaN and NaN for none"
                .formatted(value, lower, upper));
      }
    }
  }

  /**
   * A value that all names are compared with.
   *
   * @param label what it is, such as {@code "chance"}
   */
  public record Line(String label, double at) {
    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException if it is no number
     */
    public Line {
      Given.finite(at, "the line " + label);
    }
  }
}
