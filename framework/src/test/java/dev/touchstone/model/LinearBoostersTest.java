package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Linear models of XGBoost and linear leaves of LightGBM answer as the libraries do, on missing
 * values too: {@code linear_boosters.py}.
 */
class LinearBoostersTest {
  private static final JsonObject EXPECTED =
      JsonParser.parseString(text("expected-linear.json")).getAsJsonObject();

  @TempDir Path folder;

  private static String text(String file) {
    return new String(Location.of("classpath:trees/" + file).read(1 << 20), StandardCharsets.UTF_8);
  }

  private static double[][] rows(JsonArray rows) {
    return rows.asList().stream()
        .map(
            row ->
                row.getAsJsonArray().asList().stream()
                    .mapToDouble(v -> v.isJsonNull() ? Double.NaN : v.getAsDouble())
                    .toArray())
        .toArray(double[][]::new);
  }

  /** The columns in another order than the model's. */
  private static Inputs asked() {
    double[][] rows = rows(EXPECTED.getAsJsonArray("rows"));
    Dataset data =
        Dataset.named("rows")
            .features(
                FeatureStore.inMemory(
                    Arrays.stream(rows)
                        .flatMapToDouble(
                            row -> IntStream.of(3, 1, 0, 2).mapToDouble(column -> row[column]))
                        .toArray(),
                    4))
            .featureNames(List.of("d", "b", "a", "c"))
            .allowingMissing()
            .values(new double[rows.length], "")
            .build();
    return data.inputs(0, rows.length);
  }

  private static ModelSource source(String location) {
    return location.endsWith(".txt") ? Models.lightgbm(location) : Models.xgboost(location);
  }

  private static double[][] answers(String location) {
    return source(location)
        .emittingLogits()
        .require(Scores.class, "a test", "")
        .scores(asked())
        .rows();
  }

  static Stream<String> files() {
    return EXPECTED.getAsJsonObject("models").keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void answersAreThoseOfTheLibrary(String file) {
    double[][] expected = rows(EXPECTED.getAsJsonObject("models").getAsJsonArray(file));
    double[][] found = answers("classpath:trees/" + file);
    // XGBoost computes in single precision, and takes another exponential.
    double tolerance = file.startsWith("gblinear") ? 5e-7 : 1e-12;

    assertThat(found).hasNumberOfRows(expected.length);
    for (int i = 0; i < found.length; i++) {
      for (int c = 0; c < found[i].length; c++) {
        assertThat(found[i][c])
            .as("row %d, output %d", i, c)
            .isCloseTo(expected[i][c], within(tolerance * Math.max(1, Math.abs(expected[i][c]))));
      }
    }
  }

  /** Leaves that hold linear models have no Shapley values by their values alone. */
  @ParameterizedTest
  @CsvSource({
    "linear-tree-binary.txt, with linear models in their leaves",
    "gblinear-logistic.ubj, a linear model of 4 columns of XGBoost"
  })
  void theyAreNoSumsOfLeaves(String file, String what) {
    Classifier model = source("classpath:trees/" + file).emittingProbabilities();

    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> model.require(DecisionTrees.class, "a test", "take another"))
        .withMessageContaining(what)
        .withMessageContaining("and no sum of leaves");
    Models.release(model);
  }

  @Test
  void aLinearModelHasNoRounds() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                Models.xgboost("classpath:trees/gblinear-logistic.ubj", 3)
                    .emittingProbabilities()
                    .predict(asked()))
        .withMessageContaining("keeps no rounds: XGBoost predicts with all that were boosted");
  }

  private void refused(String file, UnaryOperator<String> damage, String why) throws IOException {
    Path damaged = Files.writeString(folder.resolve(file), damage.apply(text(file)));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> answers(damaged.toString()))
        .withMessageContaining("is not whole: ")
        .withMessageContaining(why);
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    refused(
        "gblinear-softprob.json",
        json -> json.replaceFirst("\"weights\":\\[[^,]+,", "\"weights\":["),
        "it states 4 columns, 3 outputs and 14 weights");
    refused(
        "linear-tree-binary.txt",
        model -> model.replace("leaf_features=0 1  0", "leaf_features=0 7  0"),
        "a leaf has the columns [0, 7] of 4");
    refused(
        "linear-tree-binary.txt",
        model -> model.replaceFirst("num_features=2 2", "num_features=2 1"),
        "leaf_features has ");
    refused(
        "linear-tree-binary.txt",
        model -> model.replaceFirst("leaf_const=\\S+ ", "leaf_const="),
        "leaf_const has 4 numbers, where 5 were expected");
  }
}
