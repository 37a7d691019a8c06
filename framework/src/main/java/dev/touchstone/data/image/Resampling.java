package dev.touchstone.data.image;

import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * How pixels of another size are made of an image's pixels. Immutable.
 *
 * <p>Those with a kernel are Pillow's {@code Image.resize}, which torchvision's {@code Resize}
 * calls for PIL images: one pass along rows and one along columns, the kernel as wide as an output
 * pixel where the image becomes smaller (antialiasing), each pass rounded to whole grey levels. The
 * results are equal to Pillow's. On tensors of 8 bits torchvision rounds otherwise, by at most one
 * grey level; on tensors of floats, and in TensorFlow, nothing is rounded: {@link #unrounded()}.
 */
public final class Resampling {
  /** Of whole numbers that stand for weights; 8 more for the samples, and 2 for a sum beyond 1. */
  private static final int BITS = 32 - 8 - 2;

  private static final int HALF = 1 << (BITS - 1);

  private final String name;

  /** Null for the nearest pixel, or the four around a place. */
  private final @Nullable Kernel kernel;

  private final boolean nearest;
  private final boolean rounded;
  private final boolean alwaysRowsFirst;

  private Resampling(
      String name,
      @Nullable Kernel kernel,
      boolean nearest,
      boolean rounded,
      boolean alwaysRowsFirst) {
    this.name = name;
    this.kernel = kernel;
    this.nearest = nearest;
    this.rounded = rounded;
    this.alwaysRowsFirst = alwaysRowsFirst;
  }

  private static Resampling of(String name, Kernel kernel) {
    return new Resampling(name, kernel, false, true, false);
  }

  /** Returns the nearest pixel, {@code Image.Resampling.NEAREST}: what Keras' load_img takes. */
  public static Resampling nearest() {
    return new Resampling("nearest", null, true, true, true);
  }

  /** Returns the mean of the pixels that an output pixel covers, {@code Image.Resampling.BOX}. */
  public static Resampling box() {
    return of("box", Kernel.BOX);
  }

  /** Returns {@code Image.Resampling.BILINEAR}, torchvision's default: a triangle. */
  public static Resampling bilinear() {
    return of("bilinear", Kernel.TRIANGLE);
  }

  /** Returns {@code Image.Resampling.HAMMING}: sharper than bilinear, no slower. */
  public static Resampling hamming() {
    return of("hamming", Kernel.HAMMING);
  }

  /**
   * Returns {@code Image.Resampling.BICUBIC}, Pillow's own default: Keys' cubic of slope -1/2.
   * (OpenCV and {@code torch.nn.functional.interpolate} take -3/4 unless they antialias.)
   */
  public static Resampling bicubic() {
    return of("bicubic", Kernel.CUBIC);
  }

  /** Returns {@code Image.Resampling.LANCZOS}: a sinc within three of its lobes. */
  public static Resampling lanczos() {
    return of("lanczos", Kernel.LANCZOS);
  }

  /**
   * Returns the four pixels around a place, however much smaller the image becomes, and nothing
   * rounded: PyTorch's {@code interpolate(mode="bilinear", align_corners=False)}, TensorFlow's
   * {@code tf.image.resize} and Keras' {@code image_dataset_from_directory}; OpenCV's {@code
   * INTER_LINEAR} is within one grey level. On photographs it is far from {@link #bilinear()}: fine
   * patterns become coarse ones.
   */
  public static Resampling bilinearWithoutAntialiasing() {
    return new Resampling("bilinear without antialiasing", null, false, false, true);
  }

  /**
   * Returns the same without rounding to whole grey levels, as of images that are tensors of
   * floats: {@code antialias=True} of torchvision and TensorFlow.
   */
  public Resampling unrounded() {
    return new Resampling(name, kernel, nearest, nearest, true);
  }

  /**
   * Returns the same with the pass along rows before that along columns whatever the image, as
   * Pillow did up to version 12. Pillow 13 takes columns first where a tall image is concerned
   * (where the height shrinks by more than twice as many pixels as the width), which changes a grey
   * level here and there by one.
   */
  public Resampling rowsFirst() {
    return new Resampling(name, kernel, nearest, rounded, true);
  }

  /**
   * Resizes one channel of numbers, row-major; nothing is rounded.
   *
   * @param plane {@code height} × {@code width} values
   * @return {@code toHeight} × {@code toWidth} values
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public float[] resizedPlane(float[] plane, int height, int width, int toHeight, int toWidth) {
    return resized(Pixels.ofNumbers(height, width, 1, plane), toHeight, toWidth).numbers();
  }

  Pixels resized(Pixels image, int height, int width) {
    if (image.height() == height && image.width() == width) {
      return image;
    }
    if (nearest) {
      int[] rows = nearest(image.height(), height);
      int[] columns = nearest(image.width(), width);
      return image.arranged(
          height, width, i -> rows[i / width] * image.width() + columns[i % width]);
    }
    int lines = image.height() - height;
    boolean rowsFirst = alwaysRowsFirst || lines <= 0 || lines <= 2 * (image.width() - width);
    return rowsFirst
        ? along(along(image, true, width), false, height)
        : along(along(image, false, height), true, width);
  }

  private Taps taps(int from, int to) {
    return kernel == null ? Taps.ofNeighbours(from, to) : Taps.of(kernel, from, to);
  }

  /** Steps are added up, as Pillow does, whose rounding is kept. */
  private static int[] nearest(int from, int to) {
    double step = (double) from / to;
    double place = step * 0.5;
    int[] source = new int[to];
    for (int i = 0; i < to; i++) {
      source[i] = Math.min(from - 1, (int) place);
      place += step;
    }
    return source;
  }

  /** Resizes along the rows, or down the columns. */
  private Pixels along(Pixels image, boolean rows, int length) {
    int from = rows ? image.width() : image.height();
    return from == length ? image : along(image, taps(from, length), rows, length);
  }

  private Pixels along(Pixels image, Taps taps, boolean rows, int length) {
    int height = rows ? image.height() : length;
    int width = rows ? length : image.width();
    int channels = image.channels();
    if (rounded && image.isWhole()) {
      byte[] made =
          rows
              ? acrossRows(image, taps, length)
              : downColumns(image, taps, length, width * channels);
      return Pixels.of(height, width, channels, made);
    }
    float[] from = image.numbers();
    float[] made = new float[height * width * channels];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int to = rows ? x : y;
        for (int c = 0; c < channels; c++) {
          double sum = 0;
          for (int t = 0; t < taps.count()[to]; t++) {
            int at = taps.first()[to] + t;
            int pixel = rows ? y * image.width() + at : at * width + x;
            sum += from[pixel * channels + c] * taps.weights()[to * taps.most() + t];
          }
          made[(y * width + x) * channels + c] = (float) sum;
        }
      }
    }
    return Pixels.ofNumbers(height, width, channels, made);
  }

  private static byte[] acrossRows(Pixels image, Taps taps, int width) {
    byte[] from = image.bytes();
    int[] weights = taps.fixed(BITS);
    int channels = image.channels();
    byte[] made = new byte[image.height() * width * channels];
    for (int y = 0; y < image.height(); y++) {
      int row = y * image.width() * channels;
      int out = y * width * channels;
      for (int x = 0; x < width; x++) {
        int weight = x * taps.most();
        int end = weight + taps.count()[x];
        int at = row + taps.first()[x] * channels;
        if (channels == 3) {
          int red = HALF;
          int green = HALF;
          int blue = HALF;
          for (; weight < end; weight++, at += 3) {
            int by = weights[weight];
            red += (from[at] & 0xff) * by;
            green += (from[at + 1] & 0xff) * by;
            blue += (from[at + 2] & 0xff) * by;
          }
          made[out++] = clipped(red);
          made[out++] = clipped(green);
          made[out++] = clipped(blue);
        } else {
          int grey = HALF;
          for (; weight < end; weight++, at++) {
            grey += (from[at] & 0xff) * weights[weight];
          }
          made[out++] = clipped(grey);
        }
      }
    }
    return made;
  }

  private static byte[] downColumns(Pixels image, Taps taps, int height, int rowLength) {
    byte[] from = image.bytes();
    int[] weights = taps.fixed(BITS);
    byte[] made = new byte[height * rowLength];
    int[] sums = new int[rowLength];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, HALF);
      for (int t = 0; t < taps.count()[y]; t++) {
        int by = weights[y * taps.most() + t];
        int at = (taps.first()[y] + t) * rowLength;
        for (int i = 0; i < rowLength; i++) {
          sums[i] += (from[at + i] & 0xff) * by;
        }
      }
      for (int i = 0; i < rowLength; i++) {
        made[y * rowLength + i] = clipped(sums[i]);
      }
    }
    return made;
  }

  private static byte clipped(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> BITS));
  }

  /** All that trainers use, in the order of how often. */
  static List<Resampling> usual() {
    return List.of(
        bilinear(),
        bilinearWithoutAntialiasing(),
        bicubic(),
        nearest(),
        lanczos(),
        box(),
        hamming(),
        bilinear().rowsFirst(),
        bicubic().rowsFirst(),
        lanczos().rowsFirst());
  }

  /** As one writes it. */
  String code() {
    if (kernel == null) {
      return nearest ? "Resampling.nearest()" : "Resampling.bilinearWithoutAntialiasing()";
    }
    return "Resampling.%s()%s"
        .formatted(name, !rounded ? ".unrounded()" : alwaysRowsFirst ? ".rowsFirst()" : "");
  }

  /** Returns the name and what is special, as provenance has it. */
  @Override
  public String toString() {
    if (kernel == null) {
      return name;
    }
    String how = !rounded ? ", unrounded" : alwaysRowsFirst ? ", rows first" : "";
    return name + ", antialiased" + how;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Resampling that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
