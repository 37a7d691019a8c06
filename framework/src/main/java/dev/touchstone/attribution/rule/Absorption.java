package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;

/** Is told of every quotient by which relevance is shared, to see what its stabiliser absorbs. */
@FunctionalInterface
interface Absorption {
  /** Looks away. */
  Absorption UNSEEN = (relevance, perUnit, denominator) -> {};

  /**
   * Sees a quotient.
   *
   * @param relevance what is shared
   * @param perUnit relevance by stabilised denominator
   * @param denominator before it was stabilised
   */
  void note(NDArray relevance, NDArray perUnit, NDArray denominator);
}
