package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDManager;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.Torch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Secants along paths whose points come in portions, and what is kept of a portion for those after
 * it: what the nodes with a secant hold at the latest origin and at the last point, and the scores
 * there. Not thread-safe.
 */
final class SecantMemory implements AutoCloseable {
  private final SecantRules rules;
  private final NDManager memory = Torch.manager("cpu");
  private final Map<String, KeptRows> byNode = new HashMap<>();

  /** At the latest origin and at the last point, as {@link Predecessors} counts them. */
  private double[][] keptScores = {};

  /** Nothing yet. */
  SecantMemory(SecantRules rules) {
    this.rules = rules;
  }

  /** The rules for a portion. */
  BackwardRules along(Predecessors.Places places) {
    return node ->
        rules.ruleFor(
            node,
            rows ->
                Predecessors.of(
                    places, byNode.computeIfAbsent(node.name(), name -> new KeptRows(memory))));
  }

  /**
   * What is differentiated of a portion, so that its secants are met.
   *
   * @param quantity of the points; not linear
   * @param scores of the points
   */
  Quantity secant(Quantity quantity, double[][] scores, Predecessors.Places places) {
    int n = scores.length;
    double[][] all = Arrays.copyOf(scores, n + keptScores.length);
    System.arraycopy(keptScores, 0, all, n, keptScores.length);
    double[][] before = new double[n][];
    Arrays.setAll(before, row -> all[places.of()[row]]);
    double[] origin = places.origin() < 0 ? keptScores[0] : scores[places.origin()];
    keptScores = new double[][] {origin, scores[n - 1]};
    return new SecantQuantity(quantity, before, scores);
  }

  /** How many native arrays are kept; for tests that watch for leaks. */
  int nativeArrays() {
    return memory.getManagedArrays().size();
  }

  /** Frees what was kept. */
  @Override
  public void close() {
    memory.close();
  }
}
