package dev.touchstone.assertions;

import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.model.Trainer;
import org.assertj.core.api.AbstractAssert;

/** Begins a fluent assertion about a trainer; say {@linkplain #on what is planted} next. */
public final class TrainerAssert extends AbstractAssert<TrainerAssert, Trainer> {

  private final OpenClaims.Opened opened;

  TrainerAssert(Trainer actual, OpenClaims.Opened opened) {
    super(actual, TrainerAssert.class);
    this.opened = opened;
  }

  /** Names the training data, and the label errors that are planted in them. */
  public TrainerOnPlantedErrorsAssert on(PlantedErrors planted) {
    if (actual == null || planted == null) {
      opened.make();
      throw NotGiven.of(actual == null ? "trainer" : "planted errors");
    }
    opened.write(".on(…)", FluentClaim.ON_PLANTED);
    return new TrainerOnPlantedErrorsAssert(actual, planted, Draft.of(opened));
  }
}
