package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks every node of a file, those of subgraphs and functions too, before native code sees one:
 * how many inputs and outputs it has, its attributes, their types and lengths, and ranks and sizes
 * as far as the file tells them. What is demanded stands in ONNX's own schemas; lengths and signs
 * of lists, which these leave to prose, in {@link SpatialAttributes}.
 */
final class OnnxNodes {
  /** As many as PyTorch's arrays have. */
  private static final int MOST_AXES = 64;

  /** Of an input: as it is given, as the engine has it, and at least two results. */
  private static final int COPIES = 4;

  private final String name;

  /** The shape of what is known: weights, constants, the graph's input (-1 where it is free). */
  private record Scope(
      Map<String, Long> versions,
      Map<String, long[]> shapes,
      Map<String, double[]> values,
      Map<String, TensorProto> tensors,
      boolean inFunction,
      String where) {

    static Scope of(Map<String, Long> versions, boolean inFunction, String where) {
      return new Scope(
          versions, new HashMap<>(), new HashMap<>(), new HashMap<>(), inFunction, where);
    }

    NodeFacts facts(NodeProto node, Map<String, AttributeProto> attributes) {
      return new NodeFacts(node, attributes, shapes, values);
    }

    Scope inside(String place) {
      return new Scope(
          versions,
          new HashMap<>(shapes),
          new HashMap<>(values),
          new HashMap<>(tensors),
          inFunction,
          where + place);
    }
  }

  private final long budget;

  private OnnxNodes(String name, long budget) {
    this.name = name;
    this.budget = budget;
  }

  /**
   * Checks a model.
   *
   * @param name what to call it in messages
   * @param budget bytes that an evaluation may take
   * @throws TouchstoneException naming the node and what is wrong with it
   */
  static void check(ModelProto model, String name, long budget) {
    OnnxNodes check = new OnnxNodes(name, budget);
    check.graph(model);
    for (FunctionProto function : model.getFunctionsList()) {
      Scope scope =
          Scope.of(
              versions(function.getOpsetImportList()),
              true,
              " in the function " + function.getName());
      function.getNodeList().forEach(node -> check.node(node, scope));
    }
  }

  /**
   * The shapes of weights, inputs and results of a model, as far as its file tells them; -1 for a
   * free dimension. Checks the main graph on the way.
   */
  static Map<String, long[]> shapes(ModelProto model, String name, long budget) {
    return new OnnxNodes(name, budget).graph(model).shapes();
  }

  private Scope graph(ModelProto model) {
    Scope scope = Scope.of(versions(model.getOpsetImportList()), false, "");
    graph(model.getGraph(), scope);
    return scope;
  }

  /** The version of each operator set, by its domain. */
  static Map<String, Long> versions(List<OperatorSetIdProto> sets) {
    Map<String, Long> versions = new HashMap<>();
    sets.forEach(set -> versions.put(domain(set.getDomain()), set.getVersion()));
    return versions;
  }

  /** The standard's own domain has two names. */
  static String domain(String given) {
    return given.equals("ai.onnx") ? "" : given;
  }

  private void graph(GraphProto graph, Scope scope) {
    for (TensorProto tensor : graph.getInitializerList()) {
      know(tensor.getName(), tensor, scope);
    }
    for (SparseTensorProto sparse : graph.getSparseInitializerList()) {
      requireSparse(sparse);
    }
    for (ValueInfoProto input : graph.getInputList()) {
      if (input.getType().getTensorType().hasShape()) {
        long[] shape =
            input.getType().getTensorType().getShape().getDimList().stream()
                .mapToLong(d -> d.hasDimValue() ? d.getDimValue() : -1)
                .toArray();
        if (scope.shapes().putIfAbsent(input.getName(), shape) == null) {
          requireInput(input.getName(), shape);
        }
      }
    }
    graph.getNodeList().forEach(node -> node(node, scope));
  }

