package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.touchstone.graph.operator.Attributes;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The nodes of {@code ai.onnx.ml} that scikit-learn's linear models are exported to, written as
 * ONNX's own operators with weights of their own: so they have layers, gradients and backward rules
 * like any other.
 *
 * <ul>
 *   <li>{@code LinearClassifier} is a {@code Gemm} and the softmax or sigmoid that it ends in; the
 *       class that it predicts is not made, as it is no score.
 *   <li>{@code Scaler}, (x - offset) · scale, is a {@code Sub} and a {@code Mul}.
 * </ul>
 */
final class LinearModels {
  private static final String DOMAIN = "ai.onnx.ml";

  private final Attributes.TensorReader tensors;
  private final Map<String, Constant> constants;

  /**
   * Prepares the rewriting.
   *
   * @param constants receives the weights
   */
  LinearModels(Attributes.TensorReader tensors, Map<String, Constant> constants) {
    this.tensors = tensors;
    this.constants = constants;
  }

  /**
   * The nodes that stand for one node: itself, if it is of another kind.
   *
   * @throws UnsupportedOperatorException for settings that no linear model of scikit-learn has
   */
  List<NodeProto> rewritten(NodeProto node) {
    if (node.getDomain().equals(DOMAIN) && node.getOpType().equals("LinearClassifier")) {
      return classifier(node, new Attributes(node, tensors));
    }
    if (node.getDomain().equals(DOMAIN) && node.getOpType().equals("Scaler")) {
      return scaler(node, new Attributes(node, tensors));
    }
    return List.of(node);
  }

  private List<NodeProto> classifier(NodeProto node, Attributes attributes) {
    float[] coefficients = attributes.numbers("coefficients");
    float[] intercepts = attributes.numbers("intercepts");
    int classes =
        Math.max(attributes.count("classlabels_ints"), attributes.count("classlabels_strings"));
    if (classes < 2 || coefficients.length == 0 || coefficients.length % classes != 0) {
      throw attributes.unsupported(
          coefficients.length + " coefficients for " + classes + " classes");
    }
    float[] bias = intercepts.length == 0 ? new float[classes] : intercepts;
    if (bias.length != classes) {
      throw attributes.unsupported(bias.length + " intercepts for " + classes + " classes");
    }
    String name = name(node);
    String weightName =
        constant(name + ".weight", coefficients, classes, coefficients.length / classes);
    String biasName = constant(name + ".bias", bias, classes);
    String scores = node.getOutput(1);
    String transform = attributes.text("post_transform", "NONE");
    String raw = transform.equals("NONE") ? scores : name + ".scores";
    NodeProto product =
        node("Gemm", name, raw, node.getInput(0), weightName, biasName).toBuilder()
            .addAttribute(integer("transB", 1))
            .build();
    return switch (transform) {
      case "NONE" -> List.of(product);
      case "LOGISTIC" -> List.of(product, node("Sigmoid", name + ".sigmoid", scores, raw));
      case "SOFTMAX" ->
          List.of(
              product,
              node("Softmax", name + ".softmax", scores, raw).toBuilder()
                  .addAttribute(integer("axis", 1))
                  .build());
      default -> throw attributes.unsupported("post_transform = " + transform);
    };
  }

  private List<NodeProto> scaler(NodeProto node, Attributes attributes) {
    String name = name(node);
    List<NodeProto> nodes = new ArrayList<>();
    String value = node.getInput(0);
    float[] offset = attributes.numbers("offset");
    float[] scale = attributes.numbers("scale");
    if (offset.length > 0) {
      String offsetName = constant(name + ".offset", offset, offset.length);
      String centred = scale.length > 0 ? name + ".centred" : node.getOutput(0);
      nodes.add(node("Sub", name + ".centre", centred, value, offsetName));
      value = centred;
    }
    if (scale.length > 0) {
      String scaleName = constant(name + ".scale", scale, scale.length);
      nodes.add(node("Mul", name, node.getOutput(0), value, scaleName));
    }
    if (nodes.isEmpty()) {
      nodes.add(node("Identity", name, node.getOutput(0), value));
    }
    return nodes;
  }

  private static String name(NodeProto node) {
    return node.getName().isEmpty() ? node.getOpType() : node.getName();
  }

  /** Adds a constant under a name that nothing else has. */
  private String constant(String wanted, float[] values, long... shape) {
    String name = wanted;
    for (int i = 2; constants.containsKey(name); i++) {
      int dot = wanted.lastIndexOf('.');
      name = wanted.substring(0, dot) + "_" + i + wanted.substring(dot);
    }
    constants.put(name, Constant.of(values, shape));
    return name;
  }

  private static NodeProto node(String type, String name, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(name)
        .addAllInput(Arrays.asList(inputs))
        .addOutput(output)
        .build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }
}
