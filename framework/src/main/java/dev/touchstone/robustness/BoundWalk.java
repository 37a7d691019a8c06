package dev.touchstone.robustness;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.GraphInput;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Cast;
import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.OperatorTraits;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A walk forward through a white box with intervals in place of numbers (interval bound
 * propagation; Gowal et al. 2018), one transfer for each kind of operator:
 *
 * <ul>
 *   <li>weights times a computed input: centre and radius, |W| r;
 *   <li>what does not fall where an input rises, such as ReLU, pools, sums: both ends;
 *   <li>differences: the ends crossed.
 * </ul>
 *
 * <p>Beside the interval goes how far a model may lie from the real numbers that it stands for when
 * it computes in single precision: |W| e + k u (|W| |x| + |b|) behind a sum of k products, u =
 * 2⁻²⁴, in whatever order they are summed (Higham 2002, equation 3.5). Intervals in double
 * precision are rounded by 2²⁹ times less, which lies inside; those in single precision are rounded
 * by as much again, so that it counts twice.
 */
final class BoundWalk {
  private static final double UNIT = Math.scalb(1.0, -24);

  /** Where it is tried whether a node is the curve that its name says, and how exactly. */
  private static final double[] TRIED = {-9, -3.3, -1.3, -.6, -.1, 0, .2, .9, 1.7, 2.8, 6.1, 12};

  private static final double SAME = 1e-9;

  /** Each of their outputs is one of several numbers of the input. */
  private static final Set<String> POOLS = Set.of("GlobalMaxPool", "MaxPool", "ReduceMax");

  /** They cut numbers off. */
  private static final Set<String> CLAMPS = Set.of("Clip", "Max", "Min");

  private static final Set<String> RECTIFIERS = Set.of("LeakyRelu", "PRelu", "Relu");

  /** Sums with coefficients that are not negative, perhaps with a constant; what moves numbers. */
  private static final Set<String> RISING =
      Set.of(
          "Add",
          "AveragePool",
          "Cast",
          "Concat",
          "DepthToSpace",
          "Dropout",
          "Expand",
          "Flatten",
          "Gather",
          "GatherElements",
          "GatherND",
          "GlobalAveragePool",
          "Identity",
          "InputNormalisation",
          "Mean",
          "Pad",
          "ReduceMean",
          "ReduceSum",
          "Reshape",
          "Resize",
          "Slice",
          "SpaceToDepth",
          "Split",
          "Squeeze",
          "Sum",
          "Tile",
          "Transpose",
          "Unsqueeze",
          "Upsample");

  private static final Set<String> SUMMING =
      Set.of("AveragePool", "GlobalAveragePool", "ReduceMean", "ReduceSum");

  /** A computed input times weights. */
  private static final Set<String> WEIGHING =
      Set.of("BatchNormalization", "Conv", "ConvTranspose", "Div", "Gemm", "MatMul", "Mul");

  private final String model;
  private final DataType type;
  private final double unit;
  private final Graph graph;
  private final List<Node> nodes;

  /** Of a model's scores, in double precision. */
  BoundWalk(WhiteBox box) {
    this(box, DataType.FLOAT64);
  }

  /**
   * Of a model's scores.
   *
   * @param type single precision, or double
   */
  BoundWalk(WhiteBox box, DataType type) {
    this.model = box.name();
    this.type = type;
    this.unit = type == DataType.FLOAT32 ? 2 * UNIT : UNIT;
    this.graph = box.graph();
    this.nodes = graph.nodesFor(graph.score());
  }

  /**
   * What a value may be.
   *
   * @param error how far a computation in single precision may lie from it
   */
  record Interval(NDArray lower, NDArray upper, NDArray error) {
    /** The largest magnitude of each number, as computed. */
    NDArray magnitude() {
      return lower.abs().maximum(upper.abs()).add(error);
    }
  }

  /** What is done where the network bends. */
  interface Tightening {
    /** Leaves everything as it is. */
    Tightening NONE = new Tightening() {};

    /** May narrow the interval of a value that goes into a node. */
    default Interval of(Node node, String value, Interval known, NDManager scope) {
      return known;
    }

    /**
     * Is told of a node that bends.
     *
     * @param inputs the intervals of what is computed among its inputs
     * @param apply the node on another first computed input
     */
    default void bends(Node node, List<Interval> inputs, UnaryOperator<NDArray> apply) {}
  }

