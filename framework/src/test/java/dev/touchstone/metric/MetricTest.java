package dev.touchstone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.calibration.CalibrationErrorIncrease;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.AuprcLoss;
import dev.touchstone.statistics.AurocLoss;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each metric keeps of a prediction, and what it reads off that. */
class MetricTest {
  private static final RunContext CONTEXT =
      RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private static final int[] LABELS = {0, 1, 1, 1, 0, 0};
  private static final double[] BEFORE = {0.9, 0.6, 0.8, 0.7, 0.1, 0.3};
  private static final double[] NOW = {0.4, 0.4, 0.8, 0.25, 0.2, 0.65};

  private static final Dataset SIX =
      Dataset.named("six")
          .features(FeatureStore.inMemory(new float[6], 1))
          .labels(LABELS)
          .classNames(List.of("no", "yes"))
          .column("sex", List.of("f", "f", "f", "m", "m", "m"))
          .column("label", List.of("0", "1", "1", "1", "0", "0"))
          .build();

  private static Outcomes outcomes(ClassificationMetric metric, double[] probabilityOfYes) {
    Predictions predictions =
        Predictions.of(
            Arrays.stream(probabilityOfYes)
                .mapToObj(p -> new double[] {1 - p, p})
                .toArray(double[][]::new));
    return Outcomes.of(metric, predictions, "model", SIX, CONTEXT);
  }

  private static Estimate value(ClassificationMetric metric, double[] probabilityOfYes) {
    return metric.value(outcomes(metric, probabilityOfYes)).orElseThrow();
  }

  private static Estimate regression(ClassificationMetric metric) {
    return metric.regression(outcomes(metric, NOW), outcomes(metric, BEFORE));
  }

  @Test
  void falsePositivesCountAmongTheExamplesOfOtherClasses() {
    ClassificationMetric metric = FalsePositiveRate.ofClass(1);

    assertThat(value(metric, BEFORE)).isInstanceOf(Proportion.class).hasToString("1/3");
    assertThat(value(metric, NOW)).hasToString("1/3");
    // Examples 0 (mended), 4 and 5 (broken).
    assertThat(regression(metric).interval(0.95))
        .isEqualTo(BoundedMean.of(new double[] {-1, 0, 1}, -1, 1).interval(0.95));
  }

  @Test
  void falseNegativesCountAmongTheExamplesOfTheClass() {
    ClassificationMetric metric = FalseNegativeRate.ofClass(1);

    assertThat(value(metric, BEFORE)).hasToString("0/3");
    assertThat(value(metric, NOW)).hasToString("2/3");
    assertThat(regression(metric).interval(0.95))
        .isEqualTo(BoundedMean.of(new double[] {1, 0, 1}, -1, 1).interval(0.95));
  }

  /** Claims are told apart by what they say. */
  @Test
  void theClassIsPartOfTheName() {
    assertThat(FalsePositiveRate.ofClass(1).worsening())
        .isEqualTo("false-positive rate (class 1) increase");
    assertThat(FalseNegativeRate.ofClass(0).quantity()).isEqualTo("false-negative rate (class 0)");
    assertThat(AreaUnderRoc.ofClass(1).quantity()).isEqualTo("AUROC (class 1)");
  }

  @ParameterizedTest
  @MethodSource
  void aClassIsCalledInWordsWhatItsDataCallIt(
      ClassificationMetric metric, String value, String worse, String better) {
    String women = "examples with sex=f";
    assertThat(metric.valueInWords(women, SIX).sentence()).isEqualTo(value);
    assertThat(metric.worseningInWords(women, SIX).sentence()).isEqualTo(worse);
    assertThat(metric.worseningInWords(women, SIX).belowZero()).isEqualTo(better);
  }

  static List<Arguments> aClassIsCalledInWordsWhatItsDataCallIt() {
    return List.of(
        inWords(
            Recall.ofClass(1),
            "of examples with sex=f that are labelled yes, {value} are predicted so",
            "recall of yes"),
        inWords(
            Precision.ofClass(0),
            "of examples with sex=f that are predicted as no, {value} are labelled so",
            "precision of no"),
        inWords(
            FalsePositiveRate.ofClass(1),
            "of examples with sex=f that are not labelled yes, {value} are predicted as it",
            "false-positive rate of yes"),
        inWords(
            FalseNegativeRate.ofClass(1),
            "of examples with sex=f that are labelled yes, {value} are predicted otherwise",
            "false-negative rate of yes"),
        inWords(
            SelectionRate.ofClass(1),
            "{value} of examples with sex=f are predicted as yes",
            "selection rate of yes"),
        inWords(
            AreaUnderRoc.ofClass(1),
            "over examples with sex=f, the AUROC of yes is {value}",
            "AUROC of yes"),
        inWords(
            BrierScore.ofClass(1),
            "over examples with sex=f, the Brier score of yes is {value}",
            "Brier score of yes"),
        inWords(
            BrierScore.withDefaults(),
            "over examples with sex=f, the Brier score (sum over classes) is {value}",
            "Brier score (sum over classes)"));
  }

