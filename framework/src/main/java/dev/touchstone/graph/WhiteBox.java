package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.operator.ChannelsToTheEnd;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.InputNormalisation;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model that can be looked into: run node by node on DJL arrays, so that it can be
 * differentiated, cut open at a layer, and its nodes' backward rules replaced. Its weights never
 * change; other weights make another white box.
 *
 * <p>Safe for use by several threads; native evaluation takes turns. Results are plain Java values.
 */
public final class WhiteBox {
  /** Layers that compute weights times input plus bias, and nothing else. */
  private static final Set<String> HEADS = Set.of("Gemm", "MatMul");

  private static final int MOST_NAMED = 20;

  /** How far the same scores lie apart that are computed in batches of another size. */
  private static final double ROUNDING = 1e-4;

  private final String name;
  private final Graph graph;
  private final String device;
  private final DataType type;
  private final long memoryBytes;
  private final NDManager manager;
  private final Map<String, NDArray> weights;
  private final NodeEvaluator evaluator;
  private final Map<Set<String>, Walk.Plan> plans = new ConcurrentHashMap<>();
  private final Map<Class<?>, Object> derived = new ConcurrentHashMap<>();
  private volatile long bytesPerExample;
  private volatile @Nullable String sha256;
  private volatile @Nullable Optional<WhiteBox> withFreeBatch;
  private volatile @Nullable List<Tap> taps;

  private WhiteBox(String name, Graph graph, String device, DataType type, long memoryBytes) {
    this.name = name;
    this.memoryBytes = memoryBytes;
    this.graph = graph;
    this.device = device;
    this.type = type;
    this.manager = Torch.manager(device);
    this.evaluator = new NodeEvaluator(name, type, memoryBytes);
    this.weights = new HashMap<>();
    graph.constants().forEach((weight, values) -> weights.put(weight, array(values)));
    foldConstants();
  }

  /** The same weights under another graph; they belong to {@code owner}. */
  private WhiteBox(WhiteBox owner, Graph graph) {
    this.name = owner.name;
    this.memoryBytes = owner.memoryBytes;
    this.graph = graph;
    this.device = owner.device;
    this.type = owner.type;
    this.manager = owner.manager;
    this.evaluator = owner.evaluator;
    this.weights = new HashMap<>(owner.weights);
    graph
        .constants()
        .forEach((weight, values) -> weights.computeIfAbsent(weight, key -> array(values)));
    foldConstants();
  }

  /** Computes once what depends on constants alone: shapes, transposed weights. */
  private void foldConstants() {
    try (NDManager scope = manager.newSubManager()) {
      for (Node node : graph.nodes()) {
        if (!weights.containsKey(node.output())
            && node.inputs().stream().allMatch(i -> i.isEmpty() || weights.containsKey(i))) {
          List<NDArray> inputs = new ArrayList<>();
          for (String input : node.inputs()) {
            NDArray weight = weights.get(input);
            inputs.add(weight == null ? null : Walk.handle(weight, scope));
          }
          if (inputs.isEmpty()) {
            // What has no input, such as a random number, is no constant.
            continue;
          }
          NDArray output = evaluator.apply(node, inputs);
          output.attach(manager);
          weights.put(node.output(), output);
        }
      }
    }
  }

  /** Returns a model of a graph, with the memory for one evaluation that is the default. */
  public static WhiteBox of(String name, Graph graph, String device) {
    return of(name, graph, device, Settings.MEMORY_BY_DEFAULT);
  }

  /**
   * Returns a model of a graph.
   *
   * @param name what to call it in messages
   * @param device as in {@code touchstone.device}
   * @param memoryBytes what one evaluation may take
   */
  public static WhiteBox of(String name, Graph graph, String device, long memoryBytes) {
    return Torch.evaluate(() -> new WhiteBox(name, graph, device, DataType.FLOAT32, memoryBytes));
  }

  /**
   * Returns the same model computing in double precision; for checks of numbers, several times
   * slower.
   */
  public WhiteBox inDoublePrecision() {
    return Torch.evaluate(() -> new WhiteBox(name, graph, device, DataType.FLOAT64, memoryBytes));
  }

