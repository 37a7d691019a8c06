package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.check.training.MislabelledDetection;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.influence.network.ByConjugateGradients;
import dev.touchstone.influence.network.NetworkInfluence;
import dev.touchstone.influence.network.TracIn;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Undetermined;
import dev.touchstone.training.DjlTrainer;
import dev.touchstone.training.Sgd;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EstimatedInfluenceTest {
  private final ReferenceData data = ReferenceData.of("bc", 0);
  private final RunContext run =
      RunContext.of(
          new Settings("cpu", 1, Policy.STRICT, 64L << 20, Path.of("target")),
          RunSession.isolated());

  private static AuditSet audit(ReferenceData data) {
    float[] values = new float[data.audit().values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) data.audit().values()[i];
    }
    return AuditSet.of(
        Dataset.named("audit")
            .features(FeatureStore.inMemory(values, data.audit().columns()))
            .labels(data.auditTruth())
            .build());
  }

  /** With the estimator that {@link KohLiangInfluence} is made of, it suspects as that does. */
  @Test
  void byInfluenceFunctionsItIsKohLiangInfluence() {
    Dataset training = data.cleanTrainingData("breast cancer");
    AuditSet audit = audit(data);
    InfluenceContext context =
        new InfluenceContext(
            training,
            data.fitted(),
            given -> RowSource.of(given == training ? data.train() : data.audit()),
            List.of(),
            run);
    EstimatedInfluence detector = EstimatedInfluence.by(InfluenceFunctions.withDefaults());
    assertThat(detector.detect(context).suspicion())
        .containsExactly(KohLiangInfluence.withDefaults().detect(context).suspicion());
    assertThat(detector.onLossOf(audit).detect(context).suspicion())
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(
            KohLiangInfluence.withDefaults().onLossOf(audit).detect(context).suspicion());
    assertThat(detector.onLossOf(audit).settings())
        .containsEntry("order", "first")
        .containsEntry("audit data", "audit");
  }

  /** Of whatever label an example had, its self-influence would be least of the proposed one. */
  @Test
  void byRepresenterPointsTheLabelOfLeastSelfInfluenceIsProposed() {
    ReferenceData digits = ReferenceData.of("digits", 0);
    Dataset training = digits.cleanTrainingData("digits");
    InfluenceContext context =
        new InfluenceContext(
            training,
            digits.fitted(),
            given -> RowSource.of(given == training ? digits.train() : digits.audit()),
            List.of(),
            run);
    EstimatedInfluence detector = EstimatedInfluence.by(RepresenterPoints.withDefaults());
    LabelIssues issues = detector.detect(context);
    Matrix p = digits.fitted().predictions();
    int others = 0;
    for (int i = 0; i < issues.size(); i++) {
      double[] squares = new double[10];
      for (int c = 0; c < 10; c++) {
        for (int a = 0; a < 10; a++) {
          squares[c] += Math.pow(p.get(i, a) - (a == c ? 1 : 0), 2);
        }
      }
      int proposed = issues.proposed(i).orElseThrow();
      assertThat(squares[proposed]).isEqualTo(Arrays.stream(squares).min().orElseThrow());
      assertThat(issues.confidence(i)).hasValue(p.get(i, proposed));
      others += proposed == digits.fitted().label(i) ? 0 : 1;
    }
    assertThat(others).isGreaterThan(20);
    assertThat(detector.onLossOf(audit(digits)).detect(context).proposed()).isEmpty();
    assertThat(TracIn.withDefaults().predictions(context)).isEmpty();
  }

  @Test
  void anAuditSetOfOtherClassesIsRefusedBeforeAnythingIsTrained() {
    AuditSet other =
        AuditSet.of(
            Dataset.named("audit")
                .features(FeatureStore.inMemory(new float[] {0, 1}, 1))
                .labels(0, 1)
                .classNames(List.of("x", "y"))
                .build());
    assertThatThrownBy(
            () ->
                EstimatedInfluence.by(TracIn.withDefaults())
                    .onLossOf(other)
                    .check(data.cleanTrainingData("breast cancer")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("read both in the same way");
  }

  /** Through a training of its own: the checkpoints arrive, and planted errors come first. */
  @Test
  void tracInFindsErrorsThatWerePlantedBeforeTheTraining() {
    Dataset digits = ReferenceData.of("digits", 0).cleanTrainingData("digits").first(300);
    DjlTrainer trainer =
        DjlTrainer.of(
                "small network",
                () ->
                    new SequentialBlock()
                        .add(Linear.builder().setUnits(24).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(10).build()))
            .withOptimiser(Sgd.withDefaults().withLearningRate(.05))
            .withEpochs(10)
            .withBatchSize(10);
    Evidence evidence =
        MislabelledDetection.withDefaults()
            .evaluate(
                trainer,
                LabelNoise.uniform(0.2).plantedIn(digits),
                EstimatedInfluence.by(TracIn.withDefaults()),
                run);
    assertThat(evidence.measurements().get(0).quantity()).isEqualTo(MislabelledDetection.AUROC);
    assertThat(evidence.measurements().get(0).estimate().value()).isGreaterThan(.8);
  }

  /** What was not solved decides nothing: no number, and no error of the test either. */
  @Test
  void aProductThatIsNotFoundLeavesTheQuestionOpen() {
    ReferenceData digits = ReferenceData.of("digits", 0);
    NetworkInfluence tooFewSteps =
        NetworkInfluence.withDefaults()
            .withDamping(1e-3)
            .using(ByConjugateGradients.withDefaults().withSteps(1));
    Evidence evidence =
        MislabelledDetection.withDefaults()
            .evaluate(
                DjlTrainer.of("linear", () -> Linear.builder().setUnits(10).build()).withEpochs(1),
                LabelNoise.uniform(0.2).plantedIn(digits.cleanTrainingData("digits").first(60)),
                EstimatedInfluence.by(tooFewSteps).onLossOf(audit(digits)),
                run);
    assertThat(evidence.measurements()).hasSize(2);
    for (Measurement measurement : evidence.measurements()) {
      assertThat(Undetermined.is(measurement.estimate())).isTrue();
      assertThat(measurement.estimate().method()).contains("1 steps", "give more damping");
    }
  }
}
