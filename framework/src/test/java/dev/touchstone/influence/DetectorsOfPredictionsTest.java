package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.training.FrozenRepresentation;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Detectors that ask what a model predicts of examples it has not seen, or what is near them. */
class DetectorsOfPredictionsTest {
  private static final ReferenceData DIGITS = ReferenceData.of("digits", 0);
  private static final ReferenceData CANCER = ReferenceData.of("bc", 0);

  private static Dataset given(ReferenceData data) {
    return data.cleanTrainingData("training").withLabels(data.given(), "given");
  }

  private static InfluenceContext context(ReferenceData data) {
    return new InfluenceContext(
        given(data),
        data.fitted(),
        part -> RowSource.of(features(part)),
        List.of(),
        RunContext.current());
  }

  /** A context whose head must not be asked for. */
  private static InfluenceContext withoutHead(Dataset training) {
    return InfluenceContext.fittedWhenAsked(
        training,
        () -> {
          throw new AssertionError("needs predictions only");
        },
        part -> RowSource.of(features(part)),
        List.of(),
        RunContext.current());
  }

  private static Matrix features(Dataset data) {
    float[] values = data.batch(0, data.size()).values();
    double[] copy = new double[values.length];
    Arrays.setAll(copy, i -> values[i]);
    return Matrix.of(data.size(), values.length / data.size(), copy);
  }

  private static double auroc(ReferenceData data, LabelIssues issues) {
    return Auroc.of(issues.suspicion(), data.wrong()).value();
  }

  @Test
  void confidentLearningRanksDigitsAsOutOfFoldConfidenceDoes() {
    LabelIssues issues = ConfidentLearning.withDefaults().detect(context(DIGITS));
    assertThat(auroc(DIGITS, issues)).isGreaterThan(.985);
    assertThat(issues.remark()).hasValueSatisfying(said -> assertThat(said).contains("pruned"));
  }

  @Test
  void whatIsPrunedComesFirst() {
    InfluenceContext context = context(CANCER);
    FittedHead.LeftOut leftOut = context.head().leftOut();
    ConfidentJoint joint = ConfidentJoint.of(leftOut.predictions(), CANCER.given());
    assertThatPrunedComesFirst(
        joint.prunedByClass(), ConfidentLearning.withDefaults().pruningByClass(), context);
    assertThatPrunedComesFirst(
        joint.prunedByNoiseRate(), ConfidentLearning.withDefaults().pruningByNoiseRate(), context);
    assertThatPrunedComesFirst(
        joint.prunedByBoth(), ConfidentLearning.withDefaults().pruningByBoth(), context);
  }

  private static void assertThatPrunedComesFirst(
      boolean[] pruned, ConfidentLearning detector, InfluenceContext context) {
    double[] suspicion = detector.detect(context).suspicion();
    for (int i = 0; i < pruned.length; i++) {
      assertThat(suspicion[i] > 1).isEqualTo(pruned[i]);
    }
  }

  @Test
  void foldsNeedPredictionsOnly() {
    OutOfFold folds = OutOfFold.by(LogisticRegressionTrainer.withDefaults()).withFolds(3);
    LabelIssues issues = folds.detect(withoutHead(given(CANCER)));
    assertThat(auroc(CANCER, issues)).isGreaterThan(.93);
    LabelIssues pruned =
        ConfidentLearning.withDefaults().on(folds).detect(withoutHead(given(CANCER)));
    assertThat(auroc(CANCER, pruned)).isGreaterThan(.93);
  }

  /** The model of a fold cannot know a label that only the fold has: 20 points alike but one. */
  @Test
  void aPointIsAskedOfAModelThatHasNotSeenIt() {
    float[] x = new float[40];
    int[] labels = new int[40];
    for (int i = 0; i < 40; i++) {
      x[i] = i < 20 ? -1 : 1;
      labels[i] = i < 20 ? 0 : 1;
    }
    labels[0] = 1;
    Dataset data = data(x, labels);
    Matrix predictions =
        OutOfFold.by(LogisticRegressionTrainer.withDefaults().withRidge(1e-6))
            .withFolds(2)
            .predictions(data, RunContext.current());
    // Nineteen twins of point 0 have the label 0, and those of the other fold nothing else.
    assertThat(predictions.get(0, 1)).isLessThan(1e-3);
  }

  private static Dataset data(float[] x, int... labels) {
    return Dataset.named("points").features(FeatureStore.inMemory(x, 1)).labels(labels).build();
  }

