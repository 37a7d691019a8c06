package dev.touchstone.graph;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;

import dev.touchstone.graph.onnx.OnnxBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * ResNet-18 (He et al. 2016, table 1) as PyTorch exports it in evaluation mode, with seeded
 * weights: 45 MB are too many for a repository.
 */
final class ResNet18 {
  private final OnnxBuilder onnx = new OnnxBuilder();

  static byte[] onnx(int classes) {
    return new ResNet18().build(classes);
  }

  private byte[] build(int classes) {
    onnx.input("image", 0, 3, 64, 64);
    String x = normalised("conv1", "bn1", "image", 3, 64, 7, 2, 3);
    x = node("Relu", List.of(x), "/relu");
    onnx.node(
        "MaxPool",
        List.of(x),
        "/maxpool",
        attribute("kernel_shape", new long[] {3, 3}),
        attribute("strides", new long[] {2, 2}),
        attribute("pads", new long[] {1, 1, 1, 1}));
    x = "/maxpool";
    int channels = 64;
    for (int stage = 1; stage <= 4; stage++) {
      int wide = 64 << (stage - 1);
      for (int block = 0; block < 2; block++) {
        x =
            block(
                "layer" + stage + "." + block, x, channels, wide, stage > 1 && block == 0 ? 2 : 1);
        channels = wide;
      }
    }
    node("GlobalAveragePool", List.of(x), "/avgpool");
    node("Flatten", List.of("/avgpool"), "/flatten");
    onnx.weights("fc.weight", he("fc", classes * 512, 512), classes, 512);
    onnx.weights("fc.bias", TestModels.normal("fc.bias", classes), classes);
    onnx.node(
        "Gemm", List.of("/flatten", "fc.weight", "fc.bias"), "logits", attribute("transB", 1));
    return onnx.output("logits", 0, classes).bytes();
  }

  private String block(String name, String x, int from, int to, int stride) {
    String inner = normalised(name + ".conv1", name + ".bn1", x, from, to, 3, stride, 1);
    inner = node("Relu", List.of(inner), "/" + name + "/relu");
    inner = normalised(name + ".conv2", name + ".bn2", inner, to, to, 3, 1, 1);
    String skip =
        stride == 1 && from == to
            ? x
            : normalised(name + ".downsample.0", name + ".downsample.1", x, from, to, 1, stride, 0);
    String sum = node("Add", List.of(inner, skip), "/" + name + "/Add");
    return node("Relu", List.of(sum), "/" + name + "/relu_1");
  }

  private String normalised(
      String conv, String norm, String x, int from, int to, int size, int stride, int pad) {
    onnx.weights(
        conv + ".weight",
        he(conv, to * from * size * size, from * size * size),
        to,
        from,
        size,
        size);
    onnx.node(
        "Conv",
        List.of(x, conv + ".weight"),
        "/" + conv,
        attribute("kernel_shape", new long[] {size, size}),
        attribute("strides", new long[] {stride, stride}),
        attribute("pads", new long[] {pad, pad, pad, pad}));
    List<String> inputs = new ArrayList<>(List.of("/" + conv));
    for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
      float[] values = TestModels.normal(norm + part, to);
      for (int i = 0; i < to; i++) {
        values[i] =
            switch (part) {
              case "weight" -> .6f + .1f * values[i];
              case "running_var" -> 1 + .1f * Math.abs(values[i]);
              default -> .1f * values[i];
            };
      }
      onnx.weights(norm + "." + part, values, to);
      inputs.add(norm + "." + part);
    }
    return node("BatchNormalization", inputs, "/" + norm);
  }

  private String node(String type, List<String> inputs, String output) {
    onnx.node(type, inputs, output);
    return output;
  }

  /** Variance 2 / fan-in. */
  private static float[] he(String stream, int n, int fanIn) {
    float[] values = TestModels.normal(stream, n);
    float scale = (float) Math.sqrt(2. / fanIn);
    for (int i = 0; i < n; i++) {
      values[i] *= scale;
    }
    return values;
  }
}
