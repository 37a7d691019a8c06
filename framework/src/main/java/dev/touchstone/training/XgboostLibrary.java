package dev.touchstone.training;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/** The only class that knows XGBoost4J, which may be missing. */
final class XgboostLibrary {
  /** XGBoost's files in binary. */
  private static final String FORMAT = "ubj";

  private XgboostLibrary() {}

  /** Returns the version that is on the class path. */
  static String version() {
    try (InputStream file = XGBoost.class.getResourceAsStream("/xgboost4j-version.properties")) {
      if (file == null) {
        return "of no stated version";
      }
      Properties stated = new Properties();
      stated.load(file);
      return stated.getProperty("version", "of no stated version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Trains, and returns what {@code save_model} would write.
   *
   * @param values n × d, row-major, NaN where one is missing
   * @param labels n classes
   * @param weights of the examples; null if all are 1
   * @param columns their names; empty where there are none
   */
  static byte[] train(
      float[] values,
      float[] labels,
      float @Nullable [] weights,
      List<String> columns,
      Map<String, Object> parameters,
      int rounds) {
    DMatrix data = null;
    Booster booster = null;
    try {
      data = new DMatrix(values, labels.length, values.length / labels.length, Float.NaN);
      data.setLabel(labels);
      if (weights != null) {
        data.setWeight(weights);
      }
      if (!columns.isEmpty()) {
        data.setFeatureNames(columns.toArray(String[]::new));
      }
      booster = XGBoost.train(data, parameters, rounds, Map.of(), null, null);
      return booster.toByteArray(FORMAT);
    } catch (XGBoostError e) {
      throw new TouchstoneException("XGBoost could not train: " + e.getMessage(), e);
    } finally {
      if (booster != null) {
        booster.dispose();
      }
      if (data != null) {
        data.dispose();
      }
    }
  }
}
