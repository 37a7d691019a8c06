package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.touchstone.graph.operator.Attributes;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.OnnxOperators;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The nodes of {@code ai.onnx.ml} that scikit-learn's linear models and support vectors are
 * exported to, written as ONNX's own operators with weights of their own: so they have layers,
 * gradients and backward rules like any other.
 *
 * <ul>
 *   <li>{@code LinearClassifier} is a {@code Gemm} and the softmax or sigmoid that it ends in; the
 *       class that it predicts is not made, as it is no score.
 *   <li>{@code LinearRegressor} is a {@code Gemm} likewise.
 *   <li>{@code SVMRegressor} and {@code SVMClassifier} without probabilities are a {@code Gemm} of
 *       what the kernel makes of the distances from the support vectors, or of the products with
 *       them; with a linear kernel, of the features. Of two classes the second's score is the
 *       first's with a minus, and both are made, as by ONNX Runtime; of more there is one for each
 *       pair. Of two classes with probabilities (Platt 2000) there are 1 − p and p = σ(A f + B),
 *       which the iteration tends to that ONNX Runtime, as LIBSVM, ends within .005 of it; of more
 *       the probabilities that it couples of those of the pairs, likewise.
 *   <li>{@code Scaler}, (x - offset) · scale, is a {@code Sub} and a {@code Mul}.
 *   <li>{@code ArrayFeatureExtractor}, some of the columns, is a {@code Gather}.
 *   <li>{@code Imputer} of numbers is a {@code Where} of what is NaN.
 * </ul>
 */
final class LinearModels {
  private static final String DOMAIN = "ai.onnx.ml";

  /** The least probability of one of a pair that LIBSVM couples. */
  private static final float LEAST_SHARE = 1e-7f;

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
      case "SVMRegressor" -> {
        Attributes attributes = new Attributes(node, tensors);
        yield vectors(node, attributes, node.getOutput(0), SupportVectors.ofRegressor(attributes));
      }
      case "SVMClassifier" -> vectorClassifier(node, new Attributes(node, tensors));
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

  private List<NodeProto> vectorClassifier(NodeProto node, Attributes attributes) {
    SupportVectors model = SupportVectors.ofClassifier(attributes);
    boolean ofProbabilities = attributes.count("prob_a") > 0;
    if (model.outputs() > 1) {
      return ofProbabilities
          ? coupled(node, attributes, model)
          : vectors(node, attributes, node.getOutput(1), model);
    }
    String name = name(node);
    String pair = node.getOutput(1) + "/pair";
    String opposite = pair + "/opposite";
    List<NodeProto> nodes = new ArrayList<>(vectors(node, attributes, pair, model));
    if (ofProbabilities) {
      nodes.addAll(
          platt(node, pair, attributes.numbers("prob_a")[0], attributes.numbers("prob_b")[0]));
      return nodes;
    }
    nodes.add(node("Neg", name + ".opposite", opposite, pair));
    nodes.add(
        node("Concat", name + ".both", node.getOutput(1), opposite, pair).toBuilder()
            .addAttribute(integer("axis", 1))
            .build());
    return nodes;
  }

  /** The probabilities of both classes by a sigmoid of the pair's score. */
  private List<NodeProto> platt(NodeProto node, String pair, float slope, float shift) {
    String name = name(node);
    String steep = pair + "/steep";
    String odds = pair + "/odds";
    String second = pair + "/second";
    String first = pair + "/first";
    String factor = constant(name + ".slope", new float[] {slope}, 1);
    String added = constant(name + ".shift", new float[] {shift}, 1);
    String one = constant(name + ".one", new float[] {1}, 1);
    return List.of(
        node("Mul", name + ".steep", steep, pair, factor),
        node("Add", name + ".odds", odds, steep, added),
        node("Sigmoid", name + ".second", second, odds),
        node("Sub", name + ".first", first, one, second),
        node("Concat", name + ".both", node.getOutput(1), first, second).toBuilder()
            .addAttribute(integer("axis", 1))
            .build());
  }

