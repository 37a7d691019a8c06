package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.runtime.NativeArrays;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * ONNX {@code TopK}: the largest entries along an axis, or the smallest, in order, and where they
 * are. Of equal ones the first is taken, whatever engine computes.
 */
record TopK(Axes number, int axis, boolean largest, boolean places) implements Operator {

  /** The entries, and their places. */
  static List<Operator> from(Attributes attributes) {
    TopK entries =
        new TopK(
            Axes.from(attributes, "k", 1),
            attributes.index("axis", -1),
            attributes.flag("largest", true),
            false);
    return List.of(entries, new TopK(entries.number, entries.axis, entries.largest, true));
  }

  /** Places jump. */
  @Override
  public Optional<OperatorTraits> traits() {
    return places
        ? Optional.of(OperatorTraits.of(OperatorTraits.Effect.WITHOUT_DERIVATIVE).mayRectify())
        : Optional.empty();
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    NDArray x = inputs.get(0);
    int along = Axes.counted(axis, x.getShape().dimension());
    NDArray found = found(inputs, along);
    return places ? found : x.gather(found, along);
  }

  private NDArray found(List<NDArray> inputs, int along) {
    NDArray x = inputs.get(0);
    long[] k = number.values(inputs);
    // A copy: the array holds its own, and would be read in another shape from then on.
    long[] shape = x.getShape().getShape().clone();
    int length = Math.toIntExact(shape[along]);
    if (k == null || k.length != 1 || k[0] < 0 || k[0] > length) {
      throw new IllegalArgumentException(
          "the first k of %d entries along an axis".formatted(length));
    }
    int taken = Math.toIntExact(k[0]);
    double[] values = Elementwise.doubles(x);
    int behind = Math.toIntExact(x.getShape().slice(along + 1).size());
    int lines = length == 0 ? 0 : values.length / length;
    long[] places = new long[lines * taken];
    for (int line = 0; line < lines; line++) {
      int start = line / behind * behind * length + line % behind;
      List<Integer> order = order(values, start, behind, length);
      for (int i = 0; i < taken; i++) {
        places[line / behind * behind * taken + i * behind + line % behind] = order.get(i);
      }
    }
    shape[along] = taken;
    return NativeArrays.of(x.getManager(), places, new Shape(shape));
  }

  /** The places of a line's entries, in the order of their size; a stable sort. */
  private List<Integer> order(double[] values, int start, int step, int length) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, length).boxed().toList());
    Comparator<Integer> bySize = Comparator.comparingDouble(place -> values[start + place * step]);
    order.sort(largest ? bySize.reversed() : bySize);
    return order;
  }
}
