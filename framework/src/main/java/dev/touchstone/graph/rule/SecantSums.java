package dev.touchstone.graph.rule;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.CombinedInputs;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import java.util.Optional;

/**
 * Sums of secants along straight paths of inputs, whose points are handed over in portions as those
 * of {@link SecantPaths} are. What a network does before its first kink is done for each path and
 * not for each point ({@link CombinedInputs}). Not thread-safe.
 */
public final class SecantSums implements AutoCloseable {
  private final CombinedInputs inputs;
  private final SecantMemory memory;

  private SecantSums(CombinedInputs inputs, SecantRules rules) {
    this.inputs = inputs;
    this.memory = new SecantMemory(rules);
  }

  /**
   * Begins paths through a model.
   *
   * @return empty if the model has no secants, takes several inputs, or examples of several shapes
   */
  public static Optional<SecantSums> of(WhiteBox box) {
    if (SecantRules.of(box).isEmpty() || !CombinedInputs.serves(box)) {
      return Optional.empty();
    }
    CombinedInputs inputs = CombinedInputs.of(box);
    return SecantRules.of(inputs.rest()).map(rules -> new SecantSums(inputs, rules));
  }

  /** Takes the rows that the next points lie between; the sums of those before are let go. */
  public void take(Tensor rows) {
    inputs.take(rows);
  }

  /**
   * Adds the secants from each point's predecessor to the point to sums.
   *
   * @param parts points × rows: what each point has of each row; those of a point sum to 1
   * @param shares sums × points: how much of each secant goes into each sum
   * @param after what each point comes after; the very first of all is an origin
   * @param quantity what is differentiated, of the example that each point was made of
   */
  public void add(
      double[][] parts, double[][] shares, SecantPaths.After[] after, Quantity quantity) {
    Predecessors.Places places = Predecessors.Places.of(after);
    inputs.add(
        parts,
        shares,
        memory.along(places),
        scores -> quantity.isLinear() ? quantity : memory.secant(quantity, scores, places));
  }

  /** Returns the sums as gradients with respect to the input, a row each. */
  public double[][] sums() {
    return inputs.sums();
  }

  @Override
  public void close() {
    inputs.close();
    memory.close();
  }
}
