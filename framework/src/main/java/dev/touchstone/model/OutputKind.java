package dev.touchstone.model;

/** What a classifier's output means; declared by the user, checked on the first batch. */
public enum OutputKind {
  /**
   * Any real numbers, the larger the likelier; softmax (one output: sigmoid) makes probabilities.
   */
  LOGITS,
  /** Numbers in [0, 1] that sum to 1 (one output: the probability of class 1). */
  PROBABILITIES,
  /** Logarithms of probabilities, as after log-softmax. */
  LOG_PROBABILITIES
}
