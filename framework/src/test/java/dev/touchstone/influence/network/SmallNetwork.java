package dev.touchstone.influence.network;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The network of {@code src/test/python/influence_oracle.py}, in double precision, and its data.
 */
final class SmallNetwork {
  private static final JsonObject EXPECTED = read();
  private static final List<Checkpoint> CHECKPOINTS = checkpointsOf(EXPECTED);

  private SmallNetwork() {}

  private static JsonObject read() {
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(
                SmallNetwork.class.getResourceAsStream("/reference/influence.json")),
            StandardCharsets.UTF_8)) {
      return new Gson().fromJson(json, JsonObject.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonObject expected() {
    return EXPECTED;
  }

  static Matrix matrix(JsonArray rows) {
    double[][] values = new double[rows.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = vector(rows.get(i).getAsJsonArray());
    }
    return Matrix.ofRows(values);
  }

  static Matrix matrix(String name) {
    return matrix(EXPECTED.getAsJsonArray(name));
  }

  static double[] vector(JsonArray numbers) {
    double[] values = new double[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).getAsDouble();
    }
    return values;
  }

  private static float[] floats(JsonArray numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).getAsFloat();
    }
    return values;
  }

  private static Dataset data(String name, String features, String labels) {
    Matrix rows = matrix(features);
    float[] values = new float[rows.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) rows.values()[i];
    }
    JsonArray given = EXPECTED.getAsJsonArray(labels);
    int[] classes = new int[given.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = given.get(i).getAsInt();
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, rows.columns()))
        .labels(classes)
        .classNames(List.of("a", "b", "c"))
        .build();
  }

  static Dataset training() {
    return data("training", "train", "labels");
  }

  static Dataset test() {
    return data("test", "test", "truth");
  }

  private static List<Checkpoint> checkpointsOf(JsonObject expected) {
    List<Checkpoint> checkpoints = new ArrayList<>();
    double[] rates = vector(expected.getAsJsonArray("rates"));
    for (int i = 0; i < rates.length; i++) {
      WhiteBox box = network(expected.getAsJsonArray("checkpoints").get(i).getAsJsonObject());
      checkpoints.add(new Checkpoint(i + 1, rates[i], classifier("checkpoint " + i, box)));
    }
    return checkpoints;
  }

  static Classifier classifier(String name, WhiteBox box) {
    return Models.whiteBox(name, box).emittingLogits();
  }

  private static WhiteBox network(JsonObject weights) {
    return TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 6)
                .weights("fc1.weight", floats(weights.getAsJsonArray("0.weight")), 5, 6)
                .weights("fc1.bias", floats(weights.getAsJsonArray("0.bias")), 5)
                .weights("fc2.weight", floats(weights.getAsJsonArray("2.weight")), 3, 5)
                .weights("fc2.bias", floats(weights.getAsJsonArray("2.bias")), 3)
                .node("Gemm", List.of("x", "fc1.weight", "fc1.bias"), "h", attribute("transB", 1))
                .node("Tanh", List.of("h"), "a")
                .node("Gemm", List.of("a", "fc2.weight", "fc2.bias"), "y", attribute("transB", 1))
                .output("y", 0, 3))
        .inDoublePrecision();
  }

  static List<Checkpoint> checkpoints() {
    return CHECKPOINTS;
  }

  static Classifier model() {
    return CHECKPOINTS.get(CHECKPOINTS.size() - 1).model();
  }

  static RunContext run(long memory) {
    return RunContext.of(
        new Settings("cpu", 1, Policy.STRICT, memory, Path.of("target")), RunSession.isolated());
  }

  static InfluenceContext context() {
    return context(64L << 20);
  }

  static InfluenceContext context(long memory) {
    return InfluenceContext.of(training(), model(), run(memory)).withCheckpoints(checkpoints());
  }

  /** The largest difference of two matrices over the largest entry of the second. */
  static double distance(Matrix actual, Matrix expected) {
    return distance(actual.values(), expected.values());
  }

  static double distance(double[] actual, double[] expected) {
    if (actual.length != expected.length) {
      throw new IllegalArgumentException(actual.length + " for " + expected.length);
    }
    double gap = 0;
    double largest = 0;
    for (int i = 0; i < actual.length; i++) {
      gap = Math.max(gap, Math.abs(actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    return Double.isNaN(gap) ? gap : gap / largest;
  }
}
