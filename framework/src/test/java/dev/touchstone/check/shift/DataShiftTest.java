package dev.touchstone.check.shift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.XgboostTrainer;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataShiftTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static Dataset table(String name, float[] x, int width, int... labels) {
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, width))
        .featureNames(IntStream.range(0, width).mapToObj(c -> "x" + c).toList())
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .ids(IntStream.range(0, labels.length).mapToObj(i -> name + i).toList())
        .allowingMissing()
        .build();
  }

  /** Two normal columns with a correlation, the first moved. */
  private static Dataset pairs(String name, int n, double moved, double correlation, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[2 * n];
    for (int i = 0; i < n; i++) {
      double first = random.nextGaussian();
      x[2 * i] = (float) (first + moved);
      x[2 * i + 1] =
          (float)
              (correlation * first
                  + Math.sqrt(1 - correlation * correlation) * random.nextGaussian());
    }
    return table(name, x, 2, new int[n]);
  }

  private static Measurement of(Evidence evidence, String quantity, String slice) {
    return evidence.measurements().stream()
        .filter(m -> m.quantity().equals(quantity) && m.slice().equals(slice))
        .findFirst()
        .orElseThrow();
  }

  private static Measurement apart(Evidence evidence) {
    return of(evidence, DataShift.APART, "overall");
  }

  /** What shift_oracle.py wrote: distances, where they are, and p-values of SciPy. */
  @Test
  void columnsAreComparedAsSciPyDoes() throws IOException {
    Gson gson = new Gson();
    JsonObject oracle;
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(DataShiftTest.class.getResourceAsStream("/shift/columns.json")),
            StandardCharsets.UTF_8)) {
      oracle = gson.fromJson(json, JsonObject.class);
    }
    Dataset reference =
        table(
            "reference",
            flat(gson.fromJson(oracle.get("reference"), Float[][].class)),
            5,
            gson.fromJson(oracle.get("labels"), int[].class));
    Dataset current =
        table(
            "current",
            flat(gson.fromJson(oracle.get("current"), Float[][].class)),
            5,
            gson.fromJson(oracle.get("others"), int[].class));
    Evidence evidence =
        DataShift.by(XgboostTrainer.withDefaults()).evaluate(reference, current, context);
    double[] distances = gson.fromJson(oracle.get("distances"), double[].class);
    double[] adjusted = gson.fromJson(oracle.get("adjusted"), double[].class);
    Table shown = table(evidence);
    for (int c = 0; c < 6; c++) {
      String column = c < 5 ? "x" + c : "class yes";
      assertThat(of(evidence, DataShift.DISTANCE, column).estimate().value())
          .isCloseTo(distances[c], within(1e-12));
      assertThat(of(evidence, DataShift.DISTANCE, column).reading().sentence())
          .isEqualTo(
              c < 5
                  ? "the share of examples with at most some value of %s differs by up to {value}"
                      .formatted(column)
                  : "the share of examples of class yes differs by up to {value}");
      List<Table.Cell> row =
          shown.rows().stream()
              .filter(r -> r.head().equals(column))
              .findFirst()
              .orElseThrow()
              .cells();
      assertThat(row.get(0).number().orElseThrow()).isCloseTo(distances[c], within(1e-12));
      assertThat(Math.abs(row.get(2).number().orElseThrow() - row.get(3).number().orElseThrow()))
          .isCloseTo(distances[c], within(1e-12));
      assertThat(Double.parseDouble(row.get(4).text()))
          .isCloseTo(adjusted[c], within(1e-3 * adjusted[c]));
    }
    long changed = Arrays.stream(adjusted).filter(q -> q <= .05).count();
    assertThat(evidence.notes())
        .anySatisfy(note -> assertThat(note).contains("%d of 6 columns".formatted(changed)));
    assertThat(evidence.worst().get(0).subject()).isEqualTo(shown.rows().get(0).head());
  }

  private static float[] flat(Float[]... rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < all.length; i++) {
      Float value = rows[i / rows[0].length][i % rows[0].length];
      all[i] = value == null ? Float.NaN : value;
    }
    return all;
  }

  private static Table table(Evidence evidence) {
    return (Table)
        evidence.figures().stream()
            .filter(f -> f.kind() == Figure.Kind.TABLE)
            .findFirst()
            .orElseThrow();
  }

  /** Φ(1/2) = .6915 is what the best classifier of N(0, 1) and N(1, 1) is right about. */
  @Test
  void aMovedMeanIsToldByAsMuchAsItCanBe() {
    Evidence evidence =
        DataShift.withDefaults()
            .evaluate(pairs("old", 4000, 0, 0, 1), pairs("new", 4000, 1, 0, 2), context);
    assertThat(apart(evidence).estimate().value()).isCloseTo(.6915, within(.03));
    assertThat(apart(evidence).estimate().sampleSize()).isEqualTo(4000);
    // sup |Φ(x) − Φ(x − 1)| = 2Φ(1/2) − 1 = .3829.
    assertThat(of(evidence, DataShift.DISTANCE, "x0").estimate().value())
        .isCloseTo(.3829, within(.04));
    assertThat(of(evidence, DataShift.DISTANCE, "x1").estimate().value()).isLessThan(.05);
  }

  /** Columns that each stay, and no longer belong together: trees see it, a line does not. */
  @Test
  void whatColumnsDoTogetherIsSeenByTrees() {
    Dataset old = pairs("old", 3000, 0, .9, 3);
    Dataset fresh = pairs("new", 3000, 0, -.9, 4);
    assertThat(
            apart(DataShift.withDefaults().evaluate(old, fresh, context))
                .estimate()
                .pValueAbove(.55))
        .isGreaterThan(.025);
    assertThat(
            apart(DataShift.by(XgboostTrainer.withDefaults()).evaluate(old, fresh, context))
                .estimate()
                .pValueBelow(.8))
        .isGreaterThan(.025);
  }

  /** A claim of 55 % is refuted no more often than it may be where nothing has changed. */
  @Test
  void nothingIsFoundWhereNothingChanged() {
    int found = 0;
    for (int seed = 0; seed < 100; seed++) {
      found +=
          apart(
                          DataShift.withDefaults()
                              .evaluate(
                                  pairs("old" + seed, 80, 0, .5, 100 + seed),
                                  pairs("new" + seed, 60, 0, .5, 300 + seed),
                                  context))
                      .estimate()
                      .pValueAbove(.5)
                  <= .025
              ? 1
              : 0;
    }
    assertThat(found).isLessThanOrEqualTo(7);
  }

  /** As many of either are drawn, so that a guess is right about a half. */
  @Test
  void manyMoreOfOneAreNotTold() {
    Evidence evidence =
        DataShift.withDefaults()
            .evaluate(pairs("old", 3000, 0, 0, 7), pairs("new", 100, 0, 0, 8), context);
    assertThat(apart(evidence).estimate().sampleSize()).isEqualTo(100);
    assertThat(apart(evidence).estimate().interval(.95).lower()).isLessThan(.5);
  }

  private void refused(Dataset reference, Dataset current, String... saying) {
    assertThatThrownBy(() -> DataShift.withDefaults().evaluate(reference, current, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll(saying);
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    Dataset old = pairs("old", 100, 0, 0, 1);
    refused(old, pairs("new", 39, 0, 0, 2), "39 examples", "at least 40");
    refused(old, old.first(50), "50 of the 50", "old0");
    refused(old, table("wide", new float[300], 3, new int[100]), "one schema", "x2");
    Dataset grouped =
        Dataset.named("grouped")
            .features(FeatureStore.inMemory(new float[100], 2))
            .featureNames(List.of("x0", "x1"))
            .labels(new int[50])
            .classNames(List.of("no", "yes"))
            .column("town", IntStream.range(0, 50).mapToObj(i -> "t" + i % 5).toList())
            .build();
    refused(old, grouped.groupedBy("town"), "grouped by [town]", "data.where(column, value)");
    for (int row : new int[] {3, 4}) {
      // Of the one it was to learn, of the other it is asked.
      float[] lacking = new float[200];
      lacking[2 * row + 1] = Float.NaN;
      refused(
          old,
          table("lacking" + row, lacking, 2, new int[100]),
          "lacks a value",
          "DataShift.by(XgboostTrainer");
    }
    refused(old, grouped.clusteredBy("town"), "clustered by town", "onePerCluster");
  }
}
