package dev.touchstone.check.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Warning;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.CorrelationChange;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConceptStabilityTest {
  private static final int N = 300;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Reads the tag, the first feature, alone. */
  private final Classifier model =
      Models.function(
              "reader",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> 0.1 + 0.8 * batch.row(i)[0])
                      .map(p -> new double[] {1 - p, p})
                      .toArray(double[][]::new))
          .emittingProbabilities();

  /**
   * A tag that a share of the sick have and few of the healthy; a shade that goes with the label as
   * it does everywhere; and the position, so that no two are alike.
   */
  private static Dataset hospital(String name, double tagged, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] features = new float[3 * N];
    int[] labels = new int[N];
    for (int i = 0; i < N; i++) {
      labels[i] = i % 2;
      features[3 * i] = random.nextDouble() < (labels[i] == 1 ? tagged : 0.1) ? 1 : 0;
      features[3 * i + 1] = random.nextDouble() < (labels[i] == 1 ? 0.7 : 0.4) ? 1 : 0;
      features[3 * i + 2] = i;
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(features, 3))
        .featureNames(List.of("tag", "shade", "position"))
        .ids(IntStream.range(0, N).mapToObj(i -> name + i).toList())
        .labels(labels)
        .classNames(List.of("healthy", "sick"))
        .build();
  }

  private static final Dataset FIRST = hospital("first", 0.9, 1);
  private static final Dataset SECOND = hospital("second", 0.1, 2);

  private static double[] column(Dataset data, int feature) {
    return IntStream.range(0, N).mapToDouble(i -> data.batch(i).values()[feature]).toArray();
  }

  private static double[] labels(Dataset data) {
    return Arrays.stream(data.labels()).asDoubleStream().toArray();
  }

  @Test
  void aTagOfOneHospitalChangesAndAShadeDoesNot() {
    Evidence evidence =
        ConceptStability.between(FIRST, SECOND, List.of("tag", "shade")).evaluate(model, context);
    CorrelationChange tag =
        CorrelationChange.between(
            column(FIRST, 0), labels(FIRST), column(SECOND, 0), labels(SECOND));

    assertThat(evidence.measurements()).extracting(m -> m.slice()).containsExactly("tag", "shade");
    assertThat(evidence.measurements().get(0).estimate().interval(0.95))
        .isEqualTo(tag.interval(0.95));
    assertThat(evidence.measurements().get(0).estimate().interval(0.95).lower()).isGreaterThan(0.5);
    assertThat(evidence.measurements().get(1).estimate().interval(0.95).upper()).isLessThan(0.3);
    assertThat(evidence.notes())
        .contains(
            "correlations that changed at all, at a false-discovery rate of 5 % (Benjamini and"
                + " Yekutieli): \"tag\"");
  }

  @Test
  void theTableShowsThatTheModelFollowsTheTag() {
    Evidence evidence =
        ConceptStability.between(FIRST, SECOND, List.of("tag", "shade")).evaluate(model, context);
    Table table = (Table) evidence.figures().get(0);

    assertThat(table.rows()).extracting(Table.Row::head).containsExactly("tag", "shade");
    assertThat(table.rows().get(0).cells().get(3).number().orElseThrow())
        .isCloseTo(1, within(1e-9));
    assertThat(table.rows().get(1).cells().get(3).number().orElseThrow()).isLessThan(0.5);
  }

  @Test
  void conceptsMayBeWhatAnExpertAnnotated() {
    Evidence ofFeatures =
        ConceptStability.between(FIRST, SECOND, List.of("shade")).evaluate(model, context);
    Evidence annotated =
        ConceptStability.between(annotated(FIRST), annotated(SECOND)).evaluate(model, context);

    assertThat(annotated.measurements().get(0).estimate().interval(0.95))
        .isEqualTo(ofFeatures.measurements().get(0).estimate().interval(0.95));
  }

  private static AuditSet annotated(Dataset data) {
    double[][] values =
        Arrays.stream(column(data, 1)).mapToObj(x -> new double[] {x}).toArray(double[][]::new);
    return AuditSet.of(data).annotatedBy(Annotations.of(List.of("shade"), values));
  }

  /** The second hospital asked the same patients again. */
  @Test
  void examplesOfTheSameIdAreComparedInPairs() {
    double[] tags = column(FIRST, 0);
    float[] features = new float[3 * N];
    for (int i = 0; i < N; i++) {
      features[3 * i] = i % 10 == 0 ? 1 - (float) tags[i] : (float) tags[i];
      features[3 * i + 2] = i;
    }
    Dataset again = FIRST.withFeatures(FeatureStore.inMemory(features, 3), "asked again");
    Evidence evidence =
        ConceptStability.between(FIRST, again, List.of("tag")).evaluate(model, context);
    int[] all = IntStream.range(0, N).toArray();

    assertThat(evidence.measurements().get(0).estimate().interval(0.95))
        .isEqualTo(
            CorrelationChange.between(tags, labels(FIRST), column(again, 0), labels(FIRST))
                .sharing(all, all)
                .interval(0.95));
    assertThat(evidence.notes())
        .contains("300 examples are in both domains by their ids, and compared in pairs");
  }

  @Test
  void aConceptThatIsAlwaysThereIsUndetermined() {
    Dataset tagged = SECOND.where(i -> column(SECOND, 0)[i] == 0, "without tag");
    Evidence evidence =
        ConceptStability.between(FIRST, tagged, List.of("tag", "shade")).evaluate(model, context);

    assertThat(evidence.measurements().get(0).estimate()).isInstanceOf(Undetermined.class);
    assertThat(evidence.measurements().get(1).estimate()).isInstanceOf(CorrelationChange.class);
  }

  @Test
  void clustersAreSaidNotToBeHeeded() {
    Dataset clustered =
        Dataset.named("clustered")
            .features(FIRST.features())
            .featureNames(FIRST.featureNames())
            .labels(FIRST.labels())
            .classNames(FIRST.classNames())
            .column("ward", IntStream.range(0, N).mapToObj(i -> "w" + i / 3).toList())
            .build()
            .clusteredBy("ward");
    Evidence evidence =
        ConceptStability.between(clustered, SECOND, List.of("tag")).evaluate(model, context);

    assertThat(evidence.warnings())
        .contains(
            new Warning(
                Warning.IGNORES_CLUSTERS,
                "clustered is clustered by ward, and correlations take all examples for"
                    + " independent; give data.onePerCluster(seed)"));
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    assertThatThrownBy(() -> ConceptStability.between(FIRST, FIRST, List.of("tag")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "first and first hold the same examples, and every correlation is the same; give two"
                + " domains");
    assertThatThrownBy(() -> ConceptStability.between(FIRST, SECOND, List.of("tags")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "first has no feature \"tags\" of numbers that could be a concept; its features are"
                + " [tag, shade, position]");
    assertThatThrownBy(
            () ->
                ConceptStability.between(
                        FIRST, SECOND.where(i -> i % 2 == 1, "the sick"), List.of("tag"))
                    .evaluate(model, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has no two sorts of examples, of \"sick\" and of others");
    AuditSet other =
        AuditSet.of(SECOND).annotatedBy(Annotations.of(List.of("colour"), new double[N][1]));
    assertThatThrownBy(() -> ConceptStability.between(annotated(FIRST), other))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("is annotated with the concepts [shade] and second with [colour]");
  }
}