  private void requireSparse(SparseTensorProto sparse) {
    requireDimensions(sparse.getValues());
    requireDimensions(sparse.getIndices());
    SparseWeights.check(sparse, name, budget);
  }

  /** A batch that the file fixes is filled up to, whatever there is to ask. */
  private void requireInput(String input, long[] shape) {
    if (KnownShapes.elements(shape) > budget / Float.BYTES / COPIES) {
      throw new TouchstoneException(
          ("%s takes \"%s\" of shape %s at once, which with copies and results is %d times that,"
               + " and an evaluation may take touchstone.memory = %d bytes; export it with a free"
               + " batch axis, or raise it: -Dtouchstone.memory=4g")
              .formatted(name, input, Arrays.toString(shape), COPIES, budget));
    }
  }

  private void know(String value, TensorProto tensor, Scope scope) {
    requireDimensions(tensor);
    scope.shapes().put(value, shape(tensor));
    scope.tensors().put(value, tensor);
    double[] numbers = numbers(tensor);
    if (numbers.length > 0) {
      scope.values().put(value, numbers);
    }
  }

  /** A short list that stands in the file, such as a shape; empty for any other tensor. */
  private double[] numbers(TensorProto tensor) {
    boolean isShort =
        tensor.getDimsCount() <= 1
            && (tensor.getDimsCount() == 0 || tensor.getDims(0) <= MOST_AXES);
    return isShort ? allNumbers(tensor) : new double[0];
  }

