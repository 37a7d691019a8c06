package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;

/**
 * Of a regressor no value, and no end of an interval, may move by more than {@link
 * Predictions#TOLERANCE} of the range of all its values; where these hardly differ, of a hundredth
 * of the largest.
 */
final class ValuesAskedAgain extends AskedAgain<Values> {
  private static final double OF_THE_LARGEST = 0.01;

  private final Regressor regressor;
  private final double tolerance;

  ValuesAskedAgain(Regressor regressor, Dataset data, Values answered, RunContext context) {
    super(regressor, data, answered, context);
    this.regressor = regressor;
    double least = Arrays.stream(answered.values()).min().orElse(0);
    double most = Arrays.stream(answered.values()).max().orElse(0);
    double largest = Math.max(Math.abs(least), Math.abs(most));
    this.tolerance = Predictions.TOLERANCE * Math.max(most - least, OF_THE_LARGEST * largest);
  }

  @Override
  Values ask(Dataset part) {
    return CheckedAnswers.of(regressor, part, context.settings().memoryBytes());
  }

  @Override
  double change(int example, Values again, int position) {
    double moved = Math.abs(again.value(position) - answered.value(example));
    return answered.hasIntervals()
        ? Math.max(
            moved,
            Math.max(
                Math.abs(again.lower(position) - answered.lower(example)),
                Math.abs(again.upper(position) - answered.upper(example))))
        : moved;
  }

  @Override
  boolean isMoved(int example, Values again, int position) {
    return change(example, again, position) > tolerance;
  }

  @Override
  boolean isAnother(int example, Values again, int position) {
    return isMoved(example, again, position);
  }

  @Override
  String inWords(Values answers, int position, int example) {
    return Numbers.format(answers.value(position));
  }

  @Override
  int kind(int example) {
    return 0;
  }
}
