package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.operator.OperatorTraits.Hands;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The linear layer that makes an ONNX file's scores, xW + b, and the file with another one in its
 * place: a Gemm, a MatMul with or without an Add, or a LinearClassifier of {@code ai.onnx.ml}.
 *
 * <p>Weights are replaced where they stand: in an initializer or a Constant that nothing else uses.
 * Where something else does, or they pass through other nodes first, the layer gets initializers of
 * its own. A layer without a bias gets one, a MatMul by an Add behind it. Every other byte of the
 * file stays.
 */
public final class LastLayer {
  private final OnnxFile file;
  private final ModelProto model;
  private final GraphProto graph;
  private final Form form;
  private final boolean sigmoid;

  private LastLayer(OnnxFile file, ModelProto model, Form form, boolean sigmoid) {
    this.file = file;
    this.model = model;
    this.graph = model.getGraph();
    this.form = form;
    this.sigmoid = sigmoid;
  }

  /**
   * How the layer is written.
   *
   * @param product the place of the node with the weights
   * @param sum the place of the Add behind a MatMul; −1 without one
   * @param bias the bias's place among the inputs of the node that adds it
   */
  private record Form(int product, int sum, int bias) {}

  /**
   * Finds the layer.
   *
   * @throws TouchstoneException if the scores are not made by such a layer, if its weights are not
   *     stored as numbers in single or double precision, or if the file keeps weights in other
   *     files; the message says what to do
   */
  public static LastLayer of(OnnxFile file) {
    if (file.pathForExternalData().isPresent()) {
      throw new TouchstoneException(
          "%s keeps weights in other files; save the model with its weights inside, so that one file holds all that is repaired"
              .formatted(file.name()));
    }
    Graph whiteBox;
    try {
      whiteBox = file.graph();
    } catch (UnsupportedOperatorException e) {
      throw none(file, "the white box cannot follow its graph: " + e.getMessage());
    }
    ModelProto model = parsed(file);
    GraphProto graph = model.getGraph();
    String scores = whiteBox.score();
    boolean sigmoid = endsInSigmoid(whiteBox);
    Node made = whiteBox.maker(scores);
    while (made != null && made.traits().hands() == Hands.THE_SAME) {
      scores = made.inputs().get(0);
      made = whiteBox.maker(scores);
    }
    int maker = makerOf(graph, scores);
    if (made == null || (maker < 0 && !made.type().equals("Gemm"))) {
      throw none(file, "nothing computes its scores but " + scores);
    }
    Form form =
        maker < 0
            ? new Form(linearClassifier(file, graph, made.name()), -1, -1)
            : form(file, graph, maker);
    LastLayer layer = new LastLayer(file, model, form, sigmoid);
    layer.requireWeights();
    return layer;
  }

  private static ModelProto parsed(OnnxFile file) {
    try {
      return ModelProto.parseFrom(file.bytes());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the file was read before", e);
    }
  }

  private static TouchstoneException none(OnnxFile file, String why) {
    return new TouchstoneException(
        ("%s does not end in a linear layer that can be replaced: %s. Export the model with its"
                + " last layer as a Gemm, or as a MatMul and an Add, in front of the softmax; or"
                + " repair it in memory, which needs no more than a Representation")
            .formatted(file.name(), why));
  }

  private static boolean endsInSigmoid(Graph graph) {
    List<Node> behind = new ArrayList<>(graph.nodesFor(graph.output()));
    behind.removeAll(graph.nodesFor(graph.score()));
    return behind.stream().anyMatch(node -> node.type().equals("Sigmoid"));
  }

  private static int makerOf(GraphProto graph, String value) {
    return IntStream.range(0, graph.getNodeCount())
        .filter(i -> graph.getNode(i).getOutputList().contains(value))
        .findFirst()
        .orElse(-1);
  }

  /** A linear classifier whose scores are transformed within the node: they have no name. */
  private static int linearClassifier(OnnxFile file, GraphProto graph, String name) {
    return IntStream.range(0, graph.getNodeCount())
        .filter(i -> isLinearClassifier(graph.getNode(i)))
        .filter(
            i ->
                graph.getNode(i).getName().equals(name)
                    || graph.getNode(i).getName().isEmpty()
                        && graph.getNode(i).getOpType().equals(name))
        .findFirst()
        .orElseThrow(() -> none(file, "its scores are made by " + name));
  }

  private static boolean isLinearClassifier(NodeProto node) {
    return node.getOpType().equals("LinearClassifier")
        && node.getDomain().equals(LearnedAttributes.DOMAIN);
  }