  /**
   * Returns the same model on inputs that are normalised first, (x - mean)/std per channel or
   * feature, so that its gradients are with respect to inputs as they come. It shares this model's
   * memory.
   *
   * @param mean one number, or one per entry of the input's second axis
   * @param std as many as means
   */
  public WhiteBox normalising(double[] mean, double[] std) {
    return Torch.evaluate(
        () ->
            new WhiteBox(
                this, graph.withInputThrough(new InputNormalisation(mean.clone(), std.clone()))));
  }

  /**
   * Returns the same model of images with channels first, where it takes them with channels last,
   * so that its gradients are with respect to images as data have them. It shares this model's
   * memory.
   */
  public WhiteBox channelsLast() {
    return Torch.evaluate(() -> new WhiteBox(this, graph.withInputThrough(new ChannelsToTheEnd())));
  }

  /**
   * Returns the same model with one of its scores as the only one: what it says of one label, where
   * each of its outputs is a label of its own. It shares this model's memory.
   *
   * @param column the label's place among the outputs, 0-based
   * @throws TouchstoneException if the model ends in a softmax, whose outputs are one decision
   */
  public WhiteBox ofLabel(int column) {
    return Torch.evaluate(() -> new WhiteBox(this, graph.withScoreColumn(column, name)));
  }

  /**
   * Returns the same model on any number of examples at once, where it was exported for a fixed
   * number and that number is all that stands in the way: what mixes examples, or needs their
   * number for something else, has none. It is found by running both on examples at random. It
   * shares this model's memory, and its digest is another.
   *
   * @return this model, if its batch is free already
   */
  public Optional<WhiteBox> withFreeBatch() {
    if (graph.inputShape()[0] == -1) {
      return Optional.of(this);
    }
    Optional<WhiteBox> known = withFreeBatch;
    if (known == null) {
      WhiteBox freed = Torch.evaluate(() -> new WhiteBox(this, FreedBatch.of(graph)));
      known = scoresAlike(freed) ? Optional.of(freed) : Optional.empty();
      withFreeBatch = known;
    }
    return known;
  }

  /** Whether it gives examples at random the scores that this one gives them in portions. */
  private boolean scoresAlike(WhiteBox freed) {
    // Not a multiple of the portion, so that the last one is filled up.
    Tensor examples = TrialInputs.of(graph.inputShape(), 2 * graph.inputShape()[0] + 1);
    double[][] portions = scores(examples);
    double[][] together;
    try {
      together = freed.scores(examples);
    } catch (TouchstoneException e) {
      // Some node takes no other number of examples.
      return false;
    }
    double greatest =
        Arrays.stream(portions).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElse(0);
    return IntStream.range(0, portions.length)
        .allMatch(
            i ->
                portions[i].length == together[i].length
                    && IntStream.range(0, portions[i].length)
                        .allMatch(
                            j ->
                                Math.abs(portions[i][j] - together[i][j])
                                    <= ROUNDING * Math.max(1, greatest)));
  }

  /**
   * Returns the same model with the sums and scalings that stand directly behind a layer taken into
   * the layer's weights and bias: a bias of its own node, a batch normalisation. It computes the
   * same up to rounding, and a rule for layers then sees all of a layer at once. It shares this
   * model's memory; this model itself, if there is nothing to take in.
   */
  public WhiteBox withFoldedLayers() {
    Graph folded = LayerFolding.of(graph);
    return folded == graph ? this : Torch.evaluate(() -> new WhiteBox(this, folded));
  }

  /** Returns whether the other is this model, perhaps on inputs that are normalised first. */
  public boolean sharesMemoryWith(WhiteBox other) {
    return manager == other.manager;
  }

  private NDArray array(Constant constant) {
    Shape shape = new Shape(constant.shape());
    if (!constant.floating()) {
      return manager.create(constant.longs(), shape);
    }
    NDArray single = manager.create(constant.floats(), shape);
    if (type == DataType.FLOAT32) {
      return single;
    }
    try (single) {
      return single.toType(type, false);
    }
  }

  /** Returns what to call it in messages. */
  public String name() {
    return name;
  }

  /** Returns the shape of the input, the batch axis first; -1 where it is free. */
  public int[] inputShape() {
    return graph.inputShape().clone();
  }

  /**
   * Returns the SHA-256 of everything that is computed, in hexadecimal: nodes, their operators'
   * settings, their wiring, weights, and the precision. The same in every JVM. What a lambda in a
   * DJL block computes it knows by the lambda's name alone.
   */
  public String sha256() {
    String known = sha256;
    if (known == null) {
      known = Digest.sha256().add(graph.sha256()).add(type.toString()).hex();
      sha256 = known;
    }
    return known;
  }

