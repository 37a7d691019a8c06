package dev.touchstone.robustness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.graph.Node;
import dev.touchstone.graph.operator.Definition;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines below and above, tried at many points of many intervals. */
class LinesTest {
  private static final int POINTS = 400;

  static List<String> curves() {
    return Curve.TYPES.stream().sorted().toList();
  }

  private static Curve curve(String type, Map<String, Object> attributes) {
    Definition definition = new Definition("0", List.of(), List.of(), attributes);
    Node node = new Node("n", type, inputs -> inputs.get(0), definition, List.of("x"), "y");
    return Objects.requireNonNull(Curve.of(node));
  }

  /** Some of them narrow, some as wide as from where a curve saturates to where it does again. */
  private static double[] interval(SplittableRandom random, int draw) {
    double centre = random.nextDouble(-6, 6);
    double radius = Math.pow(10, random.nextDouble(-4, 1));
    return draw % 5 == 0
        ? new double[] {centre, centre}
        : new double[] {centre - radius, centre + radius};
  }

  private static void hold(Lines lines, DoubleUnaryOperator function) {
    double l = lines.lower()[0];
    double u = lines.upper()[0];
    for (int k = 0; k <= POINTS; k++) {
      double x = Math.min(u, l + (u - l) * k / POINTS);
      double y = function.applyAsDouble(x);
      assertThat(lines.slopeBelow()[0] * x + lines.interceptBelow()[0])
          .isLessThanOrEqualTo(y + 1e-12);
      assertThat(lines.slopeAbove()[0] * x + lines.interceptAbove()[0])
          .isGreaterThanOrEqualTo(y - 1e-12);
    }
  }

  @ParameterizedTest
  @MethodSource("curves")
  void curvesLieBetweenTheirLines(String type) {
    SplittableRandom random = new SplittableRandom(type.hashCode());
    for (int draw = 0; draw < 300; draw++) {
      Map<String, Object> settings =
          switch (type) {
            case "Elu", "Celu", "Swish" -> Map.of("alpha", (float) random.nextDouble(.3, 2.5));
            case "Selu" -> draw % 2 == 0 ? Map.of() : Map.of("alpha", .4f, "gamma", 2f);
            case "HardSigmoid" -> Map.of("alpha", (float) random.nextDouble(.1, .5), "beta", .4f);
            case "Gelu" -> draw % 2 == 0 ? Map.of() : Map.of("approximate", "tanh");
            default -> Map.of();
          };
      Curve curve = curve(type, settings);
      double[] ends = interval(random, draw);
      hold(Lines.ofCurve(curve, new double[] {ends[0]}, new double[] {ends[1]}), curve.value());
      // Between the valley's value, or that at the lower end, and that at the ends.
      double least = curve.value().applyAsDouble(curve.lowest(ends[0], ends[1]));
      double most = DoubleStream.of(ends).map(curve.value()).max().orElseThrow();
      for (int k = 0; k <= POINTS; k++) {
        double x = Math.min(ends[1], ends[0] + (ends[1] - ends[0]) * k / POINTS);
        assertThat(curve.value().applyAsDouble(x)).isBetween(least - 1e-12, most + 1e-12);
        assertThat(Math.abs(curve.slope().applyAsDouble(x))).isLessThanOrEqualTo(curve.steepest());
      }
    }
  }

  /** The derivative that is written down is that of the function. */
  @ParameterizedTest
  @MethodSource("curves")
  void slopesAreDerivatives(String type) {
    Curve curve = curve(type, Map.of());
    for (double x : new double[] {-3.7, -1.1, -.3, .45, 1.9, 4.2}) {
      double change = curve.value().applyAsDouble(x + 1e-6) - curve.value().applyAsDouble(x - 1e-6);
      assertThat(curve.slope().applyAsDouble(x))
          .isCloseTo(change / 2e-6, org.assertj.core.api.Assertions.within(1e-8));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-2, 0, Double.NEGATIVE_INFINITY})
  void whatIsCutOffLiesBetweenItsLines(double least) {
    SplittableRandom random = new SplittableRandom(3);
    for (int draw = 0; draw < 600; draw++) {
      double most =
          draw % 3 == 0 ? Double.POSITIVE_INFINITY : draw % 3 == 1 ? 3 : random.nextDouble(-4, 4);
      double[] ends = interval(random, draw);
      hold(
          Lines.ofClamp(
              new double[] {least},
              new double[] {most},
              new double[] {ends[0]},
              new double[] {ends[1]}),
          x -> Math.min(Math.max(x, least), most));
    }
  }
}