  private static Form form(OnnxFile file, GraphProto graph, int maker) {
    NodeProto node = graph.getNode(maker);
    if (isLinearClassifier(node)) {
      return new Form(maker, -1, -1);
    }
    boolean standard = OnnxNodes.domain(node.getDomain()).isEmpty();
    if (standard && node.getOpType().equals("Gemm")) {
      return new Form(maker, -1, 2);
    }
    if (standard && node.getOpType().equals("MatMul")) {
      return new Form(maker, -1, -1);
    }
    if (standard && node.getOpType().equals("Add")) {
      for (int i = 0; i < 2; i++) {
        int product = makerOf(graph, node.getInput(i));
        if (product >= 0
            && graph.getNode(product).getOpType().equals("MatMul")
            && isConstant(graph, node.getInput(1 - i))) {
          return new Form(product, maker, 1 - i);
        }
      }
    }
    throw none(
        file, "its scores are made by %s %s".formatted(node.getOpType(), node.getName()).trim());
  }

  private static boolean isConstant(GraphProto graph, String value) {
    if (initializer(graph, value) >= 0) {
      return true;
    }
    int maker = makerOf(graph, value);
    return maker >= 0
        && graph.getNode(maker).getInputList().stream().allMatch(input -> isConstant(graph, input));
  }

  private static int initializer(GraphProto graph, String value) {
    return IntStream.range(0, graph.getInitializerCount())
        .filter(i -> graph.getInitializer(i).getName().equals(value))
        .findFirst()
        .orElse(-1);
  }

  private NodeProto product() {
    return graph.getNode(form.product());
  }

  private void requireWeights() {
    NodeProto node = product();
    if (isLinearClassifier(node)) {
      return;
    }
    if (isConstant(graph, node.getInput(0)) || !isConstant(graph, node.getInput(1))) {
      throw none(
          file,
          "%s %s does not multiply the representation by stored weights from the right"
              .formatted(node.getOpType(), node.getName()));
    }
    if (number(node, "transA", 0) != 0) {
      throw none(file, "the Gemm %s transposes the representation".formatted(node.getName()));
    }
    if (alpha() == 0 || beta() == 0) {
      throw none(file, "the Gemm %s ignores its weights or its bias".formatted(node.getName()));
    }
    type();
  }

  private double alpha() {
    return isGemm() ? number(product(), "alpha", 1) : 1;
  }

  private double beta() {
    return isGemm() ? number(product(), "beta", 1) : 1;
  }

  private boolean isGemm() {
    return product().getOpType().equals("Gemm");
  }

  private static double number(NodeProto node, String name, double byDefault) {
    return attribute(node, name)
        .map(a -> a.getType() == AttributeProto.AttributeType.FLOAT ? a.getF() : (double) a.getI())
        .orElse(byDefault);
  }

