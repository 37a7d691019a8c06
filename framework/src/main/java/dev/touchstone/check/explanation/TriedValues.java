package dev.touchstone.check.explanation;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.model.DecisionTrees;
import dev.touchstone.model.Model;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

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
    Optional<double[]> thresholds =
        model.capability(DecisionTrees.class).map(trees -> thresholds(trees, data, place));
    if (thresholds.isEmpty()) {
      double[] some = some(given, most);
      return new TriedValues(
          some, "%d of the data's %d values were tried".formatted(some.length, given.length));
    }
    double[] between = between(thresholds.get(), given[0], given[given.length - 1]);
    double[] some = some(between, most);
    return new TriedValues(
        some,
        some.length == between.length
            ? "%d values were tried, one between each two of the trees' thresholds in the data's range"
                .formatted(some.length)
            : "%d values were tried of %d that the trees' thresholds tell apart"
                .formatted(some.length, between.length));
  }

  private static double[] thresholds(DecisionTrees trees, Dataset data, int place) {
    Inputs one = data.inputs(0, 1);
    int[] places = trees.places(one);
    return trees.ensemble().trees().stream()
        .flatMapToDouble(tree -> thresholds(tree, places, place))
        .sorted()
        .distinct()
        .toArray();
  }

  private static DoubleStream thresholds(Tree tree, int[] places, int place) {
    return IntStream.range(0, tree.size())
        .filter(node -> !tree.isLeaf(node) && places[tree.column(node)] == place)
        .mapToDouble(tree::threshold);
  }

  /** The ends of the range, and the middle between each two thresholds inside it. */
  private static double[] between(double[] thresholds, double least, double most) {
    double[] inside =
        DoubleStream.concat(
                DoubleStream.of(least, most),
                DoubleStream.of(thresholds).filter(t -> t > least && t < most))
            .sorted()
            .distinct()
            .toArray();
    double[] middles = new double[inside.length - 1];
    Arrays.setAll(middles, i -> inside[i] + (inside[i + 1] - inside[i]) / 2);
    return DoubleStream.concat(DoubleStream.of(least, most), DoubleStream.of(middles))
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
