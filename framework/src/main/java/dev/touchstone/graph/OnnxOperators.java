package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.List;
import java.util.Map;

/** The ONNX operators that the white box knows, by the standard's names. */
final class OnnxOperators {

  /** Makes an operator from a node's attributes. */
  @FunctionalInterface
  private interface Reader {
    Operator read(Attributes attributes, long opset);
  }

  private static final Map<String, Reader> KNOWN =
      Map.ofEntries(
          known("Add", Elementwise.binary(NDArray::add)),
          known("Sub", Elementwise.binary(NDArray::sub)),
          known("Mul", Elementwise.binary(NDArray::mul)),
          known("Div", Elementwise.binary(NDArray::div)),
          known("MatMul", Elementwise.binary(NDArray::matMul)),
          known("Relu", Elementwise.unary(Activation::relu)),
          known("Sigmoid", Elementwise.unary(Activation::sigmoid)),
          known("Tanh", Elementwise.unary(Activation::tanh)),
          known("Identity", Elementwise::same),
          known("Dropout", Elementwise::same),
          Map.entry("BatchNormalization", (a, opset) -> BatchNormalization.from(a)),
          Map.entry("Conv", (a, opset) -> Conv.from(a)),
          Map.entry("Flatten", (a, opset) -> Flatten.from(a)),
          Map.entry("Gemm", (a, opset) -> Gemm.from(a)),
          Map.entry("LogSoftmax", (a, opset) -> Softmax.from(a, opset, true)),
          Map.entry("MaxPool", (a, opset) -> MaxPool.from(a)),
          Map.entry("Reshape", (a, opset) -> Reshape.from(a)),
          Map.entry("Cast", (a, opset) -> Cast.from(a)),
          Map.entry("Shape", (a, opset) -> ShapeOf.from(a)),
          Map.entry("Softmax", (a, opset) -> Softmax.from(a, opset, false)));

  private OnnxOperators() {}

  private static Map.Entry<String, Reader> known(String type, Operator operator) {
    return Map.entry(type, (attributes, opset) -> operator);
  }

  /**
   * The operator's outputs, each as what computes it.
   *
   * @param domain empty for the standard's own operators
   * @param opset the version of the operator set
   * @throws UnsupportedOperatorException if the white box lacks the operator or one of its settings
   */
  static List<Operator> read(String domain, Attributes attributes, long opset) {
    String type = attributes.type();
    Reader reader = KNOWN.get(domain.isEmpty() ? type : domain + ":" + type);
    if (reader == null) {
      throw new UnsupportedOperatorException(
          "operator "
              + type
              + (domain.isEmpty() ? "" : " of " + domain)
              + " has no white-box form");
    }
    return List.of(reader.read(attributes, opset));
  }
}