  /**
   * Returns what is equal where two white boxes compute alike, also what the hash does not cover;
   * in one JVM.
   */
  public Object identity() {
    return List.of(sha256(), graph.code());
  }

  /**
   * Returns paths of unnamed lambdas and of values that cannot be read, which the hash does not
   * cover.
   */
  public List<String> notDescribed() {
    return graph.notDescribed();
  }

  /** Returns the layers that hold weights, from the input to the output. */
  public List<Layer> layers() {
    return graph.layers();
  }

  /**
   * Returns names of the nodes up to the scores that compute what nobody can see: lambdas without a
   * telling name, such as {@code Activation::relu}, blocks of the user's own, and what joins
   * parallel branches. They have derivatives, and no backward rule ever reaches what is inside.
   */
  public List<String> opaqueNodes() {
    return graph.opaqueNodes().stream().map(Node::name).toList();
  }

  /**
   * Returns how many examples to compute at once so that the working memory stays inside a budget;
   * it depends on the budget alone, never on free memory.
   *
   * @param gradients whether activations are kept for a backward pass
   */
  public int batchSize(long budgetBytes, boolean gradients) {
    long perExample = bytesPerExample();
    // What is kept for the way back, and gradients on it: 0.8 to 1.8 times what the nodes make.
    long examples = budgetBytes / Math.max(1, gradients ? perExample * 5 / 3 : perExample);
    return (int) Math.max(1, Math.min(256, examples));
  }

  private long bytesPerExample() {
    if (bytesPerExample == 0) {
      int[] shape = graph.inputShape();
      // One example, or as many as the model was exported for: it may take no other number.
      int[] fewest = Arrays.stream(shape).map(d -> Math.max(d, 1)).toArray();
      bytesPerExample =
          Torch.evaluate(
              () -> {
                try (NDManager scope = scope()) {
                  Walk walk = Walk.forward(graph, weights, evaluator, scope);
                  walk.forward(scope.zeros(shape(fewest), type), plan(graph.output()));
                  return (walk.bytes() + fewest[0] - 1) / fewest[0];
                }
              });
    }
    return bytesPerExample;
  }

  /**
   * Returns the model's output.
   *
   * @param batch examples of the input's shape
   * @return n × k, one row per example
   */
  public double[][] outputs(Tensor batch) {
    return valuesOf(graph.output(), batch);
  }

  /**
   * Returns the scores whose derivatives are explained: the output before a final (log-)softmax.
   */
  public double[][] scores(Tensor batch) {
    return valuesOf(graph.score(), batch);
  }

  /**
   * Returns whether the scores are the output: no final (log-)softmax or sigmoid makes it of them.
   */
  public boolean scoresAreOutputs() {
    return graph.score().equals(graph.output());
  }

  /**
   * Returns what a layer hands on: the output of the last node that uses its weights.
   *
   * @param layer one of {@link #layers()}
   * @return n × d, one row per example
   */
  public double[][] activations(Layer layer, Tensor batch) {
    return valuesOf(nodeNamed(layer.node()).output(), batch);
  }

  /**
   * Returns what a layer takes in: the computed input of the first node that uses its weights.
   *
   * @return n × d, one row per example
   */
  public double[][] inputsOf(Layer layer, Tensor batch) {
    return valuesOf(inputOf(firstNodeOf(layer)), batch);
  }

  /**
   * Returns the last layer, on whose input the scores depend linearly; null if the model does not
   * end in such a layer.
   */
  public @Nullable Layer linearHead() {
    List<Layer> layers = layers();
    if (layers.isEmpty()) {
      return null;
    }
    Layer last = layers.get(layers.size() - 1);
    Node node = firstNodeOf(last);
    return HEADS.contains(node.type()) && graph.scoresAreAffineIn(last.node()) ? last : null;
  }

  private Node firstNodeOf(Layer layer) {
    Set<String> own = new HashSet<>(layer.weights());
    for (Node node : graph.nodes()) {
      // Weights may pass through nodes that only rearrange them; those have been folded.
      boolean folded = weights.containsKey(node.output());
      if (node.inputs().stream().anyMatch(own::contains)) {
        if (!folded) {
          return node;
        }
        own.add(node.output());
      }
    }
    throw new TouchstoneException("no node uses the layer " + layer.name());
  }

