package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.apiguardian.api.API;

/**
 * ONNX {@code Softmax} and {@code LogSoftmax}. Before opset 13 the input is flattened to two
 * dimensions at the axis first.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record Softmax(int axis, boolean logarithm, boolean flattens) implements Operator {

  static Operator from(Attributes attributes, long opset, boolean logarithm) {
    boolean flattens = opset < 13;
    return new Softmax(attributes.index("axis", flattens ? 1 : -1), logarithm, flattens);
  }

  /** Whether each example is by itself, were it only for its first axis. */
  public boolean keepsExamplesApart() {
    return !flattens || axis == 1 || axis == -1;
  }

  /**
   * The input as it is normalised: along {@link #along}, perhaps flattened.
   *
   * @param x of examples that are kept apart
   */
  public NDArray laidOut(NDArray x) {
    Shape shape = x.getShape();
    return flattens && axis == 1 ? x.reshape(new Shape(shape.get(0), shape.slice(1).size())) : x;
  }

  /** The axis along which {@link #laidOut} is normalised. */
  public int along(NDArray laidOut) {
    return Axes.counted(axis, laidOut.getShape().dimension());
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int from = axis < 0 ? axis + x.getShape().dimension() : axis;
    if (flattens && from != x.getShape().dimension() - 1) {
      Shape shape = x.getShape();
      NDArray flat = x.reshape(new Shape(shape.slice(0, from).size(), shape.slice(from).size()));
      return normalise(flat, 1).reshape(shape);
    }
    return normalise(x, from);
  }

  private NDArray normalise(NDArray x, int along) {
    return logarithm ? x.logSoftmax(along) : x.softmax(along);
  }
}
