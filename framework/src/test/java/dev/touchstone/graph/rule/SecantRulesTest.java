package dev.touchstone.graph.rule;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.rule.SecantPaths.After;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What makes a secant: multiplied with the steps it sums to the change of the score, whatever the
 * steps; and it becomes the derivative as they become small.
 */
class SecantRulesTest {
  private static final int ROWS = 6;
  private static final int INPUTS = 8;

  /** Between two dense layers of 8 → 12 and 12 → 3: {@code h}, of 12 numbers, becomes {@code a}. */
  private static WhiteBox network(Consumer<OnnxBuilder> middle) {
    OnnxBuilder model =
        new OnnxBuilder()
            .opset(20)
            .input("x", 0, INPUTS)
            .weights("A", TestModels.normal("A", INPUTS * 12), INPUTS, 12)
            .weights("B", TestModels.normal("B", 36), 12, 3)
            .node("MatMul", List.of("x", "A"), "h");
    middle.accept(model);
    return TestModels.whiteBox(model.node("MatMul", List.of("a", "B"), "y").output("y", 0, 3));
  }

  private static Arguments of(String name, Consumer<OnnxBuilder> middle) {
    return Arguments.of(Named.of(name, network(middle)));
  }

  private static Arguments activation(String type, Object... attributes) {
    return of(
        type,
        model ->
            model.node(
                type,
                List.of("h"),
                "a",
                Arrays.stream(attributes)
                    .map(AttributeProto.class::cast)
                    .toArray(AttributeProto[]::new)));
  }

