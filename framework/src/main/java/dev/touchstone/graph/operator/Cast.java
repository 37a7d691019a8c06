package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import org.apiguardian.api.API;

/**
 * ONNX {@code Cast}. Whatever the model calls its floating-point type, the white box computes in
 * its own; whole numbers are 64 bits wide.
 *
 * @param toHalf whether the file asks for half precision
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Cast(Kind kind, boolean toHalf) implements Operator {

  private enum Kind {
    FLOATING,
    WHOLE,
    TRUTH
  }

  static Operator from(Attributes attributes) {
    TensorProto.DataType to =
        TensorProto.DataType.forNumber(attributes.index("to", TensorProto.DataType.FLOAT_VALUE));
    if (to == null) {
      throw attributes.unsupported("to = " + attributes.index("to", 0));
    }
    return switch (to) {
      case FLOAT, DOUBLE -> new Cast(Kind.FLOATING, false);
      case FLOAT16 -> new Cast(Kind.FLOATING, true);
      case INT64, INT32 -> new Cast(Kind.WHOLE, false);
      case BOOL -> new Cast(Kind.TRUTH, false);
      default -> throw attributes.unsupported("a cast to " + to);
    };
  }

  /** Whether floating-point numbers stay what they are. */
  public boolean keepsNumbers() {
    return kind == Kind.FLOATING;
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    return switch (kind) {
      case FLOATING -> x.getDataType().isFloating() ? x : x.toType(DataType.FLOAT32, false);
      case WHOLE -> x.toType(DataType.INT64, false);
      case TRUTH -> x.toType(DataType.BOOLEAN, false);
    };
  }

  /** ONNX {@code CastLike}: to the type of the second input. */
  static NDArray like(List<NDArray> inputs) {
    DataType type = inputs.get(1).getDataType();
    Kind kind =
        type.isFloating() ? Kind.FLOATING : type == DataType.BOOLEAN ? Kind.TRUTH : Kind.WHOLE;
    return new Cast(kind, false).apply(inputs);
  }
}
