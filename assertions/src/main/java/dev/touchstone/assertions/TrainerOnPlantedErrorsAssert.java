package dev.touchstone.assertions;

import dev.touchstone.check.training.MislabelledDetection;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.influence.Head;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.model.Trainer;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Claims that a detector finds label errors that were planted in a trainer's data. Settings come
 * first, the claim last.
 */
public final class TrainerOnPlantedErrorsAssert
    extends AbstractClaimAssert<TrainerOnPlantedErrorsAssert> {
  private final Trainer trainer;
  private final PlantedErrors planted;
  private final MislabelledDetection detection;

  TrainerOnPlantedErrorsAssert(Trainer trainer, PlantedErrors planted, Draft draft) {
    this(trainer, planted, MislabelledDetection.withDefaults(), draft);
  }

  private TrainerOnPlantedErrorsAssert(
      Trainer trainer, PlantedErrors planted, MislabelledDetection detection, Draft draft) {
    super(draft);
    this.trainer = Objects.requireNonNull(trainer, "trainer");
    this.planted = Objects.requireNonNull(planted, "planted");
    this.detection = detection;
  }

  @Override
  TrainerOnPlantedErrorsAssert about(Draft other) {
    return new TrainerOnPlantedErrorsAssert(trainer, planted, detection, other);
  }

  private TrainerOnPlantedErrorsAssert with(MislabelledDetection other) {
    return new TrainerOnPlantedErrorsAssert(trainer, planted, other, draft());
  }

  /** Lets a person look at so many points; at as many as were planted by default. */
  public TrainerOnPlantedErrorsAssert withBudget(int points) {
    return with(detection.withBudget(points));
  }

  /** Fits another head on the representation, such as one with a larger ridge. */
  public TrainerOnPlantedErrorsAssert using(Head head) {
    return with(detection.using(head));
  }

  /**
   * Claims that the detector finds the planted errors in the retrained model.
   *
   * @param bound such as {@code aurocAtLeast(0.90)}
   * @param further such as {@code precisionAtLeast(0.8)}
   * @see ModelAssertions#assertMislabelledDetected
   */
  public Verdict detectsMislabelledBy(MislabelDetector detector, Bound bound, Bound... further) {
    draft().make();
    Bound[] bounds = Stream.concat(Stream.of(bound), Arrays.stream(further)).toArray(Bound[]::new);
    Claim claim = Claim.of(statement(detector, bounds), bounds);
    return Judge.on(
        draft().of(claim), context -> detection.evaluate(trainer, planted, detector, context));
  }

  private String statement(MislabelDetector detector, Bound... bounds) {
    return "%s finds planted label errors %s, median of %d plantings: %s"
        .formatted(
            detector.name(),
            trainer.retrains() ? "after retraining" : "on a frozen representation",
            planted.plantings(),
            Arrays.stream(bounds)
                .map(b -> quantity(b) + " " + b.inWords())
                .collect(Collectors.joining(", ")));
  }

  private static String quantity(Bound bound) {
    return bound.quantity().isEmpty() ? "AUROC and precision" : bound.quantity();
  }
}