  /** Whether a node bends numbers of one computed input. */
  static boolean bends(Node node) {
    String type = node.type();
    return POOLS.contains(type)
        || CLAMPS.contains(type)
        || RECTIFIERS.contains(type)
        || Curve.TYPES.contains(type);
  }

  static boolean isPool(Node node) {
    return POOLS.contains(node.type());
  }

  static boolean isClamp(Node node) {
    return CLAMPS.contains(node.type());
  }

  static boolean isRectifier(Node node) {
    return RECTIFIERS.contains(node.type());
  }

  private boolean isProduct(Node node, Set<String> moving) {
    return node.type().equals("Mul") && node.inputs().stream().allMatch(moving::contains);
  }

  /**
   * Refuses a model with an operator through which no bounds are known, or of other inputs than
   * features.
   *
   * @param relaxed whether lines below and above are needed, too
   */
  void check(String who, boolean relaxed) {
    if (graph.inputs().size() != 1 || graph.floatingInputs().size() != 1) {
      throw new TouchstoneException(
          "%s bounds models of one input of numbers, and %s takes %s; use RandomisedSmoothing, which asks any model"
              .formatted(who, model, graph.inputs()));
    }
    if (graph.batch() != -1) {
      throw new TouchstoneException(
          "%s was exported for batches of %d, and %s looks at examples one by one; export it with a free batch axis"
              .formatted(model, graph.batch(), who));
    }
    if (graph.movingInput().type() == GraphInput.Type.FLOAT16) {
      throw new TouchstoneException(
          "%s takes numbers of half precision, and %s knows what single precision does to scores; claim it of the file before it was converted"
              .formatted(model, who));
    }
    Set<String> moving = moving();
    for (Node node : nodes) {
      long computed = node.inputs().stream().filter(moving::contains).count();
      if (computed > 0 && !node.tellsOfShapes()) {
        check(who, relaxed, node, computed, moving);
      }
    }
  }

  private void check(String who, boolean relaxed, Node node, long computed, Set<String> moving) {
    String type = node.type();
    boolean known =
        RISING.contains(type)
            || type.equals("Sub")
            || type.equals("Neg")
            || isProduct(node, moving)
            || (WEIGHING.contains(type)
                && computed == 1
                && !(type.equals("Div") && moving.contains(node.inputs().get(1))))
            || (bends(node) && (computed == 1 || (CLAMPS.contains(type) && !relaxed)));
    if (Curve.TYPES.contains(type) && !isTheCurve(node)) {
      known = false;
    }
    if (!known) {
      throw new TouchstoneException(
          "%s knows no bounds through %s of %s (%d computed inputs); use RandomisedSmoothing, which asks any model, or attack it"
              .formatted(who, node, model, computed));
    }
    if (type.equals("Cast")) {
      refuseRoundingCasts(who, node);
    }
    if (isRectifier(node)) {
      refuseSteepLeak(who, node);
    }
  }

  /** Whether a node computes what its name and settings say, at numbers of all sizes. */
  private static boolean isTheCurve(Node node) {
    Curve curve = Curve.of(node);
    return curve != null
        && ScoreMargins.inScope(
            scope -> {
              NDArray at = NativeArrays.of(scope, TRIED, new Shape(1, TRIED.length));
              double[] found = node.operator().apply(List.of(at)).toDoubleArray();
              return IntStream.range(0, TRIED.length)
                  .allMatch(
                      i ->
                          Math.abs(found[i] - curve.value().applyAsDouble(TRIED[i]))
                              <= SAME * (1 + Math.abs(TRIED[i])));
            });
  }

  /** What a number that becomes whole, or half as precise, may be is not known. */
  private void refuseRoundingCasts(String who, Node node) {
    Cast cast = (Cast) node.operator();
    if (!cast.keepsNumbers() || cast.toHalf()) {
      throw new TouchstoneException(
          "%s knows no bounds through %s of %s, which %s; use RandomisedSmoothing, which asks any model, or attack it"
              .formatted(
                  who,
                  node,
                  model,
                  cast.toHalf()
                      ? "rounds to half precision"
                      : "makes other than real numbers of numbers"));
    }
  }

