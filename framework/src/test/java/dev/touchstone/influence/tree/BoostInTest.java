package dev.touchstone.influence.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.ModelSource;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Auroc;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against {@code src/test/python/boosted_influence_oracle.py}, which knows η and λ. */
class BoostInTest {
  private static final JsonObject EXPECTED = read();

  private static JsonObject read() {
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(
                BoostInTest.class.getResourceAsStream("/influence/boosted.json")),
            StandardCharsets.UTF_8)) {
      return new Gson().fromJson(json, JsonObject.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonObject expected(String model) {
    return EXPECTED.getAsJsonObject("models").getAsJsonObject(model);
  }

  static double[][] rows(JsonArray rows) {
    return new Gson().fromJson(rows, double[][].class);
  }

  static Dataset data(String features, int... labels) {
    double[][] rows = rows(EXPECTED.getAsJsonArray(features));
    float[] values = new float[rows.length * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / 4][i % 4];
    }
    int classes = Arrays.stream(labels).max().orElse(0) + 1;
    return Dataset.named(features)
        .features(FeatureStore.inMemory(values, 4))
        .labels(labels)
        .classNames(List.of("a", "b", "c").subList(0, Math.max(2, classes)))
        .build();
  }

  static int[] labels(String model, String which) {
    return new Gson().fromJson(expected(model).getAsJsonArray(which), int[].class);
  }

  private static Classifier classifier(String model) {
    String location = "classpath:influence/" + expected(model).get("file").getAsString();
    ModelSource source =
        model.startsWith("xgboost") ? Models.xgboost(location) : Models.lightgbm(location);
    return source.emittingProbabilities();
  }

  static InfluenceContext context(String model, long memory, int... labels) {
    return InfluenceContext.of(
        data("train", labels),
        classifier(model),
        RunContext.of(
            new Settings("cpu", 1, Policy.STRICT, memory, Path.of("target")),
            RunSession.isolated()));
  }

  static InfluenceContext context(String model) {
    return context(model, 64L << 20, labels(model, "labels"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"xgboost-binary", "xgboost-classes", "lightgbm-binary", "lightgbm-classes"})
  void scoresAreThoseOfTheLeavesMovedByHand(String model) {
    InfluenceScores scores =
        BoostIn.withDefaults().scores(context(model), data("test", labels(model, "truth")));
    Matrix actual = scores.toMatrix();
    double[][] expected = rows(expected(model).getAsJsonArray("scores"));
    double largest =
        Arrays.stream(expected).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.length; i++) {
      for (int e = 0; e < expected[i].length; e++) {
        // Files of XGBoost hold single precision.
        assertThat(actual.get(i, e)).isCloseTo(expected[i][e], within(2e-4 * largest));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"xgboost-binary", "xgboost-classes", "lightgbm-binary", "lightgbm-classes"})
  void theSettingsOfTheTrainingAreReadOffItsLeaves(String model) {
    InfluenceContext context = context(model);
    Boosting boosting = Boosting.of(context.model(), context.training(), "a test", context.run());
    assertThat(boosting.rate()).isCloseTo(expected(model).get("eta").getAsDouble(), within(1e-4));
    assertThat(boosting.ridge())
        .isCloseTo(expected(model).get("lambda").getAsDouble(), within(1e-3));
  }

  /** What the trees as they are would answer without each example, their leaves given anew. */
  @ParameterizedTest
  @ValueSource(strings = {"xgboost-binary", "xgboost-classes"})
  void scoresPredictWhatRefittedLeavesDoToTheLoss(String model) {
    double[][] refitted = rows(expected(model).getAsJsonArray("refitted"));
    Matrix scores =
        BoostIn.withDefaults()
            .scores(context(model), data("test", labels(model, "truth")))
            .toMatrix();
    double mean = 0;
    for (int e = 0; e < 12; e++) {
      double[] a = new double[150];
      double[] b = new double[150];
      for (int i = 0; i < 150; i++) {
        a[i] = scores.get(i, e);
        b[i] = refitted[i][e];
      }
      mean += pearson(a, b) / 12;
    }
    // Measured by the script: .915 and .949.
    assertThat(mean).isGreaterThan(.9);
  }

  static double pearson(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElseThrow();
    double meanB = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void blocksMeansAndSelfInfluenceAreOfTheSameScores() {
    String model = "xgboost-classes";
    Dataset training = data("train", labels(model, "labels"));
    InfluenceContext context = context(model);
    Matrix own = BoostIn.withDefaults().scores(context, training).toMatrix();
    double[] self = BoostIn.withDefaults().selfInfluence(context);
    for (int i = 0; i < self.length; i++) {
      assertThat(self[i]).isCloseTo(own.get(i, i), within(1e-12));
    }
    InfluenceContext tight = context(model, 4L * 150 * 36 * 4 + 100, labels(model, "labels"));
    InfluenceScores blocks = BoostIn.withDefaults().scores(tight, training);
    int[] count = new int[1];
    blocks.forEach(block -> count[0]++);
    assertThat(count[0]).isGreaterThan(5);
    assertThat(blocks.toMatrix().values())
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(own.values());
  }

  /** A tenth of the labels are wrong. */
  @ParameterizedTest
  @ValueSource(strings = {"xgboost-binary", "lightgbm-binary"})
  void wrongLabelsMatterMostToThemselves(String model) {
    boolean[] wrong = new boolean[150];
    IntStream.of(labels(model, "wrong")).forEach(i -> wrong[i] = true);
    double[] self = BoostIn.withDefaults().selfInfluence(context(model));
    assertThat(Auroc.of(self, wrong).value()).isGreaterThan(.8);
  }

  @Test
  void otherLabelsThanThoseThatWereLearntAreRefused() {
    int[] labels = labels("xgboost-binary", "labels");
    for (int i = 0; i < 40; i++) {
      labels[i] = 1 - labels[i];
    }
    InfluenceContext context = context("xgboost-binary", 64L << 20, labels);
    assertThatThrownBy(() -> BoostIn.withDefaults().selfInfluence(context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("are not what boosting on train")
        .hasMessageContaining("give the data and labels that it was trained on");
  }

  @Test
  void aModelWithoutTreesIsRefused() {
    InfluenceContext context =
        InfluenceContext.of(
            data("train", labels("xgboost-binary", "labels")),
            Models.function(
                    "coin",
                    "1",
                    batch -> {
                      double[][] halves = new double[batch.rows()][];
                      Arrays.setAll(halves, i -> new double[] {.5, .5});
                      return halves;
                    })
                .emittingProbabilities(),
            context("xgboost-binary").run());
    assertThatThrownBy(() -> BoostIn.withDefaults().selfInfluence(context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("give a file of XGBoost or LightGBM");
  }
}