  @Test
  void aClassOfOneExampleIsRefused() {
    assertThatThrownBy(
            () ->
                OutOfFold.by(LogisticRegressionTrainer.withDefaults())
                    .withFolds(2)
                    .check(data(new float[6], 0, 0, 0, 0, 0, 1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has one example")
        .hasMessageContaining("merge it with another");
  }

  @Test
  void fewerExamplesInAFoldThanClassesAreRefused() {
    assertThatThrownBy(
            () ->
                OutOfFold.by(LogisticRegressionTrainer.withDefaults())
                    .check(data(new float[6], 0, 0, 0, 1, 1, 1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("5 folds of the 6 examples of points hold 1 each")
        .hasMessageContaining("take fewer folds");
  }

  @Test
  void labelsThatAreAllTheSameAreRefused() {
    Dataset two = given(CANCER);
    Dataset alike = two.withLabels(new int[two.size()], "alike");
    assertThatThrownBy(() -> OutOfFold.by(LogisticRegressionTrainer.withDefaults()).check(alike))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("all labels of")
        .hasMessageContaining("are the same");
  }

  @Test
  void aFixedModelHasSeenEveryFold() {
    Classifier model =
        LogisticRegressionTrainer.withDefaults()
            .train(given(CANCER), "fixed", RunContext.current());
    assertThatThrownBy(() -> OutOfFold.by(FrozenRepresentation.of(model)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("does not train");
  }

  @Test
  void neighboursFindWrongDigits() {
    LabelIssues issues = NeighbourDisagreement.withDefaults().detect(context(DIGITS));
    assertThat(auroc(DIGITS, issues)).isGreaterThan(.985);
  }

  /** On a line: 0 | 1, 2 | 3 with labels a a b b; twos are asked where two are as near. */
  @Test
  void neighboursAsNearAsTheLastAreAskedToo() {
    Dataset line = data(new float[] {0, 1, 2, 3}, 0, 0, 1, 1);
    LabelIssues issues =
        NeighbourDisagreement.withDefaults().withNeighbours(1).detect(withoutHead(line));
    assertThat(issues.suspicion()).containsExactly(new double[] {0, .5, .5, 0}, within(1e-12));
    assertThat(issues.proposed(0)).hasValue(0);
  }

  @Test
  void chunksChangeNothing() {
    InfluenceContext whole = context(CANCER);
    InfluenceContext small =
        InfluenceContext.fittedWhenAsked(
            whole.training(),
            whole::head,
            whole.encoder(),
            List.of(),
            RunContext.of(whole.run().settings().replacing(Map.of("touchstone.memory", "64KB"))));
    assertThat(NeighbourDisagreement.withDefaults().detect(small).suspicion())
        .containsExactly(NeighbourDisagreement.withDefaults().detect(whole).suspicion());
  }

  @Test
  void moreNeighboursThanExamplesAreRefused() {
    assertThatThrownBy(
            () -> NeighbourDisagreement.withDefaults().check(data(new float[10], new int[10])))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("ask fewer");
  }

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

  /** Of two classes RDIA's relabelling is the flip, whose effect the head knows. */
  @Test
  void rdiaOfTwoClassesIsTheFlip() {
    InfluenceContext context = context(CANCER);
    double[] suspicion = Rdia.with(audit(CANCER)).detect(context).suspicion();
    Matrix changes =
        context
            .head()
            .relabellingEffects(
                RowSource.of(CANCER.audit()), HeadData.oneHot(CANCER.auditTruth(), 2));
    for (int i = 0; i < suspicion.length; i++) {
      int y = CANCER.given()[i];
      assertThat(suspicion[i]).isCloseTo(changes.get(i, y) - changes.get(i, 1 - y), within(1e-7));
    }
  }

  /** The derivative of the audit loss, by a refit with a little of the label moved. */
  @Test
  void rdiaIsTheDerivativeOfRelabelling() {
    int[] few = new int[120];
    Arrays.setAll(few, i -> i);
    ReferenceData data = DIGITS.selected(few);
    LogisticHead head = LogisticHead.withDefaults().withTolerance(1e-13);
    Matrix targets = HeadData.oneHot(data.given(), 10);
    FittedHead fitted = head.fit(HeadData.of(RowSource.of(data.train()), targets));
    InfluenceContext context =
        new InfluenceContext(
            given(data),
            fitted,
            part -> RowSource.of(features(part)),
            List.of(),
            RunContext.current());
    double[] suspicion = Rdia.with(audit(data)).detect(context).suspicion();
    double step = 1e-4;
    for (int i : new int[] {0, 17, 63}) {
      Matrix moved = targets.copy();
      double rest = 1 - fitted.predictions().get(i, data.given()[i]);
      for (int c = 0; c < 10; c++) {
        boolean own = c == data.given()[i];
        moved.set(i, c, own ? 1 - step : step * fitted.predictions().get(i, c) / rest);
      }
      double before = loss(head, data, targets);
      assertThat(suspicion[i]).isCloseTo((before - loss(head, data, moved)) / step, within(1e-5));
    }
  }

  private static double loss(LogisticHead head, ReferenceData data, Matrix targets) {
    Matrix logits = head.fit(HeadData.of(RowSource.of(data.train()), targets)).logits(data.audit());
    double sum = 0;
    for (int i = 0; i < logits.rows(); i++) {
      double[] row = logits.row(i);
      double largest = Arrays.stream(row).max().orElseThrow();
      double total = Arrays.stream(row).map(z -> Math.exp(z - largest)).sum();
      sum += Math.log(total) + largest - row[data.auditTruth()[i]];
    }
    return sum / logits.rows();
  }
}
