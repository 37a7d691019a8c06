package dev.touchstone.graph;

import java.util.Set;

/** Whether a model's score has derivatives of every order along any path of inputs. */
public final class Smoothness {
  /** Nodes of one input or several, smooth in each of them; a division away from 0. */
  private static final Set<String> SMOOTH =
      Set.of(
          "Add",
          "AveragePool",
          "BatchNormalization",
          "Concat",
          "Conv",
          "ConvTranspose",
          "Cos",
          "DepthToSpace",
          "Div",
          "Dropout",
          "Erf",
          "Exp",
          "Expand",
          "Flatten",
          "Gelu",
          "Gemm",
          "GlobalAveragePool",
          "GroupNormalization",
          "Identity",
          "InstanceNormalization",
          "LRN",
          "LayerNormalization",
          "Log",
          "LogSoftmax",
          "MatMul",
          "Mean",
          "Mish",
          "Mul",
          "Neg",
          "Normalisation",
          "Pad",
          "Reciprocal",
          "ReduceLogSumExp",
          "ReduceMean",
          "ReduceProd",
          "ReduceSum",
          "ReduceSumSquare",
          "Reshape",
          "Resize",
          "Shape",
          "Sigmoid",
          "Sin",
          "Slice",
          "Softmax",
          "Softplus",
          "SpaceToDepth",
          "Split",
          "Sqrt",
          "Squeeze",
          "Sub",
          "Sum",
          "Swish",
          "Tanh",
          "Tile",
          "Transpose",
          "Unsqueeze",
          "Upsample");

  private Smoothness() {}

  /** Whether no node between the input and the score has a kink, or is not known. */
  public static boolean of(WhiteBox box) {
    return of(box.graph());
  }

  static boolean of(Graph graph) {
    return graph.nodesOnTheWay().stream().allMatch(node -> isSmooth(node, graph));
  }

  private static boolean isSmooth(Node node, Graph graph) {
    return SMOOTH.contains(node.type()) || (node.type().equals("Pow") && isWholePower(node, graph));
  }

  /** x², x³ …: any other power has a kink at 0. */
  private static boolean isWholePower(Node node, Graph graph) {
    Constant exponent = graph.constants().get(node.inputs().get(1));
    if (exponent == null || exponent.size() != 1) {
      return false;
    }
    double value = exponent.floating() ? exponent.floats()[0] : exponent.longs()[0];
    return value >= 1 && value == Math.rint(value);
  }
}
