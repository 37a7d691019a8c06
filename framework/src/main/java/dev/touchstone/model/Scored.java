package dev.touchstone.model;

import java.util.Arrays;

/**
 * Scores of a batch and what they are.
 *
 * @param rows n × k, one row per example; a classifier's single score speaks for class 1
 * @param kind the same for every batch of a model
 */
public record Scored(double[][] rows, ScoreKind kind) {

  /**
   * Raw outputs as scores.
   *
   * @param rows n × k, n ≥ 1
   * @param declared what the model emits
   */
  static Scored ofOutputs(double[][] rows, OutputKind declared) {
    ScoreKind kind =
        switch (declared) {
          case LOGITS -> rows[0].length == 1 ? ScoreKind.MARGIN : ScoreKind.LOGITS;
          case MARGIN -> ScoreKind.MARGIN;
          case PROBABILITIES -> ScoreKind.PROBABILITIES;
          case LOG_PROBABILITIES -> ScoreKind.LOG_PROBABILITIES;
          case VALUES, INTERVALS -> ScoreKind.OUTPUTS;
        };
    return new Scored(rows, kind);
  }

  /** The probabilities that a model of someone else's gives. */
  static Scored of(Predictions predictions) {
    double[][] rows = new double[predictions.size()][];
    Arrays.setAll(rows, predictions::probabilities);
    return new Scored(rows, ScoreKind.PROBABILITIES);
  }
}
