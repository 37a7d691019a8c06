package dev.touchstone.model;

/** What a model's {@link Scores} are. */
public enum ScoreKind {
  /** Any real numbers, one per class, whose softmax are the probabilities. */
  LOGITS("logits"),
  /**
   * One real number of a model of two classes, for class 1 where it is positive: the logarithm of
   * the odds, where the model's sigmoid of it is a probability.
   */
  MARGIN("margin"),
  /** Logarithms of the classes' probabilities, or one of class 1's. */
  LOG_PROBABILITIES("log-probabilities"),
  /** Probabilities of the classes, or one of class 1: they saturate where the model is sure. */
  PROBABILITIES("probabilities"),
  /** Numbers that are no classes', as of a regression. */
  OUTPUTS("outputs");

  private final String words;

  ScoreKind(String words) {
    this.words = words;
  }

  /** In words, such as {@code "log-probabilities"}. */
  @Override
  public String toString() {
    return words;
  }
}
