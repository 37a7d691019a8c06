package dev.touchstone.assertions;

import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.model.Trainer;
import org.assertj.core.api.AbstractAssert;

/** A fluent assertion about a trainer; say {@linkplain #on what is planted} next. */
public final class TrainerAssert extends AbstractAssert<TrainerAssert, Trainer> {

  TrainerAssert(Trainer actual) {
    super(actual, TrainerAssert.class);
  }

  /** The training data, and the label errors that are planted in them. */
  public TrainerOnPlantedErrorsAssert on(PlantedErrors planted) {
    isNotNull();
    return TrainerOnPlantedErrorsAssert.of(actual, planted);
  }
}
