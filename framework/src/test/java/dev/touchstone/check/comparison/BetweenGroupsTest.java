package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.MeanLoss;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.metric.Precision;
import dev.touchstone.metric.Recall;
import dev.touchstone.metric.SelectionRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.RateDifference;
import dev.touchstone.statistics.RateRatio;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BetweenGroupsTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final Classifier model =
      Models.function("as given", "1", BetweenGroupsTest::asGiven).emittingProbabilities();

  private static double[][] asGiven(Tensor batch) {
    double[][] output = new double[batch.rows()][];
    for (int i = 0; i < output.length; i++) {
      output[i] = new double[] {1 - batch.row(i)[0], batch.row(i)[0]};
    }
    return output;
  }

  /**
   * Of 300 examples a third each of a, b and c: of a 60 are selected, of b 75, of c none; every
   * second example is of the class.
   */
  private static Dataset data() {
    float[] said = new float[300];
    int[] labels = new int[300];
    List<String> groups = new ArrayList<>();
    List<String> ages = new ArrayList<>();
    List<String> households = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int group = i / 100;
      boolean selected = i % 100 < (group == 0 ? 60 : group == 1 ? 75 : 0);
      said[i] = selected ? 0.8f : 0.3f;
      labels[i] = i % 2;
      groups.add("abc".substring(group, group + 1));
      ages.add(i % 4 < 2 ? "old" : "young");
      households.add(Integer.toString(i / 2));
    }
    return Dataset.named("many")
        .features(FeatureStore.inMemory(said, 1))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column("group", groups)
        .column("age", ages)
        .column("household", households)
        .build();
  }

  private static final Dataset MANY = data();

  private static Measurement of(Evidence evidence, String slice) {
    return evidence.measurements().stream()
        .filter(m -> m.slice().equals(slice))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyPairOfGroupsHasADifference() {
    Evidence evidence =
        BetweenGroups.differenceOf(SelectionRate.ofClass(1))
            .evaluate(model, MANY.groupedBy("group"), context);

    assertThat(evidence.measurements())
        .extracting(Measurement::slice)
        .containsExactly("group=a − group=b", "group=a − group=c", "group=b − group=c");
    Measurement first = of(evidence, "group=a − group=b");
    assertThat(first.quantity()).isEqualTo("selection rate (class 1) gap");
    assertThat(first.estimate().value()).isCloseTo(-0.15, within(1e-12));
    assertThat(first.estimate().interval(0.95))
        .isEqualTo(
            RateDifference.of(Proportion.of(60, 100), Proportion.of(75, 100)).interval(0.95));
    assertThat(evidence.context())
        .extracting(m -> m.slice() + " " + m.estimate().value())
        .containsExactly("group=a 0.6", "group=b 0.75", "group=c 0.0");
  }

  @Test
  void everyPairOfGroupsHasARatio() {
    Evidence evidence =
        BetweenGroups.ratioOf(SelectionRate.ofClass(1))
            .evaluate(model, MANY.groupedBy("group"), context);

    assertThat(of(evidence, "group=a / group=b").estimate().interval(0.95))
        .isEqualTo(RateRatio.of(Proportion.of(60, 100), Proportion.of(75, 100)).interval(0.95));
    assertThat(Undetermined.is(of(evidence, "group=a / group=c").estimate())).isTrue();
  }

  /** Who is in two groups at once would be compared with himself. */
  @Test
  void groupsOfDifferentColumnsAreNotCompared() {
    Evidence evidence =
        BetweenGroups.differenceOf(ErrorRate.withDefaults())
            .evaluate(model, MANY.groupedBy("group", "age"), context);

    assertThat(evidence.measurements())
        .extracting(Measurement::slice)
        .hasSize(4)
        .contains("age=old − age=young");
  }

  @Test
  void columnsCanBeCrossed() {
    Evidence evidence =
        BetweenGroups.differenceOf(ErrorRate.withDefaults())
            .evaluate(model, MANY.groupedBy("group & age"), context);

    assertThat(evidence.measurements())
        .extracting(Measurement::slice)
        .hasSize(15)
        .contains("group & age=a & old − group & age=c & young");
  }

  /** The estimate of a calibration error is biased, and its limits are subtracted. */
  @Test
  void aMetricSaysHowItsValuesAreCompared() {
    Evidence evidence =
        BetweenGroups.differenceOf(Calibration.withDefaults())
            .evaluate(model, MANY.groupedBy("group"), context);

    assertThat(evidence.measurements())
        .extracting(Measurement::estimate)
        .allMatch(estimate -> estimate instanceof LimitDifference);
  }

  @Test
  void aGroupWithoutTheMetricTakesNoOtherWithIt() {
    Evidence evidence =
        BetweenGroups.differenceOf(Precision.ofClass(1))
            .evaluate(model, MANY.groupedBy("group"), context);

    assertThat(Undetermined.is(of(evidence, "group=a − group=b").estimate())).isFalse();
    assertThat(of(evidence, "group=a − group=c").estimate().method())
        .contains("no example is predicted as class 1");
  }

  private void refused(BetweenGroups check, Dataset data, String why) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> check.evaluate(model, data, context))
        .withMessageContaining(why);
  }

  @Test
  void thereHaveToBeTwoGroups() {
    BetweenGroups gap = BetweenGroups.differenceOf(Recall.ofClass(1));
    refused(gap, MANY, "is not grouped, and the recall (class 1) gap is one between groups");
    refused(
        gap, MANY.where("group", "a").groupedBy("group"), "has a single group in each of [group]");
  }

  @Test
  void aClusterInTwoGroupsIsRefused() {
    Dataset clustered = MANY.clusteredBy("household").withClustersOfAtMost(2);
    BetweenGroups gap = BetweenGroups.differenceOf(ErrorRate.withDefaults());

    assertThat(gap.evaluate(model, clustered.groupedBy("group"), context).measurements())
        .hasSize(3);
    Dataset across = MANY.clusteredBy("group").withClustersOfAtMost(100).groupedBy("age");
    refused(gap, across, "has examples in age=old and in age=young");
  }

  @Test
  void whatHasNoRatioIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> BetweenGroups.ratioOf(MeanLoss.of("gain", -1, 1, (p, label) -> 0)))
        .withMessageContaining("can be negative");
    refused(
        BetweenGroups.differenceOf(NegativeFlips.withDefaults()),
        MANY.groupedBy("group"),
        "compares two models, and one model has none");
  }
}
