package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.Torch.Recording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes the gradients of single examples, some examples and one weight at a time, and hands them on
 * at once. Where the nodes that use the weights keep the examples apart on their first axis, one
 * pass over several examples gives the gradients at those nodes, and each example's share follows
 * node by node (Goodfellow 2015; Rochette et al. 2019); elsewhere each example is a pass of its
 * own.
 */
final class ExampleGradients {
  private final Parameters parameters;
  private final long memoryBytes;
  private final Map<Node, Set<Integer>> uses;
  private final List<String> made;
  private final Set<String> kept;

  private ExampleGradients(Parameters parameters, long memoryBytes) {
    this.parameters = parameters;
    this.memoryBytes = memoryBytes;
    this.uses = uses(parameters);
    this.made = uses.keySet().stream().map(Node::output).toList();
    this.kept = new HashSet<>(made);
    uses.keySet().forEach(node -> kept.addAll(node.inputs()));
    kept.remove("");
  }

  /** Takes gradients as they are made. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes the gradients of some examples by some weights.
     *
     * @param block a row per example; it lives until this returns
     * @param offset of the first weight in the vector
     * @param examples their places in the batch
     */
    void take(NDArray block, int offset, int[] examples);
  }

  /**
   * Of a model.
   *
   * @param memoryBytes what the values and the gradients of some examples may take
   */
  static ExampleGradients of(Parameters parameters, long memoryBytes) {
    return new ExampleGradients(parameters, memoryBytes);
  }

  /** The nodes on the way to the scores that use the weights, and which inputs those are. */
  private static Map<Node, Set<Integer>> uses(Parameters parameters) {
    Graph graph = parameters.model().graph();
    Set<String> moving = new HashSet<>();
    parameters.parts().forEach(part -> moving.add(part.weight()));
    Set<String> computed = graph.inputNames();
    Map<Node, Set<Integer>> uses = new LinkedHashMap<>();
    for (Node node : graph.nodesFor(graph.score())) {
      boolean fromInput = node.inputs().stream().anyMatch(computed::contains);
      Set<Integer> weights = new TreeSet<>();
      for (int i = 0; i < node.inputs().size(); i++) {
        if (moving.contains(node.inputs().get(i))) {
          weights.add(i);
        }
      }
      if (fromInput) {
        computed.add(node.output());
        if (!weights.isEmpty()) {
          uses.put(node, weights);
        }
      } else if (!weights.isEmpty()) {
        moving.add(node.output());
      }
    }
    return uses;
  }

  /** Sends the gradients of all examples of a batch. */
  void send(Tensor batch, Quantity quantity, Sink sink) {
    WhiteBox model = parameters.model();
    int[] shape = model.inputShape();
    BatchAxis.requireFit(model.name(), shape, batch.shape());
    if (shape[0] == -1 && batch.rows() > 1 && keepsExamplesApart()) {
      for (Portion portion : Portion.of(Inputs.of(batch), atOnce(), false)) {
        sendPortion(portion, quantity, sink);
      }
    } else {
      sendOneByOne(batch, quantity, sink);
    }
  }

  private int atOnce() {
    long greatest = parameters.parts().stream().mapToLong(Parameters.Part::size).max().orElse(1);
    // A weight's gradients, and what is made of them.
    long block = 2 * greatest * parameters.model().type().getNumOfBytes();
    long rows = Math.max(1, memoryBytes / 2 / block);
    return (int) Math.min(rows, parameters.model().batchSize(memoryBytes / 2, true));
  }

  /** Whether every value at the nodes in question has the examples, and no others, in front. */
  boolean keepsExamplesApart() {
    Map<String, Shape> two = shapes(2);
    Map<String, Shape> three = shapes(3);
    return two.entrySet().stream()
        .allMatch(
            entry -> {
              Shape more = Objects.requireNonNull(three.get(entry.getKey()));
              Shape less = entry.getValue();
              return less.dimension() > 0
                  && less.get(0) == 2
                  && more.get(0) == 3
                  && less.slice(1).equals(more.slice(1));
            });
  }

  private Map<String, Shape> shapes(int examples) {
    WhiteBox model = parameters.model();
    Graph graph = model.graph();
    Set<String> computed = new HashSet<>(made);
    uses.keySet()
        .forEach(node -> computed(node).forEach(input -> computed.add(node.inputs().get(input))));
    Tensor trial = TrialInputs.of(model.inputShape(), examples);
    return Torch.evaluate(
        () -> {
          try (NDManager scope = model.scope()) {
            Walk.Plan plan = Walk.Plan.of(graph, computed, model.nativeWeights().keySet());
            Map<String, Shape> shapes = new LinkedHashMap<>();
            Walk.forward(graph, model.nativeWeights(), model.evaluator(), scope)
                .forward(model.inputs(scope, Inputs.of(trial)), plan)
                .forEach((name, array) -> shapes.put(name, array.getShape()));
            return shapes;
          }
        });
  }

  private void sendPortion(Portion portion, Quantity quantity, Sink sink) {
    Torch.differentiate(
        () -> {
          try (NDManager scope = parameters.model().scope()) {
            WeightPass pass = WeightPass.forward(parameters, scope, portion, kept);
            NDList arriving = pass.gradientsAt(made, quantity);
            for (Parameters.Part part : parameters.parts()) {
              try (NDManager own = scope.newSubManager()) {
                NDArray block = ofPart(part, pass, arriving, portion.present(), own);
                Torch.detached(
                    () -> {
                      sink.take(block, part.offset(), portion.examples());
                      return true;
                    });
              }
            }
            return true;
          }
        });
  }

  /** The gradients by one weight, summed over the nodes that use it. */
  private NDArray ofPart(
      Parameters.Part part, WeightPass pass, NDList arriving, int examples, NDManager scope) {
    NDArray sum = null;
    int position = 0;
    for (Map.Entry<Node, Set<Integer>> use : uses.entrySet()) {
      Node node = use.getKey();
      NDArray gradient = arriving.get(position++);
      for (int input : use.getValue()) {
        if (leadsTo(node.inputs().get(input), part.weight())) {
          List<@Nullable NDArray> inputs = inputs(node, pass, scope);
          NDArray block =
              WeightShare.of(node, computed(node), parameters.model().evaluator(), scope)
                  .ofEach(inputs, input, own(gradient, scope));
          NDArray share = unfolded(block, node.inputs().get(input), part, pass, scope);
          sum = sum == null ? share : sum.add(share);
        }
      }
    }
    return sum == null
        ? scope.zeros(new Shape(examples, part.size()), parameters.model().type())
        : sum;
  }

  /** Which of a node's inputs depend on the model's. */
  private Set<Integer> computed(Node node) {
    Set<Integer> computed = new HashSet<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      String input = node.inputs().get(i);
      if (!input.isEmpty() && !parameters.model().nativeWeights().containsKey(input)) {
        computed.add(i);
      }
    }
    return computed;
  }

  /** Whether a constant value is made of a weight, or is it. */
  private boolean leadsTo(String value, String weight) {
    if (value.equals(weight)) {
      return true;
    }
    Node maker = parameters.model().graph().maker(value);
    return maker != null && maker.inputs().stream().anyMatch(input -> leadsTo(input, weight));
  }

  private List<@Nullable NDArray> inputs(Node node, WeightPass pass, NDManager scope) {
    List<@Nullable NDArray> inputs = new ArrayList<>();
    for (String name : node.inputs()) {
      inputs.add(name.isEmpty() ? null : own(pass.value(name), scope));
    }
    return inputs;
  }

  /** The same numbers, recorded nowhere, whose results live in the scope. */
  private static NDArray own(NDArray array, NDManager scope) {
    NDArray own = array.stopGradient();
    own.attach(scope);
    return own;
  }

  /** From gradients at what was folded of a weight to those at the weight itself. */
  private NDArray unfolded(
      NDArray block, String value, Parameters.Part part, WeightPass pass, NDManager scope) {
    if (value.equals(part.weight())) {
      return block;
    }
    NDArray folded = pass.value(value);
    NDArray leaf = pass.weight(part);
    NDList rows = new NDList();
    for (int i = 0; i < block.getShape().get(0); i++) {
      NDArray row = block.get(i).reshape(folded.getShape());
      NDArray at = Torch.gradients(folded, row, List.of(leaf), Recording.KEPT, scope).head();
      rows.add(at.reshape(1, part.size()));
    }
    return concat(rows, scope);
  }

  static NDArray concat(NDList rows, NDManager scope) {
    NDArray all = NDArrays.concat(rows);
    all.attach(scope);
    return all;
  }

  /** A pass per example, and as many gradients together as the memory holds. */
  private void sendOneByOne(Tensor batch, Quantity quantity, Sink sink) {
    WhiteBox model = parameters.model();
    long bytes = 4L * parameters.size() * model.type().getNumOfBytes();
    int together = (int) Math.max(1, Math.min(64, memoryBytes / 2 / bytes));
    int fixed = model.inputShape()[0];
    for (Portion several : Portion.of(Inputs.of(batch), together, false)) {
      Torch.differentiate(
          () -> {
            try (NDManager scope = model.scope()) {
              NDList rows = new NDList();
              for (int example : several.examples()) {
                rows.add(
                    ofOne(
                        Portion.single(Inputs.of(batch), example, Math.max(1, fixed)),
                        quantity,
                        scope));
              }
              NDArray block = concat(rows, scope);
              Torch.detached(
                  () -> {
                    sink.take(block, 0, several.examples());
                    return true;
                  });
              return true;
            }
          });
    }
  }

  private NDArray ofOne(Portion single, Quantity quantity, NDManager scope) {
    try (NDManager own = scope.newSubManager()) {
      NDArray gradient = WeightPass.forward(parameters, own, single).gradient(quantity);
      NDArray row = gradient.reshape(1, parameters.size());
      row.attach(scope);
      return row;
    }
  }

  /** The numbers of a block in double. */
  static double[] doubles(NDArray block) {
    return block.getDataType() == DataType.FLOAT64
        ? block.toDoubleArray()
        : widened(block.toFloatArray());
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }
}
