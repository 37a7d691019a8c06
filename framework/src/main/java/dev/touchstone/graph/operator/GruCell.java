package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A cell of ONNX {@code GRU} (Cho et al. 2014). Gates stand in the order update, reset, candidate.
 *
 * @param gate of the two gates
 * @param candidate of what is new
 * @param resetsLast whether the state is reset behind its weights, as cuDNN and PyTorch do, and not
 *     in front of them
 */
record GruCell(UnaryOperator<NDArray> gate, UnaryOperator<NDArray> candidate, boolean resetsLast)
    implements Recurrence.Cell {

  static List<Operator> from(Attributes attributes) {
    boolean resetsLast = attributes.flag("linear_before_reset", false);
    return Recurrence.from(
        attributes,
        List.of("Sigmoid", "Tanh"),
        given -> new GruCell(given.get(0), given.get(1), resetsLast));
  }

  @Override
  public int states() {
    return 1;
  }

  @Override
  public List<NDArray> step(NDArray input, List<NDArray> states, Recurrence.Weights weights) {
    NDArray before = states.get(0);
    NDArray given = input.add(weights.bias());
    NDArray seen = before.matMul(weights.recurrent()).add(weights.recurrentBias());
    NDArray keep =
        gate.apply(Recurrence.gate(given, 0, before).add(Recurrence.gate(seen, 0, before)));
    NDArray reset =
        gate.apply(Recurrence.gate(given, 1, before).add(Recurrence.gate(seen, 1, before)));
    NDArray old =
        resetsLast
            ? reset.mul(Recurrence.gate(seen, 2, before))
            : reset
                .mul(before)
                .matMul(ofCandidate(weights.recurrent(), before))
                .add(Recurrence.gate(weights.recurrentBias(), 2, before));
    NDArray news = candidate.apply(Recurrence.gate(given, 2, before).add(old));
    return List.of(keep.mul(before.sub(news)).add(news));
  }

  private static NDArray ofCandidate(NDArray recurrent, NDArray state) {
    long hidden = state.getShape().get(1);
    return recurrent.get(new NDIndex().addAllDim().addSliceDim(2 * hidden, 3 * hidden));
  }
}
