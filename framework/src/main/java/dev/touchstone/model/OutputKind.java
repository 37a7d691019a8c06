package dev.touchstone.model;

/** What a model's output means; declared by the user, and every row is held to it. */
public enum OutputKind {
  /**
   * Any real numbers, the larger the likelier; softmax (one output: sigmoid) makes probabilities.
   * Negative infinity masks a class beside another that is finite.
   */
  LOGITS,
  /**
   * One real number, the larger the likelier class 1 of two, of which a sigmoid makes its
   * probability: what {@code LOGITS} of one output are, said where they could be taken for the
   * predictions of a regressor.
   */
  MARGIN,
  /** Numbers in [0, 1] that sum to 1, but for rounding (one output: the probability of class 1). */
  PROBABILITIES,
  /** Logarithms of probabilities, as after log-softmax; negative infinity is that of 0. */
  LOG_PROBABILITIES,
  /** One finite number: what a {@link Regressor} predicts, and no score of any class. */
  VALUES,
  /**
   * Three finite numbers: the lower end of an interval, the value and the upper end, as a quantile
   * regression of three quantiles gives them; of a {@link Regressor}.
   */
  INTERVALS;

  /**
   * Returns whether any real numbers are meant, of which softmax or sigmoid makes probabilities.
   */
  public boolean isOfRealNumbers() {
    return this == LOGITS || this == MARGIN;
  }

  /** Returns whether a {@link Regressor} emits it, and no {@link Classifier}. */
  public boolean isOfRegressor() {
    return this == VALUES || this == INTERVALS;
  }
}
