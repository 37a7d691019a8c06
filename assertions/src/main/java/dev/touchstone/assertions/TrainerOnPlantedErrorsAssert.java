package dev.touchstone.assertions;

import dev.touchstone.check.MislabelledDetection;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.OpenClaims;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.influence.Head;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.model.Trainer;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A trainer and planted label errors. Settings come first, the claim last. */
public final class TrainerOnPlantedErrorsAssert {
  private final Trainer trainer;
  private final PlantedErrors planted;
  private final MislabelledDetection detection;
  private final OpenClaims.Opened opened;
  private final UnaryOperator<Claim> settings;

  private TrainerOnPlantedErrorsAssert(
      Trainer trainer,
      PlantedErrors planted,
      MislabelledDetection detection,
      OpenClaims.Opened opened,
      UnaryOperator<Claim> settings) {
    this.trainer = Objects.requireNonNull(trainer, "trainer");
    this.planted = Objects.requireNonNull(planted, "planted");
    this.detection = detection;
    this.opened = opened;
    this.settings = settings;
  }

  static TrainerOnPlantedErrorsAssert of(
      Trainer trainer, PlantedErrors planted, OpenClaims.Opened opened) {
    return new TrainerOnPlantedErrorsAssert(
        trainer, planted, MislabelledDetection.withDefaults(), opened, claim -> claim);
  }

  /** Why the claim is made; stays in every message and in the report. */
  public TrainerOnPlantedErrorsAssert because(String reason) {
    return with(claim -> claim.because(reason));
  }

  /** Accepts that the plantings cannot decide the claim, for a stated reason. */
  public TrainerOnPlantedErrorsAssert allowInconclusive(String reason) {
    return with(claim -> claim.allowingInconclusive(reason));
  }

  /**
   * Accepts that the claim fails, at the value at which it was frozen, until a day.
   *
   * @param reason why; shown wherever the verdict is
   * @param until the last day on which it is accepted, UTC
   * @see ModelOnDataAssert#acceptKnown
   */
  public TrainerOnPlantedErrorsAssert acceptKnown(String reason, LocalDate until) {
    return with(claim -> claim.acceptingKnown(reason, until));
  }

  /** Names the claim, so that its frozen value is found again when the test is renamed. */
  public TrainerOnPlantedErrorsAssert identifiedAs(String id) {
    return with(claim -> claim.identifiedAs(id));
  }

  /** How many points a person would look at; as many as were planted by default. */
  public TrainerOnPlantedErrorsAssert withBudget(int points) {
    return new TrainerOnPlantedErrorsAssert(
        trainer, planted, detection.withBudget(points), opened, settings);
  }

  /** The head that is fitted on the representation, such as one with a larger ridge. */
  public TrainerOnPlantedErrorsAssert using(Head head) {
    return new TrainerOnPlantedErrorsAssert(
        trainer, planted, detection.using(head), opened, settings);
  }

  private TrainerOnPlantedErrorsAssert with(UnaryOperator<Claim> setting) {
    return new TrainerOnPlantedErrorsAssert(
        trainer, planted, detection, opened, claim -> setting.apply(settings.apply(claim)));
  }

  /**
   * Claims that the detector finds the planted errors in the retrained model.
   *
   * @param bound such as {@code aurocAtLeast(0.90)}
   * @param further such as {@code precisionAtLeast(0.8)}
   * @see ModelAssertions#assertMislabelledDetected
   */
  public Verdict detectsMislabelledBy(MislabelDetector detector, Bound bound, Bound... further) {
    opened.make();
    Bound[] bounds = Stream.concat(Stream.of(bound), Arrays.stream(further)).toArray(Bound[]::new);
    Claim claim = Claim.of(statement(detector, bounds), bounds);
    return Decision.on(
        settings.apply(claim), context -> detection.evaluate(trainer, planted, detector, context));
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
