package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against training again, to the optimum, without the example or with its other label. */
class DisparityInfluenceTest {
  private static final ReferenceData DATA = ReferenceData.of("bc", 0);
  private static final LogisticHead HEAD = LogisticHead.withDefaults();

  private static final Dataset TRAINING = dataset("training", DATA.train(), DATA.given());
  private static final Dataset GROUP = dataset("group", DATA.audit(), DATA.auditTruth());
  private static final InfluenceContext CONTEXT =
      InfluenceContext.ofFeatures(TRAINING, HEAD, RunContext.current());

  private static Dataset dataset(String name, Matrix rows, int... labels) {
    float[] values = new float[rows.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.values()[i];
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, rows.columns()))
        .labels(labels)
        .classNames(List.of("malignant", "benign"))
        .build();
  }

  private static GroupDisparity[] metrics() {
    return new GroupDisparity[] {
      GroupCalibrationError.withDefaults(),
      GroupCalibrationError.withDefaults().ofPositiveClass(),
      GroupBrierScore.withDefaults(),
      GeneralisedFalsePositiveRate.withDefaults(),
      GeneralisedFalseNegativeRate.withDefaults(),
      GroupErrorRate.withDefaults(),
    };
  }

  private static GroupDisparity[] smooth() {
    return Arrays.copyOfRange(metrics(), 2, 5);
  }

  private static double[] probabilities(Matrix logits) {
    return IntStream.range(0, logits.rows())
        .mapToDouble(i -> 1 / (1 + Math.exp(logits.get(i, 0) - logits.get(i, 1))))
        .toArray();
  }

  /** Forty examples: those of the largest estimates and every tenth. */
  private static int[] tried(double... estimates) {
    return IntStream.concat(
            IntStream.range(0, estimates.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(estimates[i])))
                .mapToInt(Integer::intValue)
                .limit(20),
            IntStream.iterate(3, i -> i < estimates.length, i -> i + 15).limit(20))
        .distinct()
        .toArray();
  }

  private static double[] group(FittedHead refitted) {
    return probabilities(refitted.logits(RowSource.of(new FeatureRows(GROUP).toMatrix())));
  }

  private static FittedHead without(int example) {
    double[] weights = new double[TRAINING.size()];
    Arrays.fill(weights, 1);
    weights[example] = 0; // the mean is over n, as in the estimate
    return HEAD.fit(
        HeadData.of(new FeatureRows(TRAINING), TRAINING.labels(), 2)
            .weightedBy(weights)
            .startingAt(CONTEXT.head()));
  }

  private static FittedHead relabelled(int example) {
    int[] labels = TRAINING.labels();
    labels[example] = 1 - labels[example];
    return HEAD.fit(HeadData.of(new FeatureRows(TRAINING), labels, 2).startingAt(CONTEXT.head()));
  }

  private static double correlation(double[] estimates, double[] truths, int... tried) {
    return FittedHeadTest.pearson(
        Arrays.stream(tried).mapToDouble(i -> estimates[i]).toArray(), truths);
  }

  @Test
  void calibrationErrorsAfterRemovalAreThoseOfRetraining() {
    GroupDisparity metric = GroupCalibrationError.withDefaults();
    DisparityScores scores = DisparityInfluence.on(metric, GROUP).scores(CONTEXT);
    int[] tried = tried(scores.removal());
    double[] truths =
        Arrays.stream(tried)
            .mapToDouble(i -> metric.of(group(without(i)), GROUP.labels()) - scores.value())
            .toArray();
    assertThat(correlation(scores.removal(), truths, tried)).isGreaterThan(.95);
  }

  @Test
  void calibrationErrorsAfterRelabellingAreThoseOfRetraining() {
    GroupDisparity metric = GroupCalibrationError.withDefaults();
    DisparityScores scores = DisparityInfluence.on(metric, GROUP).scores(CONTEXT);
    int[] tried = tried(scores.relabelling());
    double[] truths =
        Arrays.stream(tried)
            .mapToDouble(i -> metric.of(group(relabelled(i)), GROUP.labels()) - scores.value())
            .toArray();
    assertThat(correlation(scores.relabelling(), truths, tried)).isGreaterThan(.93);
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void smoothMetricsFollowRetraining(GroupDisparity metric) {
    DisparityScores again = DisparityInfluence.on(metric, GROUP).scores(CONTEXT);
    DisparityScores first = DisparityInfluence.on(metric, GROUP).toFirstOrder().scores(CONTEXT);
    int[] tried = Arrays.copyOf(tried(again.removal()), 25);
    double[] truths =
        Arrays.stream(tried)
            .mapToDouble(i -> metric.of(group(without(i)), GROUP.labels()) - again.value())
            .toArray();
    assertThat(correlation(again.removal(), truths, tried)).isGreaterThan(.97);
    assertThat(correlation(first.removal(), truths, tried)).isGreaterThan(.9);
  }

  /** By a head fitted with a little less of the example's weight. */
  @Test
  void firstOrderIsTheDerivative() {
    GroupDisparity metric = GroupBrierScore.withDefaults();
    DisparityScores scores = DisparityInfluence.on(metric, GROUP).toFirstOrder().scores(CONTEXT);
    double[] weights = new double[TRAINING.size()];
    for (int i : new int[] {0, 40, 200}) {
      Arrays.fill(weights, 1);
      weights[i] = 1 - 1e-4;
      FittedHead less =
          HEAD.withTolerance(1e-13)
              .fit(
                  HeadData.of(new FeatureRows(TRAINING), TRAINING.labels(), 2).weightedBy(weights));
      assertThat(scores.removal()[i])
          .isCloseTo(
              (metric.of(group(less), GROUP.labels()) - scores.value()) / 1e-4, within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("smooth")
  void slopesAreCentralDifferences(GroupDisparity metric) {
    double[] z = {-2, -.3, .1, 1.7, 3};
    int[] y = {0, 1, 0, 1, 1};
    double[] slopes = metric.byLogits(sigmoids(z), y);
    for (int i = 0; i < z.length; i++) {
      double[] up = z.clone();
      double[] down = z.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      assertThat(slopes[i])
          .isCloseTo(
              (metric.of(sigmoids(up), y) - metric.of(sigmoids(down), y)) / 2e-5, within(1e-9));
    }
  }

  @Test
  void slopesOfTheCalibrationErrorAreThoseWithTheBinsAsTheyAre() {
    for (GroupDisparity metric : Arrays.copyOf(metrics(), 2)) {
      double[] z = {-2.1, -.3, .15, 1.7, 3.1};
      int[] y = {0, 1, 0, 1, 1};
      double[] slopes = metric.byLogits(sigmoids(z), y);
      for (int i = 0; i < z.length; i++) {
        double[] up = z.clone();
        double[] down = z.clone();
        up[i] += 1e-6;
        down[i] -= 1e-6;
        assertThat(slopes[i])
            .isCloseTo(
                (metric.of(sigmoids(up), y) - metric.of(sigmoids(down), y)) / 2e-6, within(1e-8));
      }
    }
  }

  private static double[] sigmoids(double... z) {
    return Arrays.stream(z).map(value -> 1 / (1 + Math.exp(-value))).toArray();
  }

  @Test
  void metricsByHand() {
    double[] p = {.9, .2, .7, .4};
    int[] y = {1, 0, 0, 1};
    assertThat(GroupBrierScore.withDefaults().of(p, y)).isCloseTo(.9 / 4, within(1e-15));
    assertThat(GroupErrorRate.withDefaults().of(p, y)).isEqualTo(.5);
    assertThat(GeneralisedFalsePositiveRate.withDefaults().of(p, y)).isCloseTo(.45, within(1e-15));
    assertThat(GeneralisedFalseNegativeRate.withDefaults().of(p, y)).isCloseTo(.35, within(1e-15));
    // Confidences .9 right, .8 right, .7 wrong, .6 wrong, a bin each.
    assertThat(GroupCalibrationError.withDefaults().of(p, y))
        .isCloseTo((.1 + .2 + .7 + .6) / 4, within(1e-15));
    assertThat(GroupCalibrationError.withDefaults().ofPositiveClass().of(p, y))
        .isCloseTo((.1 + .2 + .7 + .6) / 4, within(1e-15));
    assertThat(GroupCalibrationError.withDefaults().withBins(1).ofPositiveClass().of(p, y))
        .isCloseTo(.2 / 4, within(1e-15));
  }

  @Test
  void chunksChangeNothing() {
    InfluenceContext small =
        InfluenceContext.ofFeatures(
            TRAINING,
            HEAD,
            RunContext.of(
                RunContext.current().settings().replacing(Map.of("touchstone.memory", "64KB"))));
    DisparityInfluence influence =
        DisparityInfluence.on(GroupBrierScore.withDefaults(), GROUP).ofLabels();
    assertThat(influence.scores(small).relabelling())
        .containsExactly(influence.scores(CONTEXT).relabelling(), within(1e-13));
  }

  @Test
  void theFirstOfTheRankingPromisesTheLowestMetric() {
    DisparityScores scores =
        DisparityInfluence.on(GroupBrierScore.withDefaults(), GROUP).scores(CONTEXT);
    int[] ranked = scores.rankForRelabelling();
    assertThat(scores.relabelling()[ranked[0]])
        .isEqualTo(Arrays.stream(scores.relabelling()).min().orElseThrow());
    assertThat(scores.relabelling()[ranked[0]]).isNegative();
  }

  @Test
  void magnitudesAreOfTheSameScores() {
    DisparityInfluence influence = DisparityInfluence.on(GroupBrierScore.withDefaults(), GROUP);
    double[] falls = influence.detect(CONTEXT).suspicion();
    double[] sizes = influence.byMagnitude().detect(CONTEXT).suspicion();
    for (int i = 0; i < falls.length; i++) {
      assertThat(sizes[i]).isEqualTo(Math.abs(falls[i]));
    }
    assertThat(influence.detect(CONTEXT).solvedBy().orElseThrow().converged()).isTrue();
  }

  @Test
  void theErrorRateHasNoDerivative() {
    assertThatThrownBy(
            () ->
                DisparityInfluence.on(GroupErrorRate.withDefaults(), GROUP)
                    .toFirstOrder()
                    .scores(CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("leave toFirstOrder() out");
  }

  @Test
  void aGroupOfOneIsRefused() {
    assertThatThrownBy(
            () ->
                DisparityInfluence.on(GroupBrierScore.withDefaults(), GROUP.first(1))
                    .scores(CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has 1 examples; a metric of it takes at least two");
  }

  @Test
  void aGroupOfTrainingDataIsRefused() {
    assertThatThrownBy(
            () ->
                DisparityInfluence.on(GroupBrierScore.withDefaults(), TRAINING.first(20))
                    .scores(CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("all 20 examples of the group");
  }

  @Test
  void aCurveOnTrainingDataOrOnOneExampleIsRefused() {
    InspectionCurve curve =
        InspectionCurve.of(
            LogisticRegressionTrainer.withDefaults(), TRAINING, new int[] {0}, TRAINING::label);
    GroupBrierScore brier = GroupBrierScore.withDefaults();
    assertThatThrownBy(() -> curve.measure(brier, TRAINING.first(20), CONTEXT.run(), 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("all 20 examples of the group");
    assertThatThrownBy(() -> curve.measure(brier, GROUP.first(1), CONTEXT.run(), 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has 1 examples; a metric of it takes at least two");
  }

  @Test
  void aRateOfAnAbsentClassIsRefused() {
    Dataset positives = GROUP.where(i -> GROUP.label(i) == 1, "benign");
    assertThatThrownBy(
            () ->
                DisparityInfluence.on(GeneralisedFalsePositiveRate.withDefaults(), positives)
                    .scores(CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("generalised false positive rate")
        .hasMessageContaining("none of the");
  }

  /** Wrong labels are found in this order all at the end, and the clean model then comes out. */
  @Test
  void inspectionEndsAtTheModelOfRightLabels() {
    int[] order =
        IntStream.range(0, TRAINING.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> DATA.wrong()[i] ? 1 : 0))
            .mapToInt(Integer::intValue)
            .toArray();
    int wrong = (int) IntStream.range(0, order.length).filter(i -> DATA.wrong()[i]).count();
    LogisticRegressionTrainer trainer = LogisticRegressionTrainer.withDefaults();
    GroupDisparity metric = GroupBrierScore.withDefaults();
    List<InspectionCurve.Point> curve =
        InspectionCurve.of(trainer, TRAINING, order, i -> DATA.truth()[i])
            .measure(metric, GROUP, RunContext.current(), order.length - wrong, order.length);
    double clean =
        metric.of(
            group(HEAD.fit(HeadData.of(new FeatureRows(TRAINING), DATA.truth(), 2))),
            GROUP.labels());
    assertThat(curve).extracting(InspectionCurve.Point::corrected).containsExactly(0, 0, wrong);
    assertThat(curve.get(1).value()).isEqualTo(curve.get(0).value());
    assertThat(curve.get(2).value()).isCloseTo(clean, within(1e-6));
    assertThat(clean).isLessThan(curve.get(0).value());
  }
}
