package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.ClusteredProportion;
import dev.touchstone.statistics.Proportion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorRateTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Says class 1 with the probability that is its only feature. */
  private final Classifier model =
      Models.function("as given", "1", ErrorRateTest::asGiven).emittingProbabilities();

  private static double[][] asGiven(Tensor batch) {
    double[][] output = new double[batch.rows()][];
    for (int i = 0; i < output.length; i++) {
      double p = batch.row(i)[0];
      output[i] = new double[] {1 - p, p};
    }
    return output;
  }

  private static Dataset data(int[] labels, float... probabilities) {
    return Dataset.named("six")
        .features(FeatureStore.inMemory(probabilities, 1))
        .ids(List.of("a", "b", "c", "d", "e", "f"))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column("sex", List.of("f", "f", "f", "m", "m", "m"))
        .column("household", List.of("1", "1", "2", "2", "3", "3"))
        .build();
  }

  // Wrong: a with confidence 0.9, b with 0.6, d with 0.75.
  private static final Dataset SIX =
      data(new int[] {0, 1, 1, 1, 0, 0}, 0.9f, 0.4f, 0.8f, 0.25f, 0.1f, 0.3f);

  @Test
  void errorsAreCountedOverallAndPerGroup() {
    Evidence evidence =
        MetricValue.of(ErrorRate.withDefaults()).evaluate(model, SIX.groupedBy("sex"), context);

    assertThat(evidence.measurements())
        .extracting(m -> m.quantity() + " " + m.slice(), m -> m.estimate().toString())
        .containsExactly(
            tuple("error rate overall", "3/6"),
            tuple("error rate sex=f", "2/3"),
            tuple("error rate sex=m", "1/3"));
    assertThat(evidence.measurements().get(0).estimate()).isInstanceOf(Proportion.class);
  }

  @Test
  void aTableShowsWhichClassWasTakenForWhich() {
    Evidence evidence = MetricValue.of(ErrorRate.withDefaults()).evaluate(model, SIX, context);

    // Of three each, "no" was answered as "yes" at a; "yes" as "no" at b and d.
    assertThat(evidence.figures())
        .singleElement()
        .isEqualTo(
            new Table(
                "confusion",
                "How many examples of each class were answered by which",
                "true class",
                List.of(
                    new Table.Column("no").withDecimals(0),
                    new Table.Column("yes").withDecimals(0)),
                List.of(
                    new Table.Row("no", Table.number(2), Table.number(1)),
                    new Table.Row("yes", Table.number(2), Table.number(1)))));
  }

  @Test
  void theMostConfidentlyWrongExamplesComeFirstByTheirIds() {
    Evidence evidence =
        MetricValue.of(ErrorRate.withDefaults()).evaluate(model, SIX.groupedBy("sex"), context);

    assertThat(evidence.worst()).extracting(Finding::subject).containsExactly("a", "d", "b");
    assertThat(evidence.worst().get(0).facts())
        .isEqualTo(Map.of("label", "no", "predicted", "yes", "confidence", "0.9", "sex", "f"));
  }

  @Test
  void theShareOfModelBugsIsThatOfDistancesFromTheToleranceOn() {
    // Distances in the largest norm: 0.9, 0.6, 0.2, 0.75, 0.1, 0.3.
    ModelBug bug = ModelBug.withNorm(Double.POSITIVE_INFINITY).tolerance(0.7);
    Evidence evidence = MetricValue.of(ErrorRate.of(bug)).evaluate(model, SIX, context);

    assertThat(evidence.measurements().get(0).quantity()).isEqualTo("model bug rate");
    assertThat(evidence.measurements().get(0).estimate()).hasToString("2/6");
    assertThat(evidence.worst()).extracting(Finding::subject).containsExactly("a", "d");
    assertThat(evidence.context().get(0).estimate().value())
        .isCloseTo((0.9 + 0.6 + 0.2 + 0.75 + 0.1 + 0.3) / 6, within(1e-7));
  }

  @Test
  void clusteredExamplesGetAnIntervalOverClusters() {
    Evidence evidence =
        MetricValue.of(ErrorRate.withDefaults())
            .evaluate(model, SIX.clusteredBy("household").withClustersOfAtMost(4), context);

    assertThat(evidence.measurements().get(0).estimate())
        .isInstanceOfSatisfying(
            ClusteredProportion.class,
            rate ->
                assertThat(rate.interval(0.95))
                    .isEqualTo(
                        ClusteredProportion.of(new int[] {2, 1, 0}, new int[] {2, 2, 2}, 4)
                            .interval(0.95)));
  }

  @Test
  void clusteredAndIndependentExamplesAreNotTakenForEachOther() {
    MetricValue check = MetricValue.of(ErrorRate.withDefaults());

    assertThat(check.evaluate(model, SIX, context))
        .isNotEqualTo(
            check.evaluate(model, SIX.clusteredBy("household").withClustersOfAtMost(2), context));
  }

  @Test
  void anotherLargestClusterIsAnotherQuestion() {
    MetricValue check = MetricValue.of(ErrorRate.withDefaults());
    Dataset households = SIX.clusteredBy("household");

    Evidence small = check.evaluate(model, households.withClustersOfAtMost(2), context);
    Evidence large = check.evaluate(model, households.withClustersOfAtMost(3), context);

    assertThat(small.provenance().texts().settings())
        .containsEntry("clustered by", "household")
        .containsEntry("clusters of at most", "2");
    assertThat(upper(large)).isGreaterThan(upper(small));
  }

  private static double upper(Evidence evidence) {
    return evidence.measurements().get(0).estimate().interval(0.95).upper();
  }

  @Test
  void clustersOfNoStatedSizeAreRefusedBeforeTheModelIsAsked() {
    Classifier never =
        Models.function("never", "1", batch -> fail("was asked")).emittingProbabilities();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                MetricValue.of(ErrorRate.withDefaults())
                    .evaluate(never, SIX.clusteredBy("household"), context))
        .withMessage(
            "six is clustered by household, and how large a cluster can be is not said: no interval"
                + " knows of large clusters that the data happen not to have. Add"
                + " .withClustersOfAtMost(n) with the most examples that one household can have"
                + " wherever the claim is to hold; the largest here has 2");
  }

  @Test
  void dataOfOneClusterAreRefused() {
    Dataset data = SIX.where("sex", "f").clusteredBy("sex").withClustersOfAtMost(3);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> MetricValue.of(ErrorRate.withDefaults()).evaluate(model, data, context))
        .withMessage(
            "six, sex=f: 3 examples come from the single cluster sex = [f]; one cluster says"
                + " nothing about others: cluster by a column of which every group has several"
                + " values, or take groups together with .withMerged(…)");
  }

  @Test
  void calibrationOfClusteredExamplesIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                MetricValue.of(Calibration.withDefaults())
                    .evaluate(model, SIX.clusteredBy("household"), context))
        .withMessage(
            "six is clustered by household, and the interval of the calibration error is one for"
                + " independent examples; claim it of data.onePerCluster(seed)");
  }

  @Test
  void aSingleClassIsRefused() {
    Dataset data = data(new int[6], 0, 0, 0, 0, 0, 0);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> MetricValue.of(ErrorRate.withDefaults()).evaluate(model, data, context))
        .withMessage(
            "six holds examples of a single class, [no]; the error rate on it says nothing about"
                + " the others: a constant answer could have the best there is");
  }

  @Test
  void noExamplesAreRefused() {
    Dataset none = SIX.where(i -> false, "none");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> MetricValue.of(ErrorRate.withDefaults()).evaluate(model, none, context))
        .withMessage("six, none is empty; nothing can be claimed about no examples");
  }

  @Test
  void anUnknownGroupColumnIsRefusedWithTheKnownOnes() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> SIX.groupedBy("age"))
        .withMessage(
            "six has no group column \"age\"; it has [sex, household]. Name it in groups = {…}"
                + " where the data set is declared");
  }
}
