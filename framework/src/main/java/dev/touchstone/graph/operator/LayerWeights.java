package dev.touchstone.graph.operator;

import org.apiguardian.api.API;

/** How the weights of layers lie. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class LayerWeights {
  private LayerWeights() {}

  /**
   * Returns the axis of a layer's weights along which its outputs are counted, where what it
   * computes from is its first input.
   *
   * @param type the operator's name in the ONNX standard: a convolution or a product
   * @param operator of the node
   */
  public static int outputAxis(String type, Operator operator) {
    return switch (type) {
      case "ConvTranspose", "MatMul" -> 1;
      case "Gemm" ->
          operator instanceof AffineProduct || (operator instanceof Gemm gemm && !gemm.transposeB())
              ? 1
              : 0;
      default -> 0;
    };
  }
}
