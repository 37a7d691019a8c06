package dev.touchstone.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.operator.ChannelsToTheEnd;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.Conv;
import dev.touchstone.graph.operator.InputNormalisation;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.NativeArrays;
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
import java.util.OptionalInt;
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

  private static final int MOST_NAMED = 5;

  /**
   * Of examples, where that is free: two that a model takes show which of its values follow. A
   * network of images that halves them five times and pools them then takes none below 33.
   */
  private static final int[] LENGTHS = {1, 7, 32, 40, 64, 224};

  /** Longer axes are not tried: of an image they would be large. */
  private static final int MOST_LENGTH = 1024;

  private static final int MOST_EXAMPLES = 256;

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
  private final GraphInputs takes;
  private final Map<Set<String>, Walk.Plan> plans = new ConcurrentHashMap<>();
  private final Map<Class<?>, Object> derived = new ConcurrentHashMap<>();
  private final Map<List<String>, Long> bytesPerExample = new ConcurrentHashMap<>();
  private volatile @Nullable String sha256;
  private volatile @Nullable Optional<WhiteBox> withFreeBatch;
  private volatile @Nullable List<Tap> taps;
  private volatile @Nullable OptionalInt trialLength;

  private WhiteBox(String name, Graph graph, String device, DataType type, long memoryBytes) {
    this.name = name;
    this.memoryBytes = memoryBytes;
    this.graph = graph;
    this.takes = new GraphInputs(name, graph.inputs());
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
    this.takes = new GraphInputs(name, graph.inputs());
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

  /** The same model in double precision, which goes when this one does. */
  private record InDouble(WhiteBox box) {}

  /**
   * Returns the same as {@link #inDoublePrecision}, made when first asked for and {@linkplain
   * #release released} with this model; this model itself, if it computes so.
   */
  public WhiteBox keptInDoublePrecision() {
    return type == DataType.FLOAT64
        ? this
        : once(InDouble.class, single -> new InDouble(single.inDoublePrecision())).box();
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
    if (graph.batch() == -1) {
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
    Inputs examples =
        TrialInputs.of(graph.inputs(), 2 * graph.batch() + 1, trialLength().orElse(1));
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
      return NativeArrays.of(manager, constant.longs(), shape);
    }
    NDArray single = NativeArrays.of(manager, constant.floats(), shape);
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

  /**
   * Returns the shape of the one input of floating-point numbers, the batch axis first; -1 where it
   * is free.
   *
   * @throws TouchstoneException if the model takes anything else
   */
  public int[] inputShape() {
    if (graph.inputs().size() > 1) {
      throw new TouchstoneException(
          "%s takes %s, where one input of numbers is needed".formatted(name, graph.inputs()));
    }
    return graph.movingInput().shape();
  }

  /** Returns what it takes, in its order. */
  public List<GraphInput> inputs() {
    return graph.inputs();
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
   * it depends on the budget alone, never on free memory. Where examples may have any length, the
   * shortest are meant, and longer ones are computed in portions.
   *
   * @param gradients whether activations are kept for a backward pass
   */
  public int batchSize(long budgetBytes, boolean gradients) {
    OptionalInt length = trialLength();
    return length.isPresent()
        ? batchSize(budgetBytes, gradients, smallest(length.getAsInt()))
        : MOST_EXAMPLES;
  }

  /**
   * Returns with which length of the axes that are free the model can be tried on numbers at
   * random: one of some, or, where the file calls an axis free that a layer binds, one that a
   * weight has; empty where none of these does.
   */
  public OptionalInt trialLength() {
    OptionalInt known = trialLength;
    if (known == null) {
      known =
          hasFreeLengths()
              ? IntStream.concat(IntStream.of(LENGTHS), lengthsOfWeights())
                  .filter(this::computes)
                  .findFirst()
              : OptionalInt.of(1);
      trialLength = known;
    }
    return known;
  }

  /** The lengths of the weights' axes: one of them is that of an axis that a layer binds. */
  private IntStream lengthsOfWeights() {
    return graph.constants().values().stream()
        .flatMapToLong(constant -> Arrays.stream(constant.shape()))
        .filter(length -> length > 1 && length <= MOST_LENGTH)
        .mapToInt(Math::toIntExact)
        .distinct()
        .sorted();
  }

  private boolean computes(int length) {
    try {
      bytesPerExample(smallest(length));
      return true;
    } catch (TouchstoneException e) {
      return false;
    }
  }

  /**
   * Returns the same for examples of the shapes that those of a batch have, which matters where the
   * model takes examples of several lengths.
   *
   * @param batch at least one example of all that the model takes
   */
  public int batchSize(long budgetBytes, boolean gradients, Inputs batch) {
    return batchSize(budgetBytes, gradients, bound(batch));
  }

  private int batchSize(long budgetBytes, boolean gradients, Map<String, TypedTensor> batch) {
    long perExample = bytesPerExample(batch);
    // What is kept for the way back, and gradients on it: 0.8 to 1.8 times what the nodes make.
    long examples = budgetBytes / Math.max(1, gradients ? perExample * 5 / 3 : perExample);
    return (int) Math.max(1, Math.min(MOST_EXAMPLES, examples));
  }

  /** One example, or as many as the model was exported for: it may take no other number. */
  private Map<String, TypedTensor> smallest(int length) {
    return bound(TrialInputs.of(graph.inputs(), Math.max(1, graph.batch()), length));
  }

  private long bytesPerExample(Map<String, TypedTensor> batch) {
    int fewest = Math.max(1, graph.batch());
    List<String> shapes =
        batch.values().stream()
            .map(values -> Arrays.toString(TypedTensor.shapeOf(values, new int[fewest])))
            .toList();
    return bytesPerExample.computeIfAbsent(
        shapes,
        key ->
            Torch.evaluate(
                () -> {
                  try (NDManager scope = scope()) {
                    Map<String, TypedTensor> first = new LinkedHashMap<>();
                    batch.forEach(
                        (input, values) -> first.put(input, values.select(new int[fewest])));
                    Walk walk = Walk.forward(graph, weights, evaluator, scope);
                    walk.forward(arrays(scope, first), plan(graph.output()));
                    return (walk.bytes() + fewest - 1) / fewest;
                  }
                }));
  }

  /**
   * Returns the model's output.
   *
   * @param batch examples of the input's shape
   * @return n × k, one row per example
   */
  public double[][] outputs(Tensor batch) {
    return outputs(Inputs.of(batch));
  }

  /** Returns the model's output for examples of all that it takes. */
  public double[][] outputs(Inputs batch) {
    return valuesOf(graph.output(), batch);
  }

  /**
   * Returns the scores whose derivatives are explained: the output before a final (log-)softmax.
   */
  public double[][] scores(Tensor batch) {
    return scores(Inputs.of(batch));
  }

  /** Returns the scores of examples of all that the model takes. */
  public double[][] scores(Inputs batch) {
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
    return valuesOf(nodeNamed(layer.node()).output(), Inputs.of(batch));
  }

  /**
   * Returns what a layer takes in: the computed input of the first node that uses its weights.
   *
   * @return n × d, one row per example
   */
  public double[][] inputsOf(Layer layer, Tensor batch) {
    return valuesOf(inputOf(firstNodeOf(layer)), Inputs.of(batch));
  }

  /**
   * Returns what the kernel of a layer's convolution meets at each place; nothing for a layer that
   * is no convolution, or one in groups.
   */
  public Optional<Patches> patchesOf(Layer layer, Tensor batch) {
    Node node = firstNodeOf(layer);
    if (!(node.operator() instanceof Conv convolution)
        || convolution.groups() != 1
        || !weights.containsKey(node.inputs().get(1))) {
      return Optional.empty();
    }
    String value = inputOf(node);
    Reader inside = (named, array, examples) -> Rows.of(name, array, examples);
    ShapedRows seen =
        wanted(
            portioned(
                Inputs.of(batch),
                false,
                (portion, examples) -> valuesAtOnce(bound(portion), inside, value)),
            value);
    long[] kernel =
        Objects.requireNonNull(weights.get(node.inputs().get(1))).getShape().slice(2).getShape();
    return Optional.of(Patches.of(convolution, kernel, seen.ofOne(), seen.rows()));
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
            NDArray output = forward(scope, Map.of(graph.movingInput().name(), x), graph.output());
            long[] shape = output.getShape().getShape();
            return output.getDataType().isFloating()
                ? Constant.of(output.toType(DataType.FLOAT32, false).toFloatArray(), shape)
                : Constant.of(output.toType(DataType.INT64, false).toLongArray(), shape);
          }
        });
  }

  /** What has to be computed for some values. */
  Walk.Plan plan(String... wanted) {
    return plans.computeIfAbsent(
        Set.of(wanted), values -> Walk.Plan.of(graph, values, weights.keySet()));
  }

  private NDArray forward(NDManager scope, Map<String, NDArray> x, String wanted) {
    Walk walk = Walk.forward(graph, weights, evaluator, scope);
    return wanted(walk.forward(x, plan(wanted)), wanted);
  }

  private static <T> T wanted(Map<String, T> values, String name) {
    return Objects.requireNonNull(values.get(name));
  }

  private double[][] valuesOf(String value, Inputs batch) {
    return wanted(
            portioned(
                batch,
                false,
                (portion, examples) -> valuesAtOnce(bound(portion), this::rows, value)),
            value)
        .rows();
  }

  /**
   * Every input's values, each as the graph has it.
   *
   * @throws TouchstoneException naming what is missing, left over, or of another shape or type
   */
  private Map<String, TypedTensor> bound(Inputs batch) {
    List<GraphInput> inputs = graph.inputs();
    if (inputs.size() > 1 || !inputs.get(0).type().isFloating() || !batch.names().isEmpty()) {
      return takes.of(batch);
    }
    Tensor features = batch.features();
    BatchAxis.requireFit(name, inputs.get(0).shape(), features.shape());
    return Map.of(inputs.get(0).name(), features);
  }

  /**
   * Computes something of a batch: at once, or in the portions that the model was exported for, or
   * that the memory admits where examples may have any length.
   *
   * @param compute as {@link FixedBatch#several} has it
   */
  private Map<String, ShapedRows> portioned(
      Inputs batch, boolean gradients, BiFunction<Inputs, int[], Map<String, ShapedRows>> compute) {
    int fixed = graph.batch();
    if (fixed != -1 && fixed != batch.rows()) {
      return FixedBatch.of(fixed).several(batch, compute);
    }
    int admitted = atOnce(batch, gradients);
    if (admitted < batch.rows()) {
      return FixedBatch.atMost(admitted).several(batch, compute);
    }
    return compute.apply(batch, IntStream.range(0, batch.rows()).toArray());
  }

  /**
   * Returns how many examples of a batch are computed at once: all of them, but where the model
   * takes examples of any length, as many of this length as its memory admits. Who passes rules
   * back that look at several examples hands over no more.
   *
   * @param batch at least one example
   * @param gradients whether activations are kept for a backward pass
   */
  public int atOnce(Inputs batch, boolean gradients) {
    return graph.batch() == -1 && hasFreeLengths() && batch.rows() > 1
        ? Math.min(batch.rows(), batchSize(memoryBytes, gradients, batch))
        : batch.rows();
  }

  /** Makes rows of a value: its name, the array, and how many examples it is of. */
  @FunctionalInterface
  private interface Reader {
    double[][] rows(String value, NDArray array, int examples);
  }

  private Map<String, ShapedRows> valuesAtOnce(
      Map<String, TypedTensor> batch, Reader reader, String... names) {
    int examples = rows(batch);
    return Torch.evaluate(
        () -> {
          try (NDManager scope = scope()) {
            Map<String, ShapedRows> rows = new HashMap<>();
            Walk.forward(graph, weights, evaluator, scope)
                .forward(arrays(scope, batch), plan(names))
                .forEach(
                    (value, array) ->
                        rows.put(value, shaped(array, reader.rows(value, array, examples))));
            return rows;
          }
        });
  }

  private static ShapedRows shaped(NDArray array, double[][] rows) {
    return new ShapedRows(
        Arrays.stream(array.getShape().getShape()).skip(1).mapToInt(Math::toIntExact).toArray(),
        rows);
  }

  private static int rows(Map<String, TypedTensor> batch) {
    return batch.values().iterator().next().rows();
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
    List<Node> nodes =
        graph.nodesFor(graph.output()).stream()
            .filter(node -> !weights.containsKey(node.output()))
            .toList();
    Map<String, int[]> shapes = tappedShapes(nodes);
    List<Tap> found = new ArrayList<>();
    for (GraphInput input : graph.floatingInputs()) {
      found.add(new Tap(input.name(), Tap.INPUT, input.name(), wanted(shapes, input.name())));
    }
    for (Node node : nodes) {
      int[] shape = shapes.get(node.output());
      if (shape != null) {
        found.add(new Tap(node.name(), node.type(), node.output(), shape));
      }
    }
    return List.copyOf(found);
  }

  /** Of the values with the examples in front, with -1 for the axes that follow free ones. */
  private Map<String, int[]> tappedShapes(List<Node> nodes) {
    if (!hasFreeLengths()) {
      return tappedShapes(nodes, 1);
    }
    List<Map<String, int[]>> tried = new ArrayList<>();
    TouchstoneException refused = null;
    for (int i = 0; i < LENGTHS.length && tried.size() < 2; i++) {
      try {
        tried.add(tappedShapes(nodes, LENGTHS[i]));
      } catch (TouchstoneException e) {
        // Too short for some node.
        refused = e;
      }
    }
    if (tried.isEmpty()) {
      OptionalInt bound = trialLength();
      if (bound.isEmpty()) {
        throw Objects.requireNonNull(refused);
      }
      tried.add(tappedShapes(nodes, bound.getAsInt()));
    }
    Map<String, int[]> shapes = new HashMap<>(tried.get(0));
    Map<String, int[]> others = tried.get(tried.size() - 1);
    shapes.replaceAll((value, shape) -> common(shape, others.getOrDefault(value, shape)));
    return shapes;
  }

  /** Whether it takes examples of several lengths, so that their size does not follow from it. */
  private boolean hasFreeLengths() {
    return graph.inputs().stream()
        .anyMatch(input -> Arrays.stream(input.shape()).skip(1).anyMatch(axis -> axis == -1));
  }

  private static int[] common(int[] shape, int[] other) {
    int[] common = shape.clone();
    for (int axis = 0; axis < shape.length; axis++) {
      common[axis] = other.length == shape.length && other[axis] == shape[axis] ? shape[axis] : -1;
    }
    return common;
  }

  private Map<String, int[]> tappedShapes(List<Node> nodes, int free) {
    int examples = graph.batch() == -1 ? 2 : graph.batch();
    Map<String, TypedTensor> trial = bound(TrialInputs.of(graph.inputs(), examples, free));
    Map<String, int[]> shapes = new HashMap<>();
    try (NDManager scope = scope()) {
      Walk.forward(graph, weights, evaluator, scope)
          .forward(
              arrays(scope, trial), plan(nodes.stream().map(Node::output).toArray(String[]::new)))
          .forEach(
              (value, array) -> {
                long[] made = array.getShape().getShape();
                if (array.getDataType().isFloating() && made.length > 0 && made[0] == examples) {
                  int[] shape = Arrays.stream(made).mapToInt(Math::toIntExact).toArray();
                  shapes.put(value, tapped(shape));
                }
              });
    }
    graph
        .floatingInputs()
        .forEach(input -> shapes.put(input.name(), tapped(wanted(trial, input.name()).shape())));
    return shapes;
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
   * @throws IllegalArgumentException if there is none; the message names the nearest that there are
   */
  public Tap tap(String node) {
    return taps().stream()
        .filter(tap -> tap.name().equals(node))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s has no value to read behind a node \"%s\"; of its %d such nodes the nearest are %s"
                        .formatted(
                            name,
                            node,
                            taps().size(),
                            NearestNames.of(
                                node, taps().stream().map(Tap::name).toList(), MOST_NAMED))));
  }

  /** Returns the tap behind the last node that uses a layer's weights. */
  public Tap tap(Layer layer) {
    return tap(layer.node());
  }

  /**
   * Returns the tap of the one input of floating-point numbers.
   *
   * @throws TouchstoneException if there is none, or if there are several
   */
  public Tap input() {
    return tap(graph.movingInput().name());
  }

  /**
   * Returns the values at some taps, in one pass over the batch.
   *
   * @param batch examples of the input's shape
   * @param at from {@link #taps}
   * @return by tap, in their order
   */
  public Map<Tap, Activations> values(Tensor batch, List<Tap> at) {
    return values(Inputs.of(batch), at);
  }

  /** Returns the same of examples of all that the model takes. */
  public Map<Tap, Activations> values(Inputs batch, List<Tap> at) {
    String[] names = names(at);
    Reader inside = (value, array, examples) -> Rows.of(name, array, examples);
    return byTap(
        at,
        portioned(
            batch, false, (portion, examples) -> valuesAtOnce(bound(portion), inside, names)));
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
    return gradients(Inputs.of(batch), quantity, at, rules);
  }

  /** Returns the same of examples of all that the model takes. */
  public Map<Tap, Activations> gradients(
      Inputs batch, Quantity quantity, List<Tap> at, BackwardRules rules) {
    return byTap(at, gradientsAt(batch, quantity, names(at), rules));
  }

  private Map<String, ShapedRows> gradientsAt(
      Inputs batch, Quantity quantity, String[] names, BackwardRules rules) {
    return portioned(
        batch,
        true,
        (portion, examples) -> gradientsAtOnce(bound(portion), quantity, examples, names, rules));
  }

  private Map<String, ShapedRows> gradientsAtOnce(
      Map<String, TypedTensor> batch,
      Quantity quantity,
      int[] examples,
      String[] names,
      BackwardRules rules) {
    return Torch.differentiate(
        () -> {
          try (NDManager scope = scope()) {
            Map<String, NDArray> leaves = leaves(scope, batch);
            Walk walk = Walk.recording(graph, weights, evaluator, scope, rules, Set.of(names));
            NDArray scores = wanted(walk.forward(leaves, plan(graph.score())), graph.score());
            if (!walk.isRecorded(graph.score())) {
              throw noDerivative();
            }
            walk.backward(scores, Rows.derivatives(name, scope, scores, quantity, examples));
            Map<String, ShapedRows> rows = new HashMap<>();
            for (String value : names) {
              boolean input = leaves.containsKey(value);
              NDArray leaf = input ? leaves.get(value) : walk.tapped(value);
              NDArray gradient = leaf == null ? null : leaf.getGradient();
              if (gradient == null && input && graph.floatingInputs().size() == 1) {
                throw noDerivative();
              }
              rows.put(
                  value,
                  gradient == null
                      ? zeros(value, leaf, examples.length)
                      : shaped(gradient, Rows.of(name, gradient, examples.length)));
            }
            return rows;
          }
        });
  }

  private Map<String, NDArray> leaves(NDManager scope, Map<String, TypedTensor> batch) {
    Map<String, NDArray> leaves = arrays(scope, batch);
    graph
        .floatingInputs()
        .forEach(input -> leaves.computeIfPresent(input.name(), (key, x) -> Torch.leaf(x)));
    return leaves;
  }

  /** No gradient arrived there. */
  private ShapedRows zeros(String value, @Nullable NDArray leaf, int examples) {
    int[] ofOne =
        leaf != null
            ? shaped(leaf, new double[0][]).ofOne()
            : taps().stream()
                .filter(tap -> tap.value().equals(value))
                .map(tap -> Arrays.stream(tap.shape()).skip(1).map(d -> Math.max(d, 1)).toArray())
                .findFirst()
                .orElse(new int[0]);
    return new ShapedRows(
        ofOne, new double[examples][Arrays.stream(ofOne).reduce(1, Math::multiplyExact)]);
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
    return inputGradients(Inputs.of(batch), quantity, rules);
  }

  /**
   * Returns the gradient of a quantity with respect to the one input of floating-point numbers, of
   * examples of all that the model takes.
   *
   * @return one row per example, as long as what it has there
   * @throws TouchstoneException if the model takes no such input, or several
   */
  public double[][] inputGradients(Inputs batch, Quantity quantity, BackwardRules rules) {
    String input = graph.movingInput().name();
    return wanted(gradientsAt(batch, quantity, new String[] {input}, rules), input).rows();
  }

  /**
   * Returns the gradient of a quantity with respect to all that the model takes, as the data have
   * it.
   *
   * @return one row per example, of {@link Inputs#rowSize()} values
   * @throws TouchstoneException if an input is of whole numbers, by which there is no derivative
   */
  public double[][] gradientsAsGiven(Inputs batch, Quantity quantity) {
    List<GraphInput> inputs = graph.inputs();
    if (graph.floatingInputs().size() < inputs.size()) {
      throw new TouchstoneException(
          "%s takes %s, and there is no derivative by whole numbers: take the gradients behind a node that makes numbers of them, at one of its taps()"
              .formatted(name, inputs));
    }
    String[] names = inputs.stream().map(GraphInput::name).toArray(String[]::new);
    Map<String, ShapedRows> gradients =
        gradientsAt(batch, quantity, names, BackwardRules.derivatives());
    return takes.asGiven(batch, gradients);
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

  private static Map<Tap, Activations> byTap(List<Tap> at, Map<String, ShapedRows> rows) {
    Map<Tap, Activations> byTap = new LinkedHashMap<>();
    for (Tap tap : at) {
      byTap.put(tap, Activations.of(tap, wanted(rows, tap.value())));
    }
    return byTap;
  }

  /**
   * Returns the rest of the network from a tap on, as a white box of its own whose first input is
   * the value there. Inputs that the value is not made of stay inputs where the rest depends on
   * them, and so do whole numbers, such as ids and a mask: {@link #inputsFrom} hands them on. It
   * shares this model's memory.
   *
   * @throws TouchstoneException if the scores depend on an input of floating-point numbers in
   *     another way, too, such as a skip connection around the tap; the message names a tap behind
   *     which they do not
   */
  public WhiteBox from(Tap tap) {
    names(List.of(tap));
    if (tap.type().equals(Tap.INPUT)) {
      return this;
    }
    int[] shape = tap.shape();
    shape[0] = graph.batch();
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

  /**
   * Returns what the {@linkplain #from rest of the network from a tap} takes of a batch: other
   * values there as its features, and what else it needs by name.
   *
   * @param batch examples of all that this model takes
   * @param values at the tap, of as many examples
   */
  public Inputs inputsFrom(Tap tap, Inputs batch, Tensor values) {
    Map<String, TypedTensor> others = new LinkedHashMap<>();
    Map<String, TypedTensor> given = bound(batch);
    from(tap).inputs().stream()
        .filter(input -> !input.name().equals(tap.value()))
        .forEach(input -> others.put(input.name(), wanted(given, input.name())));
    return Inputs.of(values, others);
  }

  /** Returns whether all that the scores make of the input passes through a tap. */
  public boolean passesThrough(Tap tap) {
    names(List.of(tap));
    return tap.type().equals(Tap.INPUT) || graph.from(tap.value(), tap.shape()).isPresent();
  }

  /**
   * Returns the network up to a tap, with one number of the value there as its only score. It
   * shares this model's memory.
   *
   * @param neuron the number's place there, row-major; see {@link Tap#place}
   */
  public WhiteBox upTo(Tap tap, int neuron) {
    names(List.of(tap));
    Graph before = graph.upTo(tap.value(), neuron);
    return Torch.evaluate(() -> new WhiteBox(this, before));
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

  /** As in {@code touchstone.device}. */
  String device() {
    return device;
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
    if (derived.get(InDouble.class) instanceof InDouble twin) {
      twin.box().release();
    }
  }

  private Node nodeNamed(String name) {
    return graph.nodes().stream()
        .filter(n -> n.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no node \"" + name + "\""));
  }

  /** Native arrays of a batch's values, by the inputs' names. */
  Map<String, NDArray> inputs(NDManager scope, Inputs batch) {
    return arrays(scope, bound(batch));
  }

  private Map<String, NDArray> arrays(NDManager scope, Map<String, TypedTensor> batch) {
    Map<String, NDArray> arrays = new HashMap<>();
    batch.forEach((input, values) -> arrays.put(input, array(scope, values)));
    return arrays;
  }

  /** Numbers in the model's precision; whole numbers as they are. */
  private NDArray array(NDManager scope, TypedTensor values) {
    Shape shape = new Shape(Arrays.stream(values.shape()).asLongStream().toArray());
    if (values instanceof Tensor tensor) {
      return NativeArrays.of(scope, tensor.values(), shape).toType(type, false);
    }
    if (values instanceof TypedTensor.Doubles doubles) {
      return NativeArrays.of(scope, doubles.values(), shape).toType(type, false);
    }
    if (values instanceof TypedTensor.Integers integers) {
      return NativeArrays.of(scope, integers.values(), shape);
    }
    if (values instanceof TypedTensor.Booleans booleans) {
      return NativeArrays.of(scope, booleans.values(), shape);
    }
    throw new TouchstoneException(
        "%s is computed from numbers, and the data have %s".formatted(name, values.kind()));
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
