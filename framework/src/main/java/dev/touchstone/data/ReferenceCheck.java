package dev.touchstone.data;

import dev.touchstone.data.format.NpyReader;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Holds the first examples of data to those that a trainer saw, and says which usual mistake
 * explains a difference: each is tried on the data.
 *
 * @param reference the file
 * @param rows how many examples it has
 * @param expected their values, in the data's layout
 * @param tolerance by how much a value may differ
 */
record ReferenceCheck(Location reference, int rows, double[] expected, double tolerance) {
  private static final int MOST_BYTES = 1 << 30;

  /** Of an image: channels, height, width. */
  private static final int IMAGE_AXES = 3;

  /** Beyond this a fitted line is none: it would explain anything. */
  private static final double LEAST_SLOPE = 1e-9;

  /**
   * Reads the file, as examples of the data's shape or, of images, with channels last.
   *
   * @throws TouchstoneException for another shape, or more examples than the data have
   */
  static ReferenceCheck of(Location reference, Dataset data, double tolerance) {
    if (!(tolerance >= 0 && Double.isFinite(tolerance))) {
      throw new IllegalArgumentException(
          "a tolerance is 0 or more, in units of the features, and not " + tolerance);
    }
    NpyReader array = NpyReader.read(reference);
    int[] shape = array.shape();
    int[] own = data.shape();
    int[] one = shape.length == 0 ? shape : Arrays.copyOfRange(shape, 1, shape.length);
    boolean last =
        own.length == IMAGE_AXES
            && !Arrays.equals(one, own)
            && Arrays.equals(one, new int[] {own[1], own[2], own[0]});
    if (!last && !Arrays.equals(one, own)) {
      throw new TouchstoneException(
          "%s has the shape %s, and the data %s have examples of the shape %s: %s"
              .formatted(
                  reference,
                  Arrays.toString(shape),
                  data.name(),
                  Arrays.toString(own),
                  Arrays.equals(shape, own)
                      ? "save a batch, examples along the first axis"
                      : "read the data as the trainer saw them (channels, .resizedTo,"
                          + " .centreCropped, .reshapedTo), or save examples of this shape"));
    }
    if (shape[0] < 1 || shape[0] > data.size()) {
      throw new TouchstoneException(
          "%s holds %d examples, and the data %s %d; save the first ones of these data, in their order"
              .formatted(reference, shape[0], data.name(), data.size()));
    }
    double[] values = last ? channelsFirst(array.values(), shape[0], own) : array.values();
    double[] ordered = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    double spread = ordered.length == 0 ? 0 : ordered[ordered.length - 1] - ordered[0];
    if (tolerance > spread / 4) {
      throw new TouchstoneException(
          "%s has values within %s of each other, of which a tolerance of %s tells nothing; a grey level is 1 of 255, and 1 / 255 of values from 0 to 1"
              .formatted(reference, number(spread), tolerance));
    }
    return new ReferenceCheck(reference, shape[0], values, tolerance);
  }

