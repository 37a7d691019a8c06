package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be looked into: run node by node on DJL arrays, so that it can be
 * differentiated, cut open at a layer, and its nodes' backward rules replaced. Its weights never
 * change; other weights make another white box.
 *
 * <p>Safe for use by several threads; native evaluation takes turns. Results are plain Java values.
 */
public final class WhiteBox {
  private final Graph graph;
  private final String device;
  private final DataType type;
  private final NDManager manager;
  private final Map<String, NDArray> weights;
  private volatile long bytesPerExample;

  private WhiteBox(Graph graph, String device, DataType type) {
    this.graph = graph;
    this.device = device;
    this.type = type;
    this.manager = Torch.manager(device);
    this.weights =
        graph.constants().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> array(e.getValue())));
  }

  /**
   * Reads an ONNX model.
   *
   * @param onnx the file's bytes
   * @param name what to call it in messages
   * @param device as in {@code touchstone.device}
   * @throws UnsupportedOperatorException if the white box lacks one of its operators
   * @throws TouchstoneException if the file is no ONNX model, is truncated or corrupt
   */
  public static WhiteBox fromOnnx(byte[] onnx, String name, String device) {
    return of(OnnxImport.read(onnx, name), device);
  }

  static WhiteBox of(Graph graph, String device) {
    return Torch.evaluate(() -> new WhiteBox(graph, device, DataType.FLOAT32));
  }

  /** The same model computing in double precision; for checks of numbers, several times slower. */
  public WhiteBox inDoublePrecision() {
    return Torch.evaluate(() -> new WhiteBox(graph, device, DataType.FLOAT64));
  }

  private NDArray array(Constant constant) {
    Shape shape = new Shape(constant.shape());
    return constant.floating()
        ? manager.create(constant.floats(), shape).toType(type, false)
        : manager.create(constant.longs(), shape);
  }

  /** The shape of the input, the batch axis first; -1 where it is free. */
  public int[] inputShape() {
    return graph.inputShape().clone();
  }

  /** The layers that hold weights, from the input to the output. */
  public List<Layer> layers() {
    return graph.layers();
  }

  /**
   * How many examples to compute at once so that the working memory stays inside a budget; it
   * depends on the budget alone, never on free memory.
   *
   * @param gradients whether activations are kept for a backward pass
   */
  public int batchSize(long budgetBytes, boolean gradients) {
    long perExample = bytesPerExample();
    long examples = budgetBytes / Math.max(1, gradients ? 3 * perExample : perExample);
    return (int) Math.max(1, Math.min(256, examples));
  }

  private long bytesPerExample() {
    if (bytesPerExample == 0) {
      int[] shape = graph.inputShape();
      int[] one = Arrays.stream(shape).map(d -> Math.max(d, 1)).toArray();
      one[0] = 1;
      bytesPerExample =
          Torch.evaluate(
              () -> {
                try (NDManager scope = manager.newSubManager()) {
                  Run run = new Run(scope, BackwardRules.derivatives(), false);
                  run.forward(scope.zeros(shape(one), type), graph.output());
                  return run.bytes;
                }
              });
    }
    return bytesPerExample;
  }

  /**
   * The model's output.
   *
   * @param batch examples of the input's shape
   * @return n × k, one row per example
   */
  public double[][] outputs(Tensor batch) {
    return valuesOf(graph.output(), batch);
  }

  /** The scores whose derivatives are explained: the output before a final (log-)softmax. */
  public double[][] scores(Tensor batch) {
    return valuesOf(graph.score(), batch);
  }

  /**
   * What a layer hands on: the output of the last node that uses its weights.
   *
   * @param layer one of {@link #layers()}
   * @return n × d, one row per example
   */
  public double[][] activations(Layer layer, Tensor batch) {
    return valuesOf(nodeNamed(layer.node()).output(), batch);
  }

  /** What a layer takes in: the first input of the first node that uses its weights; n × d. */
  public double[][] inputsOf(Layer layer, Tensor batch) {
    Node first =
        graph.nodes().stream()
            .filter(n -> n.inputs().stream().anyMatch(layer.weights()::contains))
            .findFirst()
            .orElseThrow(() -> new TouchstoneException("no node uses the layer " + layer.name()));
    return valuesOf(first.inputs().get(0), batch);
  }

  private double[][] valuesOf(String value, Tensor batch) {
    return Torch.evaluate(
        () -> {
          try (NDManager scope = manager.newSubManager()) {
            Run run = new Run(scope, BackwardRules.derivatives(), false);
            return rows(run.forward(input(scope, batch), value), batch.rows());
          }
        });
  }

  /**
   * The gradient of each example's score of a class with respect to its input.
   *
   * @param batch examples of the input's shape
   * @param targets the class of each example
   * @param rules backward rules that replace derivatives
   * @return one row per example, as long as the example
   */
  public double[][] inputGradients(Tensor batch, int[] targets, BackwardRules rules) {
    return Torch.differentiate(
        () -> {
          try (NDManager scope = manager.newSubManager()) {
            NDArray x = Torch.leaf(input(scope, batch));
            Run run = new Run(scope, rules, true);
            NDArray scores = run.forward(x, graph.score());
            run.backward(scores, selection(scope, scores.getShape(), targets));
            return rows(x.getGradient(), batch.rows());
          }
        });
  }

  /** One-hot rows: 1 at the target's score, 0 elsewhere; a single score stands for class 1. */
  private NDArray selection(NDManager scope, Shape scores, int[] targets) {
    int classes = (int) scores.size() / targets.length;
    double[] selection = new double[targets.length * classes];
    for (int i = 0; i < targets.length; i++) {
      if (classes == 1) {
        selection[i] = targets[i] == 1 ? 1 : -1;
      } else {
        selection[i * classes + targets[i]] = 1;
      }
    }
    return scope.create(selection, scores).toType(type, false);
  }

  /**
   * The same model with some weights replaced.
   *
   * @param replaced values by the weight's name, as long as the present ones
   */
  public WhiteBox withWeights(Map<String, float[]> replaced) {
    Map<String, Constant> constants = new HashMap<>();
    replaced.forEach(
        (name, values) -> {
          Constant present = graph.constants().get(name);
          if (present == null || present.size() != values.length) {
            throw new IllegalArgumentException(
                "weights \"" + name + "\" are " + present + ", not " + values.length + " values");
          }
          constants.put(name, Constant.of(values, present.shape()));
        });
    Graph other = graph.withConstants(constants);
    return Torch.evaluate(() -> new WhiteBox(other, device, type));
  }

  /** A copy of a weight's values, row-major. */
  public float[] weight(String name) {
    return constant(name).floats().clone();
  }

  /** A weight's shape. */
  public long[] weightShape(String name) {
    return constant(name).shape().clone();
  }

  private Constant constant(String name) {
    Constant constant = graph.constants().get(name);
    if (constant == null) {
      throw new IllegalArgumentException("no weights \"" + name + "\" in this model");
    }
    return constant;
  }

  /** Frees the native memory; the model must not be used any more. */
  public void release() {
    Torch.evaluate(
        () -> {
          manager.close();
          return true;
        });
  }

  private Node nodeNamed(String name) {
    return graph.nodes().stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node \"" + name + "\""));
  }

  private NDArray input(NDManager scope, Tensor batch) {
    int[] expected = graph.inputShape();
    int[] given = batch.shape();
    boolean fits = expected.length == given.length;
    for (int axis = 1; fits && axis < expected.length; axis++) {
      fits = expected[axis] == -1 || expected[axis] == given[axis];
    }
    if (!fits) {
      throw new TouchstoneException(
          "the model takes examples of shape "
              + Arrays.toString(tail(expected))
              + " and the data have "
              + Arrays.toString(tail(given))
              + "; reshape the data or choose other columns");
    }
    return scope.create(batch.values(), shape(given)).toType(type, false);
  }

  private static int[] tail(int[] shape) {
    return shape.length == 0 ? shape : Arrays.copyOfRange(shape, 1, shape.length);
  }

  private static Shape shape(int[] shape) {
    return new Shape(Arrays.stream(shape).asLongStream().toArray());
  }

  private static double[][] rows(NDArray array, int n) {
    double[] flat = array.toType(DataType.FLOAT64, false).toDoubleArray();
    if (n == 0 || flat.length % n != 0) {
      throw new TouchstoneException(
          "the model made an output of shape " + array.getShape() + " from " + n + " examples");
    }
    int width = flat.length / n;
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  /**
   * One walk through the graph. Where a node's backward rule is replaced, the recording of
   * gradients is cut: its input ends one recorded piece, and its output begins the next as a leaf.
   * The backward walk goes through the cuts in reverse order, each time handing the rule's gradient
   * to the piece before.
   */
  private final class Run {
    private final NDManager scope;
    private final BackwardRules rules;
    private final boolean recording;
    private final List<Cut> cuts = new ArrayList<>();
    private long bytes;

    Run(NDManager scope, BackwardRules rules, boolean recording) {
      this.scope = scope;
      this.rules = rules;
      this.recording = recording;
    }

    NDArray forward(NDArray x, String wanted) {
      Map<String, Integer> lastUse = recording ? Map.of() : lastUses(wanted);
      Map<String, NDArray> values = new HashMap<>();
      values.put(graph.input(), x);
      List<Node> nodes = graph.nodes();
      for (int i = 0; i < nodes.size() && !values.containsKey(wanted); i++) {
        Node node = nodes.get(i);
        List<NDArray> inputs = inputs(node, values);
        BackwardRule rule = recording ? rules.ruleFor(node) : null;
        NDArray output = rule == null ? node.operator().apply(inputs) : cut(node, inputs, rule);
        output.attach(scope);
        bytes += output.getShape().size() * output.getDataType().getNumOfBytes();
        values.put(node.output(), output);
        free(node, i, lastUse, values, output);
      }
      return Objects.requireNonNull(values.get(wanted), wanted);
    }

    private List<NDArray> inputs(Node node, Map<String, NDArray> values) {
      List<NDArray> inputs = new ArrayList<>(node.inputs().size());
      for (String name : node.inputs()) {
        NDArray weight = weights.get(name);
        inputs.add(weight != null ? weight : values.get(name));
      }
      return inputs;
    }

    private NDArray cut(Node node, List<NDArray> inputs, BackwardRule rule) {
      NDArray before = inputs.get(0);
      List<NDArray> detached = new ArrayList<>(inputs);
      detached.set(0, before.stopGradient());
      NDArray output = Torch.detached(() -> node.operator().apply(detached));
      if (output == detached.get(0)) {
        output = output.duplicate();
      }
      cuts.add(new Cut(before, detached.get(0), output, rule));
      return Torch.leaf(output);
    }

    void backward(NDArray scores, NDArray gradient) {
      Torch.backward(scores, gradient, !cuts.isEmpty());
      for (int i = cuts.size() - 1; i >= 0; i--) {
        Cut cut = cuts.get(i);
        if (!cut.output().hasGradient()) {
          continue;
        }
        NDArray arriving = cut.output().getGradient();
        NDArray passed =
            Torch.detached(
                () -> cut.rule().backward(cut.input(), cut.output().stopGradient(), arriving));
        Torch.backward(cut.before(), passed, i > 0);
      }
    }

    private Map<String, Integer> lastUses(String wanted) {
      Map<String, Integer> lastUse = new HashMap<>();
      List<Node> nodes = graph.nodes();
      for (int i = 0; i < nodes.size(); i++) {
        for (String input : nodes.get(i).inputs()) {
          lastUse.put(input, i);
        }
      }
      lastUse.put(wanted, Integer.MAX_VALUE);
      return lastUse;
    }

    /** Frees what no later node needs, so that peak memory is that of one layer, not of all. */
    private void free(
        Node node,
        int position,
        Map<String, Integer> lastUse,
        Map<String, NDArray> values,
        NDArray output) {
      for (String input : node.inputs()) {
        NDArray value = values.get(input);
        if (value != null && value != output && lastUse.getOrDefault(input, -1) == position) {
          values.remove(input);
          value.close();
        }
      }
    }
  }

  /** Where a backward rule is replaced. */
  private record Cut(NDArray before, NDArray input, NDArray output, BackwardRule rule) {}

  @Override
  public String toString() {
    return graph.toString();
  }

  /** The layer of a name; null if there is none. */
  public @Nullable Layer layer(String name) {
    return layers().stream().filter(l -> l.name().equals(name)).findFirst().orElse(null);
  }
}
