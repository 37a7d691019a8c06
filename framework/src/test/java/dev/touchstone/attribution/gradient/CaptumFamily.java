package dev.touchstone.attribution.gradient;

import com.google.gson.Gson;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The networks and maps of {@code src/test/python/gradient_family_oracle.py}.
 *
 * @param targets the class whose score is explained, per example
 * @param taps maps at inner values
 */
public record CaptumFamily(
    double[][] inputs,
    int[] shape,
    int[] targets,
    List<AtTap> taps,
    double[][] integratedGradients,
    double[][] deconvolution,
    double[][] guidedBackprop,
    double[][] deepLift,
    double[][] gradCam,
    double[][] stretchedGradCam,
    double[][] guidedGradCam) {

  /** The networks. */
  public static final List<String> NAMES = List.of("cnn", "mlp", "residual", "mobile", "encoder");

  private static final Map<String, Classifier> MODELS = new ConcurrentHashMap<>();

  /** Maps at one inner value. */
  public record AtTap(
      String node,
      int[] neuron,
      double[][] gradientTimesActivation,
      double[][] internalInfluence,
      double[][] conductance,
      double[][] neuronConductance,
      double[][] integratedGradients) {}

  /** Reads the maps of a network. */
  public static CaptumFamily of(String name) {
    return read("family-" + name + ".json", CaptumFamily.class);
  }

  /** Reads one of the script's files. */
  static <T> T read(String file, Class<T> type) {
    byte[] bytes = Location.of("classpath:attribution/" + file).read(1 << 22);
    return new Gson().fromJson(new String(bytes, StandardCharsets.UTF_8), type);
  }

  /** Returns the network in double precision. */
  public static Classifier model(String name) {
    return MODELS.computeIfAbsent(
        name, key -> Models.whiteBox(key, single(key).inDoublePrecision()).emittingLogits());
  }

  /** Returns the network in single precision. */
  public static WhiteBox single(String name) {
    String file = name.equals("cnn") ? "cnn.onnx" : "family-" + name + ".onnx";
    return OnnxFile.read(Location.of("classpath:attribution/" + file)).whiteBox("cpu");
  }

  /** Returns the inputs. */
  public Tensor batch() {
    int width = inputs[0].length;
    float[] values = new float[inputs.length * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) inputs[i / width][i % width];
    }
    return Tensor.of(values, shape);
  }

  /** Explains the targets' scores of a network. */
  public Attribution explained(String name, AttributionMethod method) {
    return method.attribute(model(name), batch(), Quantity.ofClass(targets), RunContext.current());
  }
}
