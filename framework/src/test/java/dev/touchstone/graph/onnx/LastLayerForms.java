package dev.touchstone.graph.onnx;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static dev.touchstone.graph.onnx.OnnxBuilder.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Models of three features and two scores, relu(x)W + b, whose last layer is written in every way
 * that exporters write it.
 */
public final class LastLayerForms {
  static final float[] W = {1, 2, 3, 4, 5, 6};
  static final float[] W_TRANSPOSED = {1, 3, 5, 2, 4, 6};
  static final float[] B = {.5f, -.5f};

  private LastLayerForms() {}

  /** The files, by what is special about them. */
  public static Map<String, byte[]> all() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("Gemm", with("W", "b").node("Gemm", List.of("h", "W", "b"), "y").bytes());
    files.put(
        "Gemm with transB",
        base()
            .weights("W", W_TRANSPOSED, 2, 3)
            .weights("b", B, 2)
            .node("Gemm", List.of("h", "W", "b"), "y", attribute("transB", 1))
            .output("y", 0, 2)
            .bytes());
    files.put(
        "Gemm with alpha and beta",
        with("W", "b")
            .node(
                "Gemm", List.of("h", "W", "b"), "y", attribute("alpha", .5f), attribute("beta", 2f))
            .bytes());
    files.put("Gemm without bias", with("W").node("Gemm", List.of("h", "W"), "y").bytes());
    files.put(
        "Gemm with an empty bias", with("W").node("Gemm", List.of("h", "W", ""), "y").bytes());
    files.put("MatMul", with("W").node("MatMul", List.of("h", "W"), "y").bytes());
    files.put(
        "MatMul and Add",
        with("W", "b")
            .node("MatMul", List.of("h", "W"), "p")
            .node("Add", List.of("p", "b"), "y")
            .bytes());
    files.put(
        "MatMul and Add from the left",
        with("W", "b")
            .node("MatMul", List.of("h", "W"), "p")
            .node("Add", List.of("b", "p"), "y")
            .bytes());
    files.put(
        "bias of one number",
        base()
            .weights("W", W, 3, 2)
            .weights("b", new float[] {.5f}, 1)
            .node("MatMul", List.of("h", "W"), "p")
            .node("Add", List.of("p", "b"), "y")
            .output("y", 0, 2)
            .bytes());
    files.put(
        "bias as a row",
        base()
            .weights("W", W, 3, 2)
            .weights("b", B, 1, 2)
            .node("Gemm", List.of("h", "W", "b"), "y")
            .output("y", 0, 2)
            .bytes());
    files.put(
        "weights in use elsewhere",
        with("W", "b")
            .node("Gemm", List.of("h", "W", "b"), "y")
            .node("ReduceSum", List.of("W"), "norm", attribute("keepdims", 0))
            .output("norm")
            .bytes());
    files.put(
        "bias in use by a branch",
        with("W", "b")
            .weights(bool())
            .node("Gemm", List.of("h", "W", "b"), "y")
            .node(
                "If",
                List.of("yes"),
                "other",
                graph("then_branch", "b", "one"),
                graph("else_branch", "b", "two"))
            .output("other", 2)
            .bytes());
    files.put(
        "weights in a Constant",
        base()
            .node("Constant", List.of(), "W", constant(W, 3, 2))
            .node("Constant", List.of(), "b", constant(B, 2))
            .node("MatMul", List.of("h", "W"), "p")
            .node("Add", List.of("p", "b"), "y")
            .output("y", 0, 2)
            .bytes());
    files.put(
        "weights through a Transpose",
        base()
            .weights("Wt", W_TRANSPOSED, 2, 3)
            .weights("b", B, 2)
            .node("Transpose", List.of("Wt"), "W", attribute("perm", new long[] {1, 0}))
            .node("MatMul", List.of("h", "W"), "p")
            .node("Add", List.of("p", "b"), "y")
            .output("y", 0, 2)
            .bytes());
    files.put(
        "softmax behind",
        with("W", "b")
            .node("Gemm", List.of("h", "W", "b"), "scores")
            .node("Softmax", List.of("scores"), "y")
            .bytes());
    files.put(
        "values written one by one",
        base()
            .weights(numbered("W", W, 3, 2))
            .weights("b", B, 2)
            .node("Gemm", List.of("h", "W", "b"), "y")
            .output("y", 0, 2)
            .bytes());
    files.put(
        "LinearClassifier",
        base()
            .node(
                "ai.onnx.ml",
                "",
                "LinearClassifier",
                List.of("h"),
                List.of("label", "y"),
                attribute("coefficients", W_TRANSPOSED),
                attribute("intercepts", B),
                attribute("classlabels_ints", new long[] {0, 1}),
                text("post_transform", "SOFTMAX"))
            .output("label", TensorProto.DataType.INT64, 0)
            .output("y", 0, 2)
            .bytes());
    return files;
  }

  private static OnnxBuilder base() {
    return new OnnxBuilder().input("x", 0, 3).node("Relu", List.of("x"), "h");
  }

  private static OnnxBuilder with(String... tensors) {
    OnnxBuilder builder = base().output("y", 0, 2);
    for (String tensor : tensors) {
      builder = tensor.equals("W") ? builder.weights("W", W, 3, 2) : builder.weights(tensor, B, 2);
    }
    return builder;
  }

  private static TensorProto bool() {
    return TensorProto.newBuilder()
        .setName("yes")
        .setDataType(TensorProto.DataType.BOOL_VALUE)
        .addInt32Data(1)
        .build();
  }

  private static AttributeProto graph(String name, String uses, String output) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.GRAPH)
        .setG(
            GraphProto.newBuilder()
                .setName(name)
                .addNode(
                    NodeProto.newBuilder().setOpType("Identity").addInput(uses).addOutput(output))
                .addOutput(
                    ValueInfoProto.newBuilder()
                        .setName(output)
                        .setType(
                            TypeProto.newBuilder()
                                .setTensorType(
                                    TypeProto.Tensor.newBuilder()
                                        .setElemType(TensorProto.DataType.FLOAT_VALUE)))))
        .build();
  }

  private static AttributeProto constant(float[] values, long... shape) {
    return AttributeProto.newBuilder()
        .setName("value")
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(numbered("", values, shape))
        .build();
  }

  static TensorProto numbered(String name, float[] values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (long side : shape) {
      tensor.addDims(side);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }
}
