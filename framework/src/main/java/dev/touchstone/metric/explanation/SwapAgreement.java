package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.RowQueue;
import dev.touchstone.evidence.Reading;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How far a map shares out what single swaps do: {@code Σ_j min(m_j, s_j)}, where m is the map's
 * magnitudes as shares of their sum, and s the same of {@code q(x) − mean q(x with the place j of
 * another example)}; 1 where both are the same, 0 where they have nothing in common.
 *
 * <p>Shapley values and LIME ask a model about rows that are put together of many examples, and
 * that no one ever sent in. A model that can tell them from real ones may answer them as it likes,
 * and its explanations say what it likes (Slack et al. 2020). A row of which one value alone is
 * another example's stays as near to real ones as a row can. For a model that is a sum of functions
 * of single places, both are the same; where places work together they differ, and a claim leaves
 * room for that.
 */
public final class SwapAgreement implements ExplanationMetric {
  private final int others;

  private SwapAgreement(int others) {
    this.others = others;
  }

  /** Takes values of 20 other examples. */
  public static SwapAgreement withDefaults() {
    return new SwapAgreement(20);
  }

  /**
   * Takes values of another number of examples, of all others where there are no more.
   *
   * @throws IllegalArgumentException for none
   */
  public SwapAgreement withOthers(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("at least one other example, was " + number);
    }
    return new SwapAgreement(number);
  }

  @Override
  public String quantity() {
    return "agreement with swaps";
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public boolean higherIsBetter() {
    return true;
  }

  @Override
  public Reading reading() {
    return Reading.number(
        "what the explanation says of each value, and what happens when that value alone becomes someone else's, agree in a share of %s, where 1 is wholly"
            .formatted(Reading.VALUE));
  }

  @Override
  public Measured of(Explained explained) {
    int n = explained.size();
    int places = explained.places();
    double[] whole = new double[n];
    double[][] swapped = new double[n][places];
    RowQueue<DoubleConsumer> queue = explained.values();
    for (int i = 0; i < n; i++) {
      int example = i;
      queue.add(explained.row(i), i, value -> whole[example] = value);
      int[] drawn = drawn(explained, i);
      for (int other : drawn) {
        float[] from = explained.row(other);
        for (int j = 0; j < places; j++) {
          int place = j;
          float[] row = explained.row(i);
          for (int feature : explained.featuresOf(place)) {
            row[feature] = from[feature];
          }
          queue.add(row, i, value -> swapped[example][place] += value / drawn.length);
        }
      }
      explained.context().progress().step("examples with swapped values", i + 1, n);
    }
    queue.flush();

    double[] agreement = new double[n];
    double[] uninformed = new double[n];
    for (int i = 0; i < n; i++) {
      double before = whole[i];
      double[] effects = shares(Arrays.stream(swapped[i]).map(after -> before - after).toArray());
      agreement[i] = common(effects, shares(explained.perPlace(i)));
      uninformed[i] = common(effects, shares(ones(places)));
    }
    return Measured.of(agreement).against(uninformed);
  }

  /** Some of the other examples. */
  private int[] drawn(Explained explained, int example) {
    int[] rest = IntStream.range(0, explained.size()).filter(other -> other != example).toArray();
    PermutationSampler.shuffle(explained.random("swaps of single places", example), rest);
    return Arrays.copyOf(rest, Math.min(others, rest.length));
  }

  private static double[] ones(int number) {
    double[] ones = new double[number];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** Magnitudes as shares of their sum; NaN where they are all 0. */
  private static double[] shares(double... values) {
    double sum = Arrays.stream(values).map(Math::abs).sum();
    return Arrays.stream(values).map(value -> Math.abs(value) / sum).toArray();
  }

  private static double common(double[] some, double[] others) {
    double sum =
        IntStream.range(0, some.length).mapToDouble(j -> Math.min(some[j], others[j])).sum();
    // Sums of shares may exceed 1 by rounding.
    return Double.isNaN(sum) ? sum : Math.min(1, sum);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SwapAgreement that && others == that.others;
  }

  @Override
  public int hashCode() {
    return others;
  }

  @Override
  public String toString() {
    return "agreement with swaps of single values of %d other examples".formatted(others);
  }
}
