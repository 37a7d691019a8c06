package dev.touchstone.measuring;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A small whole model file that mutants are made of, and the shape of what it takes.
 *
 * @param name what to call it in a report
 * @param path how it is run
 * @param file the file's bytes
 * @param shape of a batch that the model takes
 */
record FuzzSeed(String name, Way path, byte[] file, int[] shape) {

  /** How a model is run. */
  enum Way {
    WHITE_BOX,
    ONNX_RUNTIME,
    TORCHSCRIPT
  }

  private static final int MOST_BYTES = 40_000;

  /**
   * All seeds: the models of ONNX's own backend tests, as they are and behind an operator that the
   * white box does not know; small models of scikit-learn and Tribuo; subgraphs, functions and
   * sparse weights; TorchScript modules.
   *
   * @param root the repository's
   */
  static List<FuzzSeed> all(Path root) throws IOException {
    List<FuzzSeed> seeds = new ArrayList<>();
    Path resources = root.resolve("framework/src/test/resources");
    addConformance(seeds, resources.resolve("onnx-conformance.gz"));
    addUnknown(seeds, root.resolve("benchmarks/src/main/resources/onnx-nodes.gz"));
    for (String folder :
        List.of("framework/src/test/resources", "sample-tests/src/test/resources/models")) {
      try (var files = Files.walk(root.resolve(folder))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".onnx")).sorted().toList()) {
          byte[] bytes = Files.readAllBytes(file);
          if (bytes.length <= MOST_BYTES) {
            addModel(seeds, file.getFileName().toString(), ModelProto.parseFrom(bytes), null);
          }
        }
      }
    }
    addModel(seeds, "function", withFunction(), new int[] {2, 3});
    addModel(seeds, "branches", withBranches(), new int[] {2, 3});
    addModel(seeds, "sparse", withSparseWeights(), new int[] {2, 3});
    addModel(seeds, "widthless", withoutScores(), new int[] {2, 3});
    addScript(seeds, resources.resolve("torchscript/encoder.pt"), 2, 2);
    addScript(seeds, resources.resolve("answers/dropout-in-training.pt"), 2, 8);
    Path samples = root.resolve("sample-tests/src/test/resources/models");
    addScript(seeds, samples.resolve("fashion-cnn.pt"), 2, 1, 28, 28);
    return seeds;
  }

  private static void addConformance(List<FuzzSeed> seeds, Path file) throws IOException {
    for (Held held : held(file)) {
      addModel(seeds, held.name(), held.model(), held.shape());
    }
  }

  /**
   * Models of operators that the white box does not know, so that ONNX Runtime gets all of them.
   */
  private static void addUnknown(List<FuzzSeed> seeds, Path file) throws IOException {
    for (Held held : held(file)) {
      seeds.add(
          new FuzzSeed(held.name(), Way.ONNX_RUNTIME, held.model().toByteArray(), held.shape()));
    }
  }

  /** A model of a file of many, and the shape of what it takes. */
  private record Held(String name, ModelProto model, int[] shape) {}

  private static List<Held> held(Path file) throws IOException {
    List<Held> models = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new GZIPInputStream(bytes))) {
      while (true) {
        String name = new String(part(in), StandardCharsets.UTF_8);
        ModelProto model = ModelProto.parseFrom(part(in));
        TensorProto input = TensorProto.parseFrom(part(in));
        part(in);
        int[] shape = input.getDimsList().stream().mapToInt(Long::intValue).toArray();
        models.add(new Held(name, model, shape));
      }
    } catch (EOFException end) {
      // The file says by its end how many there are.
    }
    return models;
  }

  private static void addScript(List<FuzzSeed> seeds, Path file, int... shape) throws IOException {
    seeds.add(
        new FuzzSeed(
            file.getFileName().toString(), Way.TORCHSCRIPT, Files.readAllBytes(file), shape));
  }

  private static byte[] part(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  private static void addModel(
      List<FuzzSeed> seeds, String name, ModelProto model, int @Nullable [] given) {
    int[] shape = given == null ? shape(model.getGraph()) : given;
    boolean scores =
        model.getGraph().getOutputList().stream()
            .anyMatch(
                output ->
                    output.getType().getTensorType().getElemType()
                        == TensorProto.DataType.FLOAT_VALUE);
    if (!scores) {
      // Refused before any engine sees it, whatever else is changed.
      return;
    }
    seeds.add(new FuzzSeed(name, Way.WHITE_BOX, model.toByteArray(), shape));
    GraphProto graph = model.getGraph();
    if (graph.getOutputCount() == 1
        && graph.getOutput(0).getType().getTensorType().getElemType()
            == TensorProto.DataType.FLOAT_VALUE) {
      GraphProto.Builder longer = graph.toBuilder();
      longer.addNode(node("Tan", "fuzz_tan", graph.getOutput(0).getName()));
      longer.setOutput(0, graph.getOutput(0).toBuilder().setName("fuzz_tan"));
      ModelProto runtime = model.toBuilder().setGraph(longer).build();
      seeds.add(new FuzzSeed(name, Way.ONNX_RUNTIME, runtime.toByteArray(), shape));
    }
  }

  private static int[] shape(GraphProto graph) {
    for (ValueInfoProto input : graph.getInputList()) {
      boolean weight =
          graph.getInitializerList().stream().anyMatch(w -> w.getName().equals(input.getName()));
      if (!weight) {
        int[] shape =
            input.getType().getTensorType().getShape().getDimList().stream()
                .mapToInt(d -> (int) Math.max(1, d.getDimValue()))
                .toArray();
        if (shape.length > 0 && shape[0] == 1) {
          shape[0] = 2;
        }
        return shape;
      }
    }
    return new int[] {2, 2};
  }

  private static NodeProto node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static ValueInfoProto value(String name, long width) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setDimParam("N");
    shape.addDimBuilder().setDimValue(width);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)))
        .build();
  }

  private static TensorProto floats(String name, long[] shape, float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  private static ModelProto model(GraphProto.Builder graph, FunctionProto... functions) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("own").setVersion(1))
        .addAllFunctions(List.of(functions))
        .setGraph(graph.setName("seed").addInput(value("x", 3)).addOutput(value("y", 3)))
        .build();
  }

  private static ModelProto withFunction() {
    AttributeProto scale =
        AttributeProto.newBuilder()
            .setName("value")
            .setType(AttributeProto.AttributeType.TENSOR)
            .setT(floats("scale", new long[] {3}, 1, 2, 3))
            .build();
    FunctionProto function =
        FunctionProto.newBuilder()
            .setName("Scaled")
            .setDomain("own")
            .addInput("a")
            .addOutput("b")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .addNode(node("Constant", "scale").toBuilder().addAttribute(scale))
            .addNode(node("Mul", "b", "a", "scale"))
            .build();
    return model(
        GraphProto.newBuilder().addNode(node("Scaled", "y", "x").toBuilder().setDomain("own")),
        function);
  }

  private static ModelProto withBranches() {
    GraphProto.Builder positive =
        GraphProto.newBuilder()
            .setName("positive")
            .addNode(node("Relu", "p", "x"))
            .addOutput(value("p", 3));
    GraphProto.Builder negative =
        GraphProto.newBuilder()
            .setName("negative")
            .addNode(node("Neg", "n", "x"))
            .addOutput(value("n", 3));
    NodeProto.Builder branch =
        node("If", "y", "condition").toBuilder()
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("then_branch")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(positive))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("else_branch")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(negative));
    NodeProto.Builder sum =
        node("ReduceSum", "sum", "x").toBuilder()
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("keepdims")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(0));
    return model(
        GraphProto.newBuilder()
            .addNode(sum)
            .addInitializer(floats("zero", new long[0], 0))
            .addNode(node("Greater", "condition", "sum", "zero"))
            .addNode(branch));
  }

  private static ModelProto withSparseWeights() {
    TensorProto indices =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .addDims(2)
            .addInt64Data(0)
            .addInt64Data(4)
            .build();
    return model(
        GraphProto.newBuilder()
            .addSparseInitializer(
                SparseTensorProto.newBuilder()
                    .setValues(floats("W", new long[] {2}, 1, 2))
                    .setIndices(indices)
                    .addDims(3)
                    .addDims(3))
            .addNode(node("MatMul", "y", "x", "W")));
  }

  /** An output of width 0, which is no answer. */
  private static ModelProto withoutScores() {
    return model(
        GraphProto.newBuilder()
            .addInitializer(floats("W", new long[] {3, 0}))
            .addNode(node("MatMul", "y", "x", "W")));
  }
}
