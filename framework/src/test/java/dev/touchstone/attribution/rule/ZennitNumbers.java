package dev.touchstone.attribution.rule;

import com.google.gson.Gson;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A network of {@code src/test/python/relevance_oracle.py} and its maps by Zennit.
 *
 * @param shape of the examples
 * @param inputs one row per example
 * @param targets the class explained of each
 * @param scores of each
 * @param maps by the composite's name
 */
record ZennitNumbers(
    int[] shape,
    double[][] inputs,
    int[] targets,
    double[][] scores,
    Map<String, double[][]> maps) {

  private static byte[] file(String name) {
    return Location.of("classpath:attribution/relevance/" + name).read(1 << 22);
  }

  static ZennitNumbers of(String net) {
    return new Gson()
        .fromJson(new String(file(net + ".json"), StandardCharsets.UTF_8), ZennitNumbers.class);
  }

  /** The network in double precision. */
  static WhiteBox box(String net) {
    return OnnxFile.of(file(net + ".onnx"), net + ".onnx").whiteBox("cpu").inDoublePrecision();
  }

  static Classifier classifier(String net) {
    return Models.whiteBox(net, box(net)).emittingLogits();
  }

  Tensor batch() {
    float[] values = new float[inputs.length * inputs[0].length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) inputs[i / inputs[0].length][i % inputs[0].length];
    }
    return Tensor.of(values, shape);
  }
}
