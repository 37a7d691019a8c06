package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.touchstone.data.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A whole network of ONNX's own tests, with weights that tell something in the place of those that
 * are all the same number; {@code classics.py} makes the same in Python.
 *
 * @param name as in the file's
 */
record ClassicModel(String name) {
  private static final int SIZE = 3 * 224 * 224;
  private static final long TENSORS = 4096;
  private static final List<String> NAMES =
      List.of(
          "bvlc_alexnet",
          "densenet121",
          "inception_v1",
          "inception_v2",
          "resnet50",
          "shufflenet",
          "squeezenet",
          "vgg19",
          "zfnet512");

  /** Where a weight's numbers lie: middle ± width. */
  private record Range(double middle, double width) {}

  private int index() {
    return NAMES.indexOf(name);
  }

  /** The image that the references are of, in [0, 1). */
  Tensor example() {
    SplittableRandom random = new SplittableRandom(TENSORS * (NAMES.size() + index()));
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (random.nextLong() >>> 40) / (float) (1 << 24);
    }
    return Tensor.of(values, 1, 3, 224, 224);
  }

  /** What a gradient says of a step of ±1 at each number of the image. */
  double slope(int which, double[] gradient) {
    SplittableRandom random = new SplittableRandom(TENSORS * (NAMES.size() + index()) + 1 + which);
    return IntStream.range(0, SIZE)
        .mapToDouble(i -> random.nextLong() < 0 ? gradient[i] : -gradient[i])
        .sum();
  }

  /** The file with weights of single precision. */
  byte[] bytes() throws IOException {
    ModelProto.Builder model = file().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    Map<String, long[]> known = new HashMap<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      if (tensor.getDataType() == TensorProto.DataType.INT64_VALUE) {
        known.put(tensor.getName(), longs(tensor));
      }
    }
    Map<String, String> roles = roles(graph);
    Set<String> shapes = new HashSet<>();
    GraphProto.Builder filled = graph.build().toBuilder().clearNode().clearInitializer();
    for (NodeProto node : graph.getNodeList()) {
      if (!node.getOpType().equals("ConstantOfShape")) {
        filled.addNode(node);
        continue;
      }
      shapes.add(node.getInput(0));
      long[] shape = known.get(node.getInput(0));
      String weight = node.getOutput(0);
      long seed = TENSORS * index() + filled.getInitializerCount();
      Range range = range(weight, shape, roles.getOrDefault(weight, ""));
      filled.addInitializer(tensor(weight, shape, range, new SplittableRandom(seed)));
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      if (!shapes.contains(tensor.getName())) {
        filled.addInitializer(tensor);
      }
    }
    List<ValueInfoProto> inputs =
        graph.getInputList().stream().filter(i -> !shapes.contains(i.getName())).toList();
    filled.clearInput().addAllInput(inputs);
    return model.setGraph(filled).build().toByteArray();
  }

  private ModelProto file() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ClassicModel.class.getResourceAsStream("/classics/light_" + name + ".onnx"))) {
      return ModelProto.parseFrom(in);
    }
  }

  private static long[] longs(TensorProto tensor) {
    if (tensor.getRawData().isEmpty()) {
      return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
    }
    long[] values = new long[tensor.getRawData().size() / Long.BYTES];
    tensor
        .getRawData()
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asLongBuffer()
        .get(values);
    return values;
  }

  /** By the name of a weight, what it does in a normalisation or a product. */
  private static Map<String, String> roles(GraphProto.Builder graph) {
    Map<String, String> roles = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("BatchNormalization")) {
        List<String> ofEach = List.of("scale", "shift", "mean", "variance");
        for (int i = 0; i < ofEach.size(); i++) {
          roles.put(node.getInput(1 + i), ofEach.get(i));
        }
      } else if (node.getOpType().equals("Gemm")) {
        boolean transposed =
            node.getAttributeList().stream()
                .filter(a -> a.getName().equals("transB"))
                .mapToLong(AttributeProto::getI)
                .anyMatch(i -> i != 0);
        roles.put(node.getInput(1), transposed ? "rows" : "columns");
      }
    }
    return roles;
  }

  private static Range range(String weight, long[] shape, String role) {
    if (role.equals("variance")) {
      return new Range(1, 0.2);
    }
    if (role.equals("scale")) {
      return new Range(1, 0.1);
    }
    if (shape.length > 1) {
      long fanIn = role.equals("columns") ? shape[0] : 1;
      for (int i = 1; i < shape.length && !role.equals("columns"); i++) {
        fanIn *= shape[i];
      }
      return new Range(0, Math.sqrt(6.0 / fanIn));
    }
    boolean shift = role.equals("shift") || role.equals("mean");
    return !shift && weight.endsWith("_w_0") ? new Range(1, 0.1) : new Range(0, 0.05);
  }

  private static TensorProto tensor(
      String weight, long[] shape, Range range, SplittableRandom random) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(weight).setDataType(TensorProto.DataType.FLOAT_VALUE);
    int size = 1;
    for (long length : shape) {
      tensor.addDims(length);
      size = Math.multiplyExact(size, Math.toIntExact(length));
    }
    ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      double between = (random.nextLong() >>> 40) / (double) (1 << 23) - 1;
      bytes.putFloat((float) (range.middle() + range.width() * between));
    }
    return tensor.setRawData(ByteString.copyFrom(bytes.flip())).build();
  }

  @Override
  public String toString() {
    return name;
  }
}
