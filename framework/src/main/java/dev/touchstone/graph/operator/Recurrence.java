package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code LSTM}, {@code GRU} and {@code RNN}: a cell that goes along a sequence, from its
 * start, from its end, or both ways side by side.
 *
 * @param cells one per direction
 * @param backwards whether the first direction is from the end
 * @param batchFirst whether the examples' axis stands before the sequence's
 * @param output which output: 0 the states of all steps, 1 the last one, 2 what the cell carries
 *     besides
 */
record Recurrence(List<Cell> cells, boolean backwards, boolean batchFirst, int output)
    implements Operator {
  private static final int LENGTHS = 4;
  private static final int FIRST_STATE = 5;

  private static final Map<String, UnaryOperator<NDArray>> FUNCTIONS =
      Map.of(
          "Sigmoid", ai.djl.nn.Activation::sigmoid,
          "Tanh", ai.djl.nn.Activation::tanh,
          "Relu", ai.djl.nn.Activation::relu);

  /** One step of a layer. */
  interface Cell {

    /**
     * Returns the states behind a step: what is handed on, and what else is carried.
     *
     * @param input of the step times the weights, n × gates · hidden, without bias
     * @param states before the step, each n × hidden
     * @param weights of this direction
     */
    List<NDArray> step(NDArray input, List<NDArray> states, Weights weights);

    /** Returns how many states there are. */
    int states();
  }

  /**
   * What a direction has learnt.
   *
   * @param recurrent hidden × gates · hidden
   * @param bias of the input, gates · hidden
   * @param recurrentBias of the state before, as many
   * @param peepholes 3 · hidden; null without them
   */
  record Weights(
      NDArray recurrent, NDArray bias, NDArray recurrentBias, @Nullable NDArray peepholes) {}

  /** Makes a direction's cell of its activations. */
  @FunctionalInterface
  interface CellReader {
    Cell of(List<UnaryOperator<NDArray>> activations);
  }

  /**
   * Reads the outputs of a layer.
   *
   * @param usual the activations of one direction where the node names none
   */
  static List<Operator> from(Attributes attributes, List<String> usual, CellReader reader) {
    if (attributes.has("clip")) {
      throw attributes.unsupported("clip");
    }
    String direction = attributes.text("direction", "forward");
    int directions = direction.equals("bidirectional") ? 2 : 1;
    List<String> given = attributes.texts("activations");
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < directions; i++) {
      List<String> names =
          given.isEmpty() ? usual : given.subList(i * usual.size(), (i + 1) * usual.size());
      cells.add(reader.of(names.stream().map(name -> function(name, attributes)).toList()));
    }
    boolean backwards = direction.equals("reverse");
    boolean batchFirst = attributes.flag("layout", false);
    return IntStream.rangeClosed(0, cells.get(0).states())
        .<Operator>mapToObj(output -> new Recurrence(cells, backwards, batchFirst, output))
        .toList();
  }

  private static UnaryOperator<NDArray> function(String name, Attributes attributes) {
    UnaryOperator<NDArray> function = FUNCTIONS.get(name);
    if (function == null) {
      throw attributes.unsupported("activation " + name);
    }
    return function;
  }

  @Override
  public NDArray apply(List<@Nullable NDArray> inputs) {
    NDArray given = Axes.required(inputs, 0);
    NDArray x = batchFirst ? given.swapAxes(0, 1) : given;
    NDList made = new NDList();
    for (int direction = 0; direction < cells.size(); direction++) {
      made.add(along(x, direction, inputs));
    }
    // [L, N, H] of each direction as [L, D, N, H], and [N, H] as [D, N, H]
    int before = output == 0 ? 1 : 0;
    NDArray all = NDArrays.stack(made, before);
    if (!batchFirst) {
      return all;
    }
    return output == 0 ? all.transpose(2, 0, 1, 3) : all.swapAxes(0, 1);
  }

  /** One direction of the sequence. */
  private NDArray along(NDArray x, int direction, List<@Nullable NDArray> inputs) {
    boolean fromTheEnd = backwards || direction == 1;
    Cell cell = cells.get(direction);
    NDArray recurrent = of(Axes.required(inputs, 2), direction).transpose();
    long hidden = recurrent.getShape().get(0);
    Weights weights = weights(recurrent, direction, inputs);
    List<NDArray> states = first(x, cell, direction, hidden, inputs);
    NDArray products = x.matMul(of(Axes.required(inputs, 1), direction).transpose());

    int length = Math.toIntExact(x.getShape().get(0));
    NDArray[] steps = new NDArray[length];
    for (int i = 0; i < length; i++) {
      int step = fromTheEnd ? length - 1 - i : i;
      List<NDArray> next = cell.step(of(products, step), states, weights);
      NDArray goesOn = goesOn(Axes.input(inputs, LENGTHS), step, next.get(0));
      states = goesOn == null ? next : chosen(goesOn, next, states);
      steps[step] = goesOn == null ? next.get(0) : NDArrays.where(goesOn, next.get(0), zeros(next));
    }
    return output == 0 ? NDArrays.stack(new NDList(steps)) : states.get(output - 1);
  }

  private static NDArray zeros(List<NDArray> like) {
    return like.get(0).zerosLike();
  }

  private static NDArray of(NDArray array, int index) {
    return array.get(new NDIndex("{}", index));
  }

  private static Weights weights(NDArray recurrent, int direction, List<@Nullable NDArray> inputs) {
    NDArray both = Axes.input(inputs, 3);
    long rows = recurrent.getShape().get(1);
    NDArray bias =
        both == null
            ? recurrent.getManager().zeros(new Shape(2 * rows), recurrent.getDataType())
            : of(both, direction);
    NDArray peepholes = Axes.input(inputs, 7);
    return new Weights(
        recurrent,
        bias.get(new NDIndex().addSliceDim(0, rows)),
        bias.get(new NDIndex().addSliceDim(rows, 2 * rows)),
        peepholes == null ? null : of(peepholes, direction));
  }

  private List<NDArray> first(
      NDArray x, Cell cell, int direction, long hidden, List<@Nullable NDArray> inputs) {
    List<NDArray> states = new ArrayList<>();
    for (int state = 0; state < cell.states(); state++) {
      NDArray given = Axes.input(inputs, FIRST_STATE + state);
      if (given == null) {
        states.add(x.getManager().zeros(new Shape(x.getShape().get(1), hidden), x.getDataType()));
      } else {
        states.add(of(batchFirst ? given.swapAxes(0, 1) : given, direction));
      }
    }
    return states;
  }

  /** Which examples have this step, in the shape of a state; null if all have. */
  private static @Nullable NDArray goesOn(@Nullable NDArray lengths, int step, NDArray state) {
    return lengths == null
        ? null
        : Broadcast.to(
            lengths.toType(DataType.INT64, false).gt(step).expandDims(1), state.getShape());
  }

  private static List<NDArray> chosen(NDArray first, List<NDArray> yes, List<NDArray> no) {
    return IntStream.range(0, yes.size())
        .mapToObj(i -> NDArrays.where(first, yes.get(i), no.get(i)))
        .toList();
  }

  /** A gate's columns, of gates beside each other. */
  static NDArray gate(NDArray gates, int gate, NDArray state) {
    long hidden = state.getShape().get(1);
    return gates.get(new NDIndex().addEllipseDim().addSliceDim(gate * hidden, (gate + 1) * hidden));
  }
}
