package dev.touchstone.attribution.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.DecisionTrees;
import dev.touchstone.model.Model;
import dev.touchstone.model.ModelSource;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of {@code tree_shap_oracle.py}: shap's, and the boosters' own contributions. */
class TreeShapOracleTest {
  private static final List<String> COLUMNS = List.of("a", "d", "e", "rooms", "town");

  /** The order of the libraries' columns, and of ours. */
  private static final List<String> TRAINED = List.of("a", "town", "rooms", "d", "e");

  private static JsonObject json(String file) {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(TreeShapOracleTest.class.getResourceAsStream(file)),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double[][] table(JsonArray rows) {
    return rows.asList().stream()
        .map(row -> numbers(row.getAsJsonArray()))
        .toArray(double[][]::new);
  }

  private static double[] numbers(JsonArray array) {
    return array.asList().stream()
        .mapToDouble(value -> value.isJsonNull() ? Double.NaN : value.getAsDouble())
        .toArray();
  }

  private static Attribution explain(Model model, TreeShap method, Dataset data, int output) {
    return method.attribute(
        model, data.inputs(0, data.size()), Quantity.output(output), RunContext.current());
  }

  static Stream<String> shapModels() {
    return json("/attribution/tree-shap.json").getAsJsonObject("models").keySet().stream();
  }

  private static Model model(String file) {
    String location = "classpath:attribution/" + file;
    return (file.endsWith("onnx") ? Models.onnx(location) : Models.xgboost(location))
        .emittingValues();
  }

  @ParameterizedTest
  @MethodSource("shapModels")
  void valuesAreShaps(String name) {
    JsonObject all = json("/attribution/tree-shap.json");
    JsonObject expected = all.getAsJsonObject("models").getAsJsonObject(name);
    Model model = model(expected.get("file").getAsString());
    Dataset rows = TreeShapTest.data(table(all.getAsJsonArray("rows")));
    Dataset background = TreeShapTest.data(table(all.getAsJsonArray("background")));
    Dataset train = TreeShapTest.data(table(all.getAsJsonArray("train")));
    int outputs = model.capability(DecisionTrees.class).orElseThrow().ensemble().outputs();

    for (int output = 0; output < outputs; output++) {
      assertValues(
          explain(model, TreeShap.against(background), rows, output),
          expected.getAsJsonArray("interventional"),
          output,
          2e-7);
      if (expected.has("path")) {
        assertValues(
            explain(model, TreeShap.pathDependent(train), rows, output),
            expected.getAsJsonArray("path"),
            output,
            2e-7);
      }
      if (expected.has("probabilities")) {
        assertValues(
            explain(model, TreeShap.against(background).ofProbabilities(), rows, output),
            expected.getAsJsonArray("probabilities"),
            output,
            2e-7);
      }
    }
    Models.release(model);
  }

  private static void assertValues(
      Attribution said, JsonArray expected, int output, double relative) {
    double largest = 0;
    for (int i = 0; i < expected.size(); i++) {
      double[] values = numbers(expected.get(i).getAsJsonArray().get(output).getAsJsonArray());
      for (int c = 0; c < said.maps()[i].length; c++) {
        double scale = relative * Math.max(1, Math.abs(values[c]));
        largest = Math.max(largest, Math.abs(said.maps()[i][c] - values[c]));
        assertThat(said.maps()[i][c])
            .as("row %d, column %d, output %d, %s", i, c, output, said.rule())
            .isCloseTo(values[c], within(scale));
      }
    }
    if (System.getProperty("differences") != null) {
      System.out.println("largest difference " + largest);
    }
  }

  private static Dataset named(JsonObject rows, int n) {
    return Dataset.named("rows")
        .features(store(rows, COLUMNS.subList(0, 3), n))
        .featureNames(COLUMNS.subList(0, 3))
        .input("rooms", texts(rows.getAsJsonArray("rooms"), n))
        .input("town", texts(rows.getAsJsonArray("town"), n))
        .allowingMissing()
        .values(new double[n], "")
        .build();
  }

  private static Dataset unnamed(JsonObject codes, int n) {
    return Dataset.named("rows")
        .features(store(codes, TRAINED, n))
        .allowingMissing()
        .values(new double[n], "")
        .build();
  }

  private static FeatureStore store(JsonObject rows, List<String> columns, int n) {
    double[] values = new double[n * columns.size()];
    for (int c = 0; c < columns.size(); c++) {
      double[] column = numbers(rows.getAsJsonArray(columns.get(c)));
      for (int i = 0; i < n; i++) {
        values[i * columns.size() + c] = column[i];
      }
    }
    return FeatureStore.inMemory(values, columns.size());
  }

  private static TypedTensor.Texts texts(JsonArray column, int n) {
    String[] texts =
        column.asList().stream().limit(n).map(TreeShapOracleTest::text).toArray(String[]::new);
    return new TypedTensor.Texts(texts, n, 1);
  }

  private static String text(JsonElement value) {
    if (value.isJsonNull()) {
      return "";
    }
    return value.getAsJsonPrimitive().isNumber()
        ? Integer.toString(value.getAsInt())
        : value.getAsString();
  }

  /**
   * XGBoost computes its contributions in single precision, LightGBM in double.
   *
   * @param library whose own contributions are compared
   */
  @ParameterizedTest
  @ValueSource(strings = {"xgboost", "lightgbm"})
  void valuesAreTheBoostersOwn(String library) {
    JsonObject contributions = json("/attribution/tree-contributions.json");
    int n = contributions.get("rows").getAsInt();
    JsonObject asked = json("/trees/expected-%s.json".formatted(library));
    JsonObject models = contributions.getAsJsonObject(library);
    assertThat(models.size()).isGreaterThan(10);
    for (String name : models.keySet()) {
      JsonObject expected = models.getAsJsonObject(name);
      String location = "classpath:trees/" + expected.get("file").getAsString();
      ModelSource source =
          library.equals("xgboost") ? Models.xgboost(location) : Models.lightgbm(location);
      Model model = source.emittingValues();
      boolean byPosition = name.equals("unnamed");
      Dataset data =
          byPosition
              ? unnamed(asked.getAsJsonObject("codes"), n)
              : named(asked.getAsJsonObject("rows"), n);
      List<String> order = byPosition ? TRAINED : COLUMNS;
      int outputs = model.capability(DecisionTrees.class).orElseThrow().ensemble().outputs();
      for (int output = 0; output < outputs; output++) {
        Attribution said = explain(model, TreeShap.pathDependent(), data, output);
        assertThat(said.columns()).isEqualTo(byPosition ? List.of() : order);
        assertOwn(said, expected.getAsJsonArray("values"), output, order, library, name);
      }
    }
  }

  private static void assertOwn(
      Attribution said,
      JsonArray expected,
      int output,
      List<String> order,
      String library,
      String name) {
    double largest = 0;
    double scale = 0;
    for (int i = 0; i < expected.size(); i++) {
      double[] values = numbers(expected.get(i).getAsJsonArray().get(output).getAsJsonArray());
      for (int c = 0; c < TRAINED.size(); c++) {
        double ours = said.maps()[i][order.indexOf(TRAINED.get(c))];
        largest = Math.max(largest, Math.abs(ours - values[c]));
        scale = Math.max(scale, Math.abs(values[c]));
      }
    }
    if (System.getProperty("differences") != null) {
      System.out.println(name + " largest difference " + largest + " of " + scale);
    }
    assertThat(largest)
        .as("%s, output %d", name, output)
        .isLessThanOrEqualTo((library.equals("xgboost") ? 2e-6 : 2e-9) * Math.max(1, scale));
  }

  /** Values of {@code tree_interactions_oracle.py}: XGBoost's, in single precision, and shap's. */
  @ParameterizedTest
  @ValueSource(strings = {"logistic", "softprob", "dart", "squared"})
  void interactionsAreTheBoostersOwn(String name) {
    JsonObject all = json("/attribution/tree-interactions.json");
    int n = all.get("rows").getAsInt();
    JsonObject expected = all.getAsJsonObject("xgboost").getAsJsonObject(name);
    Model model =
        Models.xgboost("classpath:trees/" + expected.get("file").getAsString()).emittingValues();
    Dataset data = named(json("/trees/expected-xgboost.json").getAsJsonObject("rows"), n);

    assertInteractions(model, TreeShap.pathDependent(), data, expected, COLUMNS, 2e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tree", "boosted"})
  void interactionsAreShaps(String name) {
    JsonObject all = json("/attribution/tree-shap.json");
    JsonObject expected =
        json("/attribution/tree-interactions.json").getAsJsonObject("shap").getAsJsonObject(name);
    Model model = model(expected.get("file").getAsString());
    Dataset rows =
        TreeShapTest.data(table(all.getAsJsonArray("rows")))
            .first(expected.getAsJsonArray("values").size());
    Dataset train = TreeShapTest.data(table(all.getAsJsonArray("train")));

    assertInteractions(model, TreeShap.pathDependent(train), rows, expected, TRAINED, 1e-6);
    Models.release(model);
  }

  private static void assertInteractions(
      Model model,
      TreeShap method,
      Dataset data,
      JsonObject expected,
      List<String> order,
      double relative) {
    JsonArray values = expected.getAsJsonArray("values");
    int outputs = model.capability(DecisionTrees.class).orElseThrow().ensemble().outputs();
    double largest = 0;
    double scale = 0;
    for (int output = 0; output < outputs; output++) {
      double[][][] said =
          method
              .interactions(
                  model, data.inputs(0, data.size()), Quantity.output(output), RunContext.current())
              .values();
      for (int i = 0; i < values.size(); i++) {
        double[][] matrix = table(values.get(i).getAsJsonArray().get(output).getAsJsonArray());
        for (int a = 0; a < matrix.length; a++) {
          for (int b = 0; b < matrix.length; b++) {
            double ours = said[i][order.indexOf(TRAINED.get(a))][order.indexOf(TRAINED.get(b))];
            largest = Math.max(largest, Math.abs(ours - matrix[a][b]));
            scale = Math.max(scale, a == b ? 0 : Math.abs(matrix[a][b]));
          }
        }
      }
    }
    if (System.getProperty("differences") != null) {
      System.out.println("interactions: largest difference " + largest + " of " + scale);
    }
    assertThat(scale).isGreaterThan(0.01);
    assertThat(largest).isLessThanOrEqualTo(relative * Math.max(1, scale));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5, 39})
  void rowsAreExplainedAlikeAloneAndTogether(int row) {
    JsonObject asked = json("/trees/expected-lightgbm.json");
    Model model = Models.lightgbm("classpath:trees/lightgbm-multiclass.txt").emittingValues();
    Dataset data = named(asked.getAsJsonObject("rows"), 40);
    int[] many = IntStream.range(0, 4000).map(i -> i % 40).toArray();

    Attribution together =
        TreeShap.against(data)
            .attribute(model, data.inputs(many), Quantity.output(1), RunContext.current());
    Attribution alone =
        TreeShap.against(data)
            .attribute(model, data.inputs(row), Quantity.output(1), RunContext.current());

    assertThat(together.maps()[row]).containsExactly(alone.maps()[0], within(1e-12));
    assertThat(together.maps()[row + 40]).isEqualTo(together.maps()[row]);
  }
}
