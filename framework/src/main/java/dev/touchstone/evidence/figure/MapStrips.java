package dev.touchstone.evidence.figure;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.DoubleStream;

/**
 * Attribution maps of examples side by side under the heads of their columns: of several methods,
 * of several models, or after each re-initialised layer. A row begins with the example itself.
 *
 * @param columns what the maps are of, in their order, at most {@value #MOST_COLUMNS}
 * @param rows at most {@value #MOST_ROWS}
 */
public record MapStrips(String name, String title, List<String> columns, List<Strip> rows)
    implements Figure {
  /** The most columns of maps: a network's blocks, and one for the model as it is. */
  public static final int MOST_COLUMNS = 60;

  /** The most rows. */
  public static final int MOST_ROWS = 24;

  /** The most pixels of all images and maps together, a byte each. */
  public static final int MOST_PIXELS = 2 << 20;

  /**
   * Copies columns and rows.
   *
   * @throws IllegalArgumentException if a row has not one map for each column, or for too many
   *     columns, rows or pixels
   */
  public MapStrips {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    Given.atMost(MOST_COLUMNS, columns.size(), "columns", "show those that matter most");
    Given.atMost(MOST_ROWS, rows.size(), "rows", "show the examples that matter most");
    for (Strip row : rows) {
      if (row.maps().size() != columns.size()) {
        throw new IllegalArgumentException(
            "the row %s has %d maps for %d columns; it needs one for each"
                .formatted(row.caption(), row.maps().size(), columns.size()));
      }
    }
    Given.atMost(
        MOST_PIXELS,
        rows.stream().mapToLong(Strip::pixels).sum(),
        "pixels",
        "show fewer rows or columns, or smaller maps");
  }

  @Override
  public Kind kind() {
    return Kind.MAP_STRIPS;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.mapStrips(this);
  }

  /**
   * The maps of one example.
   *
   * @param caption the example
   * @param input what it looks like
   * @param maps one for each column, as high and wide as the input
   */
  public record Strip(String caption, Thumbnail input, List<Heat> maps) {
    /**
     * Copies the maps.
     *
     * @throws IllegalArgumentException if one has another size than the input
     */
    public Strip {
      maps = List.copyOf(maps);
      for (Heat map : maps) {
        if (map.height() != input.height() || map.width() != input.width()) {
          throw new IllegalArgumentException(
              "a map of %d x %d for %s, whose input is %d x %d"
                  .formatted(map.height(), map.width(), caption, input.height(), input.width()));
        }
      }
    }

    private long pixels() {
      return (long) input.height() * input.width() * (input.channels() + maps.size());
    }
  }

  /**
   * One map in 127 levels to each side of 0, which is what a picture can show.
   *
   * @param strongest the magnitude at level 127; 0 where the map is 0 everywhere
   * @param levels row-major, -127 to 127
   */
  public record Heat(int height, int width, double strongest, byte[] levels) {
    private static final int FULL = 127;

    /**
     * Checks and copies the levels.
     *
     * @throws IllegalArgumentException for an edge outside [1, 128], for other than one level a
     *     pixel, for a level of -128, or if the strongest magnitude is negative or no number
     */
    public Heat {
      if (!Shrinking.isSmall(height, width) || levels.length != height * width) {
        throw new IllegalArgumentException(
            "a map of %d x %d has %d levels; it needs one for each of at most %d x %d pixels"
                .formatted(
                    height, width, levels.length, Thumbnail.LONGEST_EDGE, Thumbnail.LONGEST_EDGE));
      }
      levels = levels.clone();
      for (byte level : levels) {
        if (level < -FULL) {
          throw new IllegalArgumentException("a map has the level -128; they go from -127 to 127");
        }
      }
      if (Given.finite(strongest, "a map's strongest magnitude") < 0) {
        throw new IllegalArgumentException(
            "a map's strongest magnitude is %s; it is 0 or more".formatted(strongest));
      }
    }

    /**
     * Returns a map of signed values, rounded to the nearest of 127 levels to each side of 0, and
     * made smaller by averages as {@link Thumbnail#of(float[], int, int, int)} makes its image.
     *
     * @param values row-major, one for each pixel
     * @throws IllegalArgumentException for another number of values, or one that is NaN or infinite
     */
    public static Heat of(int height, int width, float... values) {
      if (values.length != (long) height * width) {
        throw new IllegalArgumentException(
            "a map of %d x %d has %d values; it needs one for each pixel"
                .formatted(height, width, values.length));
      }
      for (float value : values) {
        Given.finite(value, "a map's value");
      }
      Shrinking shrinking = Shrinking.of(height, width, Integer.MAX_VALUE);
      double[] means = shrinking.means(i -> values[i]);
      double strongest = DoubleStream.of(means).map(Math::abs).max().orElse(0);
      byte[] levels = new byte[means.length];
      for (int i = 0; i < means.length; i++) {
        levels[i] = strongest > 0 ? (byte) Math.round(means[i] / strongest * FULL) : 0;
      }
      return new Heat(shrinking.rows(), shrinking.columns(), strongest, levels);
    }

    /** Returns a copy of the levels. */
    @Override
    public byte[] levels() {
      return levels.clone();
    }

    /** Returns how strong the map is at a pixel, from -1 (against) to 1 (for). */
    public double share(int row, int column) {
      return levels[row * width + column] / (double) FULL;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Heat heat
          && height == heat.height
          && width == heat.width
          && strongest == heat.strongest
          && Arrays.equals(levels, heat.levels);
    }

    @Override
    public int hashCode() {
      return Objects.hash(height, width, strongest, Arrays.hashCode(levels));
    }
  }
}
