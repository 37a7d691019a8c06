package dev.touchstone.data.format;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Reads the IDX format of MNIST (LeCun et al.), plain or gzipped, unsigned bytes.
 *
 * @param dimensions number of items first
 * @param bytes row-major
 */
public record IdxReader(int[] dimensions, byte[] bytes) {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MOST_BYTES = 1 << 30;

  /**
   * Reads a file.
   *
   * @throws TouchstoneException if it is no such file, or ends before what it promises
   */
  public static IdxReader read(Location file) {
    String part = "header";
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(Unzipped.open(file)))) {
      int magic = in.readInt();
      int axes = magic & 0xff;
      if (magic >>> 16 != 0 || (magic >>> 8 & 0xff) != UNSIGNED_BYTE || axes < 1 || axes > 4) {
        throw new TouchstoneException(
            file
                + " is not an IDX file of unsigned bytes: it begins with "
                + String.format("0x%08x", magic));
      }
      int[] dimensions = new int[axes];
      long size = 1;
      for (int axis = 0; axis < axes; axis++) {
        dimensions[axis] = in.readInt();
        size = dimensions[axis] < 0 ? Long.MAX_VALUE : size * dimensions[axis];
        if (size > MOST_BYTES) {
          throw new TouchstoneException(
              file + " promises more than the accepted " + MOST_BYTES + " bytes");
        }
      }
      part = "compressed data";
      byte[] bytes = in.readNBytes((int) size);
      if (bytes.length < size) {
        throw new TouchstoneException(
            file + " promises " + size + " bytes and ends after " + bytes.length);
      }
      // Read to the end, or a gzip file's checksum is never looked at.
      if (in.read() >= 0) {
        throw new TouchstoneException(
            file
                + " promises "
                + size
                + " bytes and goes on after them: the header is wrong, or another file was"
                + " appended; fetch it again");
      }
      return new IdxReader(dimensions, bytes);
    } catch (EOFException e) {
      throw new TouchstoneException(
          file + " ends within its " + part + ": the file is truncated", e);
    } catch (ZipException e) {
      throw new TouchstoneException(
          file + " is a damaged gzip file: " + e.getMessage() + "; fetch it again", e);
    } catch (IOException e) {
      throw new TouchstoneException(file + " could not be read: " + e.getMessage(), e);
    }
  }

  /** Returns how many items the file holds. */
  public int items() {
    return dimensions[0];
  }

  /** The shape of one image, channels first; grey images have one channel. */
  public int[] imageShape() {
    return switch (dimensions.length) {
      case 3 -> new int[] {1, dimensions[1], dimensions[2]};
      case 4 -> new int[] {dimensions[1], dimensions[2], dimensions[3]};
      default ->
          throw new TouchstoneException(
              "an IDX file of images has 3 or 4 axes, not " + Arrays.toString(dimensions));
    };
  }
}
