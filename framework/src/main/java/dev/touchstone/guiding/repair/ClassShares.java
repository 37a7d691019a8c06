package dev.touchstone.guiding.repair;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.OptionalDouble;

/** How often classes are, where a repair must not change it. */
final class ClassShares {
  private ClassShares() {}

  /**
   * The weights of audit examples, in which their classes count as often as in training: an audit
   * set may be drawn evenly from classes of which one is rare.
   *
   * @param confidence c, one of every audit example
   * @return c times the class's share in training over its share of all c; their sum is that of c
   *     where the audit set has all classes of the training data
   */
  static double[] ofTraining(int[] labels, int classes, int[] auditLabels, double[] confidence) {
    double[] training = new double[classes];
    for (int label : labels) {
      training[label] += 1.0 / labels.length;
    }
    double[] audit = new double[classes];
    double sum = Arrays.stream(confidence).sum();
    for (int j = 0; j < auditLabels.length; j++) {
      audit[auditLabels[j]] += confidence[j] / sum;
    }
    double[] weights = confidence.clone();
    for (int j = 0; j < weights.length; j++) {
      weights[j] *= weights[j] > 0 ? training[auditLabels[j]] / audit[auditLabels[j]] : 0;
    }
    return weights;
  }

  /**
   * Refuses a repair that counts all classes alike of a model that decides elsewhere than where
   * both are as probable: its probabilities would move, and its decisions with them.
   */
  static void requireKept(RepairTask task, String repair) {
    OptionalDouble threshold = task.decidedAt();
    if (threshold.isPresent() && threshold.getAsDouble() != 0.5) {
      throw new TouchstoneException(
          "%s predicts \"%s\" from a probability of %s on, which means something else after a repair that counts both classes alike; write %s.keepingClassShares(), or repair the model without decidingAt(%3$s)"
              .formatted(
                  task.model().name(),
                  task.training().classNames().get(1),
                  threshold.getAsDouble(),
                  repair));
    }
  }
}