  /** Below 0 it falls where its input rises, above 1 it bends the other way. */
  private void refuseSteepLeak(String who, Node node) {
    double[] leaks =
        node.type().equals("PRelu")
            ? slopes(node)
            : ScoreMargins.inScope(
                scope ->
                    leaks(
                        NativeArrays.of(scope, new double[] {0}, new Shape(1, 1)),
                        x -> node.operator().apply(List.of(x))));
    for (double leak : leaks) {
      if (!(leak >= 0 && leak <= 1)) {
        throw new TouchstoneException(
            "%s knows bounds through a leaky ReLU whose negative part has a slope from 0 to 1, and that of %s of %s is %s; use RandomisedSmoothing, which asks any model, or attack it"
                .formatted(who, node, model, ThreatModel.number(leak)));
      }
    }
  }

  /** The slopes of a parametric ReLU's negative parts; NaN where they are computed. */
  private double[] slopes(Node node) {
    String value = node.inputs().get(1);
    Node maker = graph.maker(value);
    while (maker != null && maker.traits().hands() == OperatorTraits.Hands.THE_SAME) {
      value = maker.inputs().get(0);
      maker = graph.maker(value);
    }
    Constant constant = graph.constants().get(value);
    if (constant == null || !constant.floating()) {
      return new double[] {Double.NaN};
    }
    float[] slopes = constant.floats();
    return IntStream.range(0, slopes.length).mapToDouble(i -> slopes[i]).toArray();
  }

  /**
   * The slopes of a rectifier's negative parts.
   *
   * @param like an input of it
   */
  static double[] leaks(NDArray like, UnaryOperator<NDArray> apply) {
    return numbers(apply.apply(filled(like, -1)).neg());
  }

  /** An array of one number, as large as another. */
  static NDArray filled(NDArray like, double number) {
    NDArray one = NativeArrays.of(like.getManager(), new double[] {number}, new Shape());
    return like.zerosLike().add(one.toType(like.getDataType(), false));
  }

  private Set<String> moving() {
    Set<String> moving = new HashSet<>(Set.of(graph.movingInput().name()));
    for (Node node : nodes) {
      if (!node.tellsOfShapes() && node.inputs().stream().anyMatch(moving::contains)) {
        moving.add(node.output());
      }
    }
    return moving;
  }

  /**
   * Walks forward.
   *
   * @param lower the least values of the examples' features, n × …
   * @param upper the largest
   * @param tightening asked about what goes into each node that bends, and told of it
   * @return the scores'
   */
  Interval walk(NDManager scope, NDArray lower, NDArray upper, Tightening tightening) {
    Map<String, NDArray> constants = new HashMap<>();
    graph.constants().forEach((name, constant) -> constants.put(name, array(scope, constant)));
    Map<String, Interval> values = new HashMap<>();
    values.put(graph.movingInput().name(), new Interval(lower, upper, lower.zerosLike()));
    for (Node node : nodes) {
      boolean computed = node.inputs().stream().anyMatch(values::containsKey);
      if (!computed || node.tellsOfShapes()) {
        List<@Nullable NDArray> inputs = new ArrayList<>();
        for (String input : node.inputs()) {
          Interval value = values.get(input);
          inputs.add(value == null ? constants.get(input) : value.lower());
        }
        constants.put(node.output(), node.operator().apply(inputs));
        continue;
      }
      Transfer transfer = new Transfer(node, constants, values);
      if (bends(node) || isProduct(node, values.keySet())) {
        for (String before : node.inputs()) {
          values.computeIfPresent(
              before, (value, known) -> tightening.of(node, value, known, scope));
        }
        tightening.bends(
            node,
            node.inputs().stream().filter(values::containsKey).map(values::get).toList(),
            transfer::at);
      }
      values.put(node.output(), transfer.interval());
    }
    Interval scores = values.get(graph.score());
    if (scores == null) {
      throw new TouchstoneException("the scores of %s do not depend on its input".formatted(model));
    }
    return scores;
  }

  private NDArray array(NDManager scope, Constant constant) {
    Shape shape = new Shape(constant.shape());
    return constant.floating()
        ? NativeArrays.of(scope, constant.floats(), shape).toType(type, false)
        : NativeArrays.of(scope, constant.longs(), shape);
  }

  /** One node's. */
  private final class Transfer {
    private final Node node;
    private final Map<String, NDArray> constants;
    private final Map<String, Interval> values;

    private Transfer(Node node, Map<String, NDArray> constants, Map<String, Interval> values) {
      this.node = node;
      this.constants = constants;
      this.values = values;
    }

