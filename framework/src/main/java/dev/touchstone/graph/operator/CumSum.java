package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;

/**
 * ONNX {@code CumSum}: running sums along an axis, from its end on, or without the entry itself.
 */
record CumSum(boolean exclusive, boolean reverse) implements Operator {

  static Operator from(Attributes attributes) {
    return new CumSum(attributes.flag("exclusive", false), attributes.flag("reverse", false));
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    int rank = inputs.get(0).getShape().dimension();
    int along = Axes.counted(Axes.integers(inputs.get(1))[0], rank);
    NDArray x = reverse ? inputs.get(0).flip(along) : inputs.get(0);
    NDArray sums = (exclusive ? behindOneZero(x, along) : x).cumSum(along);
    return reverse ? sums.flip(along) : sums;
  }

  /** A zero in front, and no last entry. */
  private static NDArray behindOneZero(NDArray x, int along) {
    NDArray first = x.get(new NDIndex().addAllDim(along).addSliceDim(0, 1).addEllipseDim());
    long others = x.getShape().get(along) - 1;
    NDArray rest = x.get(new NDIndex().addAllDim(along).addSliceDim(0, others).addEllipseDim());
    return NDArrays.concat(new NDList(first.zerosLike(), rest), along);
  }
}
