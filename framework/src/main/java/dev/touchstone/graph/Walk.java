package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.touchstone.runtime.Torch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One walk through a graph, forward and perhaps back. Where a node's backward rule is replaced, and
 * where the gradient of an inner value is asked for, the recording is cut: what the node computes
 * from ends one recorded piece, and its output begins the next as a leaf. The backward walk goes
 * through the cuts in reverse order, each time handing the rule's gradients to the pieces before.
 *
 * <p>For one evaluation, inside the engine's lease; its arrays belong to the scope.
 */
final class Walk {
  private final Graph graph;
  private final Map<String, NDArray> weights;
  private final NodeEvaluator evaluator;
  private final NDManager scope;
  private final BackwardRules rules;
  private final Set<String> taps;
  private final boolean recording;
  private final List<Cut> cuts = new ArrayList<>();
  private final Map<String, NDArray> handles = new HashMap<>();
  private final Map<String, NDArray> tapped = new HashMap<>();

  /** Values that a cut goes on from or back to; the recording itself keeps what else it needs. */
  private final Set<String> held = new HashSet<>();

  /**
   * Values that have a derivative with respect to an input or to a value at a tap; whole numbers
   * have none.
   */
  private final Set<String> recorded = new HashSet<>();

  private Map<String, NDArray> given = Map.of();
  private long bytes;

  private Walk(
      Graph graph,
      Map<String, NDArray> weights,
      NodeEvaluator evaluator,
      NDManager scope,
      BackwardRules rules,
      Set<String> taps,
      boolean recording) {
    this.graph = graph;
    this.weights = weights;
    this.evaluator = evaluator;
    this.scope = scope;
    this.rules = rules;
    this.taps = taps;
    this.recording = recording;
  }

  /** A walk forward alone, which frees each value after its last use. */
  static Walk forward(
      Graph graph, Map<String, NDArray> weights, NodeEvaluator evaluator, NDManager scope) {
    return new Walk(graph, weights, evaluator, scope, BackwardRules.derivatives(), Set.of(), false);
  }

  /**
   * A walk forward and back.
   *
   * @param rules backward rules that replace derivatives
   * @param taps values inside of which gradients are wanted
   */
  static Walk recording(
      Graph graph,
      Map<String, NDArray> weights,
      NodeEvaluator evaluator,
      NDManager scope,
      BackwardRules rules,
      Set<String> taps) {
    return new Walk(graph, weights, evaluator, scope, rules, taps, true);
  }

  /**
   * Computes values from the inputs.
   *
   * @param inputs one array for each of the graph's, by name
   * @return the wanted values by name, each once
   */
  Map<String, NDArray> forward(Map<String, NDArray> inputs, Plan plan) {
    Map<String, NDArray> values = new HashMap<>(inputs);
    given = inputs;
    graph.floatingInputs().forEach(input -> recorded.add(input.name()));
    held.addAll(inputs.keySet());
    for (int i = 0; i < plan.nodes().size(); i++) {
      Node node = plan.nodes().get(i);
      NDArray output = output(node, inputs(node, values));
      output.attach(scope);
      bytes += output.getShape().size() * output.getDataType().getNumOfBytes();
      values.put(node.output(), output);
      free(node, i, plan.lastUses(), values);
    }
    Map<String, NDArray> wanted = new HashMap<>();
    for (String name : plan.wanted()) {
      NDArray value = values.get(name);
      wanted.put(
          name, value != null ? value : handle(Objects.requireNonNull(weights.get(name)), scope));
    }
    return wanted;
  }

  /** Bytes of all values that the nodes made. */
  long bytes() {
    return bytes;
  }

  /** Whether a value has a derivative with respect to an input, or to a value at a tap. */
  boolean isRecorded(String value) {
    return recorded.contains(value);
  }

  /** The value at one of the taps; null where the walk did not come. */
  @Nullable NDArray tapped(String tap) {
    return tapped.get(tap);
  }

  /** The gradient at one of the taps after {@link #backward}; null if none arrived there. */
  @Nullable NDArray gradient(String tap) {
    NDArray leaf = tapped.get(tap);
    return leaf == null ? null : leaf.getGradient();
  }

  private NDArray output(Node node, List<@Nullable NDArray> inputs) {
    boolean moving = node.inputs().stream().anyMatch(recorded::contains);
    BackwardRule rule = recording && moving ? rules.ruleFor(node) : null;
    if (rule != null) {
      return cut(node, inputs, rule);
    }
    NDArray output = evaluator.apply(node, inputs);
    boolean tapping = recording && taps.contains(node.output());
    if (!moving && !tapping || !output.getDataType().isFloating()) {
      return output;
    }
    recorded.add(node.output());
    return tapping ? tap(node, output, moving) : output;
  }

  private List<@Nullable NDArray> inputs(Node node, Map<String, NDArray> values) {
    List<@Nullable NDArray> inputs = new ArrayList<>(node.inputs().size());
    for (String input : node.inputs()) {
      NDArray weight = weights.get(input);
      inputs.add(
          weight == null
              ? values.get(input)
              : handles.computeIfAbsent(input, key -> handle(weight, scope)));
    }
    return inputs;
  }

  /**
   * Another handle on an array. What is computed from an array lives as long as the array's
   * manager, so weights enter a computation through handles that its scope closes.
   */
  static NDArray handle(NDArray array, NDManager scope) {
    NDArray handle = array.reshape(array.getShape());
    handle.attach(scope);
    return handle;
  }

  private static NDArray unrecorded(NDArray array, NDManager scope) {
    NDArray handle = array.stopGradient();
    handle.attach(scope);
    return handle;
  }

