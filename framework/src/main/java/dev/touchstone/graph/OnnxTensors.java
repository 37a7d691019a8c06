package dev.touchstone.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Reads ONNX tensors into plain values; doubles become floats, whole numbers longs. */
final class OnnxTensors {
  private OnnxTensors() {}

  static Constant read(TensorProto tensor, String name) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new TouchstoneException(
          "weights \""
              + name
              + "\" lie outside the ONNX file; save the model with its data inside");
    }
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    long size = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new TouchstoneException("weights \"" + name + "\" have a negative dimension");
      }
      size = Math.multiplyExact(size, dimension);
    }
    Constant constant = decode(tensor, name, shape);
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

  private static Constant decode(TensorProto tensor, String name, long[] shape) {
    ByteString raw = tensor.getRawData();
    boolean packed = !raw.isEmpty();
    ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    switch (TensorProto.DataType.forNumber(tensor.getDataType())) {
      case FLOAT -> {
        if (packed) {
          FloatBuffer buffer = bytes.asFloatBuffer();
          float[] values = new float[buffer.remaining()];
          buffer.get(values);
          return Constant.of(values, shape);
        }
        float[] values = new float[tensor.getFloatDataCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = tensor.getFloatData(i);
        }
        return Constant.of(values, shape);
      }
      case DOUBLE -> {
        DoubleBuffer buffer = bytes.asDoubleBuffer();
        float[] values = new float[packed ? buffer.remaining() : tensor.getDoubleDataCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (packed ? buffer.get(i) : tensor.getDoubleData(i));
        }
        return Constant.of(values, shape);
      }
      case INT64 -> {
        if (packed) {
          LongBuffer buffer = bytes.asLongBuffer();
          long[] values = new long[buffer.remaining()];
          buffer.get(values);
          return Constant.of(values, shape);
        }
        return Constant.of(
            tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray(), shape);
      }
      case INT32 -> {
        IntBuffer buffer = bytes.asIntBuffer();
        long[] values = new long[packed ? buffer.remaining() : tensor.getInt32DataCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = packed ? buffer.get(i) : tensor.getInt32Data(i);
        }
        return Constant.of(values, shape);
      }
      default ->
          throw new UnsupportedOperatorException(
              "weights \""
                  + name
                  + "\" have ONNX type number "
                  + tensor.getDataType()
                  + "; the white box knows float, double, int32 and int64");
    }
  }
}
