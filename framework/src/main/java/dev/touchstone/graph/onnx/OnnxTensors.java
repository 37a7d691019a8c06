package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads ONNX tensors into plain values; doubles and halves become floats, whole numbers and truth
 * values longs.
 */
final class OnnxTensors {
  private OnnxTensors() {}

  /**
   * Reads a tensor.
   *
   * @param name what to call it in messages
   * @param external where its values lie, if not in the file
   * @throws UnsupportedOperatorException for a type that the white box does not know
   * @throws TouchstoneException if it holds another number of values than its shape promises
   */
  static Constant read(TensorProto tensor, String name, ExternalData external) {
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    long size = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new TouchstoneException(
            "weights \"" + name + "\" have a negative dimension: the file is corrupt");
      }
      size = Math.multiplyExact(size, dimension);
    }
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    int width = type == null ? 0 : width(type);
    if (width == 0) {
      throw new UnsupportedOperatorException(
          "weights \""
              + name
              + "\" of ONNX type "
              + (type == null ? tensor.getDataType() : type)
              + " have no white-box form");
    }
    TensorProto inside = tensor;
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      ByteString bytes = external.read(tensor, Math.multiplyExact(size, width));
      inside = tensor.toBuilder().setRawData(bytes).build();
    }
    Constant constant = decode(inside, type, width, shape, name);
    if (constant.size() != size) {
      throw new TouchstoneException(
          "weights \""
              + name
              + "\" promise "
              + size
              + " values and hold "
              + constant.size()
              + ": the file is corrupt");
    }
    return constant;
  }

  /** Bytes per value where values are packed; 0 for types that the white box does not know. */
  private static int width(TensorProto.DataType type) {
    return switch (type) {
      case BOOL, INT8, UINT8 -> 1;
      case INT16, UINT16, FLOAT16 -> 2;
      case FLOAT, INT32 -> 4;
      case DOUBLE, INT64 -> 8;
      default -> 0;
    };
  }

  private static Constant decode(
      TensorProto tensor, TensorProto.DataType type, int width, long[] shape, String name) {
    ByteBuffer raw =
        tensor.getRawData().isEmpty()
            ? null
            : tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (raw != null && raw.remaining() % width != 0) {
      throw new TouchstoneException(
          "weights \"" + name + "\" end in the middle of a number: the file is corrupt");
    }
    int packed = raw == null ? 0 : raw.remaining() / width;
    switch (type) {
      case FLOAT -> {
        float[] values = new float[raw == null ? tensor.getFloatDataCount() : packed];
        for (int i = 0; i < values.length; i++) {
          values[i] = raw == null ? tensor.getFloatData(i) : raw.getFloat();
        }
        return Constant.of(values, shape);
      }
      case FLOAT16 -> {
        float[] values = new float[raw == null ? tensor.getInt32DataCount() : packed];
        for (int i = 0; i < values.length; i++) {
          values[i] = half(raw == null ? (short) tensor.getInt32Data(i) : raw.getShort());
        }
        return Constant.of(values, shape);
      }
      case DOUBLE -> {
        float[] values = new float[raw == null ? tensor.getDoubleDataCount() : packed];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (raw == null ? tensor.getDoubleData(i) : raw.getDouble());
        }
        return Constant.of(values, shape);
      }
      case INT64 -> {
        long[] values = new long[raw == null ? tensor.getInt64DataCount() : packed];
        for (int i = 0; i < values.length; i++) {
          values[i] = raw == null ? tensor.getInt64Data(i) : raw.getLong();
        }
        return Constant.of(values, shape);
      }
      default -> {
        long[] values = new long[raw == null ? tensor.getInt32DataCount() : packed];
        for (int i = 0; i < values.length; i++) {
          values[i] = raw == null ? tensor.getInt32Data(i) : whole(raw, type);
        }
        return Constant.of(values, shape);
      }
    }
  }

  private static long whole(ByteBuffer raw, TensorProto.DataType type) {
    return switch (type) {
      case INT32 -> raw.getInt();
      case INT16 -> raw.getShort();
      case UINT16 -> Short.toUnsignedLong(raw.getShort());
      case INT8 -> raw.get();
      default -> Byte.toUnsignedLong(raw.get());
    };
  }

  /** IEEE 754 binary16; Java has it from version 20. */
  private static float half(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (fraction << 13));
    }
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }
}
