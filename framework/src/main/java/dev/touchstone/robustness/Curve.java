package dev.touchstone.robustness;

import dev.touchstone.graph.Node;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.gamma.Erf;
import org.jspecify.annotations.Nullable;

/**
 * An activation that is not made of straight lines, number by number, with what bounds have to know
 * of its shape. Between two of its inflections its derivative moves in one direction, so that the
 * points at which it has a given slope are found by halving.
 *
 * @param value the function
 * @param slope its derivative; at a kink that from the left
 * @param valley where it is least: it falls before and rises behind; −∞ where it rises everywhere
 * @param steepest the largest size of its slope
 * @param shape how it bends
 * @param turns its inflections and kinks, in ascending order
 */
record Curve(
    DoubleUnaryOperator value,
    DoubleUnaryOperator slope,
    double valley,
    double steepest,
    Shape shape,
    double... turns) {

  /** How a curve bends. */
  enum Shape {
    /** Its slope never falls. */
    CONVEX,
    /** Its slope rises up to 0 and falls behind, and is the same on both sides. */
    S,
    /** In any way between its turns. */
    OTHER
  }

  /** Those that are known, by the operator's name. */
  static final Set<String> TYPES =
      Set.of(
          "Abs",
          "Atan",
          "Celu",
          "Elu",
          "Erf",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "Mish",
          "Selu",
          "Sigmoid",
          "Softplus",
          "Softsign",
          "Swish",
          "Tanh");

  private static final double RISES = Double.NEGATIVE_INFINITY;

  /**
   * Where x Φ(x) is least, and its approximation, x / (1 + e⁻ˣ) and x tanh(log(1 + eˣ)); and where
   * their second derivatives are 0, by halving in 30 digits. √2 of x Φ(x).
   */
  private static final double GELU_VALLEY = -0.7517915246935645;

  private static final double GELU_BY_TANH_VALLEY = -0.7524614220710163;
  private static final double GELU_BY_TANH_TURN = 1.4185040087908283;
  private static final double SWISH_VALLEY = -1.278464542761074;
  private static final double SWISH_TURN = 2.399357280520545;
  private static final double MISH_VALLEY = -1.1924312145154952;
  private static final double[] MISH_TURNS = {-2.256376396360793, 1.4905711794854284};

  /** A little more than their largest slopes, at the upper turns. */
  private static final double GELU_SLOPE = 1.13;

  private static final double SWISH_SLOPE = 1.1;
  private static final double MISH_SLOPE = 1.09;

  /**
   * Returns the curve that a node is.
   *
   * @return null for settings of which none is known here
   */
  static @Nullable Curve of(Node node) {
    Map<String, Object> given = node.attributes();
    return switch (node.type()) {
      case "Abs" -> new Curve(Math::abs, x -> x <= 0 ? -1 : 1, 0, 1, Shape.CONVEX);
      case "Atan" -> new Curve(Math::atan, x -> 1 / (1 + x * x), RISES, 1, Shape.S);
      case "Celu" -> celu(number(given, "alpha", 1));
      case "Elu" -> elu(number(given, "alpha", 1), 1);
      case "Erf" -> new Curve(Erf::value, Curve::erfSlope, RISES, 2 / Math.sqrt(Math.PI), Shape.S);
      case "Gelu" -> "tanh".equals(given.get("approximate")) ? geluByTanh() : gelu();
      case "HardSigmoid" -> hardSigmoid(number(given, "alpha", .2f), number(given, "beta", .5f));
      case "HardSwish" -> hardSwish();
      case "Mish" -> mish();
      case "Selu" -> elu(number(given, "alpha", 1.6732632f), number(given, "gamma", 1.0507010f));
      case "Sigmoid" ->
          new Curve(Curve::sigmoid, x -> sigmoid(x) * sigmoid(-x), RISES, .25, Shape.S);
      case "Softplus" -> new Curve(Curve::softplus, Curve::sigmoid, RISES, 1, Shape.CONVEX);
      case "Softsign" ->
          new Curve(
              x -> x / (1 + Math.abs(x)),
              x -> 1 / ((1 + Math.abs(x)) * (1 + Math.abs(x))),
              RISES,
              1,
              Shape.S);
      case "Swish" -> swish(number(given, "alpha", 1));
      case "Tanh" -> new Curve(Math::tanh, Curve::tanhSlope, RISES, 1, Shape.S);
      default -> null;
    };
  }

  private static double number(Map<String, Object> given, String name, double otherwise) {
    return given.get(name) instanceof Number number ? number.doubleValue() : otherwise;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double erfSlope(double x) {
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
  }

  private static double tanhSlope(double x) {
    double y = Math.tanh(x);
    return 1 - y * y;
  }

  private static @Nullable Curve elu(double alpha, double gamma) {
    if (!(alpha >= 0 && gamma > 0)) {
      return null;
    }
    return new Curve(
        x -> gamma * (x > 0 ? x : alpha * Math.expm1(x)),
        x -> gamma * (x > 0 ? 1 : alpha * Math.exp(x)),
        RISES,
        gamma * Math.max(alpha, 1),
        alpha <= 1 ? Shape.CONVEX : Shape.OTHER,
        0);
  }

  private static @Nullable Curve celu(double alpha) {
    if (!(alpha > 0)) {
      return null;
    }
    return new Curve(
        x -> x > 0 ? x : alpha * Math.expm1(x / alpha),
        x -> x > 0 ? 1 : Math.exp(x / alpha),
        RISES,
        1,
        Shape.CONVEX);
  }

  private static Curve gelu() {
    return new Curve(
        x -> x * share(x),
        x -> share(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI),
        GELU_VALLEY,
        GELU_SLOPE,
        Shape.OTHER,
        -Math.sqrt(2),
        Math.sqrt(2));
  }

  private static Curve geluByTanh() {
    double scale = Math.sqrt(2 / Math.PI);
    DoubleUnaryOperator inner = x -> scale * (x + 0.044715 * x * x * x);
    return new Curve(
        x -> .5 * x * (1 + Math.tanh(inner.applyAsDouble(x))),
        x ->
            .5 * (1 + Math.tanh(inner.applyAsDouble(x)))
                + .5 * x * tanhSlope(inner.applyAsDouble(x)) * scale * (1 + 3 * 0.044715 * x * x),
        GELU_BY_TANH_VALLEY,
        GELU_SLOPE,
        Shape.OTHER,
        -GELU_BY_TANH_TURN,
        GELU_BY_TANH_TURN);
  }

  private static Curve mish() {
    return new Curve(
        x -> x * Math.tanh(softplus(x)),
        x -> Math.tanh(softplus(x)) + x * tanhSlope(softplus(x)) * sigmoid(x),
        MISH_VALLEY,
        MISH_SLOPE,
        Shape.OTHER,
        MISH_TURNS);
  }

  /** Φ(x). */
  private static double share(double x) {
    return .5 * (1 + Erf.value(x * Math.sqrt(.5)));
  }

  private static @Nullable Curve swish(double alpha) {
    if (!(alpha > 0)) {
      return null;
    }
    return new Curve(
        x -> x * sigmoid(alpha * x),
        x -> sigmoid(alpha * x) * (1 + alpha * x * sigmoid(-alpha * x)),
        SWISH_VALLEY / alpha,
        SWISH_SLOPE,
        Shape.OTHER,
        -SWISH_TURN / alpha,
        SWISH_TURN / alpha);
  }

  private static Curve hardSwish() {
    return new Curve(
        x -> x * Math.min(Math.max(x / 6 + .5, 0), 1),
        x -> x <= -3 ? 0 : x <= 3 ? x / 3 + .5 : 1,
        -1.5,
        1.5,
        Shape.OTHER,
        -3,
        3);
  }

  private static @Nullable Curve hardSigmoid(double alpha, double beta) {
    if (!(alpha > 0)) {
      return null;
    }
    double from = -beta / alpha;
    double to = (1 - beta) / alpha;
    return new Curve(
        x -> Math.min(Math.max(alpha * x + beta, 0), 1),
        x -> x <= from || x > to ? 0 : alpha,
        RISES,
        alpha,
        Shape.OTHER,
        from,
        to);
  }

  /** Where it is least between two numbers. */
  double lowest(double lower, double upper) {
    return Math.min(Math.max(valley, lower), upper);
  }

  /**
   * Returns all points of an interval at which the distance to a line of some slope may be extreme:
   * its ends, turns, and where the curve has that slope.
   */
  double[] turningPoints(double of, double lower, double upper) {
    double[] ends = new double[turns.length + 2];
    int count = 0;
    ends[count++] = lower;
    for (double turn : turns) {
      if (turn > lower && turn < upper) {
        ends[count++] = turn;
      }
    }
    ends[count++] = upper;
    double[] points = Arrays.copyOf(ends, 2 * count - 1);
    for (int i = 0; i + 1 < count; i++) {
      points[count + i] = ofSlope(of, ends[i], ends[i + 1]);
    }
    return points;
  }

  /** Where the slope is nearest to one, in a piece in which it moves in one direction. */
  private double ofSlope(double of, double from, double to) {
    double low = from;
    double high = to;
    // Just behind a kink: the slope there is that from the left.
    double start = slope.applyAsDouble(Math.min(Math.nextUp(from), to));
    boolean rises = slope.applyAsDouble(to) >= start;
    for (int halving = 0; halving < 100; halving++) {
      double middle = low + (high - low) / 2;
      if (slope.applyAsDouble(middle) < of == rises) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
