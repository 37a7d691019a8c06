package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/**
 * What keeps quotients of relevance from blowing up.
 *
 * @param epsilon added to denominators with their sign, that of 0 being 1; where it is 0 itself,
 *     nothing is shared where the denominator is 0
 */
record Stabiliser(double epsilon) {
  /** As in Zennit. */
  static final Stabiliser USUAL = new Stabiliser(1e-6);

  /** Checks the number. */
  Stabiliser {
    if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
      throw new IllegalArgumentException(
          "a stabiliser (epsilon) of " + epsilon + "; give a finite number that is not negative");
    }
  }

  /** Relevance by denominator. */
  NDArray quotient(NDArray relevance, NDArray denominator) {
    if (epsilon == 0) {
      NDArray quotient = relevance.div(denominator);
      return NDArrays.where(denominator.neq(0), quotient, quotient.zerosLike());
    }
    NDArray away =
        NDArrays.where(denominator.gte(0), denominator.add(epsilon), denominator.sub(epsilon));
    return relevance.div(away);
  }

  /** Relevance by a denominator that is nowhere negative, which takes fewer steps. */
  NDArray quotientOfPositive(NDArray relevance, NDArray denominator) {
    return epsilon == 0
        ? quotient(relevance, denominator)
        : relevance.div(denominator.add(epsilon));
  }

  /**
   * Relevance by a denominator that is nowhere positive; where it is 0, there is nothing to share.
   */
  NDArray quotientOfNegative(NDArray relevance, NDArray denominator) {
    return epsilon == 0
        ? quotient(relevance, denominator)
        : relevance.div(denominator.sub(epsilon));
  }

  /** A rule's words, with the stabiliser where it is not the usual one. */
  String describe(String rule) {
    return equals(USUAL) ? rule : rule + ", stabiliser " + this;
  }

  @Override
  public String toString() {
    return Double.toString(epsilon);
  }
}
