package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDManager;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.Torch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Secants along paths that leave one origin, of which as many points are handed over at once as the
 * memory admits. No point is computed twice: what the nodes with a secant hold at the origin and at
 * a portion's last point is kept for the portions after it. Not thread-safe.
 */
public final class SecantPaths implements AutoCloseable {
  private final WhiteBox box;
  private final SecantRules rules;
  private final NDManager memory = Torch.manager("cpu");
  private final Map<String, KeptRows> byNode = new HashMap<>();
  private boolean underWay;

  /** At the origin and at the last point, as {@link Predecessors} counts them. */
  private double[][] keptScores = {};

  private SecantPaths(WhiteBox box, SecantRules rules) {
    this.box = box;
    this.rules = rules;
  }

  /**
   * Begins paths through a model.
   *
   * @param rules of that model
   */
  public static SecantPaths of(WhiteBox box, SecantRules rules) {
    return new SecantPaths(box, rules);
  }

  /**
   * Returns the secants from each point's predecessor to the point: multiplied with the step there
   * from the predecessor, a row sums to the rise of the quantity.
   *
   * @param points the paths' next points, in order; the very first of all is the origin, and its
   *     row means nothing
   * @param starts whether a point comes after the origin; the others come after the point before
   * @param quantity what is differentiated, of the example that each point was made of
   */
  public double[][] inputGradients(Tensor points, boolean[] starts, Quantity quantity) {
    return inputGradients(Inputs.of(points), starts, quantity);
  }

  /** Returns the same of points whose other inputs are their examples'. */
  public double[][] inputGradients(Inputs points, boolean[] starts, Quantity quantity) {
    int[] places = Predecessors.places(starts, !underWay);
    Quantity secant = quantity.isLinear() ? quantity : secant(quantity, box.scores(points), places);
    BackwardRules along =
        node ->
            rules.ruleFor(
                node,
                rows ->
                    Predecessors.of(
                        places, byNode.computeIfAbsent(node.name(), name -> new KeptRows(memory))));
    double[][] gradients = box.inputGradients(points, secant, along);
    underWay = true;
    return gradients;
  }

  private Quantity secant(Quantity quantity, double[][] scores, int[] places) {
    int n = scores.length;
    double[][] all = Arrays.copyOf(scores, n + keptScores.length);
    System.arraycopy(keptScores, 0, all, n, keptScores.length);
    double[][] before = new double[n][];
    Arrays.setAll(before, row -> all[places[row]]);
    keptScores = new double[][] {underWay ? keptScores[0] : scores[0], scores[n - 1]};
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
