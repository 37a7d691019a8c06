package dev.touchstone.check.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.KohLiangInfluence;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedRepresentationsTest {
  private static final Dataset ALL = ReferenceData.of("bc", 0).cleanTrainingData("breast cancer");
  private static final Dataset TRAINING = ALL.first(120);
  private static final MislabelDetector BY_AUDIT =
      KohLiangInfluence.withDefaults().onLossOf(AuditSet.of(held(200, "audit")));
  private static final MislabelDetector BY_OTHER_AUDIT =
      KohLiangInfluence.withDefaults().onLossOf(AuditSet.of(held(260, "other audit")));
  private static final PlantedErrors PLANTED = LabelNoise.uniform(0.2).plantedIn(TRAINING);

  /** 30 features of 120 examples. */
  private static final long BYTES = 120 * 30 * Double.BYTES;

  private final AtomicInteger trained = new AtomicInteger();
  private final Trainer trainer = new Counting();
  private RunContext context = remembering(1, 64L << 20);

  private static Dataset held(int from, String name) {
    return ALL.select(IntStream.range(from, from + 50).toArray(), name);
  }

  private static RunContext remembering(long seed, long memory) {
    return RunContext.of(
        new Settings("cpu", seed, Policy.STRICT, memory, Path.of("target")), RunSession.isolated());
  }

  /** A user's own trainer, whose provenance tells little. */
  private final class Counting implements Trainer {
    @Override
    public String name() {
      return "counting";
    }

    @Override
    public TrainerFacts facts() {
      return TrainerFacts.of(name());
    }

    @Override
    public Classifier train(Dataset data, String stream, RunContext run) {
      trained.incrementAndGet();
      return LogisticRegressionTrainer.withDefaults().train(data, stream, run);
    }
  }

  private Evidence find(Trainer by, PlantedErrors planted, MislabelDetector detector) {
    return MislabelledDetection.withDefaults().evaluate(by, planted, detector, context);
  }

  private int trainings(Runnable detections) {
    int before = trained.get();
    detections.run();
    return trained.get() - before;
  }

  @Test
  void severalDetectorsOnTheSamePlantingsTrainOnce() {
    int trainings =
        trainings(
            () -> {
              find(trainer, PLANTED, TrainingLoss.withDefaults());
              find(trainer, PLANTED, LeaveOneOutConfidence.withDefaults());
              find(trainer, PLANTED, KohLiangInfluence.withDefaults());
              MislabelledDetection.withDefaults()
                  .withBudget(10)
                  .evaluate(trainer, PLANTED, TrainingLoss.withDefaults(), context);
            });
    assertThat(trainings).isEqualTo(PLANTED.plantings());
  }

  @Test
  void morePlantingsShareTheFirstOnes() {
    find(trainer, PLANTED, TrainingLoss.withDefaults());
    assertThat(
            trainings(() -> find(trainer, PLANTED.withPlantings(7), TrainingLoss.withDefaults())))
        .isEqualTo(1);
  }

  @Test
  void aModelTrainedForAnAuditSetServesTheOtherDetectors() {
    find(trainer, PLANTED, BY_AUDIT);
    assertThat(trainings(() -> find(trainer, PLANTED, TrainingLoss.withDefaults()))).isZero();
  }

  /** The model is gone by then; the same training makes it again. */
  @Test
  void dataThatNobodyHasRepresentedYetNeedTheModelAgain() {
    find(trainer, PLANTED, TrainingLoss.withDefaults());
    assertThat(trainings(() -> find(trainer, PLANTED, BY_AUDIT))).isEqualTo(6);
    assertThat(trainings(() -> find(trainer, PLANTED, BY_OTHER_AUDIT))).isEqualTo(6);
    assertThat(trainings(() -> find(trainer, PLANTED, KohLiangInfluence.withDefaults()))).isZero();
  }

  @Test
  void anotherTrainerThatTellsTheSameTrainsItself() {
    find(trainer, PLANTED, TrainingLoss.withDefaults());
    assertThat(trainings(() -> find(new Counting(), PLANTED, TrainingLoss.withDefaults())))
        .isEqualTo(6);
  }

  @Test
  void otherErrorsOtherDataAndAnotherSeedTrainAgain() {
    find(trainer, PLANTED, TrainingLoss.withDefaults());
    PlantedErrors fewer = LabelNoise.uniform(0.1).plantedIn(TRAINING);
    assertThat(trainings(() -> find(trainer, fewer, TrainingLoss.withDefaults()))).isEqualTo(6);
    PlantedErrors elsewhere = LabelNoise.uniform(0.2).plantedIn(ALL.first(100));
    assertThat(trainings(() -> find(trainer, elsewhere, TrainingLoss.withDefaults()))).isEqualTo(6);
    context = context.with(new Settings("cpu", 2, Policy.STRICT, 64L << 20, Path.of("target")));
    assertThat(trainings(() -> find(trainer, PLANTED, TrainingLoss.withDefaults()))).isEqualTo(6);
  }

  @Test
  void whatIsKeptStaysInsideAShareOfTheMemory() {
    context = remembering(1, 8 * 6 * BYTES);
    find(trainer, PLANTED, TrainingLoss.withDefaults());
    assertThat(trainings(() -> find(trainer, PLANTED, LeaveOneOutConfidence.withDefaults())))
        .as("six fit")
        .isZero();

    // The one that does not fit is always the one asked for next.
    context = remembering(1, 8 * 6 * BYTES - 8);
    find(trainer, PLANTED, TrainingLoss.withDefaults());
    assertThat(trainings(() -> find(trainer, PLANTED, LeaveOneOutConfidence.withDefaults())))
        .as("five fit")
        .isEqualTo(6);
  }

  @Test
  void sharingDoesNotShowInAFingerprint() {
    Claim claim = Claim.of("found", Bound.lower(0.5).on(MislabelledDetection.AUROC));
    String alone =
        claim
            .judge(find(trainer, PLANTED, LeaveOneOutConfidence.withDefaults()), Policy.STRICT)
            .fingerprint();
    context = remembering(1, 64L << 20);
    find(trainer, PLANTED, TrainingLoss.withDefaults());
    Evidence shared = find(trainer, PLANTED, LeaveOneOutConfidence.withDefaults());
    assertThat(trained).hasValue(12);
    assertThat(claim.judge(shared, Policy.STRICT).fingerprint()).isEqualTo(alone);
  }

  @Test
  void aDetectorThatWritesIntoARepresentationHarmsNobody() {
    find(trainer, PLANTED, new Careless());
    assertThat(trained).hasValue(6);
  }

  /** Overwrites what it is given, and asks again. */
  private static final class Careless implements MislabelDetector {
    @Override
    public String name() {
      return "careless";
    }

    @Override
    public LabelIssues detect(InfluenceContext context) {
      double[] given = context.encoder().encode(TRAINING).toMatrix().values();
      double[] before = given.clone();
      Arrays.fill(given, 0);
      assertThat(context.encoder().encode(TRAINING).toMatrix().values()).containsExactly(before);
      return LabelIssues.ranked(context.head().losses());
    }
  }
}
