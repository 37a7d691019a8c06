package dev.touchstone.attribution.rule;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Between which numbers a model's inputs lie.
 *
 * @param low one number for all, one per channel, or one per input value
 * @param high as many
 */
record InputBounds(List<Double> low, List<Double> high) {

  static InputBounds of(double[] low, double[] high) {
    if (low.length != high.length || low.length == 0) {
      throw new IllegalArgumentException(
          "%d lowest and %d highest input values; give as many of both"
              .formatted(low.length, high.length));
    }
    for (int i = 0; i < low.length; i++) {
      if (!(low[i] <= high[i]) || Double.isInfinite(low[i]) || Double.isInfinite(high[i])) {
        throw new IllegalArgumentException(
            "inputs between %s and %s; give the lowest possible value first, such as 0, 1"
                .formatted(low[i], high[i]));
      }
    }
    return new InputBounds(
        Arrays.stream(low).boxed().toList(), Arrays.stream(high).boxed().toList());
  }

  /**
   * Bounds of a value that is made of the input without any layer, such as the normalised input.
   *
   * @param lowest of each number of an example there
   * @param highest of each
   */
  record Reached(double[] lowest, double[] highest) {}

  /** The bounds where a layer sees the input. */
  Reached at(WhiteBox box, String value) {
    double[] ofLow = reached(box, value, low);
    double[] ofHigh = reached(box, value, high);
    double[] lowest = new double[ofLow.length];
    double[] highest = new double[ofLow.length];
    // What comes before may turn the order round.
    Arrays.setAll(lowest, i -> Math.min(ofLow[i], ofHigh[i]));
    Arrays.setAll(highest, i -> Math.max(ofLow[i], ofHigh[i]));
    return new Reached(lowest, highest);
  }

  private static double[] reached(WhiteBox box, String value, List<Double> bounds) {
    int[] shape = box.inputShape();
    shape[0] = Math.max(1, shape[0]);
    if (Arrays.stream(shape).anyMatch(length -> length < 1)) {
      throw new TouchstoneException(
          "the zᴮ rule lays bounds over every value of the input, and %s takes examples of several sizes, %s; export it for one size, or take a composite without bounds, such as Lrp.epsilonPlusFlat()"
              .formatted(box.name(), Arrays.toString(box.inputShape())));
    }
    int size = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
    int channels = shape.length > 1 ? shape[1] : 1;
    int each;
    if (bounds.size() == 1 || bounds.size() == size) {
      each = size / bounds.size();
    } else if (bounds.size() == channels) {
      each = size / channels;
    } else {
      throw new IllegalArgumentException(
          "%d bounds for inputs of shape %s; give one, one per channel (%d), or one per value (%d)"
              .formatted(bounds.size(), Arrays.toString(shape), channels, size));
    }
    float[] row = new float[size];
    IntStream.range(0, size).forEach(i -> row[i] = bounds.get(i / each).floatValue());
    float[] rows = new float[Math.multiplyExact(shape[0], size)];
    IntStream.range(0, shape[0]).forEach(i -> System.arraycopy(row, 0, rows, i * size, size));
    Tap tap =
        box.taps().stream()
            .filter(found -> found.value().equals(value))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the zᴮ rule knows bounds of the input alone, and %s is not made of it example by example"
                            .formatted(value)));
    return Objects.requireNonNull(box.values(Tensor.of(rows, shape), List.of(tap)).get(tap))
        .rows()[0];
  }

  @Override
  public String toString() {
    return low.size() == 1 ? low.get(0) + " to " + high.get(0) : low + " to " + high;
  }
}
