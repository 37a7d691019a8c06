package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * A whole array of numbers, as NumPy's {@code save} writes it.
 *
 * @param shape of the array
 * @param values row-major, whatever the order in the file
 */
public record NpyReader(int[] shape, double[] values) {
  private static final int MOST_VALUES = 1 << 26;

  /**
   * Reads a file to its end.
   *
   * @throws TouchstoneException if it is none of NumPy's, of another type than numbers, too large,
   *     or does not hold what its header says
   */
  public static NpyReader read(Location file) {
    try (NpyArray array =
        NpyArray.open(file.toString(), new BufferedInputStream(Unzipped.open(file)))) {
      NpyType type = array.type();
      if (type.isText()) {
        throw new TouchstoneException(
            "%s holds texts, and numbers are read; save an array of numbers".formatted(file));
      }
      long size = (long) array.rows() * array.rowSize();
      if (size > MOST_VALUES) {
        throw new TouchstoneException(
            "%s promises an array of the shape %s, more than the accepted %d numbers; save fewer examples"
                .formatted(file, Arrays.toString(array.shape()), MOST_VALUES));
      }
      double[] values = new double[(int) size];
      int[] filled = {0};
      array.forEach(
          (elements, at) -> {
            for (int from : at) {
              values[filled[0]++] = type.number(elements, from);
            }
          });
      return new NpyReader(array.shape(), values);
    } catch (IOException e) {
      throw new TouchstoneException(file + " could not be read: " + e.getMessage(), e);
    }
  }
}
