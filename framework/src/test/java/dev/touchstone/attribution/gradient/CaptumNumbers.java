package dev.touchstone.attribution.gradient;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import java.nio.charset.StandardCharsets;

/**
 * The network and the maps of {@code src/test/python/attribution_oracle.py}, and of {@code
 * difference_oracle.py} those of a difference of two classes.
 */
final class CaptumNumbers {
  static final WhiteBox BOX =
      OnnxFile.of(file("cnn.onnx"), "cnn.onnx").whiteBox("cpu").inDoublePrecision();
  static final Classifier CNN = Models.whiteBox("cnn", BOX).emittingLogits();

  private static final JsonObject JSON = json("captum.json");

  /**
   * Of the predicted class and the next one.
   *
   * @param over the class whose score counts, per example
   * @param other the class whose score is taken off
   */
  record Difference(
      int[] over, int[] other, double[][] gradient, double[][] integratedGradientsLimit) {}

  private CaptumNumbers() {}

  private static byte[] file(String name) {
    return Location.of("classpath:attribution/" + name).read(1 << 22);
  }

  private static JsonObject json(String name) {
    return new Gson().fromJson(new String(file(name), StandardCharsets.UTF_8), JsonObject.class);
  }

  static Difference difference() {
    return new Gson().fromJson(json("captum-difference.json"), Difference.class);
  }

  static Tensor inputs() {
    double[][] rows = maps("inputs");
    float[] values = new float[rows.length * rows[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return Tensor.of(values, rows.length, 1, 16, 16);
  }

  static int[] targets() {
    return new Gson().fromJson(JSON.get("targets"), int[].class);
  }

  static double[][] maps(String name) {
    return new Gson().fromJson(JSON.get(name), double[][].class);
  }

  static double number(String name) {
    return JSON.get(name).getAsDouble();
  }

  static double error(String rule, int steps) {
    JsonElement errors = JSON.getAsJsonObject("integratedGradientsErrors").get(rule);
    return errors.getAsJsonObject().get(Integer.toString(steps)).getAsDouble();
  }

  /** The mean over examples of ‖a − b‖ / ‖b‖. */
  static double distance(double[][] a, double[][] b) {
    double sum = 0;
    for (int i = 0; i < b.length; i++) {
      double difference = 0;
      double size = 0;
      for (int j = 0; j < b[i].length; j++) {
        difference += (a[i][j] - b[i][j]) * (a[i][j] - b[i][j]);
        size += b[i][j] * b[i][j];
      }
      sum += Math.sqrt(difference / size);
    }
    return sum / b.length;
  }
}
