package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;

/**
 * Of a regressor no value may move by more than {@link Predictions#TOLERANCE} of the range of all
 * its values; where these hardly differ, of a hundredth of the largest.
 */
final class ValuesAskedAgain extends AskedAgain<double[]> {
  private static final double OF_THE_LARGEST = 0.01;

  private final Regressor regressor;
  private final double tolerance;

  ValuesAskedAgain(Regressor regressor, Dataset data, double[] answered, RunContext context) {
    super(regressor, data, answered, context);
    this.regressor = regressor;
    double least = Arrays.stream(answered).min().orElse(0);
    double most = Arrays.stream(answered).max().orElse(0);
    double largest = Math.max(Math.abs(least), Math.abs(most));
    this.tolerance = Predictions.TOLERANCE * Math.max(most - least, OF_THE_LARGEST * largest);
  }

  @Override
  double[] ask(Dataset part) {
    return CheckedAnswers.of(regressor, part, context.settings().memoryBytes());
  }

  @Override
  double change(int example, double[] again, int position) {
    return Math.abs(again[position] - answered[example]);
  }

  @Override
  boolean isMoved(int example, double[] again, int position) {
    return change(example, again, position) > tolerance;
  }

  @Override
  boolean isAnother(int example, double[] again, int position) {
    return isMoved(example, again, position);
  }

  @Override
  String inWords(double[] answers, int position, int example) {
    return Numbers.format(answers[position]);
  }

  @Override
  int kind(int example) {
    return 0;
  }
}
