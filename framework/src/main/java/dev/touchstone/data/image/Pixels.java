package dev.touchstone.data.image;

import java.util.function.IntUnaryOperator;
import org.apiguardian.api.API;

/**
 * An image in memory, from 0 to 255: row by row, the channels of a pixel beside each other, one for
 * grey and else red, green and blue. Whole numbers, until a step makes others. Immutable.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Pixels {
  private static final byte[] NO_BYTES = {};
  private static final float[] NO_NUMBERS = {};

  private final int height;
  private final int width;
  private final int channels;

  /** Of whole numbers; else empty. */
  private final byte[] bytes;

  private final float[] numbers;

  private Pixels(int height, int width, int channels, byte[] bytes, float[] numbers) {
    if (Math.max(bytes.length, numbers.length) != height * width * channels) {
      throw new IllegalArgumentException(
          "%d samples for %d × %d pixels of %d channels"
              .formatted(Math.max(bytes.length, numbers.length), height, width, channels));
    }
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.bytes = bytes;
    this.numbers = numbers;
  }

  /** Returns an image of 8 bits a sample; the array is not copied. */
  public static Pixels of(int height, int width, int channels, byte[] samples) {
    return new Pixels(height, width, channels, samples, NO_NUMBERS);
  }

  /** Returns an image of numbers that need not be whole; the array is not copied. */
  static Pixels ofNumbers(int height, int width, int channels, float[] samples) {
    return new Pixels(height, width, channels, NO_BYTES, samples);
  }

  /** Returns the number of rows. */
  public int height() {
    return height;
  }

  /** Returns the number of columns. */
  public int width() {
    return width;
  }

  /** Returns 1 or 3. */
  public int channels() {
    return channels;
  }

  /** Whether all samples are whole numbers from 0 to 255. */
  boolean isWhole() {
    return numbers.length == 0;
  }

  /** The samples of whole numbers; not a copy. */
  byte[] bytes() {
    return bytes;
  }

  /** A sample of a pixel, counted row by row. */
  float sample(int pixel, int channel) {
    int at = pixel * channels + channel;
    return isWhole() ? bytes[at] & 0xff : numbers[at];
  }

  /** All samples as numbers. */
  float[] numbers() {
    if (!isWhole()) {
      return numbers;
    }
    float[] wide = new float[bytes.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = bytes[i] & 0xff;
    }
    return wide;
  }

  /**
   * Returns an image of some of the pixels.
   *
   * @param from which pixel of this image stands at a pixel of that one, both counted row by row
   */
  Pixels arranged(int newHeight, int newWidth, IntUnaryOperator from) {
    int size = newHeight * newWidth * channels;
    byte[] newBytes = isWhole() ? new byte[size] : NO_BYTES;
    float[] newNumbers = isWhole() ? NO_NUMBERS : new float[size];
    for (int pixel = 0; pixel < newHeight * newWidth; pixel++) {
      int source = from.applyAsInt(pixel) * channels;
      for (int c = 0; c < channels; c++) {
        if (isWhole()) {
          newBytes[pixel * channels + c] = bytes[source + c];
        } else {
          newNumbers[pixel * channels + c] = numbers[source + c];
        }
      }
    }
    return new Pixels(newHeight, newWidth, channels, newBytes, newNumbers);
  }

  /**
   * Copies the image with its channels one after the other.
   *
   * @param planes how many channels to write; more than there are repeat the only one
   * @param reversed whether the last channel stands first
   * @param destination receives {@code planes × height × width} values from {@code offset} on
   */
  public void write(int planes, boolean reversed, float[] destination, int offset) {
    int size = height * width;
    for (int plane = 0; plane < planes; plane++) {
      int channel = channels == 1 ? 0 : reversed ? channels - 1 - plane : plane;
      int to = offset + plane * size;
      for (int i = 0; i < size; i++) {
        destination[to + i] = sample(i, channel);
      }
    }
  }
}
