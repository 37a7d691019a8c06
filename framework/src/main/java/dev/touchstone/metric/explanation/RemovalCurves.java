package dev.touchstone.metric.explanation;

import dev.touchstone.attribution.RowQueue;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.DoubleConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How a prediction's probability changes while an example's places are removed, or put back, one
 * portion after another: in the order of a map, and in orders drawn at random.
 *
 * @param removal what takes the place of what is removed
 * @param steps how many portions
 * @param randomOrders how many orders are drawn
 */
record RemovalCurves(Removal removal, int steps, int randomOrders) {
  static final RemovalCurves DEFAULT = new RemovalCurves(Removal.toMean(), 20, 5);

  RemovalCurves {
    if (steps < 2) {
      throw new IllegalArgumentException("a curve needs at least two steps, was " + steps);
    }
    if (randomOrders < 1) {
      throw new IllegalArgumentException("at least one random order, was " + randomOrders);
    }
  }

  /** Whether an example begins whole and loses its places, or begins empty and gets them back. */
  enum Direction {
    DELETION,
    INSERTION
  }

  /**
   * The areas under the curves, places with the largest attributions first, and the mean of those
   * in random orders.
   */
  record Areas(double[] byMap, double[] atRandom) {}

  Areas areas(Explained explained, Direction direction) {
    int n = explained.size();
    float[][] removed = removal.of(explained);
    double[] byMap = new double[n];
    double[] atRandom = new double[n];
    RowQueue<DoubleConsumer> queue = explained.probabilities();
    for (int i = 0; i < n; i++) {
      int example = i;
      double[] relevance = explained.perPlace(i);
      if (isConstant(relevance)) {
        byMap[i] = Double.NaN;
        continue;
      }
      int[] descending = descending(relevance, explained.random("removal of equal places", i));
      curve(explained, queue, removed[i], example, direction, descending, byMap, 1);
      var random = explained.random("removal in random order", i);
      for (int draw = 0; draw < randomOrders; draw++) {
        int[] order = PermutationSampler.natural(explained.places());
        PermutationSampler.shuffle(random, order);
        curve(
            explained, queue, removed[i], example, direction, order, atRandom, 1.0 / randomOrders);
      }
      explained.context().progress().step("removed from examples", i + 1, n);
    }
    queue.flush();
    return new Areas(shares(byMap), shares(atRandom));
  }

  /** Adds the area under one curve, by the trapezoidal rule. */
  private void curve(
      Explained explained,
      RowQueue<DoubleConsumer> queue,
      float[] removed,
      int example,
      Direction direction,
      int[] order,
      double[] areas,
      double share) {
    float[] whole = explained.row(example);
    float[] from = direction == Direction.DELETION ? whole : removed;
    float[] to = direction == Direction.DELETION ? removed : whole;
    float[] row = from.clone();
    int done = 0;
    for (int step = 0; step <= steps; step++) {
      int until = (int) Math.round((double) order.length * step / steps);
      for (; done < until; done++) {
        for (int feature : explained.featuresOf(order[done])) {
          row[feature] = to[feature];
        }
      }
      double weight = share * (step == 0 || step == steps ? 0.5 : 1) / steps;
      queue.add(row.clone(), example, value -> areas[example] += weight * value);
    }
  }

  /** Sums of weights may exceed 1 by rounding. */
  private static double[] shares(double... areas) {
    return Arrays.stream(areas).map(area -> Math.max(0, Math.min(1, area))).toArray();
  }

  static boolean isConstant(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0]);
  }

  /**
   * Places by their attributions, the largest first; equal ones in random order, so that a map that
   * is 0 nearly everywhere is not worth what the order of the file is worth.
   */
  static int[] descending(double[] relevance, UniformRandomProvider random) {
    int[] order = PermutationSampler.natural(relevance.length);
    PermutationSampler.shuffle(random, order);
    return IntStream.of(order)
        .boxed()
        // Zeros of either sign are one number.
        .sorted(Comparator.comparingDouble((Integer place) -> 0.0 - relevance[place]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** By how much one area exceeds another, and the areas beside it. */
  static Measured gain(Areas areas, IntToDoubleFunction gain, String area) {
    int n = areas.byMap().length;
    double[] uninformed = new double[n];
    return Measured.of(IntStream.range(0, n).mapToDouble(gain).toArray())
        .against(uninformed)
        .beside(area, Range.SHARE, areas.byMap())
        .beside(area + " in random order", Range.SHARE, areas.atRandom());
  }
}
