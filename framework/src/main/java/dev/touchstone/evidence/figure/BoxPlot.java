package dev.touchstone.evidence.figure;

import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Distributions side by side, each as a box: the quartiles, whiskers, and values beyond them.
 *
 * @param groups what the boxes are of, such as {@code "condition"}
 * @param values what is distributed
 * @param boxes at most {@value #MOST_BOXES}
 */
public record BoxPlot(String name, String title, String groups, Axis values, List<Box> boxes)
    implements Figure {
  /** The most boxes of a figure. */
  public static final int MOST_BOXES = 200;

  /** The most values that are shown beyond the whiskers of one box. */
  public static final int MOST_OUTLIERS = 50;

  /**
   * Copies the boxes.
   *
   * @throws IllegalArgumentException for more than {@value #MOST_BOXES}
   */
  public BoxPlot {
    boxes = List.copyOf(boxes);
    Given.atMost(MOST_BOXES, boxes.size(), "boxes", "show those that matter most");
  }

  @Override
  public Kind kind() {
    return Kind.BOX_PLOT;
  }

  @Override
  public <T> T accept(Visitor<T> visitor) {
    return visitor.boxPlot(this);
  }

  /** Returns the range of an axis that shows every number, with a margin of a twentieth. */
  public Range axis() {
    return Axis.around(
        boxes.stream()
            .flatMapToDouble(
                box ->
                    DoubleStream.concat(
                        DoubleStream.of(box.low(), box.high()),
                        box.outliers().stream().mapToDouble(Double::doubleValue))));
  }

  /**
   * A distribution. No value of a person stands in it but those at and beyond the whiskers; {@link
   * #withoutOutliers} leaves the latter out.
   *
   * @param count how many values there are
   * @param low where the lower whisker ends
   * @param first the first quartile
   * @param median the second
   * @param third the third
   * @param high where the upper whisker ends
   * @param outliers values beyond the whiskers, at most {@value #MOST_OUTLIERS}
   * @param beyond how many values lie beyond the whiskers, of which the outliers are shown
   */
  public record Box(
      String label,
      long count,
      double low,
      double first,
      double median,
      double third,
      double high,
      List<Double> outliers,
      long beyond) {

    /**
     * Checks the numbers and copies the outliers.
     *
     * @throws IllegalArgumentException if a number is none, if the five are not in their order, if
     *     an outlier lies between the whiskers, for more than {@value #MOST_OUTLIERS} of them, or
     *     for counts that cannot be
     */
    public Box {
      outliers = List.copyOf(outliers);
      double[] five = {low, first, median, third, high};
      DoubleStream.of(five).forEach(value -> Given.finite(value, "the box of " + label));
      if (IntStream.range(1, five.length).anyMatch(i -> five[i] < five[i - 1])) {
        throw new IllegalArgumentException(
            "the box of %s goes from %s over %s, %s and %s to %s; its numbers stand in ascending order"
                .formatted(label, low, first, median, third, high));
      }
      for (double outlier : outliers) {
        Given.finite(outlier, "an outlier of " + label);
        if (outlier >= low && outlier <= high) {
          throw new IllegalArgumentException(
              "%s is no outlier of %s: it lies between the whiskers, %s and %s"
                  .formatted(outlier, label, low, high));
        }
      }
      Given.atMost(
          MOST_OUTLIERS, outliers.size(), "outliers", "keep the outermost, and count the others");
      if (count < 1 || beyond < outliers.size() || beyond >= count) {
        throw new IllegalArgumentException(
            "the box of %s has %d values, %d beyond its whiskers and %d of these shown"
                .formatted(label, count, beyond, outliers.size()));
      }
    }

    /**
     * Returns the box of values after Tukey: quartiles interpolated between order statistics
     * (Hyndman and Fan's type 7), whiskers at the last values within 1.5 times the distance of the
     * quartiles, and beyond them the {@value #MOST_OUTLIERS} values that lie furthest out.
     *
     * @param values at least one; not changed
     * @throws IllegalArgumentException for none, or if one is NaN or infinite
     */
    public static Box of(String label, double... values) {
      if (values.length == 0) {
        throw new IllegalArgumentException(
            "there is no value of %s; leave its box out".formatted(label));
      }
      double[] sorted = values.clone();
      for (double value : sorted) {
        Given.finite(value, "a value of " + label);
      }
      Arrays.sort(sorted);
      double first = quantile(sorted, 0.25);
      double third = quantile(sorted, 0.75);
      double reach = 1.5 * (third - first);
      double[] inside =
          DoubleStream.of(sorted).filter(v -> v >= first - reach && v <= third + reach).toArray();
      // A whisker never ends inside the box, as in a gap beside an interpolated quartile it could.
      double low = Math.min(first, inside[0]);
      double high = Math.max(third, inside[inside.length - 1]);
      double median = quantile(sorted, 0.5);
      List<Double> outliers =
          DoubleStream.of(sorted)
              .filter(v -> v < low || v > high)
              .boxed()
              .sorted(
                  Comparator.comparingDouble((Double v) -> v < low ? low - v : v - high).reversed())
              .limit(MOST_OUTLIERS)
              .sorted()
              .toList();
      return new Box(
          label,
          sorted.length,
          low,
          first,
          median,
          third,
          high,
          outliers,
          sorted.length - (long) inside.length);
    }

    private static double quantile(double[] sorted, double share) {
      double at = (sorted.length - 1) * share;
      int below = (int) at;
      double next = sorted[Math.min(below + 1, sorted.length - 1)];
      return sorted[below] + (at - below) * (next - sorted[below]);
    }

    /** Returns the box without the values beyond its whiskers, which stay counted. */
    public Box withoutOutliers() {
      return new Box(label, count, low, first, median, third, high, List.of(), beyond);
    }
  }
}
