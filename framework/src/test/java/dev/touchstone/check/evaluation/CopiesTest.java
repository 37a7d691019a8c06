package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Warning;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopiesTest {
  private static final Classifier MODEL =
      Models.function(
              "by sign",
              "1",
              batch -> {
                double[][] output = new double[batch.rows()][];
                for (int i = 0; i < output.length; i++) {
                  output[i] = batch.row(i)[0] > 0 ? new double[] {0, 1} : new double[] {1, 0};
                }
                return output;
              })
          .emittingProbabilities();

  /** So many different examples, each so many times. */
  private static Dataset data(int different, int times) {
    float[] features = new float[different * times];
    int[] labels = new int[features.length];
    for (int i = 0; i < features.length; i++) {
      features[i] = i % different - different / 2 + 0.5f;
      labels[i] = features[i] > 0 ? 1 : 0;
    }
    return Dataset.named("rows")
        .features(FeatureStore.inMemory(features, 1))
        .labels(labels)
        .column(
            "origin",
            IntStream.range(0, features.length).mapToObj(i -> "o" + i % different).toList())
        .build();
  }

  private static Evidence errors(Dataset data) {
    return MetricValue.of(ErrorRate.withDefaults())
        .evaluate(MODEL, data, RunContext.of(Settings.fromSystem(), RunSession.isolated()));
  }

  @Test
  void copiesAreCountedAndWarnedOf() {
    Evidence evidence = errors(data(40, 30));
    assertThat(evidence.notes())
        .contains(
            "1,160 of 1,200 examples (97 %) repeat the features and the label of an earlier one;"
                + " the interval takes all for independent. If they are copies, drop them or"
                + " declare .clusteredBy(…)");
    assertThat(evidence.warnings())
        .extracting(Warning::kind)
        .containsExactly(Warning.COPIED_EXAMPLES);
  }

  @Test
  void asManyAsOrdinaryTablesHaveAreNotedAlone() {
    Evidence evidence = errors(data(40, 2));
    assertThat(evidence.notes()).anyMatch(note -> note.startsWith("40 of 80 examples (50 %)"));
    assertThat(evidence.warnings()).isEmpty();
  }

  @Test
  void declaredAsClustersTheyAreOneExampleEach() {
    Evidence copied = errors(data(40, 30).clusteredBy("origin").withClustersOfAtMost(30));
    assertThat(copied.warnings()).isEmpty();
    assertThat(copied.notes())
        .contains(
            "1,160 of 1,200 examples (97 %) repeat the features and the label of an earlier one");
    assertThat(copied.measurements().get(0).estimate().interval(0.95).upper()).isGreaterThan(0.08);
    assertThat(errors(data(1200, 1)).measurements().get(0).estimate().interval(0.95).upper())
        .isLessThan(0.004);
  }

  @Test
  void nothingIsSaidWhereNoneRepeatsAnother() {
    assertThat(errors(data(60, 1)).notes()).noneMatch(note -> note.contains("repeat"));
  }
}
