package dev.touchstone.robustness;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Definition;
import dev.touchstone.graph.operator.Operator;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Proves by lines below and above what bends, carried back from the margin to the input (CROWN;
 * Zhang et al. 2018): the margin is at least a linear function of the input, whose least value
 * within the threat model is known in closed form. The ends of what goes into a bend are found in
 * the same way, where intervals leave open on which side of the bend it lies. For L∞ and L₂; an
 * example costs one pass back for each such number. Immutable.
 *
 * <p>{@link #splitting} cuts what is not proven in two and bounds each half, and asks the model at
 * the corner that the lines say is worst: with enough boxes a small network of few features is
 * proven or refuted exactly.
 */
public final class LinearBounds implements Certifier {
  static final String ROUNDING =
      "a proof has to leave as much to spare as single precision can move the scores, sums taken in"
          + " any order; convolutions by other algorithms, such as Winograd's, may move them by"
          + " more";

  /** Numbers of a gradient that are held at once. */
  private static final int AT_ONCE = 1 << 21;

  private final ThreatModel threat;
  private final int boxes;

  private LinearBounds(ThreatModel threat, int boxes) {
    this.threat = threat;
    this.boxes = boxes;
  }

  /** Bounds what changes within a threat model do. */
  public static LinearBounds within(ThreatModel threat) {
    return new LinearBounds(threat, 1);
  }

  /**
   * Cuts what is not proven in two, again and again (branch and bound; Bunel et al. 2020), along
   * the feature by which the margin's lines move most. For L∞.
   *
   * @param most boxes that are bounded for an example, each at the price of an example
   * @throws TouchstoneException for less than 2, or for another norm
   */
  public LinearBounds splitting(int most) {
    if (most < 2) {
      throw new TouchstoneException(
          "splitting bounds two boxes and more for an example, was %d; write splitting(200), or leave it out"
              .formatted(most));
    }
    if (threat.norm() != ThreatModel.Norm.LINF) {
      throw new TouchstoneException(
          "halves of a box are boxes, and the threat model is %s; leave splitting out, or write ThreatModel.linf(…)"
              .formatted(threat.inWords()));
    }
    return new LinearBounds(threat, most);
  }

  @Override
  public String name() {
    return "linear bounds";
  }

  @Override
  public Map<String, String> settings() {
    return Settings.of(threat, boxes == 1 ? Map.of() : Map.of("boxes", boxes));
  }

  @Override
  public ThreatModel threat() {
    return threat;
  }

  @Override
  public boolean provesTheModelItself() {
    return true;
  }

  @Override
  public String restsOn() {
    return ROUNDING;
  }

  @Override
  public void check(Classifier model, Dataset data) {
    threat.check(data);
    new BoundWalk(ScoreMargins.boxOf(model, data, name())).check(name(), true);
  }

  @Override
  public Status[] certify(Classifier model, Dataset data, int[] examples, RunContext context) {
    return Arrays.stream(find(model, data, examples, context))
        .map(Found::status)
        .toArray(Status[]::new);
  }

  @Override
  public Found[] find(Classifier model, Dataset data, int[] examples, RunContext context) {
    WhiteBox box = ScoreMargins.boxOf(model, data, name()).keptInDoublePrecision();
    try (Rooms rooms = new Rooms(box)) {
      return IntStream.of(examples)
          .mapToObj(i -> search(rooms, model, data.batch(i), data.shape(), data.label(i)))
          .toArray(Found[]::new);
    }
  }

  /** The box with the least bound first, until all are proven, one is refuted, or none is left. */
  private Found search(Rooms rooms, Classifier model, Tensor one, int[] shape, int label) {
    Queue<Part> open = new PriorityQueue<>(Comparator.comparingDouble(Part::least));
    double[][] ends = ScoreMargins.ends(threat, one.values());
    open.add(part(rooms, one, shape, ends[0], ends[1], label));
    int bounded = 1;
    while (!open.isEmpty()) {
      Part part = open.remove();
      if (part.proven()) {
        continue;
      }
      if (boxes > 1) {
        float[] corner = part.worstCorner(one.values(), threat);
        Tensor asked = Tensor.of(corner, one.shape());
        if (CheckedAnswers.of(model, Inputs.of(asked)).predicted(0) != label) {
          return new Found(Status.REFUTED, corner);
        }
      }
      int widest = part.widest();
      if (bounded + 2 > boxes || part.upper()[widest] <= part.lower()[widest]) {
        return Found.of(Status.OPEN);
      }
      bounded += 2;
      double middle = part.lower()[widest] + (part.upper()[widest] - part.lower()[widest]) / 2;
      double[] until = part.upper().clone();
      until[widest] = middle;
      double[] from = part.lower().clone();
      from[widest] = middle;
      open.add(part(rooms, one, shape, part.lower(), until, label));
      open.add(part(rooms, one, shape, from, part.upper(), label));
    }
    return Found.of(Status.PROVEN);
  }

  private Part part(
      Rooms rooms, Tensor one, int[] shape, double[] lower, double[] upper, int label) {
    Example example = new Example(rooms, one, shape, lower, upper);
    ScoreMargins.Margins margins = example.margins(label);
    int worst = 0;
    for (int s = 1; s < margins.lower().length; s++) {
      worst = margins.lower()[s] < margins.lower()[worst] ? s : worst;
    }
    return new Part(lower, upper, margins.prove(), margins.lower()[worst], example.slopes[worst]);
  }

  /**
   * A box, and what is known of it.
   *
   * @param least the smallest of its margins' bounds
   * @param slopes of the line below that margin
   */
  private record Part(
      double[] lower, double[] upper, boolean proven, double least, double[] slopes) {

    /** The feature by which the line moves most. */
    int widest() {
      int widest = 0;
      double most = -1;
      for (int i = 0; i < slopes.length; i++) {
        // Where all lines are flat, the widest feature.
        double moves = (Math.abs(slopes[i]) + Double.MIN_NORMAL) * (upper[i] - lower[i]);
        if (moves > most) {
          most = moves;
          widest = i;
        }
      }
      return widest;
    }

    /** Where the line is least. */
    float[] worstCorner(float[] x, ThreatModel threat) {
      float[] corner = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        corner[i] = (float) (slopes[i] > 0 ? lower[i] : upper[i]);
      }
      threat.project(corner, x);
      return corner;
    }
  }

  /** Of each example against every other class. */
  ScoreMargins.Margins[] margins(Classifier model, Dataset data, int[] examples) {
    WhiteBox box = ScoreMargins.boxOf(model, data, name()).keptInDoublePrecision();
    try (Rooms rooms = new Rooms(box)) {
      return IntStream.of(examples)
          .mapToObj(
              i -> {
                double[][] ends = ScoreMargins.ends(threat, data.batch(i).values());
                return new Example(rooms, data.batch(i), data.shape(), ends[0], ends[1])
                    .margins(data.label(i));
              })
          .toArray(ScoreMargins.Margins[]::new);
    }
  }

  /** The network up to each value that goes into a bend, in double precision. */
  private static final class Rooms implements AutoCloseable {
    private final WhiteBox box;
    private final BoundWalk walk;
    private final Map<String, WhiteBox> upTo = new HashMap<>();

    private Rooms(WhiteBox box) {
      this.box = box;
      this.walk = new BoundWalk(box);
    }

    private WhiteBox upTo(String value) {
      return upTo.computeIfAbsent(value, this::made);
    }

    private WhiteBox made(String value) {
      Graph whole = box.graph();
      List<Node> nodes = new ArrayList<>(whole.nodesFor(value));
      Operator flat =
          inputs -> {
            NDArray x = inputs.get(0);
            return x.reshape(new Shape(x.getShape().get(0), -1));
          };
      String rows = value + "/rows";
      nodes.add(
          new Node(
              rows,
              // No sigmoid in front of it is taken for what makes probabilities of scores.
              "Slice",
              flat,
              new Definition("rows", List.of(), List.of(), Map.of()),
              List.of(value),
              rows));
      WhiteBox single =
          WhiteBox.of(box.name(), new Graph(whole.inputs(), rows, nodes, whole.constants()), "cpu");
      try {
        return single.inDoublePrecision();
      } finally {
        single.release();
      }
    }

    @Override
    public void close() {
      upTo.values().forEach(WhiteBox::release);
    }
  }

  /** One example's bounds. */
  private final class Example {
    private final Rooms rooms;
    private final float[] x;
    private final int[] shape;
    private final double[] lower;
    private final double[] upper;
    private final Map<String, Lines> lines = new HashMap<>();

    /** Of the lines below what was bounded last. */
    private double[][] slopes = {};

    private Example(Rooms rooms, Tensor one, int[] shape, double[] lower, double[] upper) {
      this.rooms = rooms;
      this.x = one.values();
      this.shape = shape;
      this.lower = lower;
      this.upper = upper;
    }

    private ScoreMargins.Margins margins(int label) {
      return ScoreMargins.inScope(
          scope -> {
            BoundWalk.Interval scores =
                rooms.walk.walk(
                    scope,
                    rooms.walk.array(scope, new double[][] {lower}, shape, false),
                    rooms.walk.array(scope, new double[][] {upper}, shape, true),
                    tightening);
            double[] least = scores.lower().toDoubleArray();
            double[][] specifications = ScoreMargins.specifications(label, least.length);
            ScoreMargins.Margins byIntervals =
                ScoreMargins.of(
                    rooms.box,
                    least,
                    scores.upper().toDoubleArray(),
                    scores.error().toDoubleArray(),
                    specifications);
            double[] byLines = least(rooms.box, specifications);
            for (int s = 0; s < byLines.length; s++) {
              // Both hold; the larger says more.
              byLines[s] = Math.max(byLines[s], byIntervals.lower()[s]);
            }
            return new ScoreMargins.Margins(byLines, byIntervals.slack());
          });
    }

    private final BoundWalk.Tightening tightening =
        new BoundWalk.Tightening() {
          @Override
          public BoundWalk.Interval of(
              Node node, String value, BoundWalk.Interval known, NDManager scope) {
            return tightened(node, value, known, scope);
          }

          @Override
          public void bends(
              Node node, List<BoundWalk.Interval> inputs, UnaryOperator<NDArray> apply) {
            lines.put(node.output(), drawn(node, inputs, apply));
          }
        };

    private Lines drawn(Node node, List<BoundWalk.Interval> inputs, UnaryOperator<NDArray> apply) {
      NDArray like = inputs.get(0).lower();
      double[] low = like.toDoubleArray();
      double[] high = inputs.get(0).upper().toDoubleArray();
      if (inputs.size() == 2) {
        BoundWalk.Interval other = inputs.get(1);
        return Lines.ofProduct(
            low, high, other.lower().toDoubleArray(), other.upper().toDoubleArray());
      }
      if (BoundWalk.isPool(node)) {
        return Lines.ofPool(low, high);
      }
      if (BoundWalk.isClamp(node)) {
        return Lines.ofClamp(limits(like, -1, apply), limits(like, 1, apply), low, high);
      }
      Curve curve = Curve.of(node);
      return curve == null
          ? Lines.ofRectifier(BoundWalk.leaks(like, apply), low, high)
          : Lines.ofCurve(curve, low, high);
    }

    /** Where numbers are cut off: what becomes of those that are as large as can be. */
    private double[] limits(NDArray like, int sign, UnaryOperator<NDArray> apply) {
      double[] limits =
          apply.apply(BoundWalk.filled(like, sign * Double.MAX_VALUE)).toDoubleArray();
      if (limits.length != like.size()) {
        throw new TouchstoneException(
            "%s knows lines of numbers that are cut off one by one, and %s are stretched to %d; use IntervalBounds"
                .formatted(name(), like.getShape(), limits.length));
      }
      return limits;
    }

    /** Narrows what goes into a bend. */
    private BoundWalk.Interval tightened(
        Node node, String value, BoundWalk.Interval known, NDManager scope) {
      double[] low = known.lower().toDoubleArray();
      double[] high = known.upper().toDoubleArray();
      boolean input = rooms.box.graph().movingInput().name().equals(value);
      int[] open =
          IntStream.range(0, low.length)
              .filter(i -> !input && Lines.isOpen(node, low[i], high[i]))
              .toArray();
      int step = Math.max(1, AT_ONCE / low.length / 2);
      for (int from = 0; from < open.length; from += step) {
        int[] some = Arrays.copyOfRange(open, from, Math.min(open.length, from + step));
        double[][] both = new double[2 * some.length][low.length];
        for (int k = 0; k < some.length; k++) {
          both[k][some[k]] = 1;
          both[some.length + k][some[k]] = -1;
        }
        double[] ends = least(rooms.upTo(value), both);
        for (int k = 0; k < some.length; k++) {
          low[some[k]] = Math.max(low[some[k]], ends[k]);
          high[some[k]] = Math.min(high[some[k]], -ends[some.length + k]);
        }
      }
      Shape of = known.lower().getShape();
      return new BoundWalk.Interval(
          NativeArrays.of(scope, low, of), NativeArrays.of(scope, high, of), known.error());
    }

    /** The least value of each weighted sum of a network's outputs. */
    private double[] least(WhiteBox network, double[][] weights) {
      int rows = weights.length;
      float[] copies = new float[rows * x.length];
      for (int r = 0; r < rows; r++) {
        System.arraycopy(x, 0, copies, r * x.length, x.length);
      }
      int[] batch = new int[shape.length + 1];
      batch[0] = rows;
      System.arraycopy(shape, 0, batch, 1, shape.length);
      WeightedSums sums = new WeightedSums(weights, new double[rows]);
      double[] constant = new double[rows];
      slopes =
          network.inputGradients(
              Tensor.of(copies, batch), sums, node -> back(lines.get(node.output()), constant));
      double[] least = new double[rows];
      for (int r = 0; r < rows; r++) {
        double atExample = 0;
        double box = 0;
        double size = 0;
        for (int i = 0; i < x.length; i++) {
          double slope = slopes[r][i];
          atExample += slope * x[i];
          box += slope > 0 ? slope * lower[i] : slope * upper[i];
          size += slope * slope;
        }
        double offset = sums.values()[r] + constant[r] - atExample;
        double change = box;
        if (threat.norm() == ThreatModel.Norm.L2) {
          change = Math.max(box, atExample - threat.epsilon() * Math.sqrt(size));
        }
        least[r] = offset + change;
      }
      return least;
    }

    /**
     * The rule of a bend: a weight that is not negative goes on along the line below, another along
     * the line above. Of all constants on the way those of bends are added here; those of layers
     * follow from the value at the example.
     */
    private @Nullable BackwardRule back(@Nullable Lines bend, double[] constant) {
      if (bend == null) {
        return null;
      }
      return passage -> {
        if (bend.isProduct()) {
          return backThroughProduct(passage, bend, constant);
        }
        NDArray arriving = passage.gradient();
        NDArray below = BoundWalk.scaled(arriving.add(arriving.abs()), 0.5);
        NDArray above = arriving.sub(below);
        NDArray passed;
        NDArray intercepts;
        int place = passage.computed()[0];
        NDArray before = passage.input(place);
        if (bend.isPool()) {
          NDArray least = like(before, bend.lower()).broadcast(before.getShape());
          NDArray most = like(before, bend.upper());
          passed = passage.derivativeAt(with(passage, place, least), below).get(0);
          intercepts = above.mul(passage.apply(with(passage, place, most)));
        } else {
          passed =
              below
                  .mul(like(before, bend.slopeBelow()))
                  .add(above.mul(like(before, bend.slopeAbove())));
          intercepts =
              below
                  .mul(like(before, bend.interceptBelow()))
                  .add(above.mul(like(before, bend.interceptAbove())));
        }
        add(constant, intercepts, 1);
        add(constant, arriving.mul(passage.output()), -1);
        add(constant, passed.mul(before), 1);
        return List.of(passed);
      };
    }
  }

  private static List<@Nullable NDArray> with(Passage passage, int place, NDArray x) {
    List<@Nullable NDArray> inputs = passage.inputs();
    inputs.set(place, x);
    return inputs;
  }

  /**
   * Below x y lies the plane l_y x + l_x y − l_x l_y, above it u_y x + l_x y − l_x u_y: what a
   * product does to changes at the corners (l_x, l_y) and (l_x, u_y), where it has that value.
   */
  private static List<NDArray> backThroughProduct(Passage passage, Lines bend, double[] constant) {
    NDArray arriving = passage.gradient();
    NDArray below = BoundWalk.scaled(arriving.add(arriving.abs()), 0.5);
    NDArray above = arriving.sub(below);
    NDArray x = passage.input(0);
    NDArray y = passage.input(1);
    NDArray leastX = like(x, bend.lower()).broadcast(x.getShape());
    NDArray passedToX = x.zerosLike();
    NDArray passedToY = y.zerosLike();
    add(constant, arriving.mul(passage.output()), -1);
    for (int side = 0; side < 2; side++) {
      NDArray weight = side == 0 ? below : above;
      NDArray ofY = like(y, bend.other()[side]).broadcast(y.getShape());
      List<@Nullable NDArray> corner = List.of(leastX, ofY);
      List<NDArray> passed = passage.derivativeAt(corner, weight);
      add(constant, weight.mul(passage.apply(corner)), 1);
      add(constant, passed.get(0).mul(x.sub(leastX)), 1);
      add(constant, passed.get(1).mul(y.sub(ofY)), 1);
      passedToX = passedToX.add(passed.get(0));
      passedToY = passedToY.add(passed.get(1));
    }
    return List.of(passedToX, passedToY);
  }

  /** Numbers of one example, for all rows alike. */
  private static NDArray like(NDArray rows, double[] values) {
    long[] shape = rows.getShape().getShape().clone();
    shape[0] = 1;
    return NativeArrays.of(rows.getManager(), values, new Shape(shape));
  }

  private static void add(double[] sums, NDArray rows, int sign) {
    double[] values = rows.toDoubleArray();
    int width = values.length / sums.length;
    for (int i = 0; i < values.length; i++) {
      sums[i / width] += sign * values[i];
    }
  }

  /** A weighted sum of the scores for each row, whose value is written down on the way. */
  private record WeightedSums(double[][] weights, double[] values) implements Quantity {
    @Override
    public double value(double[] scores, int row) {
      double sum = 0;
      for (int j = 0; j < scores.length; j++) {
        sum += weights[row][j] * scores[j];
      }
      return sum;
    }

    @Override
    public double[] gradient(double[] scores, int row) {
      values[row] = value(scores, row);
      return weights[row];
    }

    @Override
    public boolean isLinear() {
      return true;
    }
  }

  @Override
  public String toString() {
    return name() + " " + settings();
  }
}
