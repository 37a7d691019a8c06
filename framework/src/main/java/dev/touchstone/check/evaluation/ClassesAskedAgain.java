package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;

/**
 * Of a classifier no probability may move by more than {@link Predictions#TOLERANCE}, and the class
 * only where the two most probable ones are closer than that.
 */
final class ClassesAskedAgain extends AskedAgain<Predictions> {
  private final Classifier classifier;

  ClassesAskedAgain(Classifier classifier, Dataset data, Predictions answered, RunContext context) {
    super(classifier, data, answered, context);
    this.classifier = classifier;
  }

  @Override
  Predictions ask(Dataset part) {
    return CheckedAnswers.ofSome(classifier, part, context.settings().memoryBytes());
  }

  @Override
  double change(int example, Predictions again, int position) {
    return answered.change(example, again, position);
  }

  @Override
  boolean isMoved(int example, Predictions again, int position) {
    return change(example, again, position) > Predictions.TOLERANCE
        || (isAnother(example, again, position)
            && answered.margin(example) > Predictions.TOLERANCE);
  }

  @Override
  boolean isAnother(int example, Predictions again, int position) {
    return again.predicted(position) != answered.predicted(example);
  }

  /** The class, and the probability of the one predicted first, so that two can be compared. */
  @Override
  String inWords(Predictions answers, int position, int example) {
    int first = answered.predicted(example);
    return "%s (probability of %s %s)"
        .formatted(
            data.classNames().get(answers.predicted(position)),
            data.classNames().get(first),
            Numbers.format(answers.probability(position, first)));
  }

  @Override
  int kind(int example) {
    return data.label(example);
  }
}