  private static Optional<AttributeProto> attribute(NodeProto node, String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  /** Of the weights' numbers. */
  private TensorProto.DataType type() {
    String value = product().getInput(1);
    while (true) {
      int stored = initializer(graph, value);
      TensorProto tensor = stored >= 0 ? graph.getInitializer(stored) : null;
      if (tensor == null) {
        NodeProto maker = graph.getNode(makerOf(graph, value));
        tensor = attribute(maker, "value").map(AttributeProto::getT).orElse(null);
        if (tensor == null
            && !List.of("Transpose", "Identity", "Reshape").contains(maker.getOpType())) {
          throw none(
              file,
              "the weights of %s are made by %s %s"
                  .formatted(product().getName(), maker.getOpType(), maker.getName()));
        }
        value = tensor == null ? maker.getInput(0) : value;
      }
      if (tensor != null) {
        TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
        if (type != TensorProto.DataType.FLOAT && type != TensorProto.DataType.DOUBLE) {
          throw none(
              file,
              "its weights are stored as %s; repair the model in single precision, and convert it after that"
                  .formatted(type));
        }
        return type;
      }
    }
  }

  /** Returns whether a sigmoid of each score is its probability, and no softmax of all. */
  public boolean endsInSigmoid() {
    return sigmoid;
  }

  /**
   * Returns the number of scores k.
   *
   * @param features how many the layer takes, d
   * @throws TouchstoneException if its weights are not for so many features
   */
  public int outputs(int features) {
    long values =
        isLinearClassifier(product())
            ? attribute(product(), "coefficients").map(AttributeProto::getFloatsCount).orElse(0)
            : sizeOf(product().getInput(1));
    if (values % features != 0 || values == 0) {
      throw new TouchstoneException(
          "the last layer of %s has %d weights, which are none of %d features"
              .formatted(file.name(), values, features));
    }
    return Math.toIntExact(values / features);
  }

  private long sizeOf(String value) {
    int stored = initializer(graph, value);
    if (stored >= 0) {
      return size(graph.getInitializer(stored));
    }
    NodeProto maker = graph.getNode(makerOf(graph, value));
    Optional<AttributeProto> constant = attribute(maker, "value");
    return constant.isPresent() ? size(constant.get().getT()) : sizeOf(maker.getInput(0));
  }

  private static long size(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /**
   * Returns the file with other weights in this layer.
   *
   * @param slopes W, d × k
   * @param intercepts b, k
   * @throws TouchstoneException if the layer is of another size, or a weight is none in the file's
   *     precision
   */
  public byte[] replacedBy(double[][] slopes, double... intercepts) {
    int d = slopes.length;
    int k = intercepts.length;
    if (outputs(d) != k) {
      throw new TouchstoneException(
          "the last layer of %s makes %d scores, and is to be replaced by one of %d"
              .formatted(file.name(), outputs(d), k));
    }
    GraphSplice splice = new GraphSplice();
    if (isLinearClassifier(product())) {
      splice.replaceNode(form.product(), classifier(slopes, intercepts));
      return splice.in(file.bytes());
    }
    boolean transposed = number(product(), "transB", 0) != 0;
    double alpha = alpha();
    double[] weights = new double[d * k];
    for (int j = 0; j < d; j++) {
      for (int c = 0; c < k; c++) {
        weights[transposed ? c * d + j : j * k + c] = slopes[j][c] / alpha;
      }
    }
    double beta = beta();
    double[] bias = IntStream.range(0, k).mapToDouble(c -> intercepts[c] / beta).toArray();
    Edit edit = new Edit(splice);
    edit.put(form.product(), 1, weights, transposed ? new long[] {k, d} : new long[] {d, k});
    if (form.sum() >= 0) {
      edit.put(form.sum(), form.bias(), bias, k);
    } else if (isGemm()) {
      edit.put(form.product(), 2, bias, k);
    } else {
      edit.putSumBehind(form.product(), bias);
    }
    return edit.in(file.bytes());
  }

  private NodeProto classifier(double[][] slopes, double... intercepts) {
    int d = slopes.length;
    NodeProto.Builder node = product().toBuilder();
    boolean hasIntercepts = false;
    for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
      if (attribute.getName().equals("coefficients")) {
        for (int i = 0; i < attribute.getFloatsCount(); i++) {
          attribute.setFloats(i, single(slopes[i % d][i / d]));
        }
      } else if (attribute.getName().equals("intercepts")) {
        hasIntercepts = true;
        attribute.clearFloats();
        for (double intercept : intercepts) {
          attribute.addFloats(single(intercept));
        }
      }
    }
    if (!hasIntercepts) {
      AttributeProto.Builder added =
          AttributeProto.newBuilder()
              .setName("intercepts")
              .setType(AttributeProto.AttributeType.FLOATS);
      for (double intercept : intercepts) {
        added.addFloats(single(intercept));
      }
      node.addAttribute(added);
    }
    return node.build();
  }

  private float single(double weight) {
    float rounded = (float) weight;
    if (!Float.isFinite(rounded)) {
      throw new TouchstoneException(
          "the repaired layer of %s has a weight of %s, which is no number in single precision"
              .formatted(file.name(), weight));
    }
    return rounded;
  }

  /** Changes of nodes and tensors, gathered so that a node that changes twice is written once. */
  private final class Edit {
    private final GraphSplice splice;
    private final Set<String> names = new HashSet<>();
    private final NodeProto[] changed = new NodeProto[graph.getNodeCount()];
    private @Nullable NodeProto behind;

    Edit(GraphSplice splice) {
      this.splice = splice;
      graph.getInitializerList().forEach(tensor -> names.add(tensor.getName()));
      graph.getInputList().forEach(input -> names.add(input.getName()));
      visit(
          graph,
          node -> {
            names.addAll(node.getInputList());
            names.addAll(node.getOutputList());
            names.add(node.getName());
          });
    }

    /** Puts values where a node's input comes from, or beside it where others use them. */
    void put(int node, int input, double[] values, long... shape) {
      NodeProto proto = changed[node] == null ? graph.getNode(node) : changed[node];
      String present = proto.getInputCount() > input ? proto.getInput(input) : "";
      int stored = present.isEmpty() ? -1 : initializer(graph, present);
      if (stored >= 0
          && isUsedOnce(present)
          && sameSize(graph.getInitializer(stored), values, shape)) {
        splice.replaceInitializer(stored, filled(graph.getInitializer(stored), values));
        return;
      }
      int maker = present.isEmpty() || stored >= 0 ? -1 : makerOf(graph, present);
      if (maker >= 0 && isUsedOnce(present)) {
        NodeProto constant = graph.getNode(maker);
        Optional<AttributeProto> value = attribute(constant, "value");
        if (constant.getOpType().equals("Constant")
            && value.isPresent()
            && sameSize(value.get().getT(), values, shape)) {
          NodeProto.Builder refilled = constant.toBuilder();
          refilled.getAttributeBuilderList().stream()
              .filter(a -> a.getName().equals("value"))
              .forEach(a -> a.setT(filled(a.getT(), values)));
          changed[maker] = refilled.build();
          return;
        }
      }
      String name = newName(present.isEmpty() ? proto.getOutput(0) + "/bias" : present);
      splice.add(newTensor(name, values, shape));
      NodeProto.Builder rewired = proto.toBuilder();
      if (proto.getInputCount() > input) {
        rewired.setInput(input, name);
      } else {
        rewired.addInput(name);
      }
      changed[node] = rewired.build();
    }

    void putSumBehind(int node, double... bias) {
      NodeProto proto = changed[node] == null ? graph.getNode(node) : changed[node];
      String output = proto.getOutput(0);
      String before = newName(output + "/without-bias");
      String name = newName(output + "/bias");
      splice.add(newTensor(name, bias, bias.length));
      changed[node] = proto.toBuilder().setOutput(0, before).build();
      behind =
          NodeProto.newBuilder()
              .setOpType("Add")
              .setName(newName(proto.getName() + "/bias-added"))
              .addInput(before)
              .addInput(name)
              .addOutput(output)
              .build();
    }

    byte[] in(byte[] bytes) {
      for (int i = 0; i < changed.length; i++) {
        NodeProto node = changed[i];
        if (behind != null && i == form.product()) {
          splice.replaceNode(i, node == null ? graph.getNode(i) : node, behind);
        } else if (node != null) {
          splice.replaceNode(i, node);
        }
      }
      return splice.in(bytes);
    }

    private String newName(String like) {
      String name = like;
      for (int i = 2; !names.add(name); i++) {
        name = like + "/repaired" + (i == 2 ? "" : "-" + i);
      }
      return name;
    }
  }

  private boolean sameSize(TensorProto tensor, double[] values, long... shape) {
    if (size(tensor) != values.length || tensor.getDataType() != type().getNumber()) {
      return false;
    }
    // A bias may be written as 1 × k; weights have to be the matrix that they are.
    return shape.length == 1
        ? tensor.getDimsCount() <= 2 && tensor.getDims(tensor.getDimsCount() - 1) == shape[0]
        : tensor.getDimsCount() == 2
            && tensor.getDims(0) == shape[0]
            && tensor.getDims(1) == shape[1];
  }

  private boolean isUsedOnce(String value) {
    int[] uses = new int[1];
    visit(
        graph, node -> uses[0] += (int) node.getInputList().stream().filter(value::equals).count());
    boolean isOutput =
        graph.getOutputList().stream().anyMatch(output -> output.getName().equals(value));
    return uses[0] == 1 && !isOutput;
  }

  /** Visits all nodes, also those of branches and loops, which may use what is outside of them. */
  private static void visit(GraphProto graph, Consumer<NodeProto> visitor) {
    for (NodeProto node : graph.getNodeList()) {
      visitor.accept(node);
      for (AttributeProto attribute : node.getAttributeList()) {
        if (attribute.hasG()) {
          visit(attribute.getG(), visitor);
        }
        attribute.getGraphsList().forEach(inner -> visit(inner, visitor));
      }
    }
  }

  private TensorProto newTensor(String name, double[] values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(type().getNumber());
    for (long side : shape) {
      tensor.addDims(side);
    }
    return tensor.setRawData(packed(values)).build();
  }

  /** The same tensor with other values, written as the present ones are. */
  private TensorProto filled(TensorProto tensor, double... values) {
    TensorProto.Builder filled = tensor.toBuilder();
    if (tensor.getFloatDataCount() > 0) {
      for (int i = 0; i < values.length; i++) {
        filled.setFloatData(i, single(values[i]));
      }
    } else if (tensor.getDoubleDataCount() > 0) {
      for (int i = 0; i < values.length; i++) {
        filled.setDoubleData(i, values[i]);
      }
    } else {
      filled.setRawData(packed(values));
    }
    return filled.build();
  }

  private ByteString packed(double... values) {
    boolean inDoubles = type() == TensorProto.DataType.DOUBLE;
    ByteBuffer packed =
        ByteBuffer.allocate(values.length * (inDoubles ? Double.BYTES : Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (inDoubles) {
        packed.putDouble(value);
      } else {
        packed.putFloat(single(value));
      }
    }
    return ByteString.copyFrom(packed.flip());
  }

  @Override
  public String toString() {
    return "%s %s of %s"
        .formatted(product().getOpType(), product().getName(), model.getGraph().getName());
  }
}
