package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TapTest {
  private static final BackwardRules DERIVATIVES = BackwardRules.derivatives();

  private static WhiteBox tribuo() {
    return TestModels.tribuo().inDoublePrecision();
  }

  private static Tensor rowsAt(Activations activations) {
    double[] flat = Arrays.stream(activations.rows()).flatMapToDouble(Arrays::stream).toArray();
    float[] values = new float[flat.length];
    for (int i = 0; i < flat.length; i++) {
      values[i] = (float) flat[i];
    }
    return Tensor.of(values, activations.shape());
  }

  private static void assertAlike(double[][] actual, double[][] expected, double tolerance) {
    assertThat(actual).hasNumberOfRows(expected.length);
    for (int i = 0; i < expected.length; i++) {
      double scale = Arrays.stream(expected[i]).map(Math::abs).max().orElse(0);
      assertThat(actual[i]).containsExactly(expected[i], within(tolerance * Math.max(1, scale)));
    }
  }

  @Test
  void everyValueOfAPerceptronIsTheOneWorkedOutByHand() {
    // As in WhiteBoxGradientTest: x = (1, 1), h = (3, 1, 0), a = (3, 1, 0), y = (2, -3);
    // dy0/da = (1, -1, 2), dy0/dh = (1, -1, 0) for the third unit is off, dy0/dx = (2, 1).
    WhiteBox box = TestModels.whiteBox(TestModels.perceptron());
    Tensor batch = Tensor.of(new float[] {1, 1}, 1, 2);
    List<Tap> taps = box.taps();

    assertThat(taps).extracting(Tap::type).containsExactly("Input", "Gemm", "Relu", "Gemm");
    assertThat(taps).extracting(Tap::size).containsExactly(2, 3, 3, 2);
    Map<Tap, Activations> values = box.values(batch, taps);
    assertThat(values.keySet()).containsExactlyElementsOf(taps);
    assertThat(values.values().stream().map(a -> a.rows()[0]).toArray(double[][]::new))
        .isDeepEqualTo(new double[][] {{1, 1}, {3, 1, 0}, {3, 1, 0}, {2, -3}});
    Map<Tap, Activations> gradients = box.gradients(batch, Quantity.ofClass(0), taps, DERIVATIVES);
    assertThat(gradients.values().stream().map(a -> a.rows()[0]).toArray(double[][]::new))
        .isDeepEqualTo(new double[][] {{2, 1}, {1, -1, 0}, {1, -1, 2}, {1, 0}});
  }

  @Test
  void valuesKeepTheirShapeAndAreThoseOfTheLayers() {
    WhiteBox box = tribuo();
    Tensor batch = TestModels.digitLike("digits", 3);
    for (Layer layer : box.layers()) {
      Tap tap = box.tap(layer);
      Activations activations = box.values(batch, List.of(tap)).get(tap);
      assertThat(activations.shape()[0]).isEqualTo(3);
      assertAlike(activations.rows(), box.activations(layer, batch), 0);
    }
    assertThat(box.taps()).anySatisfy(tap -> assertThat(tap.shape()).hasSize(4));
    assertThat(box.input().shape()).containsExactly(-1, 1, 28, 28);
  }

  @Test
  void whatFollowsATapIsANetworkOfItsOwn() {
    WhiteBox box = tribuo();
    Tensor batch = TestModels.digitLike("digits", 3);
    List<Tap> taps = box.taps();
    Map<Tap, Activations> values = box.values(batch, taps);
    Map<Tap, Activations> gradients = box.gradients(batch, Quantity.ofClass(3), taps, DERIVATIVES);
    double[][] outputs = box.outputs(batch);
    Map<Tap, Activations> alone;
    for (Tap tap : taps) {
      WhiteBox rest = box.from(tap);
      Tensor inside = rowsAt(values.get(tap));
      // What is inside is read in double, and fed in single precision.
      assertAlike(rest.outputs(inside), outputs, 1e-5);
      alone = box.gradients(batch, Quantity.ofClass(3), List.of(tap), DERIVATIVES);
      assertAlike(alone.get(tap).rows(), gradients.get(tap).rows(), 1e-12);
      // Scores end before the final softmax, behind which nothing has a gradient.
      if (tap.value().equals(box.graph().output())) {
        continue;
      }
      assertAlike(
          rest.inputGradients(inside, Quantity.ofClass(3, 3, 3), DERIVATIVES),
          gradients.get(tap).rows(),
          1e-4);
    }
    assertThat(taps.size()).isGreaterThan(8);
  }

  @Test
  void aTapBesideASkipConnectionHasNoNetworkOfItsOwn() {
    WhiteBox box =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 2)
                .node("Relu", List.of("x"), "r")
                .node("Add", List.of("r", "x"), "s")
                .node("Tanh", List.of("s"), "y")
                .output("y", 0, 2));

    Tap skipped = box.taps().get(1);
    assertThat(skipped.type()).isEqualTo("Relu");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> box.from(skipped))
        .withMessageContaining("depend on its input around Relu")
        .withMessageEndingWith("is behind " + box.taps().get(2).name());
    assertThat(box.from(box.taps().get(2)).outputs(Tensor.of(new float[] {0, 1}, 1, 2))[0])
        .containsExactly(new double[] {0, Math.tanh(1)}, within(1e-6));
  }

  @Test
  void aTapOfAnotherModelIsRefused() {
    WhiteBox box = TestModels.whiteBox(TestModels.perceptron());
    Tap other = new Tap("conv", "Conv", "c", new int[] {-1, 3});

    assertThatIllegalArgumentException()
        .isThrownBy(() -> box.values(Tensor.of(new float[2], 1, 2), List.of(other)))
        .withMessage("Conv conv [-1, 3] is no tap of test.onnx; take one of its taps()");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> box.tap("conv"))
        .withMessageStartingWith("test.onnx has no value to read behind a node \"conv\"; of its ")
        .withMessageContaining(" such nodes the nearest are [");
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "four"})
  void aFixedBatchIsTappedInPortions(String name) {
    WhiteBox free = fixed("free");
    WhiteBox fixed = fixed(name);
    Tensor batch = Tensor.of(TestModels.normal("images", 5 * 36), 5, 1, 6, 6);
    Quantity quantity = Quantity.ofClass(0, 1, 2, 0, 1);

    List<Tap> all = fixed.taps();
    assertThat(all).isEqualTo(free.taps());
    Map<Tap, Activations> values = fixed.values(batch, all);
    Map<Tap, Activations> gradients = fixed.gradients(batch, quantity, all, DERIVATIVES);
    free.values(batch, all)
        .forEach((tap, expected) -> assertAlike(values.get(tap).rows(), expected.rows(), 1e-5));
    free.gradients(batch, quantity, all, DERIVATIVES)
        .forEach((tap, expected) -> assertAlike(gradients.get(tap).rows(), expected.rows(), 1e-5));
  }

  private static WhiteBox fixed(String name) {
    return OnnxFile.read(Location.of("classpath:fixed-batch/" + name + ".onnx")).whiteBox("cpu");
  }

  @Test
  void aTapBehindARuleHasWhatArrivesThere() {
    WhiteBox box = TestModels.whiteBox(TestModels.perceptron());
    Tensor batch = Tensor.of(new float[] {1, 1}, 1, 2);
    Tap relu = box.taps().get(2);
    Tap before = box.taps().get(1);
    BackwardRules doubled =
        BackwardRules.forType("Relu", (input, output, gradient) -> gradient.mul(2));

    Map<Tap, Activations> gradients =
        box.gradients(batch, Quantity.ofClass(0), List.of(relu, before), doubled);

    assertThat(gradients.get(relu).rows()[0]).containsExactly(1, -1, 2);
    assertThat(gradients.get(before).rows()[0]).containsExactly(2, -2, 4);
  }

  /** What a rule makes may lie in a buffer of Java's, and the next leaf's gradient in the same. */
  @Test
  void whatARuleMakesOfJavaNumbersLastsUntilTheEnd() {
    int width = 1 << 16;
    OnnxBuilder model =
        new OnnxBuilder()
            .input("x", 0, width)
            .node("Relu", List.of("x"), "first")
            .node("Identity", List.of("first"), "same")
            .node("Flatten", List.of("same"), "flat")
            .node("Relu", List.of("flat"), "second")
            .node("Relu", List.of("second"), "y")
            .output("y", 0, width);
    BackwardRules javas =
        BackwardRules.forType(
            "Relu",
            (input, output, gradient) -> {
              float[] doubled = gradient.toFloatArray();
              for (int i = 0; i < doubled.length; i++) {
                doubled[i] *= 2;
              }
              // What nobody holds any more is gone before the next rule runs.
              System.gc();
              return gradient.getManager().create(doubled, gradient.getShape());
            });
    double[] weights = new double[width];
    Arrays.setAll(weights, i -> i);
    float[] ones = new float[width];
    Arrays.fill(ones, 1);

    double[][] gradient =
        TestModels.whiteBox(model)
            .inputGradients(Tensor.of(ones, 1, width), Quantity.weighting(weights), javas);

    for (int i = 0; i < width; i++) {
      assertThat(gradient[0][i]).isEqualTo(8.0 * i);
    }
  }

  @Test
  void quantitiesAreNumbersMadeOfScores() {
    double[] scores = {1, 2, 4};
    assertThat(Quantity.ofClass(2, 1).value(scores, 1)).isEqualTo(2);
    assertThat(Quantity.ofClass(2).value(scores, 7)).isEqualTo(4);
    assertThat(Quantity.difference(2, 0).value(scores, 0)).isEqualTo(3);
    assertThat(Quantity.difference(2, 0).gradient(scores, 0)).containsExactly(-1, 0, 1);
    assertThat(Quantity.weighting(1, 1, .5).value(scores, 0)).isEqualTo(5);
    // One score speaks for class 1 and against class 0.
    assertThat(Quantity.ofClass(0).value(new double[] {3}, 0)).isEqualTo(-3);
    assertThat(Quantity.difference(1, 0).gradient(new double[] {3}, 0)).containsExactly(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantity.ofClass(3).value(scores, 0))
        .withMessage("class 3 of a model with 3 classes; they are counted from 0 to 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Quantity.weighting(1, 2).value(scores, 0))
        .withMessage("2 weights for a model with 3 scores; give one for each");
  }

  /**
   * The probability of class 1: its derivatives with respect to the scores are p₁(1[c = 1] − p_c).
   */
  private static final Quantity PROBABILITY =
      new Quantity() {
        private double[] softmax(double[] scores) {
          double sum = Arrays.stream(scores).map(Math::exp).sum();
          return Arrays.stream(scores).map(s -> Math.exp(s) / sum).toArray();
        }

        @Override
        public double value(double[] scores, int example) {
          return softmax(scores)[1];
        }

        @Override
        public double[] gradient(double[] scores, int example) {
          double[] p = softmax(scores);
          double[] gradient = new double[p.length];
          Arrays.setAll(gradient, c -> p[1] * ((c == 1 ? 1 : 0) - p[c]));
          return gradient;
        }
      };

  @Test
  void aFunctionOfTheScoresIsDifferentiatedThroughThem() {
    WhiteBox box = TestModels.whiteBox(TestModels.perceptron()).inDoublePrecision();
    float[] at = {.5f, .25f};
    double[] gradient =
        box.gradients(Tensor.of(at, 1, 2), PROBABILITY, List.of(box.input()), DERIVATIVES)
            .get(box.input())
            .rows()[0];
    // Steps of powers of 2, so that the inputs are exact in single precision.
    double step = 1.0 / (1 << 13);
    for (int i = 0; i < 2; i++) {
      float[] ahead = at.clone();
      float[] behind = at.clone();
      ahead[i] += (float) step;
      behind[i] -= (float) step;
      double rise =
          PROBABILITY.value(box.scores(Tensor.of(ahead, 1, 2))[0], 0)
              - PROBABILITY.value(box.scores(Tensor.of(behind, 1, 2))[0], 0);
      assertThat(gradient[i]).isCloseTo(rise / (2 * step), within(1e-6));
    }
  }
}
