package dev.touchstone.report;

import java.awt.Color;
import java.util.Map;

/**
 * The paints of a chart, each of which becomes a class of the page's style sheet, so that a chart
 * follows the page into the dark and onto paper. The colours themselves are never seen.
 */
final class Strokes {
  /** Axes. */
  static final Color AXIS = new Color(1, 0, 0);

  /** Lines of the grid. */
  static final Color GRID = new Color(2, 0, 0);

  /** What a perfect model would show. */
  static final Color IDEAL = new Color(3, 0, 0);

  /** Areas that hold counts. */
  static final Color COUNT = new Color(4, 0, 0);

  /** What is laid out by the chart library and written by us, as text. */
  static final Color NOTHING = new Color(5, 0, 0);

  /** The lines, told apart by colour, by dashes and by the marks of their points. */
  static final Color[] SERIES = {
    new Color(10, 0, 0), new Color(11, 0, 0), new Color(12, 0, 0), new Color(13, 0, 0)
  };

  private static final Map<String, String> CLASSES =
      Map.of(
          name(AXIS), "ax",
          name(GRID), "gr",
          name(IDEAL), "id",
          name(COUNT), "ct",
          name(SERIES[0]), "s0",
          name(SERIES[1]), "s1",
          name(SERIES[2]), "s2",
          name(SERIES[3]), "s3");

  private Strokes() {}

  /** The class of a paint as SVG names it; empty for what is not shown. */
  static String classOf(String paint) {
    return CLASSES.getOrDefault(paint, "");
  }

  private static String name(Color colour) {
    return "rgb(" + colour.getRed() + "," + colour.getGreen() + "," + colour.getBlue() + ")";
  }
}
