package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/**
 * What keeps quotients of relevance from blowing up.
 *
 * @param epsilon added to denominators with their sign, that of 0 being 1; where it is 0 itself,
 *     nothing is shared where the denominator is 0
 * @param absorption is told what it absorbs
 */
record Stabiliser(double epsilon, Absorption absorption) {
  /** As in Zennit. */
  static final Stabiliser USUAL = new Stabiliser(1e-6);

  /** Checks the number. */
  Stabiliser {
    if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
      throw new IllegalArgumentException(
          "a stabiliser (epsilon) of " + epsilon + "; give a finite number that is not negative");
    }
  }

  Stabiliser(double epsilon) {
    this(epsilon, Absorption.UNSEEN);
  }

  /** The same, seen by another. */
  Stabiliser seenBy(Absorption other) {
    return new Stabiliser(epsilon, other);
  }

  /** Relevance by denominator. */
  NDArray quotient(NDArray relevance, NDArray denominator) {
    NDArray perUnit;
    if (epsilon == 0) {
      NDArray exact = relevance.div(denominator);
      perUnit = NDArrays.where(denominator.neq(0), exact, exact.zerosLike());
    } else {
      NDArray away =
          NDArrays.where(denominator.gte(0), denominator.add(epsilon), denominator.sub(epsilon));
      perUnit = relevance.div(away);
    }
    absorption.note(relevance, perUnit, denominator);
    return perUnit;
  }

  /** Relevance by a denominator that is nowhere negative, which takes fewer steps. */
  NDArray quotientOfPositive(NDArray relevance, NDArray denominator) {
    return quotientOfOneSign(relevance, denominator, epsilon);
  }

  /**
   * Relevance by a denominator that is nowhere positive; where it is 0, there is nothing to share.
   */
  NDArray quotientOfNegative(NDArray relevance, NDArray denominator) {
    return quotientOfOneSign(relevance, denominator, -epsilon);
  }

  private NDArray quotientOfOneSign(NDArray relevance, NDArray denominator, double away) {
    if (epsilon == 0) {
      return quotient(relevance, denominator);
    }
    NDArray perUnit = relevance.div(denominator.add(away));
    absorption.note(relevance, perUnit, denominator);
    return perUnit;
  }

  /** A rule's words, with the stabiliser where it is not the usual one. */
  String describe(String rule) {
    return epsilon == USUAL.epsilon ? rule : rule + ", stabiliser " + this;
  }

  @Override
  public String toString() {
    return Double.toString(epsilon);
  }
}
