package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.statistics.Interval;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rules that the authors' package finds, by {@code anchors_oracle.py}. */
class AnchorsOracleTest {
  private static final int COLUMNS = 5;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Class 1 where c0 is 2 and c1 is not 0, or where c2 is 1 and c3 is 2. */
  private static final Classifier MODEL =
      Models.function(
              "a rule",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> batch.row(i))
                      .map(
                          x ->
                              x[0] == 2 && x[1] != 0 || x[2] == 1 && x[3] == 2
                                  ? new double[] {0, 1}
                                  : new double[] {1, 0})
                      .toArray(double[][]::new))
          .emittingProbabilities();

  private static JsonObject json() throws IOException {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                AnchorsOracleTest.class.getResourceAsStream("/attribution/anchors.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    }
  }

  private static Dataset data(String name, List<JsonArray> rows) {
    float[] values = new float[rows.size() * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = rows.get(i / COLUMNS).get(i % COLUMNS).getAsFloat();
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, COLUMNS))
        .featureNames(IntStream.range(0, COLUMNS).mapToObj(c -> "c" + c).toList())
        .labels(new int[rows.size()])
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static Set<Integer> columns(Anchor anchor) {
    Set<Integer> columns = new HashSet<>();
    for (String condition : anchor.conditions()) {
      IntStream.range(0, COLUMNS).filter(c -> condition.contains("c" + c)).forEach(columns::add);
    }
    return columns;
  }

  @Test
  void theSameRulesAreFoundWithTheSameCoverage() throws IOException {
    JsonObject all = json();
    List<JsonObject> explained =
        all.getAsJsonArray("explained").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .toList();
    Dataset training =
        data(
            "training",
            all.getAsJsonArray("training").asList().stream()
                .map(JsonElement::getAsJsonArray)
                .toList());
    Dataset asked =
        data("asked", explained.stream().map(row -> row.getAsJsonArray("row")).toList());

    List<Anchor> anchors =
        Anchors.onTables(training).explain(MODEL, asked.inputs(0, asked.size()), context);

    int alike = 0;
    for (int i = 0; i < anchors.size(); i++) {
      Anchor anchor = anchors.get(i);
      JsonObject expected = explained.get(i);
      JsonObject usual = usual(expected.getAsJsonArray("anchors"));
      float[] row = asked.batch(i).values();
      Set<Integer> columns = columns(anchor);
      alike += columns.equals(set(usual)) ? 1 : 0;
      double coverage = coverage(training, row, columns);

      assertThat(anchor.label()).isEqualTo(expected.get("label").getAsInt());
      assertThat(anchor.reached()).isTrue();
      assertThat(anchor.precision().value()).as(anchor.inWords()).isGreaterThan(0.94);
      assertThat(coverage(training, row, set(usual)))
          .as("their coverage, on draws")
          .isCloseTo(usual.get("coverage").getAsDouble(), within(0.02));
      assertThat(coverage)
          .as(anchor.inWords())
          .isGreaterThan(coverage(training, row, set(usual)) - 0.02);
      Interval interval = anchor.coverage().interval(0.999);
      assertThat(coverage).isBetween(interval.lower(), interval.upper());
    }
    // The others have a rule of other columns that is as precise and covers as much.
    assertThat(alike).as("rows of which the same rule is found").isGreaterThanOrEqualTo(9);
  }

  /** The anchor that most seeds find. */
  private static JsonObject usual(JsonArray anchors) {
    List<JsonObject> all = anchors.asList().stream().map(JsonElement::getAsJsonObject).toList();
    return all.stream()
        .max(
            Comparator.comparingLong(
                one -> all.stream().filter(other -> set(other).equals(set(one))).count()))
        .orElseThrow();
  }

  private static Set<Integer> set(JsonObject anchor) {
    Set<Integer> columns = new HashSet<>();
    anchor.getAsJsonArray("columns").forEach(c -> columns.add(c.getAsInt()));
    return columns;
  }

  /** The share of all the data that have a row's values in some columns. */
  private static double coverage(Dataset data, float[] row, Set<Integer> columns) {
    float[] values = data.batch(0, data.size()).values();
    long covered =
        IntStream.range(0, data.size())
            .filter(i -> columns.stream().allMatch(c -> values[i * COLUMNS + c] == row[c]))
            .count();
    return (double) covered / data.size();
  }
}
