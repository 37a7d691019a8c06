package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.metric.AveragePrecision;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.FalseNegativeRate;
import dev.touchstone.metric.FalsePositiveRate;
import dev.touchstone.metric.MeanLoss;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RegressionTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** The first feature is the approved model's probability of "yes", the second the candidate's. */
  private final Classifier approved = reading(0, "approved", "1");

  private final Classifier candidate = reading(1, "candidate", "2");

  private static Classifier reading(int feature, String name, String sha256) {
    return Models.function(name, sha256, batch -> said(batch, feature)).emittingProbabilities();
  }

  private static double[][] said(Tensor batch, int feature) {
    double[][] output = new double[batch.rows()][];
    for (int i = 0; i < output.length; i++) {
      double p = batch.row(i)[feature];
      output[i] = new double[] {1 - p, p};
    }
    return output;
  }

  private static Dataset data(int[] labels, float... probabilities) {
    return Dataset.named("six")
        .features(FeatureStore.inMemory(probabilities, 2))
        .ids(List.of("a", "b", "c", "d", "e", "f"))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column("sex", List.of("f", "f", "f", "m", "m", "m"))
        .column("household", List.of("1", "1", "2", "2", "3", "3"))
        .build();
  }

  // Wrong before: a. Wrong now: b with confidence 0.6, d with 0.75.
  private static final Dataset SIX =
      data(
          new int[] {0, 1, 1, 1, 0, 0},
          new float[] {0.9f, 0.4f, 0.6f, 0.4f, 0.8f, 0.8f, 0.7f, 0.25f, 0.1f, 0.2f, 0.3f, 0.3f});

  private Evidence regression(ClassificationMetric metric, Dataset data) {
    return Regression.in(metric).evaluate(candidate, approved, data, context);
  }

  private static Estimate only(Evidence evidence) {
    assertThat(evidence.measurements()).hasSize(1);
    return evidence.measurements().get(0).estimate();
  }

  private static double value(Evidence evidence, String quantity, String slice) {
    return evidence.context().stream()
        .filter(m -> m.quantity().equals(quantity) && m.slice().equals(slice))
        .map(m -> m.estimate().value())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theErrorRatesIncreaseIsMeasuredOverallAndPerGroup() {
    Evidence evidence = regression(ErrorRate.withDefaults(), SIX.groupedBy("sex"));

    assertThat(evidence.measurements())
        .extracting(Measurement::quantity, Measurement::slice)
        .containsExactly(
            tuple("error rate increase", "overall"),
            tuple("error rate increase", "sex=f"),
            tuple("error rate increase", "sex=m"));
    assertThat(evidence.measurements().stream().mapToDouble(m -> m.estimate().value()))
        .containsExactly(1.0 / 6, 0.0, 1.0 / 3);
    assertThat(evidence.measurements().get(0).estimate().interval(0.95))
        .isEqualTo(BoundedMean.of(new double[] {-1, 1, 0, 1, 0, 0}, -1, 1).interval(0.95));
  }

  @Test
  void theFigureOfALossIsNamedByWhatItShows() {
    Evidence evidence = regression(AreaUnderRoc.ofClass(1), SIX);
    assertThat(evidence.figures())
        .singleElement()
        .isInstanceOfSatisfying(
            IntervalPlot.class,
            curve -> {
              assertThat(curve.series()).containsOnlyKeys("AUROC (class 1) loss");
              assertThat(curve.series().get("AUROC (class 1) loss").get(0).value())
                  .isEqualTo(only(evidence).value());
            });
  }

  /** Two metrics of one name and one description. */
  private static ClassificationMetric alwaysWorse(double by) {
    return new ClassificationMetric() {
      @Override
      public String quantity() {
        return "cost";
      }

      @Override
      public double[] outcome(double[] probabilities, int label) {
        return new double[] {0};
      }

      @Override
      public Optional<Estimate> value(Outcomes outcomes) {
        return Optional.empty();
      }

      @Override
      public Estimate regression(Outcomes now, Outcomes before) {
        return BoundedMean.of(new double[] {by}, -1, 1);
      }

      @Override
      public String toString() {
        return "cost";
      }
    };
  }

  @Test
  void metricsOfOneNameDoNotShareAResult() {
    assertThat(only(regression(alwaysWorse(0.25), SIX)).value()).isEqualTo(0.25);
    assertThat(only(regression(alwaysWorse(0.5), SIX)).value()).isEqualTo(0.5);
    MeanLoss little = MeanLoss.of("cost", 0, 1, (p, label) -> 0.25 * p[1]);
    MeanLoss much = MeanLoss.of("cost", 0, 1, (p, label) -> p[1]);
    assertThat(only(regression(much, SIX)).value())
        .isCloseTo(4 * only(regression(little, SIX)).value(), within(1e-12))
        .isNotZero();
  }

  @Test
  void bugsThatDifferByLittleDoNotShareAResult() {
    ModelBug bug = ModelBug.withNorm(2).tolerance(Math.sqrt(2) * 0.4 - 1e-6);
    ModelBug alike = ModelBug.withNorm(2).tolerance(Math.sqrt(2) * 0.4 + 1e-6);
    assertThat(bug).isNotEqualTo(alike);
    // The approved model says 0.6 of b, which is "yes": ‖f(x) − y‖₂ = √2 · 0.4.
    assertThat(value(regression(ErrorRate.of(bug), SIX), "model bug rate, approved", "overall"))
        .isGreaterThan(
            value(regression(ErrorRate.of(alike), SIX), "model bug rate, approved", "overall"));
  }

  static List<ClassificationMetric> metricsMadeAgain() {
    return List.of(
        ErrorRate.withDefaults(),
        ErrorRate.of(ModelBug.withNorm(2).tolerance(0.5)),
        NegativeFlips.withDefaults(),
        BrierScore.withDefaults(),
        AreaUnderRoc.ofClass(1),
        AveragePrecision.ofClass(1),
        FalseNegativeRate.ofClass(1),
        FalsePositiveRate.ofClass(1),
        Calibration.withDefaults().ofClass(1));
  }

  @Test
  void equalMetricsShareAResultAndOthersDoNot() {
    List<ClassificationMetric> metrics = metricsMadeAgain();
    List<ClassificationMetric> again = metricsMadeAgain();
    for (int i = 0; i < metrics.size(); i++) {
      assertThat(regression(again.get(i), SIX)).isSameAs(regression(metrics.get(i), SIX));
      assertThat(again.get(i)).hasSameHashCodeAs(metrics.get(i));
      for (int j = 0; j < metrics.size(); j++) {
        assertThat(again.get(i).equals(metrics.get(j))).isEqualTo(i == j);
      }
    }
  }

  @Test
  void theCalibrationOfAClassThatIsNoneIsRefused() {
    for (int none : new int[] {7, -1}) {
      Calibration calibration = Calibration.withDefaults().ofClass(none);
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(() -> regression(calibration, SIX))
          .withMessageStartingWith("the calibration error of class " + none + " is asked for");
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(() -> MetricValue.of(calibration).evaluate(candidate, SIX, context))
          .withMessageEndingWith("a class is given by its index, from 0 on");
    }
  }

  @Test
  void theApprovedModelIsASettingThatPoliciesCanPin() {
    assertThat(regression(ErrorRate.withDefaults(), SIX).provenance().texts().settings())
        .containsEntry("approved sha256", approved.sha256());
  }

  @Test
  void theMetricsOwnSettingsAreAmongThoseThatPoliciesCanPin() {
    ModelBug bug = ModelBug.withNorm(2).tolerance(0.5);
    assertThat(regression(ErrorRate.of(bug), SIX).provenance().texts().settings())
        .containsEntry("metric", "model bug rate " + bug);
    assertThat(regression(alwaysWorse(0.5), SIX).provenance().texts().settings())
        .containsEntry("metric", "cost");
  }

  @Test
  void bothModelsOwnValuesStandBeside() {
    Evidence evidence = regression(ErrorRate.withDefaults(), SIX.groupedBy("sex"));

    assertThat(value(evidence, "error rate, approved", "overall")).isEqualTo(1.0 / 6);
    assertThat(value(evidence, "error rate, candidate", "overall")).isEqualTo(2.0 / 6);
    assertThat(value(evidence, "error rate, approved", "sex=m")).isZero();
    assertThat(value(evidence, "newly wrong", "overall")).isEqualTo(2.0 / 6);
    assertThat(value(evidence, "newly right", "sex=f")).isEqualTo(1.0 / 3);
  }

  @Test
  void whatChangedIsCountedWithMcNemarsPValue() {
    // Two of three changes for the worse: p = 2 · P(Bin(3, ½) ≤ 1) = 1.
    assertThat(regression(ErrorRate.withDefaults(), SIX.groupedBy("sex")).notes())
        .containsExactly(
            "overall 2 newly wrong, 1 newly right (McNemar p = 1); sex=m 1 newly wrong, 0 newly"
                + " right (McNemar p = 1); sex=f 1 newly wrong, 1 newly right (McNemar p = 1);"
                + " exact test, two-sided, that both are equally likely");
  }

  @Test
  void theMostConfidentlyNewlyWrongExamplesComeFirstByTheirIds() {
    Evidence evidence = regression(ErrorRate.withDefaults(), SIX.groupedBy("sex"));

    assertThat(evidence.worst()).extracting(Finding::subject).containsExactly("d", "b");
    assertThat(evidence.worst().get(0).facts())
        .isEqualTo(Map.of("label", "yes", "before", "yes (0.7)", "now", "no (0.75)", "sex", "m"));
  }

  @Test
  void theNegativeFlipRateIsTheShareOfNewlyWrongAmongAll() {
    Evidence evidence = regression(NegativeFlips.withDefaults(), SIX);

    assertThat(evidence.measurements().get(0).quantity()).isEqualTo("negative-flip rate");
    assertThat(only(evidence)).isInstanceOf(Proportion.class).hasToString("2/6");
  }

  @Test
  void theBrierScoresIncreaseIsTheMeanDifferenceOfSquaredDistances() {
    // Squared distances before 1.62, .32, .08, .18, .02, .18; now .32, .72, .08, 1.125, .08, .18.
    Evidence evidence = regression(BrierScore.withDefaults(), SIX);

    assertThat(only(evidence).value())
        .isCloseTo((-1.3 + 0.4 + 0 + 0.945 + 0.06 + 0) / 6, within(1e-6));
    assertThat(value(evidence, "Brier score (sum over classes), approved", "overall"))
        .isCloseTo(2.4 / 6, within(1e-6));
    assertThat(evidence.worst()).extracting(Finding::subject).containsExactly("d", "b", "e");
  }

  @Test
  void theShareOfModelBugsIsComparedToo() {
    // Distances before .9, .4, .2, .3, .1, .3; now .4, .6, .2, .75, .2, .3: of 0.6 and more
    // there were one (a), and are two (b, d).
    ModelBug bug = ModelBug.withNorm(Double.POSITIVE_INFINITY).tolerance(0.6 - 1e-6);
    Evidence evidence = regression(ErrorRate.of(bug), SIX);

    assertThat(evidence.measurements().get(0).quantity()).isEqualTo("model bug rate increase");
    assertThat(only(evidence).value()).isCloseTo(1.0 / 6, within(1e-12));
  }

  @Test
  void clusteredExamplesGetLimitsOverClustersAndNoTestForIndependentOnes() {
    Evidence evidence =
        regression(ErrorRate.withDefaults(), SIX.clusteredBy("household").withClustersOfAtMost(2));

    assertThat(only(evidence).interval(0.95))
        .isEqualTo(
            BoundedMean.ofClustered(
                    new double[] {-1, 1, 0, 1, 0, 0}, new int[] {1, 1, 2, 2, 3, 3}, 2, -1, 1)
                .interval(0.95));
    assertThat(evidence.notes()).containsExactly("overall 2 newly wrong, 1 newly right");
  }

  @Test
  void theFigureShowsTheDifferenceOfEveryGroupWithItsInterval() {
    Evidence evidence = regression(ErrorRate.withDefaults(), SIX.groupedBy("sex"));

    assertThat(evidence.figures())
        .singleElement()
        .isInstanceOfSatisfying(
            IntervalPlot.class,
            curve -> {
              assertThat(curve.positions()).containsExactly("overall", "sex=f", "sex=m");
              IntervalPlot.Point point = curve.series().get("error rate increase").get(2);
              var interval = evidence.measurements().get(2).estimate().interval(0.95);
              assertThat(point)
                  .isEqualTo(new IntervalPlot.Point(1.0 / 3, interval.lower(), interval.upper()));
            });
  }

  @Test
  void provenanceNamesBothModels() {
    assertThat(regression(ErrorRate.withDefaults(), SIX).provenance().texts().model())
        .containsEntry("name", "candidate")
        .containsEntry("sha256", candidate.sha256())
        .containsEntry("approved name", "approved")
        .containsEntry("approved sha256", approved.sha256());
  }

  @Test
  void aMetricOfOnesOwnIsComparedLikeTheOthers() {
    ClassificationMetric cost =
        new ClassificationMetric() {
          @Override
          public String quantity() {
            return "refund";
          }

          @Override
          public double[] outcome(double[] probabilities, int label) {
            return new double[] {label == 1 && probabilities[1] < 0.5 ? 30 : 0};
          }

          @Override
          public Optional<Estimate> value(Outcomes outcomes) {
            return Optional.of(outcomes.mean(0, 30));
          }

          @Override
          public Estimate regression(Outcomes now, Outcomes before) {
            return now.meanIncrease(before, 0, 30);
          }
        };
    Evidence evidence = regression(cost, SIX);

    assertThat(evidence.measurements().get(0).quantity()).isEqualTo("refund increase");
    assertThat(only(evidence).value()).isEqualTo(10);
    assertThat(value(evidence, "refund, candidate", "overall")).isEqualTo(10);
  }

  @Test
  void anotherMetricIsAnotherEvaluation() {
    Evidence errors = regression(ErrorRate.withDefaults(), SIX);

    assertThat(regression(ErrorRate.withDefaults(), SIX)).isSameAs(errors);
    assertThat(regression(NegativeFlips.withDefaults(), SIX)).isNotEqualTo(errors);
  }

  @Test
  void anotherApprovedModelIsAnotherEvaluation() {
    Evidence evidence = regression(ErrorRate.withDefaults(), SIX);
    Classifier other = reading(0, "approved", "3");

    assertThat(Regression.in(ErrorRate.withDefaults()).evaluate(candidate, other, SIX, context))
        .isNotEqualTo(evidence);
  }

  @Test
  void aModelComparedWithItselfIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Regression.in(ErrorRate.withDefaults())
                    .evaluate(approved, reading(0, "approved", "1"), SIX, context))
        .withMessage(
            "approved and approved are the same model (SHA-256 "
                + approved.sha256()
                + "), and nothing is compared; give the candidate and the approved model their own"
                + " files");
  }

  @Test
  void inPlaceOfAnotherFileItIsStillTheApprovedModelItself() {
    Classifier replaced =
        Models.function("v2", "3", batch -> new double[][] {{0.25, 0.75}})
            .inPlaceOf("v1.onnx")
            .emittingProbabilities();
    Classifier plain =
        Models.function("v2", "3", batch -> new double[][] {{0.25, 0.75}}).emittingProbabilities();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> Regression.in(ErrorRate.withDefaults()).evaluate(replaced, plain, SIX, context))
        .withMessageStartingWith("v2 and v2 are the same model (SHA-256 ");
  }

  @Test
  void aModelOfOtherClassesIsRefusedBeforeAnythingIsMeasured() {
    Classifier three =
        Models.function(
                "three",
                "3",
                batch ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(i -> new double[] {0.2, 0.3, 0.5})
                        .toArray(double[][]::new))
            .emittingProbabilities();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> Regression.in(ErrorRate.withDefaults()).evaluate(candidate, three, SIX, context))
        .withMessage(
            "three predicts 3 classes and six has 2: [no, yes]; declare all classes of the model,"
                + " in the order of its outputs and also those that no example has"
                + " (.label(\"column\", …) of a table, .classes(…) of folders), or give data of its"
                + " classes");
  }

  @Test
  void aSingleClassIsRefused() {
    Dataset data = data(new int[6], new float[12]);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> regression(ErrorRate.withDefaults(), data))
        .withMessage(
            "six holds examples of a single class, [no]; the error rate on it says nothing about"
                + " the others: a constant answer could have the best there is");
  }

  @Test
  void dataOfOneClusterAreRefused() {
    Dataset data = SIX.where("sex", "f").clusteredBy("sex").withClustersOfAtMost(3);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> regression(ErrorRate.withDefaults(), data))
        .withMessage(
            "six, sex=f: 3 examples come from the single cluster sex = [f]; one cluster says"
                + " nothing about others: cluster by a column of which every group has several"
                + " values, or take groups together with .withMerged(…)");
  }

  @Test
  void noExamplesAreRefused() {
    Dataset none = SIX.where(i -> false, "none");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> regression(ErrorRate.withDefaults(), none))
        .withMessage("six, none is empty; nothing can be claimed about no examples");
  }

  @Test
  void outcomesThatAreNoNumbersAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Outcomes.given(
                    new double[][] {{0}, {1}, {0}, {Double.NaN}, {0}, {0}}, "1", SIX, context))
        .withMessage("every outcome needs as many finite numbers, and one was [NaN]");
  }

  @Test
  void outcomesOfOtherExamplesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Outcomes.given(new double[][] {{0}, {1}}, "1", SIX, context))
        .withMessage("2 outcomes for 6 examples");
  }
}
