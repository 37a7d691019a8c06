package dev.touchstone.check.explanation;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.DecisionTrees;
import dev.touchstone.model.Model;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * To which values a column is changed.
 *
 * @param values ascending, inside the range of the data
 * @param inWords how they were chosen
 */
record TriedValues(double[] values, String inWords) {

  /**
   * Chooses values.
   *
   * @param place of the column among the features
   * @param own the column as the data have it; NaN where it is missing
   * @param most how many to choose at most
   * @throws TouchstoneException if the column has no two values
   */
  static TriedValues of(Model model, Dataset data, int place, double[] own, int most) {
    double[] given =
        DoubleStream.of(own).filter(x -> !Double.isNaN(x)).sorted().distinct().toArray();
    if (given.length < 2) {
      throw new TouchstoneException(
          "\"%s\" has %s in %s, so that nothing shows what changes with it"
              .formatted(
                  data.featureNames().get(place),
                  given.length == 0 ? "no value" : "the one value " + given[0],
                  data.name()));
    }
    Optional<List<Split>> asked =
        model.capability(DecisionTrees.class).map(trees -> splits(trees, data, place));
    // Between two categories is nothing, and one that the data lack may be unknown to the model.
    if (asked.isEmpty() || asked.get().stream().anyMatch(Split::byCategory)) {
      double[] some = some(given, most);
      return new TriedValues(
          some, "%d of the data's %d values were tried".formatted(some.length, given.length));
    }
    double[] between = between(asked.get(), given[0], given[given.length - 1]);
    double[] some = some(between, most);
    return new TriedValues(
        some,
        some.length == between.length
            ? "%d values were tried, one between each two of the trees' thresholds in the data's range"
                .formatted(some.length)
            : "%d values were tried of %d that the trees' thresholds tell apart"
                .formatted(some.length, between.length));
  }

  /** What a node asks of the column. */
  private record Split(boolean byCategory, double threshold, double[] singledOut) {
    static Split of(Tree tree, int node) {
      return new Split(tree.isByCategory(node), tree.threshold(node), tree.singledOut(node));
    }
  }

  private static List<Split> splits(DecisionTrees trees, Dataset data, int place) {
    int[] places = trees.places(data.inputs(0, 1));
    List<Split> splits = new ArrayList<>();
    for (Tree tree : trees.ensemble().trees()) {
      for (int node = 0; node < tree.size(); node++) {
        if (!tree.isLeaf(node) && places[tree.column(node)] == place) {
          splits.add(Split.of(tree, node));
        }
      }
    }
    return splits;
  }

  /**
   * The ends of the range, what is asked for by itself, and the middle between each two of them and
   * of the thresholds inside it.
   */
  private static double[] between(List<Split> splits, double least, double most) {
    double[] alone =
        splits.stream().flatMapToDouble(s -> DoubleStream.of(s.singledOut())).toArray();
    double[] inside =
        DoubleStream.concat(
                DoubleStream.of(least, most),
                DoubleStream.concat(
                        splits.stream().mapToDouble(Split::threshold), DoubleStream.of(alone))
                    .filter(t -> t > least && t < most))
            .sorted()
            .distinct()
            .toArray();
    double[] middles = new double[inside.length - 1];
    Arrays.setAll(middles, i -> inside[i] + (inside[i + 1] - inside[i]) / 2);
    return DoubleStream.concat(
            DoubleStream.of(least, most),
            DoubleStream.concat(
                DoubleStream.of(alone).filter(x -> x > least && x < most),
                DoubleStream.of(middles)))
        .sorted()
        .distinct()
        .toArray();
  }

  /** As many as are wanted, from the first to the last. */
  private static double[] some(double[] all, int most) {
    if (all.length <= most) {
      return all;
    }
    double[] some = new double[most];
    Arrays.setAll(some, i -> all[(int) Math.round(i * (all.length - 1.0) / (most - 1))]);
    return some;
  }
}
