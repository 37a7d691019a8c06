package dev.touchstone.attribution.tree;

import dev.touchstone.linalg.Workers;
import dev.touchstone.model.tree.Tree;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Shapley values of a weighted sum of an ensemble's sums, tree by tree. Trees are made ready a
 * few at a time, as many as the memory holds; then all rows go through them, in blocks, so that a
 * row's values are added in the order of the trees whatever the number of processors.
 */
final class ShapleySum {
  private static final int LARGEST_BLOCK = 1024;
  private static final int SMALLEST_BLOCK = 32;
  private static final int MOST_TREES = 64;

  /** How much of the budget the tables of trees that are ready may take. */
  private static final int SHARE_OF_MEMORY = 8;

  private static final int BYTES = 8;
  private static final double NANOSECONDS_OF_AN_ENTRY = 5;
  private static final double NANOSECONDS_OF_A_LOOKUP = 1;

  private final TreeEnsemble ensemble;
  private final AbsentColumns absent;
  private final RunContext context;

  ShapleySum(TreeEnsemble ensemble, AbsentColumns absent, RunContext context) {
    this.ensemble = ensemble;
    this.absent = absent;
    this.context = context;
  }

  /**
   * Explains rows.
   *
   * @param rows as thresholds are compared with them
   * @param gradients for each row, the weights of the ensemble's sums
   */
  List<RowBlock> of(double[][] rows, double[][] gradients) {
    List<RowBlock> blocks = blocks(rows, gradients);
    long room = context.settings().memoryBytes() / SHARE_OF_MEMORY / BYTES;
    int count = ensemble.trees().size();
    for (int from = 0; from < count; ) {
      List<TreePaths> paths = new ArrayList<>();
      List<Boolean> tabulated = new ArrayList<>();
      long held = 0;
      while (from + paths.size() < count && paths.size() < MOST_TREES && held < room) {
        TreePaths next =
            TreePaths.of(ensemble.trees().get(from + paths.size()), ensemble.columns().size());
        boolean fits = next.tableSize() <= room && tablesPay(next, rows.length);
        held += fits ? next.tableSize() : 0;
        paths.add(next);
        tabulated.add(fits);
      }
      int first = from;
      TreeContributions[] ready = new TreeContributions[paths.size()];
      Workers.forEach(
          ready.length,
          i ->
              ready[i] =
                  tabulated.get(i)
                      ? absent.tabulated(first + i, paths.get(i))
                      : absent.walked(first + i, paths.get(i)));
      Workers.forEach(blocks.size(), b -> add(first, ready, blocks.get(b)));
      from += ready.length;
      context.progress().step("trees explained", from, count);
    }
    return blocks;
  }

  /** Whether the time that tables take to make is won back by looking values up. */
  private boolean tablesPay(TreePaths paths, int rows) {
    double lookingUp = NANOSECONDS_OF_A_LOOKUP * paths.widest() * paths.tree().size() / 2;
    double making = NANOSECONDS_OF_AN_ENTRY * paths.tableSize();
    return making < rows * (absent.walkingTime(paths) - lookingUp);
  }

  private void add(int first, TreeContributions[] ready, RowBlock block) {
    for (int i = 0; i < ready.length; i++) {
      Tree tree = ensemble.trees().get(first + i);
      double[] worth = AbsentColumns.worth(tree, ensemble.weight(first + i), block.gradient());
      if (Arrays.stream(worth).allMatch(leaf -> leaf == 0)) {
        continue;
      }
      ready[i].addTo(block, worth);
      double expected = ready[i].expected(worth);
      for (int row = 0; row < block.size(); row++) {
        block.residuals()[row] -= worth[tree.leaf(block.rows()[row])] - expected;
      }
    }
  }

  /** Rows that are asked the same stand together, a few blocks for each processor. */
  private List<RowBlock> blocks(double[][] rows, double[][] gradients) {
    Map<List<Double>, List<Integer>> alike = new LinkedHashMap<>();
    for (int i = 0; i < rows.length; i++) {
      List<Double> asked = Arrays.stream(gradients[i]).boxed().toList();
      alike.computeIfAbsent(asked, key -> new ArrayList<>()).add(i);
    }
    int size = rows.length / (4 * Workers.threads());
    size = Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, size));
    List<RowBlock> blocks = new ArrayList<>();
    for (List<Integer> group : alike.values()) {
      for (int from = 0; from < group.size(); from += size) {
        List<Integer> some = group.subList(from, Math.min(group.size(), from + size));
        int[] examples = some.stream().mapToInt(Integer::intValue).toArray();
        blocks.add(RowBlock.of(examples, rows, ensemble.columns().size(), gradients[examples[0]]));
      }
    }
    return blocks;
  }
}
