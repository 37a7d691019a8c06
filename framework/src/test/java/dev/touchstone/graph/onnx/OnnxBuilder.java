package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/** Writes small ONNX models for tests. */
public final class OnnxBuilder {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private long opset = 17;
  private boolean classicalToo;

  /** Another version of the standard operator set. */
  public OnnxBuilder opset(long version) {
    opset = version;
    return this;
  }

  /** A float input; 0 marks a free dimension. */
  public OnnxBuilder input(String name, long... shape) {
    return input(name, TensorProto.DataType.FLOAT, shape);
  }

  /** An input of a type. */
  public OnnxBuilder input(String name, TensorProto.DataType type, long... shape) {
    graph.addInput(value(name, type, shape));
    return this;
  }

  /** A float output; 0 marks a free dimension. */
  public OnnxBuilder output(String name, long... shape) {
    return output(name, TensorProto.DataType.FLOAT, shape);
  }

  /** An output of a type. */
  public OnnxBuilder output(String name, TensorProto.DataType type, long... shape) {
    graph.addOutput(value(name, type, shape));
    return this;
  }

  /** Float weights. */
  public OnnxBuilder weights(String name, float[] values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT_VALUE);
    Arrays.stream(shape).forEach(tensor::addDims);
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return weights(tensor.setRawData(ByteString.copyFrom(bytes)).build());
  }

  /** Whole numbers. */
  public OnnxBuilder integers(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.INT64_VALUE);
    tensor.addDims(values.length);
    Arrays.stream(values).forEach(tensor::addInt64Data);
    return weights(tensor.build());
  }

  /** Weights as they are. */
  public OnnxBuilder weights(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /** A node that is named after its output. */
  public OnnxBuilder node(
      String type, List<String> inputs, String output, AttributeProto... attributes) {
    return node("", output, type, inputs, List.of(output), attributes);
  }

  /** A node of a domain. */
  public OnnxBuilder node(
      String domain,
      String name,
      String type,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    classicalToo |= !domain.isEmpty();
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(domain)
            .setName(name)
            .setOpType(type)
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  /** A whole-number attribute. */
  public static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** A number attribute. */
  public static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  /** A list attribute. */
  public static AttributeProto attribute(String name, long[] values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return attribute.build();
  }

  /** A list attribute. */
  public static AttributeProto attribute(String name, float[] values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.FLOATS);
    for (float value : values) {
      attribute.addFloats(value);
    }
    return attribute.build();
  }

  /** A list attribute. */
  public static AttributeProto attribute(String name, String... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.STRINGS);
    Arrays.stream(values).map(ByteString::copyFromUtf8).forEach(attribute::addStrings);
    return attribute.build();
  }

  /** A text attribute. */
  public static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  /** The file. */
  public byte[] bytes() {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .setGraph(graph);
    if (classicalToo) {
      model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(1));
    }
    return model.build().toByteArray();
  }

  /**
   * A tree ensemble, which the white box does not know: one tree with one split; class 1 with
   * probability .9 where the first of two features is above 0.5, else with .2. One weight a leaf,
   * as skl2onnx writes it: of a weight for each of the two classes ONNX Runtime makes the right
   * scores and another label.
   */
  public static byte[] oneTree() {
    return new OnnxBuilder()
        .input("features", 0, 2)
        .node(
            "ai.onnx.ml",
            "trees",
            "TreeEnsembleClassifier",
            List.of("features"),
            List.of("label", "probabilities"),
            attribute("nodes_treeids", new long[] {0, 0, 0}),
            attribute("nodes_nodeids", new long[] {0, 1, 2}),
            attribute("nodes_featureids", new long[] {0, 0, 0}),
            attribute("nodes_modes", "BRANCH_LEQ", "LEAF", "LEAF"),
            attribute("nodes_values", new float[] {.5f, 0, 0}),
            attribute("nodes_truenodeids", new long[] {1, 0, 0}),
            attribute("nodes_falsenodeids", new long[] {2, 0, 0}),
            attribute("class_treeids", new long[] {0, 0}),
            attribute("class_nodeids", new long[] {1, 2}),
            attribute("class_ids", new long[] {0, 0}),
            attribute("class_weights", new float[] {.2f, .9f}),
            attribute("classlabels_int64s", new long[] {0, 1}),
            text("post_transform", "NONE"))
        .output("label", TensorProto.DataType.INT64, 0)
        .output("probabilities", 0, 2)
        .bytes();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, long... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long dimension : shape) {
      TensorShapeProto.Dimension.Builder one = TensorShapeProto.Dimension.newBuilder();
      dimensions.addDim(dimension == 0 ? one.setDimParam("N") : one.setDimValue(dimension));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(dimensions)))
        .build();
  }
}
