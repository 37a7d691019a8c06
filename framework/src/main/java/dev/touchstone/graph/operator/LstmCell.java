package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A cell of ONNX {@code LSTM} (Hochreiter and Schmidhuber 1997), perhaps with peepholes (Gers and
 * Schmidhuber 2000). Gates stand in the order input, output, forget, candidate.
 *
 * @param gate of the three gates
 * @param candidate of what is written
 * @param shown of what is read
 */
record LstmCell(
    UnaryOperator<NDArray> gate, UnaryOperator<NDArray> candidate, UnaryOperator<NDArray> shown)
    implements Recurrence.Cell {
  private static final List<String> USUAL = List.of("Sigmoid", "Tanh", "Tanh");

  static List<Operator> from(Attributes attributes) {
    attributes.require("input_forget", 0);
    return Recurrence.from(
        attributes, USUAL, given -> new LstmCell(given.get(0), given.get(1), given.get(2)));
  }

  @Override
  public int states() {
    return 2;
  }

  @Override
  public List<NDArray> step(NDArray input, List<NDArray> states, Recurrence.Weights weights) {
    NDArray before = states.get(0);
    NDArray carried = states.get(1);
    NDArray gates =
        input
            .add(before.matMul(weights.recurrent()))
            .add(weights.bias())
            .add(weights.recurrentBias());
    NDArray write = gate.apply(seeing(Recurrence.gate(gates, 0, before), carried, 0, weights));
    NDArray keep = gate.apply(seeing(Recurrence.gate(gates, 2, before), carried, 2, weights));
    NDArray news = candidate.apply(Recurrence.gate(gates, 3, before));
    NDArray next = keep.mul(carried).add(write.mul(news));
    NDArray read = gate.apply(seeing(Recurrence.gate(gates, 1, before), next, 1, weights));
    return List.of(read.mul(shown.apply(next)), next);
  }

  /** A gate that sees what is carried through its peephole. */
  private static NDArray seeing(
      NDArray gate, NDArray carried, int number, Recurrence.Weights weights) {
    @Nullable NDArray peepholes = weights.peepholes();
    return peepholes == null
        ? gate
        : gate.add(carried.mul(Recurrence.gate(peepholes, number, carried)));
  }
}
