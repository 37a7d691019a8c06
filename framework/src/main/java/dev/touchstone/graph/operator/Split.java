package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;
import java.util.stream.IntStream;

/** One part of an ONNX {@code Split}; lengths are an attribute before opset 13. */
record Split(Axes lengths, int axis, int parts, int part) implements Operator {

  static List<Operator> from(Attributes attributes) {
    int parts = attributes.outputs();
    return IntStream.range(0, parts)
        .<Operator>mapToObj(
            part ->
                new Split(
                    Axes.from(attributes, "split", 1), attributes.index("axis", 0), parts, part))
        .toList();
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int along = Axes.counted(axis, x.getShape().dimension());
    long size = x.getShape().get(along);
    long[] given = lengths.values(inputs);
    long even = (size + parts - 1) / parts;
    long from = 0;
    for (int i = 0; i < part; i++) {
      from += given == null ? even : given[i];
    }
    long to = Math.min(size, from + (given == null ? even : given[part]));
    return x.get(new NDIndex().addAllDim(along).addSliceDim(from, to).addEllipseDim());
  }
}
