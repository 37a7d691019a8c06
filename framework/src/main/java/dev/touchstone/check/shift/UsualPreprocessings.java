package dev.touchstone.check.shift;

import dev.touchstone.data.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * The usual mistakes between training and use, as what would undo them. Which there are depends on
 * the shape of an example, and on the range in which the values lie.
 */
final class UsualPreprocessings {
  private static final int AXES_OF_AN_IMAGE = 3;
  private static final int FEWEST_PIXELS = 4;
  private static final double BYTE = 255;

  /** Means and deviations of values from 0 to 1 by which published networks are trained. */
  private record Published(String name, double[] mean, double[] deviation) {}

  private static final List<Published> OF_COLOURS =
      List.of(
          new Published(
              "ImageNet", new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225}),
          new Published(
              "CIFAR-10",
              new double[] {0.4914, 0.4822, 0.4465},
              new double[] {0.2470, 0.2435, 0.2616}));

  private static final List<Published> OF_GREY =
      List.of(
          new Published("MNIST", new double[] {0.1307}, new double[] {0.3081}),
          new Published("Fashion-MNIST", new double[] {0.2860}, new double[] {0.3530}));

  private record Named(String name, Change change) implements Preprocessing {
    @Override
    public float[] apply(float[] example, int[] shape) {
      return change.apply(example, shape);
    }
  }

  @FunctionalInterface
  private interface Change {
    float[] apply(float[] example, int[] shape);
  }

  /** Where the values of data lie. */
  enum Values {
    UNIT("0 to 1"),
    BYTES("0 to 255"),
    SIGNED("-1 to 1"),
    OTHER("elsewhere");

    private final String inWords;

    Values(String inWords) {
      this.inWords = inWords;
    }

    /** Returns the range in words. */
    String inWords() {
      return inWords;
    }

    static Values between(double least, double most) {
      if (least >= 0) {
        return most <= 1 ? UNIT : most <= BYTE ? BYTES : OTHER;
      }
      return least >= -1 && most <= 1 ? SIGNED : OTHER;
    }

    /** A value as it is between 0 and 1. */
    double unit(double value) {
      return switch (this) {
        case UNIT, OTHER -> value;
        case BYTES -> value / BYTE;
        case SIGNED -> (value + 1) / 2;
      };
    }
  }

  private UsualPreprocessings() {}

  /** Returns what is tried on data like these. */
  static List<Preprocessing> of(Dataset sample) {
    int[] shape = sample.shape();
    return shape.length == AXES_OF_AN_IMAGE
            && Math.min(shape[1], shape[2]) >= FEWEST_PIXELS
            && shape[0] <= 4
        ? ofImages(sample)
        : ofColumns(sample);
  }

  /** Returns where the values of some data lie. */
  static Values valuesOf(Dataset sample) {
    double[] ends = ends(sample);
    return Values.between(ends[0], ends[1]);
  }

  private static double[] ends(Dataset sample) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < sample.size(); i++) {
      for (float value : sample.batch(i, i + 1).row(0)) {
        if (!Float.isNaN(value)) {
          least = Math.min(least, value);
          most = Math.max(most, value);
        }
      }
    }
    return new double[] {least, most};
  }

  // --- images ---

  private static List<Preprocessing> ofImages(Dataset sample) {
    int channels = sample.shape()[0];
    double[] ends = ends(sample);
    List<Preprocessing> ranges = ranges(channels, Values.between(ends[0], ends[1]));
    List<Preprocessing> all = new ArrayList<>(ranges);
    if (channels == 3) {
      Preprocessing reversed =
          new Named("channels reversed (BGR for RGB)", UsualPreprocessings::channelsReversed);
      all.add(reversed);
      for (Preprocessing range : ranges) {
        all.add(
            new Named(
                range.name() + ", channels reversed",
                (x, shape) -> range.apply(channelsReversed(x, shape), shape)));
      }
    }
    if (channels > 1) {
      all.add(new Named("read as channels last", UsualPreprocessings::readAsChannelsLast));
      all.add(new Named("written as channels last", UsualPreprocessings::writtenAsChannelsLast));
    }
    double sum = ends[0] + ends[1];
    all.add(new Named("inverted (light for dark)", (x, shape) -> each(x, v -> sum - v)));
    if (sample.shape()[1] == sample.shape()[2]) {
      all.add(
          new Named(
              "transposed (rows for columns)",
              (x, shape) -> moved(x, shape, (y, c) -> new double[] {c, y})));
    }
    all.add(
        new Named(
            "upside down",
            (x, shape) -> moved(x, shape, (y, c) -> new double[] {shape[1] - 1 - y, c})));
    all.add(
        new Named(
            "mirrored",
            (x, shape) -> moved(x, shape, (y, c) -> new double[] {y, shape[2] - 1 - c})));
    all.add(
        new Named(
            "the middle seven eighths, enlarged (a centre crop in training)",
            (x, shape) -> zoomed(x, shape, 7.0 / 8)));
    all.add(
        new Named(
            "shrunk to seven eighths, with a margin", (x, shape) -> zoomed(x, shape, 8.0 / 7)));
    all.add(
        new Named(
            "smoothed, as by a resize to half the size and back", UsualPreprocessings::smoothed));
    all.add(
        new Named(
            "coarsened, as by every second pixel",
            (x, shape) ->
                moved(
                    x,
                    shape,
                    (y, c) -> new double[] {Math.floor(y / 2) * 2, Math.floor(c / 2) * 2})));
    return all;
  }

  private static List<Preprocessing> ranges(int channels, Values now) {
    List<Preprocessing> all = new ArrayList<>();
    List<Published> published = channels == 1 ? OF_GREY : channels == 3 ? OF_COLOURS : List.of();
    if (now == Values.OTHER) {
      for (Published one : published) {
        String undone = "the normalisation of " + one.name() + " undone";
        all.add(new Named(undone + " (0 to 1)", (x, shape) -> undone(x, shape, one, 1)));
        all.add(new Named(undone + " (0 to 255)", (x, shape) -> undone(x, shape, one, BYTE)));
      }
      return all;
    }
    if (now != Values.UNIT) {
      all.add(
          new Named(
              now == Values.BYTES ? "divided by 255 (0 to 1)" : "(x + 1) / 2 (0 to 1)",
              (x, shape) -> each(x, now::unit)));
    }
    if (now != Values.BYTES) {
      all.add(
          new Named(
              now == Values.UNIT ? "times 255 (0 to 255)" : "127.5 (x + 1) (0 to 255)",
              (x, shape) -> each(x, v -> BYTE * now.unit(v))));
    }
    if (now != Values.SIGNED) {
      all.add(
          new Named(
              now == Values.UNIT ? "2x - 1 (-1 to 1)" : "x / 127.5 - 1 (-1 to 1)",
              (x, shape) -> each(x, v -> 2 * now.unit(v) - 1)));
    }
    for (Published one : published) {
      all.add(
          new Named(
              "normalised as %s, mean %s and deviation %s of values from 0 to 1"
                  .formatted(one.name(), words(one.mean()), words(one.deviation())),
              (x, shape) -> normalised(x, shape, one, now)));
    }
    return all;
  }

  private static String words(double[] values) {
    return Arrays.stream(values)
        .mapToObj(v -> String.format(Locale.ROOT, "%.3g", v))
        .toList()
        .toString();
  }

  private static float[] normalised(float[] x, int[] shape, Published by, Values now) {
    float[] result = new float[x.length];
    int size = shape[1] * shape[2];
    for (int i = 0; i < x.length; i++) {
      int channel = i / size;
      result[i] = (float) ((now.unit(x[i]) - by.mean()[channel]) / by.deviation()[channel]);
    }
    return result;
  }

  private static float[] undone(float[] x, int[] shape, Published by, double scale) {
    float[] result = new float[x.length];
    int size = shape[1] * shape[2];
    for (int i = 0; i < x.length; i++) {
      int channel = i / size;
      result[i] = (float) (scale * (x[i] * by.deviation()[channel] + by.mean()[channel]));
    }
    return result;
  }

  private static float[] each(float[] x, DoubleUnaryOperator change) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) change.applyAsDouble(x[i]);
    }
    return result;
  }

  private static float[] channelsReversed(float[] x, int[] shape) {
    int size = shape[1] * shape[2];
    float[] result = new float[x.length];
    for (int c = 0; c < shape[0]; c++) {
      System.arraycopy(x, c * size, result, (shape[0] - 1 - c) * size, size);
    }
    return result;
  }

  /** The values stand as height, width, channels, whatever the shape says. */
  private static float[] readAsChannelsLast(float[] x, int[] shape) {
    int size = shape[1] * shape[2];
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i % shape[0] * size + i / shape[0]] = x[i];
    }
    return result;
  }

  private static float[] writtenAsChannelsLast(float[] x, int[] shape) {
    int size = shape[1] * shape[2];
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = x[i % shape[0] * size + i / shape[0]];
    }
    return result;
  }

  /** Where a pixel's value comes from: row and column. */
  @FunctionalInterface
  private interface From {
    double[] of(double row, double column);
  }

  private static float[] moved(float[] x, int[] shape, From from) {
    float[] result = new float[x.length];
    int next = 0;
    for (int c = 0; c < shape[0]; c++) {
      for (int row = 0; row < shape[1]; row++) {
        for (int column = 0; column < shape[2]; column++) {
          double[] at = from.of(row, column);
          result[next++] = between(x, shape, c, at[0], at[1]);
        }
      }
    }
    return result;
  }

  /** Bilinear; what lies outside is as the corner at the top left. */
  private static float between(float[] x, int[] shape, int channel, double row, double column) {
    if (row < -0.5 || column < -0.5 || row > shape[1] - 0.5 || column > shape[2] - 0.5) {
      return x[channel * shape[1] * shape[2]];
    }
    double r = Math.max(0, Math.min(shape[1] - 1, row));
    double c = Math.max(0, Math.min(shape[2] - 1, column));
    int top = (int) Math.min(shape[1] - 1, Math.floor(r));
    int left = (int) Math.min(shape[2] - 1, Math.floor(c));
    int bottom = Math.min(shape[1] - 1, top + 1);
    int right = Math.min(shape[2] - 1, left + 1);
    int base = channel * shape[1] * shape[2];
    double upper =
        x[base + top * shape[2] + left] * (1 - c + left)
            + x[base + top * shape[2] + right] * (c - left);
    double lower =
        x[base + bottom * shape[2] + left] * (1 - c + left)
            + x[base + bottom * shape[2] + right] * (c - left);
    return (float) (upper * (1 - r + top) + lower * (r - top));
  }

  private static float[] zoomed(float[] x, int[] shape, double part) {
    double middleRow = (shape[1] - 1) / 2.0;
    double middleColumn = (shape[2] - 1) / 2.0;
    return moved(
        x,
        shape,
        (row, column) ->
            new double[] {
              middleRow + part * (row - middleRow), middleColumn + part * (column - middleColumn)
            });
  }

  /** The mean of each pixel and its neighbours, by weights 1, 2, 1 along both axes. */
  private static float[] smoothed(float[] x, int[] shape) {
    float[] half = new float[x.length];
    float[] whole = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      int column = i % shape[2];
      half[i] = (x[column == 0 ? i : i - 1] + 2 * x[i] + x[column == shape[2] - 1 ? i : i + 1]) / 4;
    }
    for (int i = 0; i < x.length; i++) {
      int row = i / shape[2] % shape[1];
      whole[i] =
          (half[row == 0 ? i : i - shape[2]]
                  + 2 * half[i]
                  + half[row == shape[1] - 1 ? i : i + shape[2]])
              / 4;
    }
    return whole;
  }

  // --- columns ---

  private static List<Preprocessing> ofColumns(Dataset sample) {
    int columns = Arrays.stream(sample.shape()).reduce(1, (a, b) -> a * b);
    int[] present = new int[columns];
    double[] mean = new double[columns];
    double[] squares = new double[columns];
    double[] least = new double[columns];
    double[] most = new double[columns];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    // A missing value stays missing, and says nothing of the others.
    for (int i = 0; i < sample.size(); i++) {
      float[] row = sample.batch(i, i + 1).row(0);
      for (int j = 0; j < columns; j++) {
        if (!Float.isNaN(row[j])) {
          present[j]++;
          double fromMean = row[j] - mean[j];
          mean[j] += fromMean / present[j];
          squares[j] += fromMean * (row[j] - mean[j]);
          least[j] = Math.min(least[j], row[j]);
          most[j] = Math.max(most[j], row[j]);
        }
      }
    }
    List<Preprocessing> all = new ArrayList<>();
    all.add(
        new Named(
            "each column standardised (mean 0, deviation 1 in these data)",
            (x, shape) ->
                byColumn(
                    x,
                    (j, v) ->
                        (v - mean[j])
                            / (squares[j] == 0 ? 1 : Math.sqrt(squares[j] / present[j])))));
    all.add(
        new Named(
            "each column from 0 to 1 (by least and largest in these data)",
            (x, shape) ->
                byColumn(
                    x, (j, v) -> (v - least[j]) / (most[j] == least[j] ? 1 : most[j] - least[j]))));
    double[] ends = ends(sample);
    if (Values.between(ends[0], ends[1]) == Values.UNIT) {
      all.add(new Named("times 255 (0 to 255)", (x, shape) -> each(x, v -> BYTE * v)));
      all.add(new Named("2x - 1 (-1 to 1)", (x, shape) -> each(x, v -> 2 * v - 1)));
    } else if (Values.between(ends[0], ends[1]) == Values.BYTES) {
      all.add(new Named("divided by 255", (x, shape) -> each(x, v -> v / BYTE)));
    }
    List<String> names = sample.featureNames();
    if (names.size() == columns) {
      int[] order =
          IntStream.range(0, columns)
              .boxed()
              .sorted(Comparator.comparing(names::get))
              .mapToInt(Integer::intValue)
              .toArray();
      all.add(
          new Named(
              "columns in alphabetical order", (x, shape) -> byColumn(x, (j, v) -> x[order[j]])));
    }
    return all;
  }

  @FunctionalInterface
  private interface OfColumn {
    double value(int column, double value);
  }

  private static float[] byColumn(float[] x, OfColumn change) {
    float[] result = new float[x.length];
    for (int j = 0; j < x.length; j++) {
      result[j] = (float) change.value(j, x[j]);
    }
    return result;
  }
}
