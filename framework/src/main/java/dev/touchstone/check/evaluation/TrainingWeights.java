package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import org.apiguardian.api.API;

/** What claims about a model make of the weights that data carry for trainings. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class TrainingWeights {
  private TrainingWeights() {}

  /**
   * Refuses data with weights that cannot act: limits of weighted metrics are not known here, and
   * what weights are for is the training.
   *
   * @throws TouchstoneException naming the cure
   */
  public static void refuse(Dataset data) {
    if (data.trainingWeights().isPresent()) {
      throw new TouchstoneException(
          "%s carries training weights, and in a claim about a model every example counts once; claim it of data.withoutTrainingWeights()"
              .formatted(data.name()));
    }
  }
}
