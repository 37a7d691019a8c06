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
 *   <li>{@code LinearRegressor} is a {@code Gemm} likewise.
 *   <li>{@code Scaler}, (x - offset) · scale, is a {@code Sub} and a {@code Mul}.
 *   <li>{@code ArrayFeatureExtractor}, some of the columns, is a {@code Gather}.
 *   <li>{@code Imputer} of numbers is a {@code Where} of what is NaN.
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
    if (!node.getDomain().equals(DOMAIN)) {
      return List.of(node);
    }
    return switch (node.getOpType()) {
      case "LinearClassifier" -> classifier(node, new Attributes(node, tensors));
      case "LinearRegressor" -> regressor(node, new Attributes(node, tensors));
      case "Scaler" -> scaler(node, new Attributes(node, tensors));
      case "ArrayFeatureExtractor" -> columns(node);
      case "Imputer" -> imputer(node, new Attributes(node, tensors));
      default -> List.of(node);
    };
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
    return linear(node, attributes, node.getOutput(1), coefficients, intercepts, classes);
  }

  private List<NodeProto> regressor(NodeProto node, Attributes attributes) {
    float[] coefficients = attributes.numbers("coefficients");
    int targets = (int) attributes.integer("targets", 1);
    if (targets < 1 || coefficients.length == 0 || coefficients.length % targets != 0) {
      throw attributes.unsupported(
          coefficients.length + " coefficients for " + targets + " targets");
    }
    return linear(
        node,
        attributes,
        node.getOutput(0),
        coefficients,
        attributes.numbers("intercepts"),
        targets);
  }

  /** The product of the inputs with rows of coefficients, and what is made of it. */
  private List<NodeProto> linear(
      NodeProto node,
      Attributes attributes,
      String output,
      float[] coefficients,
      float[] intercepts,
      int rows) {
    float[] bias = intercepts.length == 0 ? new float[rows] : intercepts;
    if (bias.length != rows) {
      throw attributes.unsupported(
          "%d intercepts for %d rows of coefficients".formatted(bias.length, rows));
    }
    String name = name(node);
    String weightName = constant(name + ".weight", coefficients, rows, coefficients.length / rows);
    String biasName = constant(name + ".bias", bias, rows);
    String transform = attributes.text("post_transform", "NONE");
    String raw = transform.equals("NONE") ? output : name + ".scores";
    NodeProto product =
        node("Gemm", name, raw, node.getInput(0), weightName, biasName).toBuilder()
            .addAttribute(integer("transB", 1))
            .build();
    return switch (transform) {
      case "NONE" -> List.of(product);
      case "LOGISTIC" -> List.of(product, node("Sigmoid", name + ".sigmoid", output, raw));
      case "SOFTMAX" ->
          List.of(
              product,
              node("Softmax", name + ".softmax", output, raw).toBuilder()
                  .addAttribute(integer("axis", 1))
                  .build());
      default -> throw attributes.unsupported("post_transform = " + transform);
    };
  }

  private List<NodeProto> columns(NodeProto node) {
    String name = name(node);
    String listed = node.getOutput(0) + "/columns";
    constants.put(listed + "/shape", Constant.of(new long[] {-1}, 1));
    return List.of(
        node("Reshape", name + ".columns", listed, node.getInput(1), listed + "/shape"),
        node("Gather", name, node.getOutput(0), node.getInput(0), listed).toBuilder()
            .addAttribute(integer("axis", -1))
            .build());
  }

  private List<NodeProto> imputer(NodeProto node, Attributes attributes) {
    float[] values = attributes.numbers("imputed_value_floats");
    if (values.length == 0 || !Float.isNaN(attributes.number("replaced_value_float", 0))) {
      throw attributes.unsupported("values in the place of others than NaN");
    }
    String name = name(node);
    String imputed = constant(name + ".imputed", values, values.length);
    String missing = node.getOutput(0) + "/missing";
    return List.of(
        node("IsNaN", name + ".missing", missing, node.getInput(0)),
        node("Where", name, node.getOutput(0), missing, imputed, node.getInput(0)));
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
