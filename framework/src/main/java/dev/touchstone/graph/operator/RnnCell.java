package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;

/** A cell of ONNX {@code RNN} (Elman 1990). */
record RnnCell(UnaryOperator<NDArray> activation) implements Recurrence.Cell {

  static List<Operator> from(Attributes attributes) {
    return Recurrence.from(attributes, List.of("Tanh"), given -> new RnnCell(given.get(0)));
  }

  @Override
  public int states() {
    return 1;
  }

  @Override
  public List<NDArray> step(NDArray input, List<NDArray> states, Recurrence.Weights weights) {
    NDArray seen = states.get(0).matMul(weights.recurrent());
    return List.of(
        activation.apply(input.add(seen).add(weights.bias()).add(weights.recurrentBias())));
  }
}
