package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertLabelSensitivityWithin;
import static dev.touchstone.assertions.ModelAssertions.assertMembershipAdvantageAtMost;

import dev.touchstone.check.training.LabelSensitivity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.influence.GroupBrierScore;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.training.XgboostTrainer;
import org.junit.jupiter.api.Test;

/** A nearest neighbour, which says of everybody in its data what it has read there. */
@ModelTest
@CaughtOnPurpose
public class IncomeLearntByHeart {

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset adult;

  private static Dataset members() {
    return adult.where(i -> i < 1500, "members");
  }

  private static Dataset others() {
    return adult.where(i -> i >= 1500 && i < 3000, "others");
  }

  private static Classifier nearest() {
    Dataset members = members();
    Tensor known = members.batch(0, members.size());
    return Models.function(
            "nearest neighbour",
            "1",
            batch -> {
              double[][] answers = new double[batch.rows()][];
              for (int i = 0; i < answers.length; i++) {
                int label = members.label(nearestTo(batch.row(i), known));
                answers[i] = new double[] {1 - label, label};
              }
              return answers;
            })
        .emittingProbabilities();
  }

  private static int nearestTo(float[] example, Tensor known) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < known.rows(); k++) {
      double distance = 0;
      float[] row = known.row(k);
      for (int j = 0; j < row.length; j++) {
        distance += (row[j] - example[j]) * (row[j] - example[j]);
      }
      if (distance < least) {
        least = distance;
        best = k;
      }
    }
    return best;
  }

  @Test
  void doesNotTellWhomItHasSeen() {
    assertMembershipAdvantageAtMost(nearest(), members(), others(), 0.1);
  }

  @Test
  void standsWrongLabels() {
    assertLabelSensitivityWithin(nearest(), members(), LabelSensitivity.withDefaults(), 0.05);
  }

  /** Trees deep enough to give each example a leaf of its own. */
  @Test
  void boostedTreesStandWrongLabels() {
    assertLabelSensitivityWithin(
        XgboostTrainer.withDefaults().withDepth(20).withRidge(0).withLeastHessian(0),
        members(),
        others(),
        LabelSensitivity.of(GroupBrierScore.withDefaults()).flipping(0.3),
        0.05);
  }
}