  private String inputOf(Node node) {
    return node.inputs().stream()
        .filter(input -> !input.isEmpty() && !weights.containsKey(input))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the output as it is, whatever its shape; for tests of operators. */
  public Constant output(Constant input) {
    return Torch.evaluate(
        () -> {
          try (NDManager scope = scope()) {
            NDArray x = array(input);
            x.attach(scope);
            NDArray output = forward(scope, x, graph.output());
            long[] shape = output.getShape().getShape();
            return output.getDataType().isFloating()
                ? Constant.of(output.toType(DataType.FLOAT32, false).toFloatArray(), shape)
                : Constant.of(output.toType(DataType.INT64, false).toLongArray(), shape);
          }
        });
  }

  private Walk.Plan plan(String... wanted) {
    return plans.computeIfAbsent(
        Set.of(wanted), values -> Walk.Plan.of(graph, values, weights.keySet()));
  }

  private NDArray forward(NDManager scope, NDArray x, String wanted) {
    Walk walk = Walk.forward(graph, weights, evaluator, scope);
    return wanted(walk.forward(x, plan(wanted)), wanted);
  }

  private static <T> T wanted(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name));
  }

  private double[][] valuesOf(String value, Tensor batch) {
    return wanted(
        portioned(batch, (portion, examples) -> valuesAtOnce(portion, this::rows, value)), value);
  }

  /**
   * Computes something of a batch: at once, or in the portions that the model was exported for.
   *
   * @param compute as {@link FixedBatch#several} has it
   */
  private Map<String, double[][]> portioned(
      Tensor batch, BiFunction<Tensor, int[], Map<String, double[][]>> compute) {
    BatchAxis.requireFit(name, graph.inputShape(), batch.shape());
    int fixed = graph.inputShape()[0];
    return fixed == -1 || fixed == batch.rows()
        ? compute.apply(batch, IntStream.range(0, batch.rows()).toArray())
        : FixedBatch.of(fixed).several(batch, compute);
  }

  /** Makes rows of a value: its name, the array, and how many examples it is of. */
  @FunctionalInterface
  private interface Reader {
    double[][] rows(String value, NDArray array, int examples);
  }

  private Map<String, double[][]> valuesAtOnce(Tensor batch, Reader reader, String... names) {
    return Torch.evaluate(
        () -> {
          try (NDManager scope = scope()) {
            Map<String, double[][]> rows = new HashMap<>();
            Walk.forward(graph, weights, evaluator, scope)
                .forward(input(scope, batch), plan(names))
                .forEach(
                    (value, array) -> rows.put(value, reader.rows(value, array, batch.rows())));
            return rows;
          }
        });
  }

  private double[][] rows(String value, NDArray array, int examples) {
    // What lies inside may have axes of its own behind the examples'.
    boolean scores = value.equals(graph.output()) || value.equals(graph.score());
    return scores ? Rows.ofScores(name, array, examples) : Rows.of(name, array, examples);
  }

  /**
   * Returns the places where values can be read: the input, and every node up to the output that
   * makes floating-point numbers with the examples on the first axis; in the order of computation.
   */
  public List<Tap> taps() {
    List<Tap> known = taps;
    if (known == null) {
      known = Torch.evaluate(this::findTaps);
      taps = known;
    }
    return known;
  }

  private List<Tap> findTaps() {
    int[] shape = Arrays.stream(graph.inputShape()).map(d -> Math.max(d, 1)).toArray();
    shape[0] = graph.inputShape()[0] == -1 ? 2 : graph.inputShape()[0];
    List<Tap> found = new ArrayList<>();
    found.add(new Tap(graph.input(), Tap.INPUT, graph.input(), tapped(shape)));
    List<Node> nodes =
        graph.nodesFor(graph.output()).stream()
            .filter(node -> !weights.containsKey(node.output()))
            .toList();
    try (NDManager scope = scope()) {
      Map<String, NDArray> values =
          Walk.forward(graph, weights, evaluator, scope)
              .forward(
                  scope.zeros(shape(shape), type),
                  plan(nodes.stream().map(Node::output).toArray(String[]::new)));
      for (Node node : nodes) {
        NDArray value = wanted(values, node.output());
        long[] made = value.getShape().getShape();
        if (value.getDataType().isFloating() && made.length > 0 && made[0] == shape[0]) {
          int[] axes = Arrays.stream(made).mapToInt(Math::toIntExact).toArray();
          found.add(new Tap(node.name(), node.type(), node.output(), tapped(axes)));
        }
      }
    }
    return List.copyOf(found);
  }

  private static int[] tapped(int[] shape) {
    int[] free = shape.clone();
    free[0] = -1;
    return free;
  }

  /**
   * Returns the tap behind a node.
   *
   * @param node the node's name, or the input's
   * @throws IllegalArgumentException if there is none; the message names some that there are
   */
  public Tap tap(String node) {
    return taps().stream()
        .filter(tap -> tap.name().equals(node))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s has no value to read behind a node \"%s\"; it has %s"
                        .formatted(
                            name,
                            node,
                            taps().stream().map(Tap::name).limit(MOST_NAMED).toList()
                                + (taps().size() > MOST_NAMED ? " and more" : ""))));
  }

  /** Returns the tap behind the last node that uses a layer's weights. */
  public Tap tap(Layer layer) {
    return tap(layer.node());
  }

  /** Returns the input's tap. */
  public Tap input() {
    return taps().get(0);
  }

  /**
   * Returns the values at some taps, in one pass over the batch.
   *
   * @param batch examples of the input's shape
   * @param at from {@link #taps}
   * @return by tap, in their order
   */
  public Map<Tap, Activations> values(Tensor batch, List<Tap> at) {
    String[] names = names(at);
    Reader inside = (value, array, examples) -> Rows.of(name, array, examples);
    return byTap(at, portioned(batch, (portion, examples) -> valuesAtOnce(portion, inside, names)));
  }

  /**
   * Returns the gradients of a quantity at some taps, in one pass over the batch.
   *
   * @param batch examples of the input's shape
   * @param quantity what is differentiated, example by example
   * @param at from {@link #taps}, of which {@link #input} is one
   * @param rules backward rules that replace derivatives
   * @return by tap, in their order; zeros where the quantity does not depend on the value there
   * @throws TouchstoneException if the scores depend on the input through no derivative
   */
  public Map<Tap, Activations> gradients(
      Tensor batch, Quantity quantity, List<Tap> at, BackwardRules rules) {
    String[] names = names(at);
    return byTap(
        at,
        portioned(
            batch,
            (portion, examples) -> gradientsAtOnce(portion, quantity, examples, names, rules)));
  }

  private Map<String, double[][]> gradientsAtOnce(
      Tensor batch, Quantity quantity, int[] examples, String[] names, BackwardRules rules) {
    return Torch.differentiate(
        () -> {
          try (NDManager scope = scope()) {
            NDArray x = Torch.leaf(input(scope, batch));
            Walk walk = Walk.recording(graph, weights, evaluator, scope, rules, Set.of(names));
            NDArray scores = wanted(walk.forward(x, plan(graph.score())), graph.score());
            if (!walk.isRecorded(graph.score())) {
              throw noDerivative();
            }
            walk.backward(scores, Rows.derivatives(name, scope, scores, quantity, examples));
            Map<String, double[][]> rows = new HashMap<>();
            for (String value : names) {
              NDArray gradient =
                  value.equals(graph.input()) ? x.getGradient() : walk.gradient(value);
              if (gradient == null && value.equals(graph.input())) {
                throw noDerivative();
              }
              rows.put(
                  value,
                  gradient == null
                      ? new double[batch.rows()][sizeOf(value)]
                      : Rows.of(name, gradient, batch.rows()));
            }
            return rows;
          }
        });
  }

  private int sizeOf(String value) {
    return taps().stream()
        .filter(tap -> tap.value().equals(value))
        .mapToInt(Tap::size)
        .findFirst()
        .orElse(0);
  }

  /**
   * Returns the gradient of a quantity with respect to each example.
   *
   * @param batch examples of the input's shape
   * @param quantity what is differentiated, example by example
   * @param rules backward rules that replace derivatives
   * @return one row per example, as long as the example
   */
  public double[][] inputGradients(Tensor batch, Quantity quantity, BackwardRules rules) {
    String[] input = {graph.input()};
    return wanted(
        portioned(
            batch,
            (portion, examples) -> gradientsAtOnce(portion, quantity, examples, input, rules)),
        graph.input());
  }

  private String[] names(List<Tap> at) {
    for (Tap tap : at) {
      if (!taps().contains(tap)) {
        throw new IllegalArgumentException(
            tap + " is no tap of " + name + "; take one of its taps()");
      }
    }
    return at.stream().map(Tap::value).distinct().toArray(String[]::new);
  }

  private static Map<Tap, Activations> byTap(List<Tap> at, Map<String, double[][]> rows) {
    Map<Tap, Activations> byTap = new LinkedHashMap<>();
    for (Tap tap : at) {
      byTap.put(tap, new Activations(tap, wanted(rows, tap.value())));
    }
    return byTap;
  }

  /**
   * Returns the rest of the network from a tap on, as a white box of its own whose input is the
   * value there. It shares this model's memory.
   *
   * @throws TouchstoneException if the scores depend on the input in another way, too, such as a
   *     skip connection around the tap; the message names a tap behind which they do not
   */
  public WhiteBox from(Tap tap) {
    names(List.of(tap));
    if (tap.value().equals(graph.input())) {
      return this;
    }
    int[] shape = tap.shape();
    shape[0] = graph.inputShape()[0];
    Graph rest =
        graph
            .from(tap.value(), shape)
            .orElseThrow(
                () ->
                    new TouchstoneException(
                        "the scores of %s depend on its input around %s, too; the next value that all of it passes through is behind %s"
                            .formatted(name, tap, nextBottleneck(tap))));
    return Torch.evaluate(() -> new WhiteBox(this, rest));
  }

  private String nextBottleneck(Tap tap) {
    List<Tap> all = taps();
    return all.subList(all.indexOf(tap) + 1, all.size()).stream()
        .filter(next -> graph.from(next.value(), next.shape()).isPresent())
        .map(Tap::name)
        .findFirst()
        .orElse("no node");
  }

  private TouchstoneException noDerivative() {
    return new TouchstoneException(
        "the scores of "
            + name
            + " do not depend on its input through steps that have a derivative; use a method that"
            + " needs predictions alone");
  }

  /**
   * Returns the same model with some weights replaced.
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
    return Torch.evaluate(() -> new WhiteBox(name, other, device, type, memoryBytes));
  }

  /** Returns a copy of a weight's values, row-major. */
  public float[] weight(String name) {
    return constant(name).floats().clone();
  }

  /** Returns a weight's shape. */
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

  /** How many native arrays live; for tests that watch for leaks. */
  int nativeArrays() {
    return manager.getManagedArrays().size();
  }

  /** The weights, the constants, and what was folded of them; they belong to this model. */
  Map<String, NDArray> nativeWeights() {
    return weights;
  }

  NodeEvaluator evaluator() {
    return evaluator;
  }

  /** What its floating-point numbers are. */
  DataType type() {
    return type;
  }

  /** What an evaluation may take. */
  long memoryBytes() {
    return memoryBytes;
  }

  /**
   * Returns what follows from this white box, worked out when first asked for and kept.
   *
   * @param type of what follows; one of each is kept
   */
  public <T> T once(Class<T> type, Function<WhiteBox, T> workOut) {
    return type.cast(derived.computeIfAbsent(type, key -> workOut.apply(this)));
  }

  /** Returns the graph, for what is decided by looking at its nodes. */
  public Graph graph() {
    return graph;
  }

  /**
   * The memory of one evaluation. It is asked for inside the engine's lease, so that no release
   * comes between the question and the evaluation's end.
   */
  NDManager scope() {
    if (!manager.isOpen()) {
      throw new TouchstoneException(
          name
              + " was released and cannot be evaluated any more; release a model when its last"
              + " evaluation has ended, and ask the model for its white box again after that");
    }
    return manager.newSubManager();
  }

  /** Frees the native memory when evaluations under way have ended; later ones are refused. */
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

  NDArray input(NDManager scope, Tensor batch) {
    return scope.create(batch.values(), shape(batch.shape())).toType(type, false);
  }

  private static Shape shape(int[] shape) {
    return new Shape(Arrays.stream(shape).asLongStream().toArray());
  }

  @Override
  public String toString() {
    return graph.toString();
  }

  /** Returns the layer of a name; null if there is none. */
  public @Nullable Layer layer(String name) {
    return layers().stream().filter(l -> l.name().equals(name)).findFirst().orElse(null);
  }
}
