package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.attribution.tree.TreeShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.model.tree.XgboostFile;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trees whose leaves hold a number for each output ({@code multi_output_tree}), as three versions
 * of XGBoost write them, answer as the version that wrote them, and have its contributions: {@code
 * vector_leaves.py}.
 */
class VectorLeavesTest {

  /** A model's file, with what the XGBoost that wrote it said. */
  record Case(String version, String name) {
    JsonObject all() {
      return json("trees/expected-vectors-%s.json".formatted(version));
    }

    JsonObject said() {
      return all().getAsJsonObject("models").getAsJsonObject(name);
    }

    String location() {
      return "classpath:trees/" + said().get("file").getAsString();
    }

    Dataset rows() {
      double[][] rows = table(all().getAsJsonArray("rows"));
      return Dataset.named("rows")
          .features(
              FeatureStore.inMemory(
                  Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray(), rows[0].length))
          .allowingMissing()
          .values(new double[rows.length], "")
          .build();
    }

    TreeEnsemble trees() {
      return Models.xgboost(location())
          .emittingValues()
          .capability(TreeEnsemble.class)
          .orElseThrow();
    }

    @Override
    public String toString() {
      return version + " " + name;
    }
  }

  private static JsonObject json(String resource) {
    return JsonParser.parseString(
            new String(Location.of("classpath:" + resource).read(1 << 20), StandardCharsets.UTF_8))
        .getAsJsonObject();
  }

  private static double[] numbers(JsonElement array) {
    return array.getAsJsonArray().asList().stream()
        .mapToDouble(value -> value.isJsonNull() ? Double.NaN : value.getAsDouble())
        .toArray();
  }

  private static double[][] table(JsonArray rows) {
    return rows.asList().stream().map(VectorLeavesTest::numbers).toArray(double[][]::new);
  }

  static Stream<Case> cases() {
    return Stream.of("2.0.3", "3.1.3", "3.4.1")
        .flatMap(
            version ->
                json("trees/expected-vectors-%s.json".formatted(version))
                    .getAsJsonObject("models")
                    .keySet()
                    .stream()
                    .map(name -> new Case(version, name)));
  }

  static Stream<Case> explained() {
    return cases().filter(asked -> asked.said().has("contributions"));
  }

  private static void assertSame(double[] said, double[] expected, int row) {
    assertThat(said).hasSameSizeAs(expected);
    for (int o = 0; o < said.length; o++) {
      assertThat(said[o])
          .as("row %d, output %d", row, o)
          .isCloseTo(expected[o], within(5e-7 * Math.max(1, Math.abs(expected[o]))));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAsTheXgboostThatWroteIt(Case asked) {
    Dataset rows = asked.rows();
    double[][] said =
        Models.xgboost(asked.location())
            .emittingValues()
            .require(Scores.class, "a test", "")
            .scores(rows.inputs(0, rows.size()))
            .rows();
    double[][] expected = table(asked.said().getAsJsonArray("answers"));
    assertThat(said).hasNumberOfRows(expected.length);
    double[][] sums = table(asked.said().getAsJsonArray("sums"));
    TreeEnsemble trees = asked.trees();
    for (int i = 0; i < said.length; i++) {
      assertSame(said[i], expected[i], i);
      double[] row = rows.inputs(i, i + 1).exactFeatures().values();
      assertSame(trees.sums(row), sums[i], i);
    }
  }

  /** XGBoost computes them in single precision. */
  @ParameterizedTest
  @MethodSource("explained")
  void shapleyValuesAreXgboostsContributions(Case asked) {
    Dataset rows = asked.rows();
    Model model = Models.xgboost(asked.location()).emittingValues();
    JsonArray expected = asked.said().getAsJsonArray("contributions");
    for (int output = 0; output < asked.trees().outputs(); output++) {
      double[][] maps =
          TreeShap.pathDependent()
              .attribute(
                  model, rows.inputs(0, rows.size()), Quantity.output(output), RunContext.current())
              .maps();
      for (int i = 0; i < maps.length; i++) {
        double[] values = numbers(expected.get(i).getAsJsonArray().get(output));
        double scale = Math.max(1, Arrays.stream(values).map(Math::abs).max().orElseThrow());
        for (int c = 0; c < maps[i].length; c++) {
          assertThat(maps[i][c])
              .as("row %d, output %d, column %d", i, output, c)
              .isCloseTo(values[c], within(2e-6 * scale));
        }
      }
    }
  }

  /** XGBoost states since version 3.2 how much came through the nodes of such trees. */
  @Test
  void coversThatAFileDoesNotStateAreCountedOnData() {
    Case old = new Case("2.0.3", "squared");
    Dataset rows = old.rows();
    Model model = Models.xgboost(old.location()).emittingValues();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                TreeShap.pathDependent()
                    .attribute(model, rows.inputs(0, 1), Quantity.output(0), RunContext.current()))
        .withMessageContaining("TreeShap.pathDependent(data)");
    double[] map =
        TreeShap.pathDependent(rows)
            .attribute(model, rows.inputs(0, 1), Quantity.output(0), RunContext.current())
            .maps()[0];
    assertThat(Arrays.stream(map).anyMatch(value -> value != 0)).isTrue();
  }

  /** A leaf's place, and how many numbers it has, are not believed. */
  @Test
  void leavesWithoutTheirNumbersAreRefused() {
    String text =
        new String(
            Location.of("classpath:trees/vectors-3.4.1-squared.json").read(1 << 20),
            StandardCharsets.UTF_8);
    for (String[] damage :
        new String[][] {
          {"\"num_target\":\"3\"", "\"num_target\":\"2\""},
          {"\"size_leaf_vector\":\"3\"", "\"size_leaf_vector\":\"4\""},
          {"\"leaf_weights\":[", "\"leaf_weights\":[],\"some\":["}
        }) {
      assertThat(text).contains(damage[0]);
      byte[] bytes = text.replace(damage[0], damage[1]).getBytes(StandardCharsets.UTF_8);
      assertThatExceptionOfType(TouchstoneException.class)
          .as(damage[0])
          .isThrownBy(() -> XgboostFile.of("a.json", bytes).trees(OptionalInt.empty()))
          .withMessageContaining("a.json begins as a model of XGBoost and is not whole: it states");
    }
  }
}