  /** Applies a node outside the recording. */
  private NDArray cut(Node node, List<@Nullable NDArray> inputs, BackwardRule rule) {
    int[] computed =
        IntStream.range(0, inputs.size())
            .filter(i -> recorded.contains(node.inputs().get(i)))
            .toArray();
    List<@Nullable NDArray> detached = new ArrayList<>(inputs);
    List<NDArray> before = new ArrayList<>();
    for (int index : computed) {
      NDArray input = Objects.requireNonNull(inputs.get(index));
      before.add(input);
      detached.set(index, input.stopGradient());
    }
    NDArray output = Torch.detached(() -> evaluator.apply(node, detached));
    if (!output.getDataType().isFloating()) {
      return output;
    }
    recorded.add(node.output());
    held.addAll(node.inputs());
    held.add(node.output());
    NDArray leaf = Torch.leaf(output);
    if (taps.contains(node.output())) {
      tapped.put(node.output(), leaf);
    }
    Passing passing =
        (arriving, step) ->
            rule.backward(
                new Passage(
                    node,
                    evaluator,
                    detached.stream()
                        .map(input -> input == null ? null : handle(input, step))
                        .toList(),
                    computed,
                    unrecorded(leaf, step),
                    arriving));
    List<NDArray> own = IntStream.of(computed).mapToObj(detached::get).toList();
    cuts.add(new Cut(before, leaf, own, passing));
    return leaf;
  }

  /**
   * Cuts behind a node, so that the gradient at its output can be read.
   *
   * @param moving whether there is something before it to which the gradient is passed on
   */
  private NDArray tap(Node node, NDArray output, boolean moving) {
    NDArray leaf = Torch.leaf(output.stopGradient());
    tapped.put(node.output(), leaf);
    held.add(node.output());
    cuts.add(
        moving
            ? new Cut(List.of(output), leaf, List.of(), (arriving, step) -> List.of(arriving))
            : new Cut(List.of(), leaf, List.of(output), (arriving, step) -> List.of()));
    return leaf;
  }

  /**
   * Walks back from a value, once, and frees on the way what the walk forward kept for it.
   *
   * @param gradient what is passed back from there, of its shape
   */
  void backward(NDArray from, NDArray gradient) {
    Map<NDArray, Integer> uses = new IdentityHashMap<>();
    cuts.forEach(cut -> cut.before().forEach(array -> uses.merge(array, 1, Integer::sum)));
    Set<@Nullable NDArray> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.addAll(given.values());
    kept.addAll(tapped.values());
    cuts.forEach(cut -> kept.add(cut.output()));
    Torch.backward(from, gradient, !cuts.isEmpty());
    for (int i = cuts.size() - 1; i >= 0; i--) {
      Cut cut = cuts.get(i);
      pass(cut, i == 0);
      for (NDArray array : cut.before()) {
        if (uses.merge(array, -1, Integer::sum) == 0 && !kept.contains(array) && i > 0) {
          array.close();
        }
      }
      cut.own().forEach(NDArray::close);
      if (!tapped.containsValue(cut.output())) {
        cut.output().close();
      }
    }
  }

  private void pass(Cut cut, boolean last) {
    try (NDManager step = scope.newSubManager()) {
      NDArray arriving = cut.output().getGradient();
      if (arriving == null) {
        // The scores depend on this node through a step without derivative alone.
        return;
      }
      arriving.attach(step);
      List<NDArray> passed = Torch.detached(() -> cut.passing().pass(arriving, step));
      for (int j = 0; j < passed.size(); j++) {
        // A leaf's gradient may lie in the same memory, and that may be a buffer of Java's.
        passed.get(j).attach(scope);
        Torch.backward(cut.before().get(j), passed.get(j), !last || j < passed.size() - 1);
      }
    }
  }

  /**
   * Frees what no later node needs, so that peak memory is that of one layer, not of all. Where it
   * is recorded, libtorch keeps what it needs of what it made itself; other arrays may lie over a
   * buffer of Java's, which their handle keeps.
   */
  private void free(
      Node node, int position, Map<String, Integer> lastUses, Map<String, NDArray> values) {
    for (String input : node.inputs()) {
      boolean free = !recording || (recorded.contains(input) && !held.contains(input));
      if (free && lastUses.getOrDefault(input, -1) == position) {
        NDArray value = values.remove(input);
        if (value != null) {
          value.close();
        }
      }
    }
  }

  /**
   * Where the recording is cut.
   *
   * @param before what was recorded before
   * @param output the leaf that it goes on from
   * @param own handles that the passing alone needs
   */
  private record Cut(List<NDArray> before, NDArray output, List<NDArray> own, Passing passing) {}

  /** Makes gradients before a cut of the one behind it, in the memory of that step. */
  @FunctionalInterface
  private interface Passing {
    List<NDArray> pass(NDArray arriving, NDManager step);
  }

  /**
   * What has to be computed for some values, and after which node each value is no longer needed.
   *
   * @param wanted names of values
   */
  record Plan(Set<String> wanted, List<Node> nodes, Map<String, Integer> lastUses) {

    /** For values of a graph, where weights need no computation. */
    static Plan of(Graph graph, Set<String> wanted, Set<String> weights) {
      List<Node> nodes =
          graph.nodesFor(wanted).stream().filter(node -> !weights.contains(node.output())).toList();
      Map<String, Integer> lastUses = new HashMap<>();
      for (int i = 0; i < nodes.size(); i++) {
        for (String input : nodes.get(i).inputs()) {
          lastUses.put(input, i);
        }
      }
      wanted.forEach(value -> lastUses.put(value, Integer.MAX_VALUE));
      return new Plan(Set.copyOf(wanted), nodes, lastUses);
    }
  }
}
