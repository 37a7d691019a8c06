package dev.touchstone.model;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/** Turns raw outputs into probabilities, after checking that they are what was declared. */
final class Outputs {
  /** How far a row of probabilities may sum from 1: float32 softmax over a thousand classes. */
  private static final double SUM_TOLERANCE = 1e-3;

  private final OutputKind kind;
  private final String model;
  private volatile boolean declarationChecked;

  Outputs(OutputKind kind, String model) {
    this.kind = kind;
    this.model = model;
  }

  OutputKind kind() {
    return kind;
  }

  /**
   * Class probabilities.
   *
   * @param raw n × k raw outputs; k = 1 is a binary model's output for class 1
   */
  Predictions toPredictions(double[][] raw) {
    checkFinite(raw);
    if (!declarationChecked && raw.length > 0) {
      checkDeclaration(raw);
      declarationChecked = true;
    }
    double[][] probabilities = new double[raw.length][];
    for (int i = 0; i < raw.length; i++) {
      probabilities[i] = toProbabilities(raw[i], kind);
    }
    return Predictions.of(probabilities);
  }

  private static double[] toProbabilities(double[] row, OutputKind kind) {
    if (row.length == 1) {
      double p =
          switch (kind) {
            case LOGITS -> 1 / (1 + Math.exp(-row[0]));
            case PROBABILITIES -> row[0];
            case LOG_PROBABILITIES -> Math.exp(row[0]);
          };
      return new double[] {1 - p, p};
    }
    return kind == OutputKind.PROBABILITIES ? row : softmax(row);
  }

  /** Softmax; of log-probabilities it gives back the probabilities, exactly normalised. */
  private static double[] softmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElse(0);
    double[] exponentials = new double[logits.length];
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      exponentials[c] = Math.exp(logits[c] - largest);
      sum += exponentials[c];
    }
    for (int c = 0; c < logits.length; c++) {
      exponentials[c] /= sum;
    }
    return exponentials;
  }

  private void checkFinite(double[][] raw) {
    for (double[] row : raw) {
      for (double value : row) {
        if (Double.isNaN(value) || value == Double.POSITIVE_INFINITY) {
          throw new TouchstoneException(
              model
                  + " made an output that is "
                  + value
                  + "; are the inputs preprocessed as in training?");
        }
      }
    }
  }

  private void checkDeclaration(double[][] raw) {
    OutputKind looksLike = looksLike(raw);
    boolean singleLogit = kind == OutputKind.LOGITS && raw[0].length == 1;
    if (looksLike != kind && !singleLogit) {
      throw new TouchstoneException(
          model
              + " was declared to emit "
              + kind
              + ", but its first batch looks like "
              + looksLike
              + " (first row "
              + Arrays.toString(Arrays.copyOf(raw[0], Math.min(5, raw[0].length)))
              + "); declare outputs = "
              + looksLike);
    }
  }

  private static OutputKind looksLike(double[][] raw) {
    if (Arrays.stream(raw).allMatch(row -> isDistribution(row, false))) {
      return OutputKind.PROBABILITIES;
    }
    return Arrays.stream(raw).allMatch(row -> isDistribution(row, true))
        ? OutputKind.LOG_PROBABILITIES
        : OutputKind.LOGITS;
  }

  private static boolean isDistribution(double[] row, boolean logarithmic) {
    double sum = 0;
    for (double value : row) {
      double p = logarithmic ? Math.exp(value) : value;
      if (!(p >= -SUM_TOLERANCE && p <= 1 + SUM_TOLERANCE)) {
        return false;
      }
      sum += p;
    }
    return row.length == 1 || Math.abs(sum - 1) <= SUM_TOLERANCE;
  }
}
