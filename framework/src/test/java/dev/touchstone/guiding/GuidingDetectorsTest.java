package dev.touchstone.guiding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.check.training.MislabelledDetection;
import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GuidingDetectorsTest {
  private static final ReferenceData CANCER = ReferenceData.of("bc", 0);
  private static final AuditSet AUDIT = Trainings.audit(CANCER);
  private static final GuidingSettings SETTINGS = GuidingSettings.of(0.03, 0.5, 1, 0.3);

  static Stream<MislabelDetector> detectors() {
    return Stream.of(
        ModelGuiding.with(AUDIT).using(SETTINGS),
        ModelGuiding.with(AUDIT).asPublished(),
        Duti.with(AUDIT).onLinearHead(0.01));
  }

  static Stream<MislabelDetector> allDetectors() {
    return Stream.concat(
        detectors(), Stream.of(ModelGuiding.with(annotated()).asPublished().matchingImportances()));
  }

  /** Every feature is a concept; of three, what is above the mean speaks for class 0. */
  private static AuditSet annotated() {
    Matrix x = CANCER.audit();
    int q = x.columns();
    double[][] values = new double[x.rows()][];
    int[][] importances = new int[x.rows()][q];
    for (int c = 0; c < 3; c++) {
      int concept = c;
      double mean =
          IntStream.range(0, x.rows()).mapToDouble(j -> x.get(j, concept)).average().orElseThrow();
      for (int j = 0; j < x.rows(); j++) {
        int forZero = x.get(j, c) > mean ? 1 : -1;
        importances[j][c] = CANCER.auditTruth()[j] == 0 ? forZero : -forZero;
      }
    }
    Arrays.setAll(values, x::row);
    List<String> names = IntStream.range(0, q).mapToObj(c -> "feature " + c).toList();
    return AUDIT.annotatedBy(Annotations.of(names, values).withImportances(importances));
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void plantedErrorsAreFound(MislabelDetector detector) {
    Evidence evidence =
        MislabelledDetection.withDefaults()
            .evaluate(
                LogisticRegressionTrainer.withDefaults(),
                LabelNoise.uniform(0.2)
                    .plantedIn(Trainings.data("breast cancer", CANCER.train(), CANCER.truth(), 2)),
                detector,
                RunContext.current());
    // Measured: .992, .991 and .989.
    Measurement area =
        evidence.measurements().stream()
            .filter(m -> m.quantity().equals(MislabelledDetection.AUROC))
            .findFirst()
            .orElseThrow();
    assertThat(area.estimate().value()).isGreaterThan(0.97);
    assertThat(evidence.provenance().texts().settings())
        .containsEntry("audit sha256", AUDIT.sha256())
        .containsEntry("audit examples", "100");
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void whatIsProposedIsMostlyRight(MislabelDetector detector) {
    LabelIssues issues = detector.detect(Trainings.of(Trainings.given(CANCER)));
    int right = 0;
    for (int i = 0; i < CANCER.truth().length; i++) {
      right += issues.proposed(i).orElseThrow() == CANCER.truth()[i] ? 1 : 0;
      assertThat(issues.confidence(i).orElseThrow()).isBetween(0.0, 1.0);
    }
    // A fifth of the labels that were given is wrong.
    assertThat((double) right / CANCER.truth().length).isGreaterThan(0.9);
  }

  /** The data are consistent with themselves: where they are wrong only the audit set tells. */
  @Test
  void coherentErrorsAreFoundWhereTheLossHardlySeesThem() {
    ReferenceData digits = ReferenceData.of("digits", 0);
    Dataset clean = Trainings.data("digits", digits.train(), digits.truth(), 10);
    int[] labels =
        LabelNoise.systematic(4).relabelled(clean, new RandomStreams(3).of("systematic"));
    InfluenceContext context = Trainings.of(clean.withLabels(labels, "relabelled"));
    boolean[] wrong = new boolean[labels.length];
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = labels[i] != digits.truth()[i];
    }
    double loss = area(TrainingLoss.withDefaults().detect(context), wrong);
    double guided =
        area(
            ModelGuiding.with(Trainings.audit(digits))
                .using(GuidingSettings.of(0.1, 0.25, 1, 0.3))
                .detect(context),
            wrong);
    assertThat(loss).isLessThan(0.8);
    assertThat(guided).isGreaterThan(0.9);
  }

  private static double area(LabelIssues issues, boolean[] wrong) {
    return Auroc.of(issues.suspicion(), wrong).value();
  }

  @Test
  void settingsAreChosenOnTheAuditSet() {
    ReferenceData small = CANCER.selected(IntStream.range(0, 120).toArray());
    InfluenceContext context = Trainings.of(Trainings.given(small));
    BilevelResult result = ModelGuiding.with(AUDIT).update(context);
    assertThat(Auroc.of(result.suspicion(), small.wrong()).value()).isGreaterThan(0.95);
    assertThat(ModelGuiding.with(AUDIT).update(context).suspicion())
        .containsExactly(result.suspicion());
    assertThat(ModelGuiding.with(AUDIT).settings())
        .containsEntry("settings", "chosen on the audit set");
    assertThat(ModelGuiding.with(AUDIT).detect(context).chosen()).contains(result.settings());
    assertThat(result.settings()).startsWith("ridge ").contains("audit");
    assertThat(ModelGuiding.with(AUDIT).using(SETTINGS).detect(context).chosen()).isEmpty();
    assertThat(Duti.with(AUDIT).detect(context).chosen().orElseThrow())
        .startsWith("kernel logistic regression, bandwidth ");
  }

  /** Against a head that is fitted from scratch. */
  @Test
  void thePublishedObjectiveIsThatOfDutiUpToTheRidge() {
    Matrix targets = Problems.distributions(CANCER.given().length, 2, "targets");
    int[] given = CANCER.given();
    LogisticHead head = LogisticHead.withDefaults();
    TargetSpace.Simplex space = new TargetSpace.Simplex(given, 2);
    double gamma = 0.7;
    double value;
    try (HeadProblem problem = Problems.of(CANCER, head.ridge(), 0)) {
      value =
          new BilevelObjective(problem, Problems.trusted(CANCER), 1e-11).at(targets)
              + gamma * space.distance(targets);
    }
    Matrix logits =
        head.fit(HeadData.of(RowSource.of(CANCER.train()), targets))
            .logits(RowSource.of(CANCER.train()));
    Matrix audited =
        head.fit(HeadData.of(RowSource.of(CANCER.train()), targets))
            .logits(RowSource.of(CANCER.audit()));
    double expected = 0;
    int n = given.length;
    for (int i = 0; i < n; i++) {
      expected += gamma * (1 - targets.get(i, given[i])) / n;
      for (int c = 0; c < 2; c++) {
        expected += targets.get(i, c) * crossEntropy(logits, i, c) / n;
      }
    }
    for (int j = 0; j < audited.rows(); j++) {
      expected += crossEntropy(audited, j, CANCER.auditTruth()[j]) / audited.rows();
    }
    assertThat(value).isCloseTo(expected, within(1e-9));
  }

  private static double crossEntropy(Matrix logits, int row, int label) {
    double gap = logits.get(row, 1 - label) - logits.get(row, label);
    return Math.log1p(Math.exp(gap));
  }

  /** One goes straight to a γ, the other there by way of all larger ones. */
  @Test
  void withoutImportancesThePublishedObjectiveFlagsWhatDutiFlags() {
    try (HeadProblem straight = Problems.of(CANCER, 0.01, 0);
        HeadProblem along = Problems.of(CANCER, 0.01, 0)) {
      ProjectedGradient published = descent(straight);
      published.run(0.5, 200);
      ProjectedGradient duti = descent(along);
      for (double gamma = 8; gamma >= 0.5; gamma /= 2) {
        duti.run(gamma, 200);
      }
      boolean[] flagged = flagged(published.targets());
      boolean[] entered = flagged(duti.targets());
      int both = 0;
      int either = 0;
      for (int i = 0; i < flagged.length; i++) {
        both += flagged[i] && entered[i] ? 1 : 0;
        either += flagged[i] || entered[i] ? 1 : 0;
      }
      assertThat(either).isBetween(30, 110);
      assertThat((double) both / either).isGreaterThan(0.95);
      assertThat(duti.value(0.5)).isCloseTo(published.value(0.5), within(1e-3));
    }
  }

  /** The head moves to what the expert says of concepts, and the labels with it. */
  @Test
  void importancesAreMatchedWhereTheyAreAskedFor() {
    AuditSet audit = annotated();
    InfluenceContext context = Trainings.of(Trainings.given(CANCER));
    AuditedConcepts concepts =
        AuditedConcepts.of(audit, RowSource.of(CANCER.train()), RowSource.of(CANCER.audit()));
    ImportanceTerm term = concepts.term(audit, CANCER.auditTruth());
    PublishedGuiding published = ModelGuiding.with(audit).asPublished();
    BilevelResult matched = published.matchingImportances().update(context);
    BilevelResult unmatched;
    try (HeadProblem problem =
        new AuditedTraining(context, audit)
            .problemOn(concepts.training(), concepts.audit(), context.head().fittedBy())) {
      TargetSpace.Simplex space = new TargetSpace.Simplex(CANCER.given(), 2);
      ProjectedGradient descent =
          new ProjectedGradient(
              new BilevelObjective(problem, Problems.trusted(CANCER), 1e-6), space, 1e-5, 1);
      unmatched = PublishedUpdate.of(descent, space, 0.5, 50);
    }
    // Measured: 2.09 and 6.68.
    assertThat(term.value(matched.weights())).isLessThan(0.5 * term.value(unmatched.weights()));
    assertThat(matched.objective()).isGreaterThan(term.value(matched.weights()));
    assertThat(published.matchingImportances().settings()).isNotEqualTo(published.settings());
    assertThatThrownBy(() -> ModelGuiding.with(AUDIT).asPublished().matchingImportances())
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("annotate it");
  }

  private static ProjectedGradient descent(HeadProblem problem) {
    return new ProjectedGradient(
        new BilevelObjective(problem, Problems.trusted(CANCER), 1e-7),
        new TargetSpace.Simplex(CANCER.given(), 2),
        1e-7,
        1);
  }

  private static boolean[] flagged(Matrix targets) {
    boolean[] flagged = new boolean[targets.rows()];
    for (int i = 0; i < flagged.length; i++) {
      flagged[i] = targets.get(i, CANCER.given()[i]) < 0.5;
    }
    return flagged;
  }

  @ParameterizedTest
  @MethodSource("allDetectors")
  void trainingDataThatHoldAuditExamplesAreRefused(MislabelDetector detector) {
    assertThatThrownBy(() -> detector.check(AUDIT.data()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("overlaps the training set")
        .hasMessageContaining("removedFrom");
  }

  @ParameterizedTest
  @MethodSource("allDetectors")
  void otherClassesAreRefused(MislabelDetector detector) {
    Dataset others = Trainings.data("others", CANCER.train(), CANCER.given(), 3);
    assertThatThrownBy(() -> detector.check(others))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("read both with the same classes");
  }

  @Test
  void valuesAreRefused() {
    Dataset values =
        Dataset.named("ages")
            .features(AUDIT.data().features())
            .values(new double[AUDIT.size()], "years")
            .build();
    assertThatThrownBy(() -> ModelGuiding.with(AuditSet.of(values)).check(Trainings.given(CANCER)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("years");
  }

  @Test
  void oneAuditExampleChoosesNoSettings() {
    AuditSet one = AuditSet.of(AUDIT.data().first(1));
    Dataset training = Trainings.given(CANCER);
    assertThatThrownBy(() -> ModelGuiding.with(one).check(training))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(".using(GuidingSettings.of(");
    ModelGuiding.with(one).using(SETTINGS).check(training);
  }

  /** Allowed: what the audit set cannot know stands beside the verdict. */
  @Test
  void anAuditSetOfFewerExamplesThanClassesSaysWhatItCannotKnow() {
    AuditSet one = AuditSet.of(AUDIT.data().first(1));
    ModelGuiding detector = ModelGuiding.with(one).using(SETTINGS);
    String other = "class " + (1 - CANCER.auditTruth()[0]);
    assertThat(detector.settings())
        .containsEntry("audit says nothing of", other + ": no audit example of it");
    LabelIssues issues = detector.detect(Trainings.of(Trainings.given(CANCER)));
    assertThat(area(issues, CANCER.wrong())).isGreaterThan(0.9);
  }

  @Test
  void trainingWeightsAreRefusedByThePublishedObjectivesAlone() {
    double[] weights = new double[CANCER.given().length];
    Arrays.setAll(weights, i -> i % 2 == 0 ? 1 : 2);
    Dataset weighted = Trainings.given(CANCER).withTrainingWeights(weights, "weighted");
    ModelGuiding.with(AUDIT).using(SETTINGS).check(weighted);
    for (MislabelDetector detector :
        new MislabelDetector[] {ModelGuiding.with(AUDIT).asPublished(), Duti.with(AUDIT)}) {
      assertThatThrownBy(() -> detector.check(weighted))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("withoutTrainingWeights()");
    }
  }

  @Test
  void anotherAuditSetIsAnotherDetector() {
    AuditSet half = AuditSet.of(AUDIT.data().first(50));
    assertThat(ModelGuiding.with(half).settings())
        .isNotEqualTo(ModelGuiding.with(AUDIT).settings());
    assertThatThrownBy(() -> ModelGuiding.with(AUDIT).asPublished().withGamma(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
