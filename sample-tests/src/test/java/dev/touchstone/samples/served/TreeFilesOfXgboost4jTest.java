package dev.touchstone.samples.served;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.model.Models;
import dev.touchstone.model.Scores;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the newest XGBoost on the JVM trains and saves is read without it, and answers alike: since
 * 3.4 trees that are dropped have their weights in the file of a gbtree.
 */
@Tag("library")
class TreeFilesOfXgboost4jTest {
  private static final int N = 300;

  @TempDir Path folder;

  static Stream<Arguments> objectives() {
    return Stream.of(
        Arguments.of("binary:logistic", Map.of()),
        Arguments.of("binary:logitraw", Map.of()),
        Arguments.of("binary:logistic", Map.of("rate_drop", 0.4)),
        Arguments.of("binary:logistic", Map.of("booster", "dart", "rate_drop", 0.4)),
        Arguments.of("multi:softprob", Map.of("num_class", 3)),
        Arguments.of("multi:softprob", Map.of("num_class", 3, "rate_drop", 0.4)),
        Arguments.of("reg:squarederror", Map.of()),
        Arguments.of("reg:absoluteerror", Map.of()),
        Arguments.of("count:poisson", Map.of()));
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void answersAsXgboost4jDoes(String objective, Map<String, Object> settings) throws XGBoostError {
    Random random = new Random(1);
    float[] rows = new float[3 * N];
    float[] classes = new float[N];
    for (int i = 0; i < N; i++) {
      for (int c = 0; c < 3; c++) {
        rows[3 * i + c] = random.nextInt(9) == 0 ? Float.NaN : (float) random.nextGaussian();
      }
      float sum = (Float.isNaN(rows[3 * i]) ? 0.5f : rows[3 * i]) + (rows[3 * i + 1] > 0 ? 1 : 0);
      classes[i] =
          objective.startsWith("binary") ? (sum > 0.7 ? 1 : 0) : sum > 1.2 ? 2 : sum > 0 ? 1 : 0;
    }
    DMatrix train = new DMatrix(rows, N, 3, Float.NaN);
    train.setLabel(classes);
    Map<String, Object> parameters = new HashMap<>(settings);
    parameters.putAll(Map.of("objective", objective, "max_depth", 3, "nthread", 1, "verbosity", 0));
    Booster booster = XGBoost.train(train, parameters, 6, new HashMap<>(), null, null);
    float[][] expected = booster.predict(train);

    for (String ending : new String[] {"ubj", "json"}) {
      String file = folder.resolve("model." + ending).toString();
      booster.saveModel(file);
      double[][] said =
          Models.xgboost(file)
              .emittingLogits()
              .require(Scores.class, "the test", "")
              .scores(Tensor.of(rows, N, 3))
              .rows();
      for (int i = 0; i < N; i++) {
        for (int k = 0; k < expected[i].length; k++) {
          assertThat(said[i][k]).isCloseTo(expected[i][k], within(1e-6));
        }
      }
    }
    booster.dispose();
    train.dispose();
  }
}