    private Interval interval() {
      String type = node.type();
      if (isProduct(node, values.keySet())) {
        return product();
      }
      if (WEIGHING.contains(type)) {
        return weighed();
      }
      Curve curve = Curve.of(node);
      if (curve != null) {
        return curved(curve);
      }
      if (type.equals("Neg")) {
        Interval x = of(0);
        return new Interval(x.upper().neg(), x.lower().neg(), x.error());
      }
      if (type.equals("Sub")) {
        return difference();
      }
      NDArray lower = applied(Interval::lower);
      NDArray upper = applied(Interval::upper);
      if (bends(node)) {
        NDArray error = spread();
        NDArray rounding = scaled(lower.abs().maximum(upper.abs()), 4 * unit);
        return new Interval(lower, upper, error.add(rounding));
      }
      NDArray rest = applied(x -> x.error().zerosLike());
      NDArray error = applied(Interval::error).sub(rest);
      NDArray size = applied(Interval::magnitude).sub(rest).add(rest.abs());
      double terms = SUMMING.contains(type) ? rowSize(of(first()).lower()) : 2;
      return new Interval(lower, upper, error.add(scaled(size, (terms + 2) * unit)));
    }

    /** An error stays as large behind what bends; of a pool the largest counts. */
    private NDArray spread() {
      if (isPool(node)) {
        return applied(Interval::error);
      }
      // Stretched where the limits are larger.
      return applied(x -> x.error().zerosLike()).zerosLike().add(errors());
    }

    /** Of all computed inputs together. */
    private NDArray errors() {
      return IntStream.range(0, node.inputs().size())
          .filter(i -> values.containsKey(node.inputs().get(i)))
          .mapToObj(i -> of(i).error())
          .reduce(NDArray::add)
          .orElseThrow();
    }

    /** A curve falls to its valley and rises behind. */
    private Interval curved(Curve curve) {
      Interval x = of(first());
      NDArray low = x.lower();
      boolean rises = Double.isInfinite(curve.valley());
      if (!rises) {
        low = low.maximum(filled(low, curve.valley())).minimum(x.upper());
      }
      NDArray lower = at(low);
      NDArray upper = at(x.upper());
      upper = rises ? upper : upper.maximum(at(x.lower()));
      // What saturates is computed as precisely as it is large, and others as their parts are.
      NDArray size =
          curve.shape() == Curve.Shape.S
              ? lower.abs().maximum(upper.abs())
              : scaled(x.magnitude().add(filled(low, 1)), curve.steepest());
      return new Interval(
          lower, upper, scaled(x.error(), curve.steepest()).add(scaled(size, 8 * unit)));
    }

    /** The node on another first computed input. */
    private NDArray at(NDArray x) {
      int place = first();
      return node.operator().apply(inputs(place, x, Of.AS_THEY_ARE));
    }

    /** The extremes are products of ends. */
    private Interval product() {
      Interval x = of(0);
      Interval y = of(1);
      NDArray ofLower = x.lower().mul(y.lower());
      NDArray lower = ofLower;
      NDArray upper = ofLower;
      for (NDArray other :
          List.of(x.lower().mul(y.upper()), x.upper().mul(y.lower()), x.upper().mul(y.upper()))) {
        lower = lower.minimum(other);
        upper = upper.maximum(other);
      }
      NDArray error = x.magnitude().mul(y.error()).add(y.magnitude().mul(x.error()));
      NDArray size = x.magnitude().mul(y.magnitude());
      return new Interval(lower, upper, error.add(scaled(size, 4 * unit)));
    }

    private Interval difference() {
      NDArray lower = applied(Interval::lower, Interval::upper);
      NDArray upper = applied(Interval::upper, Interval::lower);
      NDArray zero = lower.zerosLike();
      NDArray error = zero;
      NDArray size = zero;
      for (int i = 0; i < 2; i++) {
        Interval x = values.get(node.inputs().get(i));
        NDArray constant = constants.get(node.inputs().get(i));
        if (x != null) {
          error = error.add(x.error());
          size = size.add(x.magnitude());
        } else if (constant != null) {
          size = size.add(constant.abs());
        }
      }
      return new Interval(lower, upper, error.add(scaled(size, 2 * UNIT)));
    }

    private Interval weighed() {
      int at = first();
      Interval x = of(at);
      NDArray centre = scaled(x.lower().add(x.upper()), 0.5);
      NDArray radius = scaled(x.upper().sub(x.lower()), 0.5);
      NDArray middle = node.operator().apply(inputs(at, centre, Of.AS_THEY_ARE));
      NDArray reach = node.operator().apply(inputs(at, radius, Of.WEIGHTS)).abs();
      // |W| e and k u (|W| |x| + |b|) in one: |W| is linear.
      double rounding = (terms(at) + 4) * unit;
      NDArray widened = x.magnitude().add(scaled(x.error(), 1 / rounding));
      NDArray error = scaled(node.operator().apply(inputs(at, widened, Of.SIZES)).abs(), rounding);
      return new Interval(middle.sub(reach), middle.add(reach), error);
    }

