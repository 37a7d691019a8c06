package dev.touchstone.model.tree;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The lists of a node of trees, by name, whichever type a file gives them. */
final class OnnxTreeAttributes {
  private final Map<String, AttributeProto> attributes = new HashMap<>();

  OnnxTreeAttributes(NodeProto node) {
    node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
  }

  boolean has(String name) {
    return attributes.containsKey(name);
  }

  AttributeProto given(String name) {
    return Objects.requireNonNull(attributes.get(name), name);
  }

  /** Returns whether a tensor is of doubles. */
  boolean isDouble(String name) {
    return given(name).getT().getDataType() == DataType.DOUBLE.getNumber();
  }

  String text(String name, String otherwise) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null ? otherwise : attribute.getS().toStringUtf8();
  }

  long number(String name, long otherwise) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null ? otherwise : attribute.getI();
  }

  long[] wholes(String name) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null
        ? new long[0]
        : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  /** A tensor, a list of singles or, in files that need more, a tensor beside it. */
  double[] numbers(String name) {
    AttributeProto tensor = attributes.get(name + "_as_tensor");
    if (tensor != null) {
      return numbers(tensor.getT());
    }
    AttributeProto attribute = attributes.get(name);
    if (attribute == null) {
      return new double[0];
    }
    return attribute.hasT()
        ? numbers(attribute.getT())
        : attribute.getFloatsList().stream().mapToDouble(Float::doubleValue).toArray();
  }

  private static double[] numbers(TensorProto tensor) {
    DataType type = DataType.forNumber(tensor.getDataType());
    if (tensor.hasRawData()) {
      ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      int bytes = type == DataType.DOUBLE ? Double.BYTES : type == DataType.UINT8 ? 1 : Float.BYTES;
      double[] numbers = new double[raw.remaining() / bytes];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] =
            type == DataType.DOUBLE
                ? raw.getDouble()
                : type == DataType.UINT8 ? Byte.toUnsignedInt(raw.get()) : raw.getFloat();
      }
      return numbers;
    }
    return switch (type) {
      case DOUBLE -> tensor.getDoubleDataList().stream().mapToDouble(Double::doubleValue).toArray();
      case UINT8 -> tensor.getInt32DataList().stream().mapToDouble(Integer::doubleValue).toArray();
      default -> tensor.getFloatDataList().stream().mapToDouble(Float::doubleValue).toArray();
    };
  }
}
