package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A gradient at the output of one node, about to be passed to the node's inputs: all that a {@link
 * BackwardRule} may look at. The arrays are recorded nowhere and live until the backward walk ends.
 */
public final class Passage {
  private final Node node;
  private final NodeEvaluator evaluator;
  private final List<@Nullable NDArray> inputs;
  private final int[] computed;
  private final NDArray output;
  private final NDArray gradient;

  Passage(
      Node node,
      NodeEvaluator evaluator,
      List<@Nullable NDArray> inputs,
      int[] computed,
      NDArray output,
      NDArray gradient) {
    this.node = node;
    this.evaluator = evaluator;
    this.inputs = inputs;
    this.computed = computed;
    this.output = output;
    this.gradient = gradient;
  }

  /** Returns the node. */
  public Node node() {
    return node;
  }

  /** Returns how many inputs the node names, weights and omitted ones included. */
  public int size() {
    return inputs.size();
  }

  /**
   * Returns an input, be it computed, a weight or a constant.
   *
   * @throws IllegalArgumentException if the node has no such input
   */
  public NDArray input(int index) {
    NDArray input = index < 0 || index >= inputs.size() ? null : inputs.get(index);
    if (input == null) {
      throw new IllegalArgumentException(node + " has no input " + index);
    }
    return input;
  }

  /** Returns whether there is such an input: optional ones may be omitted. */
  public boolean has(int index) {
    return index >= 0 && index < inputs.size() && inputs.get(index) != null;
  }

  /**
   * Returns which inputs depend on the model's input, in order; the others are weights and
   * constants.
   */
  public int[] computed() {
    return computed.clone();
  }

  /** Returns what the node made of its inputs. */
  public NDArray output() {
    return output;
  }

  /** Returns the gradient that arrives, of the output's shape. */
  public NDArray gradient() {
    return gradient;
  }

  /**
   * Returns all inputs, to change some of them and {@link #apply} the node again; omitted ones are
   * null.
   */
  public List<@Nullable NDArray> inputs() {
    return new ArrayList<>(inputs);
  }

  /**
   * Applies the node's operator again.
   *
   * @param others inputs like {@link #inputs}, such as weights of which the negative ones are 0
   */
  public NDArray apply(List<@Nullable NDArray> others) {
    return evaluator.apply(node, others);
  }

  /**
   * Applies the node's operator to other inputs in such a way that it can be differentiated there:
   * for rules that pass back what follows from the output at these inputs.
   *
   * @param others inputs like {@link #inputs}
   * @param at the places of the inputs that it is differentiated by, be they computed or weights
   */
  public Application applied(List<? extends @Nullable NDArray> others, int... at) {
    return Application.of(evaluator, node, others, at);
  }

  /**
   * Returns the operator's own derivative with respect to the computed inputs, applied to a
   * gradient.
   *
   * @param others where the derivative is taken: inputs like {@link #inputs}
   * @param arriving of the shape of the output there
   * @return a gradient for each of {@link #computed}; zeros where the output does not depend on it
   */
  public List<NDArray> derivativeAt(List<@Nullable NDArray> others, NDArray arriving) {
    return applied(others, computed).gradients(arriving);
  }

  /** Returns the same where the node was applied, to the gradient that arrives. */
  public List<NDArray> derivative() {
    return derivativeAt(inputs, gradient);
  }
}
