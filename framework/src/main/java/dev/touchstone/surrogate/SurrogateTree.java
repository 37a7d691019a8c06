package dev.touchstone.surrogate;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A classification tree (CART; Breiman et al. 1984) fitted to a model's answers: the leaf is split
 * next whose split lowers the Gini impurity of all examples most, until there are as many leaves as
 * may be read. Numbers are split half-way between neighbours, categories into one and the others;
 * of equal splits the first column's is taken, at its lowest threshold.
 *
 * <p>Each leaf is a {@link Rule}; one and only one of them holds for a row.
 */
public final class SurrogateTree implements Surrogate {
  private static final int DEEPEST = 30;

  private final Dataset training;
  private final int leaves;
  private final int depth;

  private SurrogateTree(Dataset training, int leaves, int depth) {
    this.training = training;
    this.leaves = leaves;
    this.depth = depth;
  }

  /**
   * Fits to a model's answers to these examples, with at most 8 leaves.
   *
   * @param training a table, whose labels do not matter; none of the examples on which fidelity is
   *     to be measured
   */
  public static SurrogateTree fittedOn(Dataset training) {
    return new SurrogateTree(training, 8, DEEPEST);
  }

  /**
   * Allows another number of leaves.
   *
   * @throws IllegalArgumentException for fewer than 2
   */
  public SurrogateTree withLeaves(int most) {
    if (most < 2) {
      throw new IllegalArgumentException(
          "a tree of %d leaves says nothing of the columns; give at least 2, such as .withLeaves(8)"
              .formatted(most));
    }
    return new SurrogateTree(training, most, depth);
  }

  /**
   * Allows at most so many questions on the way to a leaf.
   *
   * @param most from 1 to 30
   * @throws IllegalArgumentException for another
   */
  public SurrogateTree withDepth(int most) {
    if (most < 1 || most > DEEPEST) {
      throw new IllegalArgumentException(
          "a depth of %d; give from 1 to %d questions, such as .withDepth(4)"
              .formatted(most, DEEPEST));
    }
    return new SurrogateTree(training, leaves, most);
  }

  @Override
  public Dataset training() {
    return training;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("leaves", Integer.toString(leaves));
    settings.put("depth", Integer.toString(depth));
    return settings;
  }

  @Override
  public String describe() {
    return "a tree of at most %d leaves%s"
        .formatted(leaves, depth < DEEPEST ? ", at most %d questions deep".formatted(depth) : "");
  }

  @Override
  public RuleSet fit(Columns table, int[] answers, int classes) {
    if (table.rows() < leaves) {
      throw new TouchstoneException(
          "a surrogate tree of %d leaves cannot be fitted on the %d examples of %s; give at least as many examples as leaves, or fewer leaves by .withLeaves(%d)"
              .formatted(leaves, table.rows(), training.name(), Math.max(2, table.rows() / 10)));
    }
    BestSplit splits = new BestSplit(table, answers, classes);
    List<Leaf> closed = new ArrayList<>();
    PriorityQueue<Leaf> open =
        new PriorityQueue<>(Comparator.comparingDouble((Leaf leaf) -> -leaf.gain()));
    int[] all = IntStream.range(0, table.rows()).toArray();
    open.add(new Leaf(List.of(), all, splits.of(all)));
    while (!open.isEmpty() && closed.size() + open.size() < leaves) {
      Leaf leaf = open.remove();
      BestSplit.Split split = leaf.split();
      if (split == null) {
        closed.add(leaf);
        continue;
      }
      for (Condition side : List.of(split.condition(), split.otherwise())) {
        int[] rows = splits.where(side, leaf.rows());
        List<Condition> path = and(leaf.path(), side);
        boolean deepest = leaf.questions() + 1 == depth;
        open.add(new Leaf(path, leaf.questions() + 1, rows, deepest ? null : splits.of(rows)));
      }
    }
    closed.addAll(open);
    List<Rule> rules =
        closed.stream()
            .sorted(Comparator.comparingInt(leaf -> -leaf.rows().length))
            .map(leaf -> new Rule(leaf.path(), splits.majority(leaf.rows())))
            .toList();
    return new RuleSet(rules, splits.majority(all));
  }

  /** A leaf, with the split that would serve it best; none where it is not to be split. */
  private record Leaf(
      List<Condition> path, int questions, int[] rows, BestSplit.@Nullable Split split) {

    Leaf(List<Condition> path, int[] rows, BestSplit.@Nullable Split split) {
      this(path, 0, rows, split);
    }

    double gain() {
      return split == null ? 0 : split.gain();
    }
  }

  /** A path with one more condition, those of one column as one where they can be said so. */
  private static List<Condition> and(List<Condition> path, Condition more) {
    List<Condition> longer = new ArrayList<>();
    Condition all = more;
    int place = path.size();
    for (Condition before : path) {
      Optional<Condition> both = before.and(all);
      if (both.isPresent()) {
        all = both.get();
        place = Math.min(place, longer.size());
      } else {
        longer.add(before);
      }
    }
    longer.add(Math.min(place, longer.size()), all);
    return longer;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
