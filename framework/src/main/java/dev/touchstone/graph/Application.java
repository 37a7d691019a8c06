package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.touchstone.runtime.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node's operator on inputs of a {@link BackwardRule}'s choice, with the way back from what it
 * makes of them. Lives as long as the {@link Passage} that it comes from.
 */
public final class Application {
  private final List<NDArray> leaves;
  private final NDArray recorded;

  private Application(List<NDArray> leaves, NDArray recorded) {
    this.leaves = leaves;
    this.recorded = recorded;
  }

  /**
   * Applies a node with its derivative recorded.
   *
   * @param inputs in the node's order; an omitted one is null
   * @param at the places of the inputs that it is differentiated by
   */
  static Application of(
      NodeEvaluator evaluator, Node node, List<? extends @Nullable NDArray> inputs, int... at) {
    return Torch.recorded(
        () -> {
          List<@Nullable NDArray> given = new ArrayList<>(inputs);
          List<NDArray> leaves = new ArrayList<>();
          for (int index : at) {
            // Another array over the same numbers: a leaf of its own, and no copy.
            NDArray leaf = Torch.leaf(Objects.requireNonNull(given.get(index)).stopGradient());
            given.set(index, leaf);
            leaves.add(leaf);
          }
          return new Application(leaves, evaluator.apply(node, given));
        });
  }

  /** Returns what the operator makes of the inputs. */
  public NDArray output() {
    return recorded.stopGradient();
  }

  /**
   * Returns the operator's derivative at these inputs, applied to a gradient; once, since what the
   * way back needs is freed on it.
   *
   * @param arriving of the shape of the output
   * @return a gradient for each of the inputs that it is differentiated by; zeros where the output
   *     does not depend on it
   */
  public List<NDArray> gradients(NDArray arriving) {
    return Torch.recorded(
        () -> {
          Torch.backward(recorded, arriving, false);
          NDList gradients = new NDList();
          for (NDArray leaf : leaves) {
            NDArray at = leaf.getGradient();
            gradients.add(at == null ? leaf.zerosLike() : at);
          }
          return gradients;
        });
  }
}
