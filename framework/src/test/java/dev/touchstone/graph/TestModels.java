package dev.touchstone.graph;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RandomStreams;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Models and inputs that several tests share. */
public final class TestModels {
  static final String TRIBUO = "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx";

  private TestModels() {}

  static WhiteBox tribuo() {
    return OnnxFile.read(Location.of(TRIBUO)).whiteBox("cpu");
  }

  public static WhiteBox whiteBox(OnnxBuilder model) {
    return OnnxFile.of(model.bytes(), "test.onnx").whiteBox("cpu");
  }

  /** Two inputs, three hidden units with a rectifier, two classes. */
  public static OnnxBuilder perceptron() {
    return new OnnxBuilder()
        .input("x", 0, 2)
        .weights("fc1.weight", new float[] {1, 2, -1, 1, 3, -1}, 3, 2)
        .weights("fc1.bias", new float[] {0, 1, -2}, 3)
        .weights("fc2.weight", new float[] {1, -1, 2, -2, 3, 1}, 2, 3)
        .node(
            "Gemm", List.of("x", "fc1.weight", "fc1.bias"), "h", OnnxBuilder.attribute("transB", 1))
        .node("Relu", List.of("h"), "a")
        .node("Gemm", List.of("a", "fc2.weight"), "y", OnnxBuilder.attribute("transB", 1))
        .output("y", 0, 2);
  }

  /** Independent standard normal numbers of a stream's name. */
  public static float[] normal(String stream, int n) {
    UniformRandomProvider random = new RandomStreams(42).of(stream);
    ZigguratSampler.NormalizedGaussian gauss = ZigguratSampler.NormalizedGaussian.of(random);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) gauss.sample();
    }
    return values;
  }

  /** Images as digits come: 0 to 255. */
  static Tensor digitLike(String stream, int n) {
    float[] values = normal(stream, n * 784);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, Math.min(255, 60 + 80 * values[i]));
    }
    return Tensor.of(values, n, 1, 28, 28);
  }

  /**
   * The largest difference between a change of the scores and what the gradient promises, as a
   * share of the gradient's length times the way gone. Inputs are single precision, so the way is
   * measured after rounding; the scores have to come from a white box in double precision.
   */
  static double worstDirectionalError(WhiteBox model, Tensor batch, int target, double step) {
    int[] targets = new int[batch.rows()];
    Arrays.fill(targets, target);
    double[][] gradients =
        model.inputGradients(batch, Quantity.ofClass(targets), BackwardRules.derivatives());
    double worst = 0;
    for (int direction = 0; direction < 3; direction++) {
      float[] along = normal("direction " + direction, batch.values().length);
      Tensor ahead = moved(batch, along, step);
      Tensor behind = moved(batch, along, -step);
      double[][] above = model.scores(ahead);
      double[][] below = model.scores(behind);
      for (int i = 0; i < batch.rows(); i++) {
        double promised = 0;
        double gradientSquared = 0;
        double waySquared = 0;
        for (int j = 0; j < batch.rowSize(); j++) {
          int at = i * batch.rowSize() + j;
          double way = (double) ahead.values()[at] - behind.values()[at];
          promised += gradients[i][j] * way;
          gradientSquared += Math.pow(gradients[i][j], 2);
          waySquared += way * way;
        }
        double change = above[i][target] - below[i][target];
        worst =
            Math.max(worst, Math.abs(change - promised) / Math.sqrt(gradientSquared * waySquared));
      }
    }
    return worst;
  }

  private static Tensor moved(Tensor batch, float[] along, double step) {
    float[] values = batch.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (step * along[i]);
    }
    return Tensor.of(values, batch.shape());
  }
}