    /** What is handed over beside the computed input. */
    private enum Of {
      AS_THEY_ARE,
      /** Weights by their size, nothing added. */
      WEIGHTS,
      /** All by their size. */
      SIZES
    }

    private List<@Nullable NDArray> inputs(int at, NDArray x, Of of) {
      boolean normalisation = node.type().equals("BatchNormalization");
      List<@Nullable NDArray> inputs = new ArrayList<>();
      for (int i = 0; i < node.inputs().size(); i++) {
        NDArray constant = constants.get(node.inputs().get(i));
        boolean added = node.inputs().size() > 2 && (normalisation ? i == 2 || i == 3 : i == 2);
        if (i == at) {
          inputs.add(x);
        } else if (constant == null || of == Of.AS_THEY_ARE || (normalisation && i == 4)) {
          inputs.add(constant);
        } else if (of == Of.WEIGHTS) {
          inputs.add(added ? constant.zerosLike() : constant.abs());
        } else {
          // The mean of a normalisation is taken away, and its size has to be added.
          inputs.add(normalisation && i == 3 ? constant.abs().neg() : constant.abs());
        }
      }
      return inputs;
    }

    /** How many products each number is a sum of, at most. */
    private double terms(int at) {
      String type = node.type();
      if (type.startsWith("Conv")) {
        // Outputs stand first, or second in a transposed convolution.
        NDArray weights = constants.get(node.inputs().get(1));
        int outputs = type.equals("Conv") ? 0 : 1;
        return weights == null ? 1 : weights.size() / (double) weights.getShape().get(outputs);
      }
      return type.equals("Gemm") || type.equals("MatMul") ? rowSize(of(at).lower()) : 4;
    }

    private int first() {
      for (int i = 0; i < node.inputs().size(); i++) {
        if (values.containsKey(node.inputs().get(i))) {
          return i;
        }
      }
      throw new IllegalStateException("nothing computed goes into " + node);
    }

    private Interval of(int input) {
      Interval value = values.get(node.inputs().get(input));
      if (value == null) {
        throw new IllegalStateException("input %d of %s is not computed".formatted(input, node));
      }
      return value;
    }

    private NDArray applied(Function<Interval, NDArray> part) {
      return applied(part, part);
    }

    private NDArray applied(
        Function<Interval, NDArray> ofFirst, Function<Interval, NDArray> ofOthers) {
      List<@Nullable NDArray> inputs = new ArrayList<>();
      for (int i = 0; i < node.inputs().size(); i++) {
        Interval value = values.get(node.inputs().get(i));
        inputs.add(
            value == null
                ? constants.get(node.inputs().get(i))
                : (i == 0 ? ofFirst : ofOthers).apply(value));
      }
      return node.operator().apply(inputs);
    }
  }

  private static double rowSize(NDArray array) {
    return array.size() / (double) Math.max(1, array.getShape().get(0));
  }

  /** Times a number. */
  static NDArray scaled(NDArray array, double factor) {
    return array.mul(NativeArrays.of(array.getManager(), new double[] {factor}, new Shape()));
  }

  /**
   * Numbers of examples in the walk's precision.
   *
   * @param upwards whether they are rounded up, or down
   */
  NDArray array(NDManager scope, double[][] rows, int[] shapeOfOne, boolean upwards) {
    long[] dimensions = new long[shapeOfOne.length + 1];
    dimensions[0] = rows.length;
    for (int i = 0; i < shapeOfOne.length; i++) {
      dimensions[i + 1] = shapeOfOne[i];
    }
    Shape shape = new Shape(dimensions);
    double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    if (type == DataType.FLOAT64) {
      return NativeArrays.of(scope, values, shape);
    }
    float[] rounded = new float[values.length];
    for (int i = 0; i < rounded.length; i++) {
      float near = (float) values[i];
      boolean inside = upwards ? near < values[i] : near > values[i];
      rounded[i] = !inside ? near : upwards ? Math.nextUp(near) : Math.nextDown(near);
    }
    return NativeArrays.of(scope, rounded, shape);
  }

  /** The numbers of an array. */
  static double[] numbers(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }
}
