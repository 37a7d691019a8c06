package dev.touchstone.model;

/** What is asked of a model whose one real output could be a score or a prediction. */
final class OneRealOutput {
  static final String QUESTION =
      "Is it a prediction? Then declare a Regressor: outputs = VALUES, or .emittingValues(). Is it"
          + " the score of class 1? Then say so: outputs = MARGIN, or .emittingMargin()";

  private OneRealOutput() {}
}
