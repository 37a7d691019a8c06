package dev.touchstone.evidence.figure;

/**
 * A small picture of 8 bits a channel.
 *
 * @param height at most {@value #LONGEST_EDGE}
 * @param width at most {@value #LONGEST_EDGE}
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param levels channel by channel, row-major, unsigned; shared, not copied
 */
public record Thumbnail(int height, int width, int channels, byte[] levels) {
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
    if (!small || (channels != 1 && channels != 3) || levels.length != channels * height * width) {
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
