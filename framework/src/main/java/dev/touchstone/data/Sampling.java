package dev.touchstone.data;

import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Draws examples of a data set at random.
 *
 * @param seed makes the draws; the same seed and data give the same examples
 */
record Sampling(Dataset data, long seed) {

  /** Returns {@code n} examples without replacement, in the order of the data. */
  Dataset sample(int n) {
    if (n < 1 || n > data.size()) {
      throw new TouchstoneException(
          "%s has %d examples, of which %d cannot be drawn".formatted(data.name(), data.size(), n));
    }
    int[] drawn = Arrays.copyOf(shuffled("sample"), n);
    Arrays.sort(drawn);
    return data.select(drawn, "sample of " + n + ", seed " + seed);
  }

  /**
   * Returns one example of every cluster, in the order of the data.
   *
   * @param column whose values are the clusters
   * @param clusters the examples of each, in alphabetical order of the clusters
   */
  Dataset onePerCluster(String column, Collection<int[]> clusters) {
    UniformRandomProvider random =
        new RandomStreams(seed).of("one per cluster", data.sha256(), column);
    int[] drawn =
        clusters.stream()
            .mapToInt(examples -> examples[random.nextInt(examples.length)])
            .sorted()
            .toArray();
    return data.select(drawn, "one example per " + column + ", seed " + seed);
  }

  Dataset.Split split(double fraction) {
    return split(fraction, "split", List.of(shuffled("split")));
  }

  /** Splits each class by itself. */
  Dataset.Split stratifiedSplit(double fraction) {
    int[] labels = data.labels();
    int[] order = shuffled("stratified split");
    List<int[]> strata =
        IntStream.range(0, data.classNames().size())
            .mapToObj(c -> Arrays.stream(order).filter(i -> labels[i] == c).toArray())
            .toList();
    return split(fraction, "stratified split", strata);
  }

  /** Takes the first examples of every stratum, up to the fraction, for the first part. */
  private Dataset.Split split(double fraction, String kind, List<int[]> strata) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new TouchstoneException("a share of the data lies in (0, 1), and was " + fraction);
    }
    boolean[] first = new boolean[data.size()];
    for (int[] stratum : strata) {
      int count = (int) Math.round(fraction * stratum.length);
      for (int i = 0; i < count; i++) {
        first[stratum[i]] = true;
      }
    }
    String how = "%s at %s, seed %d".formatted(kind, fraction, seed);
    Dataset.Split parts =
        new Dataset.Split(
            data.where(i -> first[i], how + ", first"),
            data.where(i -> !first[i], how + ", second"));
    if (parts.first().size() == 0 || parts.second().size() == 0) {
      throw new TouchstoneException(
          "%s has %d examples, too few for a %s at %s"
              .formatted(data.name(), data.size(), kind, fraction));
    }
    return parts;
  }

  /** Returns all examples in random order (Fisher and Yates). */
  private int[] shuffled(String what) {
    UniformRandomProvider random = new RandomStreams(seed).of(what, data.sha256());
    int[] order = IntStream.range(0, data.size()).toArray();
    for (int i = order.length; i > 1; i--) {
      int j = random.nextInt(i);
      int swapped = order[i - 1];
      order[i - 1] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}
