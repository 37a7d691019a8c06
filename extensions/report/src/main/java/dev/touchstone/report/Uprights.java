package dev.touchstone.report;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.IntervalPlot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * The upright lines of a dot plot, tolerances and others, each with its label above it: on as many
 * levels as keep labels apart.
 */
final class Uprights {
  /** How high a level is. */
  static final int LEVEL = 14;

  private static final int MOST_OF_A_LABEL = 40;

  /** How wide a character is at most in most words; labels are centred and may be narrower. */
  private static final double CHARACTER = 6;

  private final List<Upright> lines = new ArrayList<>();

  /**
   * One line.
   *
   * @param kind its class in the style sheet
   */
  private record Upright(String kind, double at, String label) {}

  /** A line with its place in the picture. */
  private record Placed(Upright line, double x, double labelAt, int level) {
    double from() {
      return labelAt - line.label.length() * CHARACTER / 2;
    }

    double to() {
      return labelAt + line.label.length() * CHARACTER / 2;
    }
  }

  Uprights(IntervalPlot plot, double[] tolerances) {
    for (double tolerance : tolerances) {
      lines.add(new Upright("l tol", tolerance, "tolerance " + Numbers.format(tolerance)));
    }
    for (IntervalPlot.Line line : plot.lines()) {
      lines.add(
          new Upright(
              "l id",
              line.at(),
              PlainText.of(line.label(), MOST_OF_A_LABEL) + " " + Numbers.format(line.at())));
    }
  }

  /** The room that labels need above the chart. */
  int height() {
    return lines.size() * LEVEL;
  }

  /**
   * Draws them.
   *
   * @param x from a value to its place
   */
  void drawTo(ChartSvg svg, DoubleUnaryOperator x, double top, double bottom) {
    for (Placed placed : placed(x)) {
      svg.line(placed.line.kind, placed.x, top, placed.x, bottom);
      svg.text("t m", placed.labelAt, top - 5 - placed.level * LEVEL, placed.line.label);
    }
  }

  private List<Placed> placed(DoubleUnaryOperator x) {
    List<Placed> placed = new ArrayList<>();
    lines.stream()
        .sorted(Comparator.comparingDouble(Upright::at))
        .forEach(
            line -> {
              double at = x.applyAsDouble(line.at);
              double half = line.label.length() * CHARACTER / 2;
              double label = Math.max(half, Math.min(Charts.WIDTH - half, at));
              int level = 0;
              while (overlaps(placed, new Placed(line, at, label, level))) {
                level++;
              }
              placed.add(new Placed(line, at, label, level));
            });
    return placed;
  }

  private static boolean overlaps(List<Placed> placed, Placed next) {
    return placed.stream()
        .anyMatch(
            p ->
                p.level == next.level
                    && p.from() < next.to() + CHARACTER
                    && next.from() < p.to() + CHARACTER);
  }
}
