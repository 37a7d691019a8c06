package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * {@code Normalizer} of {@code ai.onnx.ml}: each row over its largest entry, the sum of its
 * absolute values or its Euclidean length; a row for which that is 0 stays as it is.
 */
record RowNormalizer(UnaryOperator<NDArray> length) implements Operator {

  static Operator from(Attributes attributes) {
    String norm = attributes.text("norm", "MAX");
    return switch (norm) {
      case "MAX" -> new RowNormalizer(x -> x.max(new int[] {1}, true));
      case "L1" -> new RowNormalizer(x -> x.abs().sum(new int[] {1}, true));
      case "L2" -> new RowNormalizer(x -> x.square().sum(new int[] {1}, true).sqrt());
      default -> throw attributes.unsupported("norm = " + norm);
    };
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    NDArray lengths = length.apply(x);
    return x.div(NDArrays.where(lengths.eq(0), lengths.onesLike(), lengths));
  }
}
