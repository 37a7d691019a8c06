package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * Holds the parts of sparse weights against each other: n values, n places, each in the dense
 * shape. ONNX Runtime unpacks them without looking.
 */
final class SparseWeights {
  private SparseWeights() {}

  /**
   * Checks a tensor.
   *
   * @param budget bytes that its dense form may take
   * @throws TouchstoneException if values, places and shape contradict each other
   */
  static void check(SparseTensorProto tensor, String name, long budget) {
    TensorProto values = tensor.getValues();
    TensorProto places = tensor.getIndices();
    List<Long> shape = tensor.getDimsList();
    double elements = 1;
    for (long length : shape) {
      if (length < 0) {
        throw corrupt(name, values, "have the shape " + shape);
      }
      elements *= length;
    }
    if (elements > (double) budget / Float.BYTES) {
      throw new TouchstoneException(
          ("%s: the sparse weights \"%s\" unpack to shape %s, and an evaluation may take"
                  + " touchstone.memory = %d bytes; if the model is meant to, raise it:"
                  + " -Dtouchstone.memory=4g")
              .formatted(name, values.getName(), shape, budget));
    }
    if (isOutside(values) || isOutside(places)) {
      throw new TouchstoneException(
          "%s keeps the sparse weights \"%s\" outside the file; save them inside"
              .formatted(name, values.getName()));
    }
    int count = numbers(values, name).size();
    Constant where = numbers(places, name);
    boolean linear = places.getDimsCount() == 1;
    int width = linear ? 1 : shape.size();
    boolean fits =
        values.getDimsCount() == 1
            && places.getDataType() == TensorProto.DataType.INT64_VALUE
            && places.getDimsCount() <= 2
            && (linear || (places.getDimsCount() == 2 && places.getDims(1) == width))
            && where.size() == (long) count * width;
    if (!fits) {
      throw corrupt(
          name,
          values,
          "have %d values and places of shape %s".formatted(count, places.getDimsList()));
    }
    for (int i = 0; i < where.size(); i++) {
      long place = where.longs()[i];
      double end = linear ? elements : shape.get(i % width);
      if (place < 0 || place >= end) {
        throw corrupt(name, values, "have the place %d in the shape %s".formatted(place, shape));
      }
    }
  }

  private static boolean isOutside(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  /** As many as the tensor's shape promises, or it is refused; so is a type that is not known. */
  private static Constant numbers(TensorProto tensor, String name) {
    try {
      return OnnxTensors.read(tensor, tensor.getName(), new ExternalData(null, name));
    } catch (UnsupportedOperatorException e) {
      throw new TouchstoneException(
          name + ": sparse " + e.getMessage() + "; save them as floats, or dense", e);
    }
  }

  private static TouchstoneException corrupt(String name, TensorProto values, String what) {
    return new TouchstoneException(
        "%s: the sparse weights \"%s\" %s: the file is corrupt"
            .formatted(name, values.getName(), what));
  }
}