  /** The probabilities of three classes or more, of those of their pairs by a sigmoid each. */
  private List<NodeProto> coupled(NodeProto node, Attributes attributes, SupportVectors model) {
    String name = name(node);
    String pairs = node.getOutput(1) + "/pairs";
    String steep = pairs + "/steep";
    String second = pairs + "/odds";
    String first = second + "/opposite";
    String both = second + "/both";
    String shares = pairs + "/shares";
    String open = shares + "/open";
    int number = model.outputs();
    String slopes = constant(name + ".slopes", attributes.numbers("prob_a"), number);
    String shifts = constant(name + ".shifts", attributes.numbers("prob_b"), number);
    String least = constant(name + ".least", new float[] {LEAST_SHARE});
    String most = constant(name + ".most", new float[] {1 - LEAST_SHARE});
    List<NodeProto> nodes = new ArrayList<>(vectors(node, attributes, pairs, model));
    nodes.add(node("Mul", name + ".steep", steep, pairs, slopes));
    nodes.add(node("Add", name + ".odds", second, steep, shifts));
    nodes.add(node("Neg", name + ".opposite", first, second));
    nodes.add(
        node("Concat", name + ".both", both, first, second).toBuilder()
            .addAttribute(integer("axis", 1))
            .build());
    nodes.add(node("Sigmoid", name + ".pairs", shares, both));
    nodes.add(node("Clip", name + ".open", open, shares, least, most));
    nodes.add(
        node("PairwiseCoupling", name + ".coupled", node.getOutput(1), open).toBuilder()
            .setDomain(OnnxOperators.INNER)
            .build());
    return nodes;
  }

  /** The kernel's values at each support vector, and the sums of what these weigh. */
  private List<NodeProto> vectors(
      NodeProto node, Attributes attributes, String output, SupportVectors model) {
    String name = name(node);
    String input = node.getInput(0);
    int number = model.number();
    int features = model.features();
    if (model.kernel().equals("LINEAR")) {
      return List.of(product(name, output, input, model.linearWeights(), model.biases(), features));
    }
    String kernel = output + "/kernel";
    String inner = kernel + "/inner";
    List<NodeProto> nodes = new ArrayList<>();
    if (model.kernel().equals("RBF")) {
      // Differences first: squares that cancel would leave the rounding of their sizes.
      String column = inner + "/column";
      String distances = inner + "/distances";
      constants.put(column + "/shape", Constant.of(new long[] {-1, 1, features}, 3));
      nodes.add(node("Reshape", name + ".column", column, input, column + "/shape"));
      String vectors = constant(name + ".support_vectors", model.vectors(), 1, number, features);
      nodes.add(node("Sub", name + ".differences", distances + "/each", column, vectors));
      nodes.add(
          node("ReduceSumSquare", name + ".distances", distances, distances + "/each").toBuilder()
              .addAttribute(integers("axes", 2))
              .addAttribute(integer("keepdims", 0))
              .build());
      String gamma = constant(name + ".gamma", new float[] {-model.gamma()}, 1);
      nodes.add(node("Mul", name + ".scaled", inner, distances, gamma));
      nodes.add(node("Exp", name + ".kernel", kernel, inner));
    } else {
      float[] shifts = new float[number];
      Arrays.fill(shifts, model.shift());
      nodes.add(product(name + ".products", inner, input, model.scaledVectors(), shifts, features));
      switch (model.kernel()) {
        case "POLY" -> {
          String degree = constant(name + ".degree", new float[] {model.degree()}, 1);
          nodes.add(node("Pow", name + ".kernel", kernel, inner, degree));
        }
        case "SIGMOID" -> nodes.add(node("Tanh", name + ".kernel", kernel, inner));
        default -> throw attributes.unsupported("kernel_type = " + model.kernel());
      }
    }
    nodes.add(product(name, output, kernel, model.weights(), model.biases(), number));
    return nodes;
  }

  /** The product of an input with rows of weights, and what is added. */
  private NodeProto product(
      String name, String output, String input, float[] weights, float[] biases, int columns) {
    String weightName = constant(name + ".weight", weights, weights.length / columns, columns);
    String biasName = constant(name + ".bias", biases, biases.length);
    return node("Gemm", name, output, input, weightName, biasName).toBuilder()
        .addAttribute(integer("transB", 1))
        .build();
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

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder list =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(list::addInts);
    return list.build();
  }
}
