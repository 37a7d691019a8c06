package dev.touchstone.graph.operator;

/** Makes an operator of what an ONNX file says of a node. */
@FunctionalInterface
public interface OperatorReader {

  /**
   * Reads the operator.
   *
   * @param attributes the node's; what is asked of them is what tells the operator from others
   * @param opset the version of the operator's set that the file names
   * @throws UnsupportedOperatorException for a setting that has no such operator; {@link
   *     Attributes#unsupported} makes one
   */
  Operator read(Attributes attributes, long opset);
}