  /** Empty for values that lie outside the file, or have no numbers that the white box knows. */
  private double[] allNumbers(TensorProto tensor) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return new double[0];
    }
    try {
      Constant constant = OnnxTensors.read(tensor, tensor.getName(), new ExternalData(null, name));
      return constant.numbers();
    } catch (UnsupportedOperatorException e) {
      return new double[0];
    }
  }

  /** No engine has more axes or longer ones; products of these do not overflow unnoticed. */
  private void requireDimensions(TensorProto tensor) {
    long elements = 1;
    boolean fits = tensor.getDimsCount() <= MOST_AXES;
    for (long length : tensor.getDimsList()) {
      fits &= length >= 0 && length <= Integer.MAX_VALUE;
      // Zero times anything is nothing, also where the rest would not fit.
      elements = fits ? Math.max(1, length) * elements : elements;
      fits &= elements <= Integer.MAX_VALUE;
    }
    if (!fits) {
      throw new TouchstoneException(
          name
              + ": the weights \""
              + tensor.getName()
              + "\" have the shape "
              + Arrays.toString(shape(tensor))
              + ", which no array has: the file is corrupt");
    }
  }

  private static long[] shape(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }

  private void node(NodeProto node, Scope scope) {
    String domain = domain(node.getDomain());
    Map<String, AttributeProto> attributes = new HashMap<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attributes.put(attribute.getName(), attribute) != null) {
        throw wrong(node, scope, "has the attribute " + attribute.getName() + " twice");
      }
      inside(node, attribute, scope);
    }
    Optional<OnnxSchemas.Schema> schema =
        OnnxSchemas.of(domain, node.getOpType(), scope.versions().getOrDefault(domain, 1L));
    if (schema.isPresent()) {
      requireCounts(node, schema.get(), scope);
      requireAttributes(node, attributes, schema.get(), scope);
      requireInputs(node, schema.get(), scope);
      SpatialAttributes.problem(scope.facts(node, attributes))
          .or(() -> learned(node, attributes, scope))
          .or(() -> places(node, attributes, scope))
          .or(() -> Optional.ofNullable(StatedSizes.problem(scope.facts(node, attributes), budget)))
          .or(
              () ->
                  Optional.ofNullable(
                      SubgraphAttributes.problem(
                          scope.facts(node, attributes), schema.get().since())))
          .ifPresent(
              problem -> {
                throw wrong(node, scope, problem);
              });
    }
    if (domain.equals(LearnedAttributes.DOMAIN) && node.getOutputCount() > 0) {
      result(node, KnownShapes.ofLearned(node, scope.shapes()), scope);
    }
    if (domain.isEmpty() && node.getOutputCount() > 0) {
      AttributeProto value = attributes.get("value");
      if (node.getOpType().equals("Constant") && value != null && value.hasT()) {
        know(node.getOutput(0), value.getT(), scope);
      } else {
        result(node, KnownShapes.of(scope.facts(node, attributes)), scope);
      }
    }
  }

  private static Optional<String> learned(
      NodeProto node, Map<String, AttributeProto> attributes, Scope scope) {
    if (!node.getDomain().equals(LearnedAttributes.DOMAIN) || node.getInputCount() == 0) {
      return Optional.empty();
    }
    Map<String, AttributeProto> own = new HashMap<>(attributes);
    boolean complete = !own.values().removeIf(AttributeProto::hasRefAttrName);
    // In a function the lists of one model may come from its caller: nobody exports that.
    return complete
        ? Optional.ofNullable(LearnedAttributes.problem(scope.facts(node, own)))
        : Optional.of("takes attributes of a learned model from a function's");
  }

  private Optional<String> places(
      NodeProto node, Map<String, AttributeProto> attributes, Scope scope) {
    if (!node.getOpType().equals("MaxUnpool") || !domain(node.getDomain()).isEmpty()) {
      return Optional.empty();
    }
    TensorProto places = scope.tensors().get(node.getInput(1));
    if (places == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        UnpoolIndices.problem(scope.facts(node, attributes), allNumbers(places)));
  }

  private void result(NodeProto node, long @Nullable [] shape, Scope scope) {
    if (shape == null) {
      return;
    }
    long elements = KnownShapes.elements(shape);
    if (elements > budget / Float.BYTES) {
      throw new TouchstoneException(
          name
              + ": "
              + described(node)
              + scope.where()
              + " would make an array of shape "
              + Arrays.toString(shape)
              + " for every batch, and an evaluation may take touchstone.memory = "
              + budget
              + " bytes; if the model is meant to, raise it: -Dtouchstone.memory=4g");
    }
    scope.shapes().put(node.getOutput(0), shape);
  }

  private void inside(NodeProto node, AttributeProto attribute, Scope scope) {
    String place = " in " + attribute.getName() + " of " + described(node);
    if (attribute.hasG()) {
      graph(attribute.getG(), scope.inside(place));
    }
    if (attribute.hasSparseTensor()) {
      requireSparse(attribute.getSparseTensor());
    }
    attribute.getSparseTensorsList().forEach(this::requireSparse);
    attribute.getGraphsList().forEach(graph -> graph(graph, scope.inside(place)));
  }

  private void requireCounts(NodeProto node, OnnxSchemas.Schema schema, Scope scope) {
    requireCount(
        node, node.getInputCount(), schema.leastInputs(), schema.mostInputs(), "input", scope);
    requireCount(
        node, node.getOutputCount(), schema.leastOutputs(), schema.mostOutputs(), "output", scope);
  }

  private void requireCount(
      NodeProto node, int given, int least, int most, String what, Scope scope) {
    if (given < least || given > most) {
      throw wrong(
          node,
          scope,
          "has "
              + given
              + " "
              + what
              + (given == 1 ? "" : "s")
              + "; the standard demands "
              + (most == Integer.MAX_VALUE
                  ? "at least " + least
                  : least == most ? Integer.toString(least) : least + " to " + most));
    }
  }

  private void requireAttributes(
      NodeProto node,
      Map<String, AttributeProto> attributes,
      OnnxSchemas.Schema schema,
      Scope scope) {
    schema
        .attributes()
        .forEach(
            (key, attribute) -> {
              if (attribute.required() && !attributes.containsKey(key)) {
                throw wrong(node, scope, "lacks the attribute " + key);
              }
            });
    for (AttributeProto attribute : node.getAttributeList()) {
      OnnxSchemas.Attribute demanded = schema.attributes().get(attribute.getName());
      if (demanded == null) {
        // As ONNX's own checker, which leaves these to whoever runs the model.
        if (attribute.getName().startsWith("__")) {
          continue;
        }
        throw wrong(
            node,
            scope,
            "has the attribute "
                + attribute.getName()
                + ", which the operator does not have from version "
                + schema.since()
                + " of its operator set");
      }
      if (attribute.hasRefAttrName()) {
        if (!scope.inFunction()) {
          throw wrong(
              node,
              scope,
              "takes "
                  + attribute.getName()
                  + " from an attribute of a function, and stands in none");
        }
        continue;
      }
      String given = type(attribute);
      if (!given.equals(demanded.type())) {
        throw wrong(
            node,
            scope,
            "has "
                + attribute.getName()
                + " as "
                + given
                + "; the standard demands "
                + demanded.type());
      }
    }
  }

  /** The type, also where an old file does not state it; with the value that belongs to it. */
  private static String type(AttributeProto attribute) {
    AttributeProto.AttributeType type = attribute.getType();
    boolean given =
        switch (type) {
          case TENSOR -> attribute.hasT();
          case GRAPH -> attribute.hasG();
          case SPARSE_TENSOR -> attribute.hasSparseTensor();
          case TYPE_PROTO -> attribute.hasTp();
          default -> true;
        };
    if (!given) {
      return type.name().toLowerCase(Locale.ROOT) + " without a value";
    }
    return type == AttributeProto.AttributeType.UNDEFINED ? held(attribute) : type.name();
  }

  /** The type of the value that is there. */
  private static String held(AttributeProto attribute) {
    if (attribute.hasI()) {
      return "INT";
    }
    if (attribute.hasF()) {
      return "FLOAT";
    }
    if (attribute.hasS()) {
      return "STRING";
    }
    if (attribute.hasT()) {
      return "TENSOR";
    }
    if (attribute.hasG()) {
      return "GRAPH";
    }
    if (attribute.getIntsCount() > 0) {
      return "INTS";
    }
    if (attribute.getFloatsCount() > 0) {
      return "FLOATS";
    }
    return attribute.getStringsCount() > 0 ? "STRINGS" : "nothing";
  }

  private void requireInputs(NodeProto node, OnnxSchemas.Schema schema, Scope scope) {
    Set<String> outputs = new HashSet<>();
    if (schema.mostOutputs() == Integer.MAX_VALUE && node.getOutputList().contains("")) {
      throw wrong(node, scope, "leaves out one of its outputs, which the standard demands");
    }
    for (String output : node.getOutputList()) {
      if (!output.isEmpty() && !outputs.add(output)) {
        throw wrong(node, scope, "makes \"" + output + "\" twice");
      }
    }
    for (int i = 0; i < node.getInputCount(); i++) {
      Optional<OnnxSchemas.Input> input = schema.input(i);
      if (input.isEmpty()) {
        continue;
      }
      String given = node.getInput(i);
      if (given.isEmpty() && input.get().kind() != 'o') {
        throw wrong(
            node, scope, "leaves out its input number " + (i + 1) + ", which the standard demands");
      }
      long[] shape = scope.shapes().get(given);
      if (shape != null && !input.get().admits(shape.length)) {
        throw wrong(
            node,
            scope,
            "takes \""
                + given
                + "\" of shape "
                + Arrays.toString(shape)
                + " as its input number "
                + (i + 1)
                + "; the standard demands a rank of "
                + input.get().described());
      }
    }
  }

  private TouchstoneException wrong(NodeProto node, Scope scope, String what) {
    return new TouchstoneException(
        name
            + ": "
            + described(node)
            + scope.where()
            + " "
            + what
            + ". The file is corrupt, or its exporter is at fault: check it with onnx.checker");
  }

  private static String described(NodeProto node) {
    return node.getName().isEmpty() || node.getName().equals(node.getOpType())
        ? node.getOpType()
        : node.getOpType() + " (node " + node.getName() + ")";
  }
}