  private static double[] channelsFirst(double[] values, int rows, int[] own) {
    int size = own[1] * own[2];
    double[] first = new double[values.length];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < size; i++) {
        for (int c = 0; c < own[0]; c++) {
          first[(row * own[0] + c) * size + i] = values[(row * size + i) * own[0] + c];
        }
      }
    }
    return first;
  }

  /** What provenance says when it holds. */
  String inWords() {
    return "the first %d examples differ by at most %s from %s, SHA-256 %s"
        .formatted(
            rows, tolerance, reference.fileName(), Digest.ofBytes(reference.read(MOST_BYTES)));
  }

  /**
   * Compares.
   *
   * @throws TouchstoneException saying by how much and where they differ most, and why
   */
  void requireEqual(Dataset data) {
    double[] values = first(data.features());
    int worst = worst(values);
    if (differenceAt(values, worst) <= tolerance) {
      return;
    }
    int width = values.length / rows;
    long beyond =
        IntStream.range(0, values.length).filter(i -> differenceAt(values, i) > tolerance).count();
    throw new TouchstoneException(
        "%s: the first %d examples are not those of %s: %s of %s values differ by more than %s, most by %s at %s of example %s, which is %s in the data and %s in the reference; %s"
            .formatted(
                data.name(),
                rows,
                reference,
                beyond,
                values.length,
                tolerance,
                number(differenceAt(values, worst)),
                place(worst % width, data.shape()),
                data.id(worst / width),
                number(values[worst]),
                number(expected[worst]),
                explanation(data)));
  }

  private double[] first(FeatureStore features) {
    int width = features.rowSize();
    double[] values = new double[rows * width];
    for (int row = 0; row < rows; row++) {
      features.read(row, values, row * width);
    }
    return values;
  }

  private double differenceAt(double[] values, int i) {
    boolean bothMissing = Double.isNaN(values[i]) && Double.isNaN(expected[i]);
    double difference =
        bothMissing || values[i] == expected[i] ? 0 : Math.abs(values[i] - expected[i]);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  private int worst(double[] values) {
    int worst = 0;
    for (int i = 1; i < values.length; i++) {
      if (differenceAt(values, i) > differenceAt(values, worst)) {
        worst = i;
      }
    }
    return worst;
  }

  private double largest(double[] values) {
    return differenceAt(values, worst(values));
  }

  private static String place(int feature, int[] shape) {
    if (shape.length != IMAGE_AXES) {
      return "feature " + feature;
    }
    return "channel %d, row %d, column %d"
        .formatted(
            feature / (shape[1] * shape[2]), feature / shape[2] % shape[1], feature % shape[2]);
  }

  /** What would have to be written, and the values that it gives. */
  private record Attempt(String cure, double[] values) {}

  private String explanation(Dataset data) {
    int channels = data.shape().length == IMAGE_AXES ? data.shape()[0] : 1;
    List<Attempt> read = new ArrayList<>();
    read.add(new Attempt("", first(data.features())));
    OtherReadings.of(data.features())
        .forEach(
            (how, features) -> {
              if (Arrays.equals(features.shape(), data.shape())) {
                attempt(how, features).ifPresent(read::add);
              }
            });
    List<Attempt> all = new ArrayList<>(read);
    if (channels > 1) {
      read.forEach(
          attempt ->
              all.add(
                  new Attempt(
                      and(
                          attempt.cure(),
                          "the channels in the other order (.blueGreenRed(), or without it)"),
                      reversed(attempt.values(), channels))));
    }
    Optional<Attempt> exact = fitting(all);
    List<Attempt> fitted = all.stream().flatMap(a -> scaled(a, channels).stream()).toList();
    Optional<Attempt> found = exact.isPresent() ? exact : fitting(fitted);
    if (found.isPresent()) {
      return "they are equal within the tolerance with " + found.get().cure();
    }
    Map<Attempt, Double> left = new LinkedHashMap<>();
    all.forEach(attempt -> left.put(attempt, largest(attempt.values())));
    fitted.forEach(attempt -> left.put(attempt, largest(attempt.values())));
    Map.Entry<Attempt, Double> nearest =
        left.entrySet().stream().min(Map.Entry.comparingByValue()).orElseThrow();
    return "none of the usual mistakes explains it (scale, normalisation, order of channels, and of images resizing, cropping and orientation)%s. Are the examples in the same order, and the files the same?"
        .formatted(
            nearest.getKey().cure().isEmpty()
                ? ""
                : "; what comes nearest is %s, which leaves %s"
                    .formatted(nearest.getKey().cure(), number(nearest.getValue())));
  }

  /** None where one of the images cannot be read so. */
  private Optional<Attempt> attempt(String how, FeatureStore features) {
    try {
      return Optional.of(new Attempt(how, first(features)));
    } catch (TouchstoneException e) {
      return Optional.empty();
    }
  }

  private Optional<Attempt> fitting(List<Attempt> attempts) {
    return attempts.stream()
        .filter(attempt -> !attempt.cure().isEmpty() && largest(attempt.values()) <= tolerance)
        .findFirst();
  }

  private static String and(String one, String other) {
    return one.isEmpty() ? other : one + " and " + other;
  }

  private double[] reversed(double[] values, int channels) {
    int size = values.length / rows / channels;
    double[] other = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      int channel = i / size % channels;
      other[i] = values[i + (channels - 1 - 2 * channel) * size];
    }
    return other;
  }

  /** With the line by which each channel comes nearest to the reference, by least squares. */
  private Optional<Attempt> scaled(Attempt attempt, int channels) {
    double[] values = attempt.values();
    int size = values.length / rows / channels;
    double[] mean = new double[channels];
    double[] deviation = new double[channels];
    for (int c = 0; c < channels; c++) {
      int channel = c;
      int[] own =
          IntStream.range(0, values.length).filter(i -> i / size % channels == channel).toArray();
      double x = Arrays.stream(own).mapToDouble(i -> values[i]).average().orElse(0);
      double y = Arrays.stream(own).mapToDouble(i -> expected[i]).average().orElse(0);
      double together =
          Arrays.stream(own).mapToDouble(i -> (values[i] - x) * (expected[i] - y)).sum();
      double alone = Arrays.stream(own).mapToDouble(i -> (values[i] - x) * (values[i] - x)).sum();
      double slope = together / alone;
      if (!(slope > LEAST_SLOPE)) {
        return Optional.empty();
      }
      deviation[c] = 1 / slope;
      mean[c] = x - y / slope;
    }
    double[] made = new double[values.length];
    for (int i = 0; i < made.length; i++) {
      int c = i / size % channels;
      made[i] = (values[i] - mean[c]) / deviation[c];
    }
    return Optional.of(new Attempt(and(attempt.cure(), line(mean, deviation)), made));
  }

  /** A common factor where there is nothing else. */
  private String line(double[] mean, double[] deviation) {
    double factor = 1 / Arrays.stream(deviation).average().orElseThrow();
    boolean factorAlone =
        IntStream.range(0, mean.length)
            .allMatch(
                c ->
                    Math.abs(mean[c] / deviation[c]) <= tolerance
                        && Math.abs(1 / deviation[c] / factor - 1) < 1e-3);
    if (factorAlone) {
      return Math.abs(factor * 255 - 1) < 1e-3
          ? "the values scaled to 0..1 (.scaledBy(1 / 255.0))"
          : Math.abs(factor / 255 - 1) < 1e-3
              ? "the values from 0 to 255 (leave out .scaledBy(1 / 255.0))"
              : "the values scaled (.scaledBy(%s))".formatted(number(factor));
    }
    return "the values normalised (.normalising(new double[] {%s}, new double[] {%s}))"
        .formatted(listed(mean), listed(deviation));
  }

  private static String listed(double[] numbers) {
    return Arrays.stream(numbers)
        .mapToObj(ReferenceCheck::number)
        .collect(Collectors.joining(", "));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.5g", value);
  }
}
