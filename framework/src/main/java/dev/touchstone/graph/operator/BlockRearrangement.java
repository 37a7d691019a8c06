package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * ONNX {@code DepthToSpace} and {@code SpaceToDepth}: channels become blocks of pixels, or back.
 */
record BlockRearrangement(int block, boolean toSpace, boolean columnFirst) implements Operator {

  static Operator from(Attributes attributes, boolean toSpace) {
    return new BlockRearrangement(
        attributes.index("blocksize", 1), toSpace, attributes.text("mode", "DCR").equals("CRD"));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    long n = x.getShape().get(0);
    long c = x.getShape().get(1);
    long h = x.getShape().get(2);
    long w = x.getShape().get(3);
    long b = block;
    if (!toSpace) {
      NDArray blocks = x.reshape(new Shape(n, c, h / b, b, w / b, b));
      return (columnFirst ? blocks.transpose(0, 1, 3, 5, 2, 4) : blocks.transpose(0, 3, 5, 1, 2, 4))
          .reshape(new Shape(n, c * b * b, h / b, w / b));
    }
    NDArray apart =
        columnFirst
            ? x.reshape(new Shape(n, c / (b * b), b, b, h, w)).transpose(0, 1, 4, 2, 5, 3)
            : x.reshape(new Shape(n, b, b, c / (b * b), h, w)).transpose(0, 3, 4, 1, 5, 2);
    return apart.reshape(new Shape(n, c / (b * b), h * b, w * b));
  }
}