  private static Arguments inWords(ClassificationMetric metric, String value, String quantity) {
    String compared = "over examples with sex=f, the %s is %s than the approved model's by {value}";
    return Arguments.of(
        metric,
        value,
        compared.formatted(quantity, "worse"),
        compared.formatted(quantity, "better"));
  }

  @Test
  void falseAlarmsOfOneOfTwoClassesAreMissesOfTheOther() {
    assertThat(regression(FalsePositiveRate.ofClass(0)).interval(0.95))
        .isEqualTo(regression(FalseNegativeRate.ofClass(1)).interval(0.95));
  }

  static List<ClassificationMetric> ratesOfAClass() {
    return List.of(FalsePositiveRate.ofClass(0), FalseNegativeRate.ofClass(1));
  }

  @ParameterizedTest
  @MethodSource("ratesOfAClass")
  void aSliceInWhichNoSuchErrorCouldOccurLacksExamples(ClassificationMetric metric) {
    assertThat(SIX.groupedBy("label").slices())
        .extracting(slice -> metric.lack(SIX, slice).map(lack -> lack.substring(0, 33)).orElse(""))
        .containsExactly("", "no example could add to the false", "");
  }

  @Test
  void aClassThatIsNoneIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> FalsePositiveRate.ofClass(2).check(SIX))
        .withMessage(
            "the false-positive rate of class 2 is asked for, and six has 2, [no, yes]; a class is"
                + " given by its index, from 0 on");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> AreaUnderRoc.ofClass(-1).check(SIX))
        .withMessageStartingWith("the AUROC of class -1 is asked for");
  }

  @Test
  void theAreaUnderTheRocCurveIsThatOfTheClassesProbability() {
    ClassificationMetric metric = AreaUnderRoc.ofClass(1);
    boolean[] positive = {false, true, true, true, false, false};

    // Before: .6, .8, .7 against .9, .1, .3 win 2 of 3 each; now .4, .8, .25 against .4, .2, .65.
    assertThat(value(metric, BEFORE).value()).isCloseTo(6.0 / 9, within(1e-12));
    assertThat(value(metric, NOW).value()).isCloseTo((1.5 + 3 + 1) / 9, within(1e-12));
    assertThat(metric.worsening()).isEqualTo("AUROC (class 1) loss");
    assertThat(regression(metric).interval(0.95))
        .isEqualTo(AurocLoss.of(NOW, BEFORE, positive).interval(0.95));
  }

  @Test
  void aProbabilityThatMovedToTheWrongSideIsWorse() {
    ClassificationMetric metric = AreaUnderRoc.ofClass(1);

    assertThat(metric.increase(new double[] {0.2, 1}, new double[] {0.7, 1}))
        .isCloseTo(0.5, within(1e-12));
    assertThat(metric.increase(new double[] {0.2, 0}, new double[] {0.7, 0}))
        .isCloseTo(-0.5, within(1e-12));
  }

  @Test
  void theAreaOfTooFewOfAKindLacksExamples() {
    assertThat(SIX.groupedBy("sex").slices())
        .extracting(slice -> AreaUnderRoc.ofClass(1).lack(SIX, slice).orElse(""))
        .containsExactly(
            "",
            "an AUROC needs two examples of yes and two others, and there are 2 and 1; take groups"
                + " together with .withMerged(…), or claim it overall",
            "an AUROC needs two examples of yes and two others, and there are 1 and 2; take groups"
                + " together with .withMerged(…), or claim it overall");
  }

  @Test
  void averagePrecisionIsThatOfTheClassesProbability() {
    ClassificationMetric metric = AveragePrecision.ofClass(1);

    assertThat(metric.quantity()).isEqualTo("average precision (class 1)");
    assertThat(metric.worsening()).isEqualTo("average precision (class 1) loss");
    // Before: − + + + − −; now the positives have .8, .4 (tied with a negative below .65) and .25.
    assertThat(value(metric, BEFORE).value())
        .isCloseTo((1 / 2.0 + 2 / 3.0 + 3 / 4.0) / 3, within(1e-12));
    assertThat(value(metric, NOW).value()).isCloseTo((1 + 2 / 4.0 + 3 / 5.0) / 3, within(1e-12));
    assertThat(regression(metric).value())
        .isCloseTo(value(metric, BEFORE).value() - value(metric, NOW).value(), within(1e-12));
    assertThat(regression(metric).interval(0.95))
        .isEqualTo(
            AuprcLoss.of(NOW, BEFORE, new boolean[] {false, true, true, true, false, false})
                .interval(0.95));
  }

  @Test
  void rankingsOfDifferentKindsAreNotEqual() {
    assertThat(AveragePrecision.ofClass(1))
        .isEqualTo(AveragePrecision.ofClass(1))
        .isNotEqualTo(AveragePrecision.ofClass(0))
        .isNotEqualTo(AreaUnderRoc.ofClass(1));
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> AveragePrecision.ofClass(1).check(SIX.clusteredBy("sex")))
        .withMessageContaining("the interval of the average precision is one for independent");
    assertThat(AveragePrecision.ofClass(1).lack(SIX, SIX.groupedBy("sex").slices().get(1)))
        .hasValueSatisfying(
            lack -> assertThat(lack).startsWith("an average precision needs two examples of yes"));
  }

  @Test
  void theAreaOfClusteredExamplesIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> AreaUnderRoc.ofClass(1).check(SIX.clusteredBy("sex")))
        .withMessage(
            "six is clustered by sex, and the interval of the AUROC is one for independent"
                + " examples; claim it of data.onePerCluster(seed)");
  }

  @Test
  void calibrationComparesTheConfidenceInThePredictedClass() {
    ClassificationMetric metric = Calibration.withDefaults();

    assertThat(metric.quantity()).isEqualTo("ECE");
    assertThat(metric.outcome(new double[] {0.3, 0.7}, 0)).containsExactly(0.7, 0, 1);
    Confidences before =
        new Confidences(
            new double[] {0.9, 0.6, 0.8, 0.7, 0.9, 0.7},
            new boolean[] {false, true, true, true, true, true});
    Confidences now =
        new Confidences(
            new double[] {0.6, 0.6, 0.8, 0.75, 0.8, 0.65},
            new boolean[] {true, false, true, false, true, false});
    boolean[] same = {false, false, true, false, true, false};
    assertThat(regression(metric).interval(0.95))
        .isEqualTo(CalibrationErrorIncrease.of(now, before, same, 10).interval(0.95));
  }

  @Test
  void calibrationOfAClassComparesItsProbability() {
    ClassificationMetric metric = Calibration.withDefaults().ofClass(1).withBins(5);

    assertThat(metric.quantity()).isEqualTo("positive-class (1) ECE of 5 bins");
    assertThat(metric.outcome(new double[] {0.7, 0.3}, 1)).containsExactly(0.3, 1, 1);
    assertThat(metric.increase(new double[] {0.3, 1, 1}, new double[] {0.9, 1, 1}))
        .isCloseTo(0.6, within(1e-12));
  }

  @Test
  void calibrationOfClusteredExamplesIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Calibration.withDefaults().check(SIX.clusteredBy("sex")))
        .withMessageStartingWith("six is clustered by sex");
  }

  @Test
  void aLossOfOnesOwnIsComparedByItsMean() {
    ClassificationMetric refund =
        MeanLoss.of("refund", 0, 30, (p, label) -> label == 1 ? 30 * p[0] : 0);

    // Labels 1 at .6, .8, .7 before and .4, .8, .25 now.
    assertThat(value(refund, BEFORE).value()).isCloseTo(30 * (0.4 + 0.2 + 0.3) / 6, within(1e-9));
    assertThat(regression(refund).value()).isCloseTo(30 * (0.2 + 0.45) / 6, within(1e-9));
    assertThat(refund.worsening()).isEqualTo("refund increase");
  }

  @Test
  void aLossOutsideItsRangeIsRefused() {
    ClassificationMetric loss = MeanLoss.of("log loss", 0, 5, (p, label) -> -Math.log(p[label]));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> loss.outcome(new double[] {0, 1}, 0))
        .withMessage("log loss was said to lie in [0.0, 5.0], and was Infinity");
  }

  @Test
  void aLossWithoutARangeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MeanLoss.of("log loss", 0, Double.POSITIVE_INFINITY, (p, label) -> 0))
        .withMessage("a loss needs a finite range, was [0.0, Infinity]");
  }

  @Test
  void twoLossesOfOneNameAreNotTakenForEachOther() {
    assertThat(MeanLoss.of("cost", 0, 1, (p, label) -> 0))
        .isNotEqualTo(MeanLoss.of("cost", 0, 1, (p, label) -> 1))
        .hasToString("cost (a loss from 0.0 to 1.0)");
  }

  @Test
  void brierScoresSumOverAllClasses() {
    assertThat(BrierScore.withDefaults().outcome(new double[] {0.2, 0.5, 0.3}, 1)[0])
        .isCloseTo(0.04 + 0.25 + 0.09, within(1e-12));
  }
}
