package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.tree.TreeShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ColumnRelianceTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private final Classifier model =
      Models.function("a model", "1", batch -> new double[batch.rows()][2]).emittingLogits();

  /** Says of every example what its features are. */
  private static final class FeaturesThemselves implements AttributionMethod {
    @Override
    public boolean signed() {
      return true;
    }

    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      double[][] maps = new double[batch.rows()][];
      Arrays.setAll(
          maps,
          i -> {
            float[] row = batch.row(i);
            return IntStream.range(0, row.length).mapToDouble(j -> row[j]).toArray();
          });
      return Attribution.of(maps, batch, quantity, "as they are");
    }
  }

  private static Dataset data(List<String> names, float... values) {
    int n = values.length / names.size();
    return Dataset.named("table")
        .features(FeatureStore.inMemory(values, names.size()))
        .featureNames(names)
        .labels(new int[n])
        .classNames(List.of("no", "yes"))
        .column("half", IntStream.range(0, n).mapToObj(i -> i < n / 2 ? "1" : "2").toList())
        .build();
  }

  private static final List<String> NAMES = List.of("age", "sex=female", "sex=male", "sexton");

  /** Shares of sex: ½, ¾, 0 and 0 of a map that is 0; each three times. */
  private final Dataset people =
      data(
          NAMES,
          concatenated(
              new float[] {1, -1, 0, 0},
              new float[] {-1, 2, -1, 0},
              new float[] {5, 0, 0, 9},
              new float[] {0, 0, 0, 0}));

  private static float[] concatenated(float[]... rows) {
    float[] all = new float[12 * 4];
    for (int i = 0; i < 12; i++) {
      System.arraycopy(rows[i / 3], 0, all, 4 * i, 4);
    }
    return all;
  }

  @Test
  void theMeanShareOfAnExamplesAttributionIsMeasuredOverallAndPerGroup() {
    Evidence evidence =
        ColumnReliance.on(List.of("sex"), new FeaturesThemselves())
            .evaluate(model, people.groupedBy("half"), context);

    assertThat(evidence.measurements())
        .extracting(m -> m.slice() + " " + m.estimate().value())
        .containsExactly("overall 0.3125", "half=1 0.625", "half=2 0.0");
    assertThat(evidence.worst().get(0).subject()).isEqualTo("3");
    assertThat(evidence.worst().get(0).facts())
        .containsEntry("share of attribution", "0.75")
        .containsEntry("sex=female", "2")
        .containsEntry("sex=male", "-1")
        .doesNotContainKey("sexton");
    assertThat(evidence.notes()).anyMatch(note -> note.startsWith("3 of 12 maps are 0 everywhere"));
    Table table = (Table) evidence.figures().get(0);
    assertThat(table.rows()).hasSize(4);
    assertThat(table.rows().get(0).head()).isEqualTo("age");
  }

  /** A group of which no example is drawn is not shown to be all right by the others. */
  @Test
  void aGroupOfWhichNobodyWasDrawnIsUndetermined() {
    int n = 400;
    float[] values = new float[2 * n];
    for (int i = 0; i < n; i++) {
      values[2 * i] = 1;
    }
    Dataset many =
        Dataset.named("table")
            .features(FeatureStore.inMemory(values, 2))
            .featureNames(List.of("age", "sex"))
            .labels(new int[n])
            .classNames(List.of("no", "yes"))
            .column("of", IntStream.range(0, n).mapToObj(i -> i == 9 ? "few" : "most").toList())
            .build();

    Evidence evidence =
        ColumnReliance.on(List.of("sex"), new FeaturesThemselves())
            .withExamples(10)
            .evaluate(model, many.groupedBy("of"), context);

    assertThat(evidence.measurements())
        .extracting(m -> m.slice() + " " + m.estimate().sampleSize())
        .containsExactly("overall 10", "of=few 0", "of=most 10");
    assertThat(evidence.measurements().get(1).estimate()).isInstanceOf(Undetermined.class);
  }

  /** Values in [0, 1] have the interval of a rate where they are 0 and 1. */
  @Test
  void theIntervalHoldsForBoundedValues() {
    float[] values = new float[200];
    for (int i = 0; i < 100; i++) {
      values[2 * i + (i < 7 ? 1 : 0)] = 1;
    }
    Evidence evidence =
        ColumnReliance.on(List.of("sex"), new FeaturesThemselves())
            .evaluate(model, data(List.of("age", "sex"), values), context);

    assertThat(evidence.measurements().get(0).estimate().interval(0.95).upper())
        .isCloseTo(Proportion.of(7, 100).interval(0.95).upper(), within(1e-9));
  }

  /** Which examples stand for absent columns is the run's to draw, and not a constant's. */
  @Test
  void theBackgroundOfTreesIsDrawnByTheRunsSeed() {
    assertThat(background(1)).isEqualTo(background(1)).isNotEqualTo(background(2));
  }

  private static String background(long seed) {
    float[] values = new float[300 * 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i) * 2;
    }
    RunContext run =
        RunContext.of(
            new Settings("cpu", seed, Policy.LENIENT, 1L << 28, Path.of("target")),
            RunSession.isolated());
    return ColumnReliance.ofTreesOn(List.of("a"))
        .withExamples(10)
        .evaluate(
            Models.xgboost("classpath:attribution/tree-logistic.ubj").emittingProbabilities(),
            data(List.of("a", "b", "c", "d", "e"), values),
            run)
        .provenance()
        .texts()
        .settings()
        .get("method");
  }

  @Test
  void columnsThatTheDataLackAreRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                ColumnReliance.on(List.of("agee"), new FeaturesThemselves())
                    .evaluate(model, people, context))
        .withMessageContaining("no column \"agee\"")
        .withMessageContaining("perhaps \"age\"");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                ColumnReliance.on(List.of("half"), new FeaturesThemselves())
                    .evaluate(model, people, context))
        .withMessageContaining("no model decides by it")
        .withMessageContaining("data.groupedBy(\"half\")");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> ColumnReliance.on(List.of(), new FeaturesThemselves()))
        .withMessageContaining("name at least one");
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(
            () ->
                ColumnReliance.on(List.of("age"), TreeShap.pathDependent())
                    .evaluate(model, people, context));
  }
}
