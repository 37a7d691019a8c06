package dev.touchstone.evidence;

import dev.touchstone.statistics.Range;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A picture as data; drawn by whoever shows it. */
public sealed interface Figure {

  /** Returns a short name, unique within the evidence; becomes part of a file name. */
  String name();

  /** Returns what a reader sees above the picture. */
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

    /**
     * Returns the range of an axis that shows every value, every limit that is a number, and what
     * is drawn beside them, with a margin of a twentieth.
     */
    public Range axis(double... beside) {
      double[] all =
          DoubleStream.concat(
                  DoubleStream.of(beside),
                  series.values().stream()
                      .flatMap(List::stream)
                      .flatMapToDouble(p -> DoubleStream.of(p.value(), p.lower(), p.upper())))
              .filter(Double::isFinite)
              .toArray();
      double least = DoubleStream.of(all).min().orElse(0);
      double most = DoubleStream.of(all).max().orElse(1);
      double room = most > least ? (most - least) * 0.05 : Math.max(0.05, Math.abs(most) * 0.05);
      return new Range(least - room, most + room);
    }

    /** Returns the positions at which a line has a value that is a number. */
    public int[] drawn(List<Point> line) {
      return IntStream.range(0, Math.min(line.size(), positions.size()))
          .filter(i -> Double.isFinite(line.get(i).value()))
          .toArray();
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

    /**
     * One ranked item.
     *
     * @param marked whether the truth is known to be what the ranking looks for
     * @param picture what the item looks like, where it is an image
     */
    public record Item(String id, double score, boolean marked, Optional<Thumbnail> picture) {

      /** An item that has no picture. */
      public Item(String id, double score, boolean marked) {
        this(id, score, marked, Optional.empty());
      }
    }
  }

  /**
   * A small picture of 8 bits a channel.
   *
   * @param height at most {@value #LONGEST_EDGE}
   * @param width at most {@value #LONGEST_EDGE}
   * @param channels 1 (grey) or 3 (red, green, blue)
   * @param levels channel by channel, row-major, unsigned; shared, not copied
   */
  record Thumbnail(int height, int width, int channels, byte[] levels) {
    /** The most pixels along an edge. */
    public static final int LONGEST_EDGE = 64;

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException for an edge outside [1, 64], for other channels than 1 or 3,
     *     or if there are not as many levels as there have to be
     */
    public Thumbnail {
      boolean small = Math.min(height, width) >= 1 && Math.max(height, width) <= LONGEST_EDGE;
      if (!small
          || (channels != 1 && channels != 3)
          || levels.length != channels * height * width) {
        throw new IllegalArgumentException(
            "a thumbnail of "
                + channels
                + " x "
                + height
                + " x "
                + width
                + " has "
                + levels.length
                + " levels; it needs 1 or 3 channels of at most 64 x 64, and a level for each");
      }
    }

    /** Returns a level, 0 to 255. */
    public int level(int channel, int row, int column) {
      return levels[(channel * height + row) * width + column] & 0xFF;
    }
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
