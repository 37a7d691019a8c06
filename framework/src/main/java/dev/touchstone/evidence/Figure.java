package dev.touchstone.evidence;

import java.util.List;
import java.util.Map;

/** A picture as data; drawn by whoever shows it. */
public sealed interface Figure {

  /** A short name, unique within the evidence; becomes part of a file name. */
  String name();

  /** What a reader sees above the picture. */
  String title();

  /**
   * Confidence against accuracy, per bin.
   *
   * @param bins the bins in ascending order, empty ones too
   */
  record ReliabilityDiagram(String name, String title, List<Bin> bins) implements Figure {

    /** Copies the bins. */
    public ReliabilityDiagram {
      bins = List.copyOf(bins);
    }

    /**
     * One bin {@code (lower, upper]}.
     *
     * @param confidence mean confidence, 0 if empty
     * @param accuracy share correct, 0 if empty
     */
    public record Bin(double lower, double upper, int count, double confidence, double accuracy) {}
  }

  /**
   * Lines over named positions, such as similarity after each re-initialised layer.
   *
   * @param positions the names along the horizontal axis
   * @param series name of a line to its points
   */
  record Curve(
      String name,
      String title,
      String horizontal,
      String vertical,
      List<String> positions,
      Map<String, List<Point>> series)
      implements Figure {

    /** Copies positions and series, keeping their order. */
    public Curve {
      positions = List.copyOf(positions);
      series = Ordered.copyOf(series);
    }

    /** A value with its interval. */
    public record Point(double value, double lower, double upper) {}
  }

  /**
   * A ranking: values in order, marked where the truth is known.
   *
   * @param items the first items, best ranked first
   */
  record Ranking(String name, String title, List<Item> items) implements Figure {

    /** Copies the items. */
    public Ranking {
      items = List.copyOf(items);
    }

    /** One ranked item. */
    public record Item(String id, double score, boolean marked) {}
  }

  /**
   * Images side by side, each an input with an optional attribution map over it.
   *
   * @param tiles the images, in reading order
   */
  record Overlays(String name, String title, List<Tile> tiles) implements Figure {

    /** Copies the tiles. */
    public Overlays {
      tiles = List.copyOf(tiles);
    }

    /**
     * One image.
     *
     * @param caption what a reader sees below it
     * @param channels 1 (grey) or 3 (red, green, blue)
     * @param pixels channel by channel, row-major, in [0, 1]
     * @param attribution row-major, one value per pixel, signed; empty for none
     */
    public record Tile(
        String caption, int height, int width, int channels, float[] pixels, float[] attribution) {}
  }
}
