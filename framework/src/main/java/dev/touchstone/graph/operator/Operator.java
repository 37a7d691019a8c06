package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a node computes, with its attributes already read. Stateless and deterministic, as at
 * inference; one operator, one file. What it was made of stands in the node's {@link Definition}.
 * {@link Operators} takes those of a user's own.
 */
public interface Operator {

  /**
   * Applies the operator.
   *
   * @param inputs the node's inputs in order; an omitted optional input is null
   * @return the node's first output
   */
  NDArray apply(List<@Nullable NDArray> inputs);

  /**
   * Returns what it does, where its type has no row in {@link OperatorTraits}; empty for what may
   * do anything, and for all that have one.
   */
  default Optional<OperatorTraits> traits() {
    return Optional.empty();
  }

  /**
   * Tells whether an input is learnt as a running mean of what is seen, and not by a gradient.
   *
   * @param input its place among the node's inputs, from 0
   */
  default boolean isStatistic(int input) {
    return false;
  }

  /**
   * Tells whether the output depends on an input; one of a node's several outputs may not.
   *
   * @param input its place among the node's inputs, from 0
   */
  default boolean dependsOn(int input) {
    return true;
  }
}