  /** A second value beside h. */
  private static OnnxBuilder besides(OnnxBuilder model) {
    return model
        .weights("C", TestModels.normal("C", INPUTS * 12), INPUTS, 12)
        .node("MatMul", List.of("x", "C"), "k");
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        activation("Relu"),
        activation("LeakyRelu", attribute("alpha", .2f)),
        activation("Elu"),
        activation("Selu"),
        activation("Celu"),
        activation("HardSwish"),
        activation("HardSigmoid"),
        activation("Gelu"),
        activation("Erf"),
        activation("Abs"),
        activation("Softplus"),
        activation("Softsign"),
        activation("Mish"),
        activation("Sigmoid"),
        activation("Tanh"),
        activation("Exp"),
        activation("Softmax"),
        activation("LogSoftmax"),
        of(
            "PRelu",
            model ->
                model
                    .weights("slope", TestModels.normal("slope", 12), 12)
                    .node("PRelu", List.of("h", "slope"), "a")),
        of(
            "Clip",
            model ->
                model
                    .weights("least", new float[] {-.5f})
                    .weights("most", new float[] {1})
                    .node("Clip", List.of("h", "least", "most"), "a")),
        of(
            "LayerNormalization",
            model ->
                model
                    .weights("scale", TestModels.normal("scale", 12), 12)
                    .weights("shift", TestModels.normal("shift", 12), 12)
                    .node("LayerNormalization", List.of("h", "scale", "shift"), "a")),
        of("Max", model -> besides(model).node("Max", List.of("h", "k"), "a")),
        of("Min", model -> besides(model).node("Min", List.of("h", "k"), "a")),
        of(
            "Max of a constant",
            model ->
                model
                    .weights("floor", new float[] {.3f}, 1)
                    .node("Max", List.of("floor", "h"), "a")),
        of("Mul", model -> besides(model).node("Mul", List.of("h", "k"), "a")),
        of("the square", model -> model.node("Mul", List.of("h", "h"), "a")),
        of(
            "Div",
            model ->
                besides(model).node("Exp", List.of("k"), "e").node("Div", List.of("h", "e"), "a")),
        of(
            "one divided",
            model ->
                model
                    .weights("one", new float[] {1}, 1)
                    .node("Exp", List.of("h"), "e")
                    .node("Div", List.of("one", "e"), "a")),
        of(
            "Mul, stretched",
            model ->
                besides(model)
                    .integers("axis", 1)
                    .node("ReduceMean", List.of("k", "axis"), "m")
                    .node("Mul", List.of("m", "h"), "a")),
        of(
            "attention",
            model ->
                besides(model)
                    .integers("rows", 0, 3, 4)
                    .integers("flat", 0, 12)
                    .node("Reshape", List.of("h", "rows"), "q")
                    .node("Reshape", List.of("k", "rows"), "v")
                    .node("Transpose", List.of("q"), "t", attribute("perm", new long[] {0, 2, 1}))
                    .node("MatMul", List.of("v", "t"), "s")
                    .node("Softmax", List.of("s"), "w", attribute("axis", -1))
                    .node("MatMul", List.of("w", "v"), "o")
                    .node("Reshape", List.of("o", "flat"), "a")),
        of(
            "ReduceMax",
            model ->
                model
                    .integers("rows", 0, 3, 4)
                    .integers("axis", 1)
                    .integers("three", 1, 3)
                    .node("Reshape", List.of("h", "rows"), "r")
                    .node("ReduceMax", List.of("r", "axis"), "m", attribute("keepdims", 0))
                    .node("Tile", List.of("m", "three"), "a")),
        of(
            "ReduceMin",
            model ->
                model
                    .integers("axis", -1)
                    .node("ReduceMin", List.of("h", "axis"), "m")
                    .node("Add", List.of("m", "h"), "a")),
        of(
            "GlobalMaxPool",
            model ->
                model
                    .integers("images", 0, 3, 2, 2)
                    .integers("flat", 0, 12)
                    .node("Reshape", List.of("h", "images"), "r")
                    .node("GlobalMaxPool", List.of("r"), "m")
                    .node("Add", List.of("m", "r"), "s")
                    .node("Reshape", List.of("s", "flat"), "a")),
        of(
            "MaxPool",
            model ->
                model
                    .integers("images", 0, 1, 3, 4)
                    .integers("flat", 0, 12)
                    .node("Reshape", List.of("h", "images"), "r")
                    .node(
                        "MaxPool",
                        List.of("r"),
                        "m",
                        attribute("kernel_shape", new long[] {2, 3}),
                        attribute("pads", new long[] {1, 1, 0, 1}))
                    .node("Reshape", List.of("m", "flat"), "a")));
  }

  /** Rows at random, each a step from the one before. */
  private static Tensor path(double step) {
    float[] values = TestModels.normal("path", ROWS * INPUTS);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i < INPUTS ? values[i] : values[i - INPUTS] + step * values[i]);
    }
    return Tensor.of(values, ROWS, INPUTS);
  }

  /** How far the sums miss the changes of the score, relative to the greatest change. */
  private static double residual(WhiteBox box, Tensor path, double[][] secants) {
    double[][] scores = box.scores(path);
    double worst = 0;
    double greatest = 0;
    for (int row = 1; row < ROWS; row++) {
      double rise = scores[row][1] - scores[row - 1][1];
      double sum = -rise;
      for (int i = 0; i < INPUTS; i++) {
        sum += secants[row][i] * ((double) path.row(row)[i] - path.row(row - 1)[i]);
      }
      worst = Math.max(worst, Math.abs(sum));
      greatest = Math.max(greatest, Math.abs(rise));
    }
    return worst / greatest;
  }

  private static double[][] secants(WhiteBox box, Tensor path) {
    int[] targets = new int[ROWS];
    Arrays.fill(targets, 1);
    return box.inputGradients(path, Quantity.ofClass(targets), SecantRules.of(box).orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void secantsSumToTheChangeOfTheScore(WhiteBox box) {
    WhiteBox exact = box.inDoublePrecision();
    for (double step : new double[] {3, .3, 1e-3}) {
      Tensor path = path(step);
      assertThat(residual(exact, path, secants(exact, path))).as("%s", step).isLessThan(1e-9);
    }
    assertThat(residual(box, path(1), secants(box, path(1)))).isLessThan(2e-5);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void inSinglePrecisionTheyAreTheSame(WhiteBox box) {
    for (double step : new double[] {1, 1e-2}) {
      double[][] single = secants(box, path(step));
      double[][] exact = secants(box.inDoublePrecision(), path(step));
      for (int row = 1; row < ROWS; row++) {
        double scale = Arrays.stream(exact[row]).map(Math::abs).max().orElseThrow();
        assertThat(single[row]).containsExactly(exact[row], within(2e-3 * scale));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theyBecomeTheDerivativeAsTheStepsBecomeSmall(WhiteBox box) {
    WhiteBox exact = box.inDoublePrecision();
    Tensor path = path(1e-5);
    int[] targets = new int[ROWS];
    Arrays.fill(targets, 1);
    double[][] derivatives =
        exact.inputGradients(path, Quantity.ofClass(targets), BackwardRules.derivatives());
    double[][] secants = secants(exact, path);
    for (int row = 1; row < ROWS; row++) {
      double scale = Arrays.stream(derivatives[row]).map(Math::abs).max().orElseThrow();
      assertThat(secants[row]).containsExactly(derivatives[row], within(1e-3 * scale));
    }
  }

  @Test
  void whatMovesTheExamplesFromTheFirstAxisHasNone() {
    WhiteBox crosswise =
        network(
            model ->
                model
                    .node("Transpose", List.of("h"), "t")
                    .node("Relu", List.of("t"), "r")
                    .node("Transpose", List.of("r"), "a"));

    assertThat(SecantRules.of(crosswise)).isEmpty();
  }

  @Test
  void whatJumpsHasNone() {
    WhiteBox jumping = network(model -> model.node("ThresholdedRelu", List.of("h"), "a"));

    assertThat(SecantRules.of(jumping)).isEmpty();
  }

  /** Paths of some points each from their origins, handed over in portions of some size. */
  private static double[][] alongPaths(
      WhiteBox box, Tensor points, int atOnce, Quantity quantity, Map<Integer, After> places) {
    double[][] secants = new double[points.rows()][];
    try (SecantPaths paths = SecantPaths.of(box, SecantRules.of(box).orElseThrow())) {
      for (int from = 0; from < points.rows(); from += atOnce) {
        int rows = Math.min(atOnce, points.rows() - from);
        After[] after = new After[rows];
        int[] examples = new int[rows];
        for (int row = 0; row < rows; row++) {
          after[row] = places.getOrDefault(from + row, After.POINT_BEFORE);
          examples[row] = from + row;
        }
        float[] values = Arrays.copyOfRange(points.values(), from * INPUTS, (from + rows) * INPUTS);
        double[][] portion =
            paths.inputGradients(Tensor.of(values, rows, INPUTS), after, quantity.ofRows(examples));
        System.arraycopy(portion, 0, secants, from, rows);
      }
    }
    return secants;
  }

  /** Three paths from row 0, of which the first has one point, and the last goes to the end. */
  private static final Map<Integer, After> ONE_ORIGIN =
      Map.of(0, After.NOTHING, 1, After.ORIGIN, 2, After.ORIGIN, 4, After.ORIGIN);

  /** Two paths from row 0, the second of two points, and one from row 4. */
  private static final Map<Integer, After> TWO_ORIGINS =
      Map.of(0, After.NOTHING, 1, After.ORIGIN, 2, After.ORIGIN, 4, After.NOTHING);

  private static int before(int row, Map<Integer, After> places) {
    return switch (places.getOrDefault(row, After.POINT_BEFORE)) {
      case NOTHING -> row;
      case POINT_BEFORE -> row - 1;
      case ORIGIN ->
          IntStream.range(0, row)
              .filter(origin -> places.get(origin) == After.NOTHING)
              .max()
              .orElseThrow();
    };
  }

  @ParameterizedTest
  @MethodSource("networks")
  void pathsFromOneOriginHaveTheirSecantsHoweverTheyAreCut(WhiteBox box) {
    assertSecants(box, ONE_ORIGIN);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void pathsFromSeveralOriginsHaveTheirSecantsHoweverTheyAreCut(WhiteBox box) {
    assertSecants(box, TWO_ORIGINS);
  }

  private static void assertSecants(WhiteBox box, Map<Integer, After> places) {
    Tensor points = path(1);
    double[][] scores = box.scores(points);
    double greatest = 0;
    double[][] whole = alongPaths(box, points, ROWS, Quantity.ofClass(1), places);
    for (int atOnce : new int[] {1, 2, 3, 5, ROWS}) {
      double[][] secants = alongPaths(box, points, atOnce, Quantity.ofClass(1), places);
      for (int row = 1; row < ROWS; row++) {
        if (places.get(row) == After.NOTHING) {
          continue;
        }
        int before = before(row, places);
        double sum = 0;
        for (int i = 0; i < INPUTS; i++) {
          sum += secants[row][i] * ((double) points.row(row)[i] - points.row(before)[i]);
        }
        greatest = Math.max(greatest, Math.abs(scores[row][1]));
        assertThat(sum)
            .as("row %d of portions of %d", row, atOnce)
            .isCloseTo(scores[row][1] - scores[before][1], within(2e-5 * greatest));
        double scale = Arrays.stream(whole[row]).map(Math::abs).max().orElseThrow();
        assertThat(secants[row]).containsExactly(whole[row], within(2e-3 * scale));
      }
    }
  }

  /** The score of class 1, squared. */
  private static final Quantity SQUARE =
      new Quantity() {
        @Override
        public double value(double[] scores, int example) {
          return scores[1] * scores[1];
        }

        @Override
        public double[] gradient(double[] scores, int example) {
          return new double[] {0, 2 * scores[1], 0};
        }
      };

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, ROWS})
  void soHasAQuantityThatIsNoSumOfScores(int atOnce) {
    WhiteBox box = network(model -> model.node("Relu", List.of("h"), "a")).inDoublePrecision();
    Tensor points = path(1);
    double[][] scores = box.scores(points);
    double[][] secants = alongPaths(box, points, atOnce, SQUARE, TWO_ORIGINS);
    for (int row = 1; row < ROWS; row++) {
      if (TWO_ORIGINS.get(row) == After.NOTHING) {
        continue;
      }
      int before = before(row, TWO_ORIGINS);
      double sum = 0;
      for (int i = 0; i < INPUTS; i++) {
        sum += secants[row][i] * ((double) points.row(row)[i] - points.row(before)[i]);
      }
      double rise = SQUARE.value(scores[row], row) - SQUARE.value(scores[before], before);
      assertThat(sum).isCloseTo(rise, within(1e-10));
    }
  }

  @Test
  void whatIsKeptDoesNotGrowWithThePortions() {
    WhiteBox box = network(model -> model.node("Gelu", List.of("h"), "a"));
    try (SecantPaths paths = SecantPaths.of(box, SecantRules.of(box).orElseThrow())) {
      After[] after = new After[ROWS];
      Arrays.fill(after, After.POINT_BEFORE);
      after[0] = After.NOTHING;
      paths.inputGradients(path(1), after, Quantity.ofClass(1));
      int kept = paths.nativeArrays();
      for (int portion = 0; portion < 3; portion++) {
        after[0] = portion == 1 ? After.NOTHING : After.POINT_BEFORE;
        paths.inputGradients(path(1), after, Quantity.ofClass(1));
      }

      // The inputs, outputs and derivatives of a node, at the origin and at the last point.
      assertThat(kept).isEqualTo(6);
      assertThat(paths.nativeArrays()).isEqualTo(kept);
    }
  }

  /** Exactly the derivative, which a quotient of rounded differences would not be. */
  @Test
  void aRectifierWithoutAStepHasItsDerivative() {
    WhiteBox box =
        TestModels.whiteBox(
            new OnnxBuilder().input("x", 0, 4).node("Relu", List.of("x"), "y").output("y", 0, 4));
    Tensor still = Tensor.of(new float[] {2, -2, 0, 1e-7f, 2, -2, 0, 1e-7f}, 2, 4);

    double[][] secants =
        box.inputGradients(
            still, Quantity.weighting(1, 1, 1, 1), SecantRules.of(box).orElseThrow());

    assertThat(secants[1]).containsExactly(1, 0, 0, 1);
  }
}
