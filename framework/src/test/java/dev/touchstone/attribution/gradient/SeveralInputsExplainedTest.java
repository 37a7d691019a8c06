package dev.touchstone.attribution.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of ids and a mask, and of two inputs of numbers, are explained, against maps by hand. */
class SeveralInputsExplainedTest {
  /** Word k is embedded as (k, 1). */
  private static final float[] WORDS = {0, 1, 1, 1, 2, 1, 3, 1, 4, 1};

  @TempDir Path folder;

  private Classifier model(OnnxBuilder model) throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, model.bytes());
    return Models.onnx(file.toString()).emittingLogits();
  }

  /** Of the masked embeddings e what {@code squashed} makes, times (1, -1) and (2, 5), summed. */
  private Classifier encoder(String squashed) throws IOException {
    return model(
        new OnnxBuilder()
            .input("ids", DataType.INT64, 0, 0)
            .input("mask", DataType.INT64, 0, 0)
            .output("scores", 0, 2)
            .weights("words.weight", WORDS, 5, 2)
            .weights("head.weight", new float[] {1, -1, 2, 5}, 2, 2)
            .integers("last", -1)
            .integers("tokens", 1)
            .node("Gather", List.of("words.weight", "ids"), "embedded")
            .node(squashed, List.of("embedded"), "squashed")
            .node("Cast", List.of("mask"), "kept", OnnxBuilder.attribute("to", 1))
            .node("Unsqueeze", List.of("kept", "last"), "column")
            .node("Mul", List.of("squashed", "column"), "masked")
            .node(
                "ReduceSum",
                List.of("masked", "tokens"),
                "sum",
                OnnxBuilder.attribute("keepdims", 0))
            .node("MatMul", List.of("sum", "head.weight"), "scores"));
  }

  private static Inputs texts() {
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    inputs.put("ids", new TypedTensor.Integers(new long[] {1, 2, 3, 4, 0, 0}, 2, 3));
    inputs.put("mask", new TypedTensor.Integers(new long[] {1, 1, 0, 1, 0, 1}, 2, 3));
    return Inputs.of(inputs);
  }

  private static Attribution explain(AttributionMethod method, Classifier model, Inputs batch) {
    method.require(model);
    return method.attribute(model, batch, Quantity.ofClass(1), RunContext.current());
  }

  /** Number by number: an integral along the way is the rise of the number alone. */
  @Test
  void integralsFromEmbeddingsOfZeros() throws IOException {
    for (String squashed : List.of("Tanh", "Relu")) {
      Classifier model = encoder(squashed);

      Attribution maps =
          explain(
              LayerIntegratedGradients.at("embedded").withInnerBaseline(0).withSteps(20),
              model,
              texts());

      assertThat(maps.exampleShape()).containsExactly(3, 2);
      double one = squashed(squashed, 1);
      double[][] byHand = {
        {-squashed(squashed, 1), 5 * one, -squashed(squashed, 2), 5 * one, 0, 0},
        {-squashed(squashed, 4), 5 * one, 0, 0, 0, 5 * one}
      };
      for (int i = 0; i < byHand.length; i++) {
        assertThat(maps.maps()[i]).containsExactly(byHand[i], within(1e-5));
      }
      assertThat(maps.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().relative())
          .containsExactly(new double[2], within(1e-5));
      Models.release(model);
    }
  }

  /** The mask moves the kinks, so that each path has an origin of its own. */
  @Test
  void examplesThatAreExplainedTogetherAreExplainedAsAlone() throws IOException {
    for (String squashed : List.of("Tanh", "Relu")) {
      Classifier model =
          model(
              new OnnxBuilder()
                  .input("ids", DataType.INT64, 0, 0)
                  .input("mask", DataType.INT64, 0, 0)
                  .output("scores", 0, 2)
                  .weights("words.weight", new float[] {-2, 1, 1, -3, 2, 1, -1, 1, -2, 4}, 5, 2)
                  .weights("head.weight", new float[] {1, -1, 2, 5}, 2, 2)
                  .integers("last", -1)
                  .integers("tokens", 1)
                  .node("Gather", List.of("words.weight", "ids"), "embedded")
                  .node("Cast", List.of("mask"), "kept", OnnxBuilder.attribute("to", 1))
                  .node("Unsqueeze", List.of("kept", "last"), "column")
                  .node("Add", List.of("embedded", "column"), "moved")
                  .node(squashed, List.of("moved"), "squashed")
                  .node(
                      "ReduceSum",
                      List.of("squashed", "tokens"),
                      "sum",
                      OnnxBuilder.attribute("keepdims", 0))
                  .node("MatMul", List.of("sum", "head.weight"), "scores"));
      AttributionMethod method =
          LayerIntegratedGradients.at("embedded").withInnerBaseline(-1.5f).withSteps(4);

      Attribution together = explain(method, model, texts());
      for (int i = 0; i < 2; i++) {
        Attribution alone = explain(method, model, texts().select(i));
        assertThat(together.maps()[i]).containsExactly(alone.maps()[0], within(1e-6));
      }
      if (squashed.equals("Relu")) { // Secants are complete, four points of a curve are not.
        assertThat(together.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().relative())
            .containsExactly(new double[2], within(1e-5));
      }
      Models.release(model);
    }
  }

  private static double squashed(String how, double x) {
    return how.equals("Tanh") ? Math.tanh(x) : Math.max(0, x);
  }

  @Test
  void aNumberPerToken() throws IOException {
    Classifier model = encoder("Relu");

    Attribution maps =
        explain(
            LayerIntegratedGradients.at("embedded")
                .withInnerBaseline(0)
                .withTolerance(1e-3)
                .summedOverLastAxis(),
            model,
            texts());

    assertThat(maps.exampleShape()).containsExactly(3);
    assertThat(maps.maps()[0]).containsExactly(new double[] {4, 3, 0}, within(1e-5));
    assertThat(maps.maps()[1]).containsExactly(new double[] {1, 0, 5}, within(1e-5));
    assertThat(maps.fidelity(Fidelity.HALVING_ERROR)).isPresent();
    Models.release(model);
  }

  @Test
  void embeddingsTimesTheirGradients() throws IOException {
    Classifier model = encoder("Relu");

    Attribution maps = explain(LayerGradientTimesActivation.at("embedded"), model, texts());

    assertThat(maps.maps()[0]).containsExactly(new double[] {-1, 5, -2, 5, 0, 0}, within(1e-6));
    assertThat(maps.maps()[1]).containsExactly(new double[] {-4, 5, 0, 0, 0, 5}, within(1e-6));
    Models.release(model);
  }

  @Test
  void withoutWhatStandsForNothingThereIsNoWay() throws IOException {
    Classifier model = encoder("Relu");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> explain(LayerIntegratedGradients.at("embedded"), model, texts()))
        .withMessageContaining(".withInnerBaseline(0)")
        .withMessageContaining("[ids, mask]");
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> explain(Gradient.withDefaults(), model, texts()))
        .withMessageContaining("takes whole numbers, by which there is no derivative");
    Models.release(model);
  }

  /** What a mask closes has the logarithm −∞ at both ends of a step. */
  @Test
  void secantsGoThroughAMaskedSoftmax() throws IOException {
    Classifier model =
        model(
            new OnnxBuilder()
                .input("x", 0, 3)
                .input("open", DataType.BOOL, 0, 3)
                .output("scores", 0, 2)
                .weights("one", new float[] {1}, 1)
                .weights("zero", new float[] {0}, 1)
                .weights("nothing", new float[] {Float.NEGATIVE_INFINITY}, 1)
                .weights("head", new float[] {1, -3, 2, 5, 7, 11}, 3, 2)
                .node("Mul", List.of("x", "one"), "scaled")
                .node("Where", List.of("open", "zero", "nothing"), "closed")
                .node("Add", List.of("scaled", "closed"), "added")
                .node("Softmax", List.of("added"), "shares")
                .node("Relu", List.of("shares"), "kinked")
                .node("MatMul", List.of("kinked", "head"), "scores"));
    Inputs batch =
        Inputs.of(
            Tensor.of(new float[] {2, 1, 9}, 1, 3),
            Map.of("open", new TypedTensor.Booleans(new boolean[] {true, true, false}, 1, 3)));

    Attribution maps =
        explain(
            LayerIntegratedGradients.at("scaled").withInnerBaseline(0).withSteps(4), model, batch);

    // Shares of a half become those of e and 1; the closed one has none.
    double share = Math.E / (Math.E + 1);
    assertThat(maps.rule()).isEqualTo("secant rule");
    assertThat(maps.maps()[0][0] + maps.maps()[0][1])
        .isCloseTo(-3 * share + 5 * (1 - share) - 1, within(1e-5));
    assertThat(maps.maps()[0][2]).isZero();
    Models.release(model);
  }

  @Test
  void twoInputsOfNumbersAreColumns() throws IOException {
    Classifier model =
        model(
            new OnnxBuilder()
                .input("a", 0, 2)
                .input("b", 0, 2)
                .output("scores", 0, 2)
                .node("Mul", List.of("a", "b"), "scores"));
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    inputs.put("b", Tensor.of(new float[] {5, 7}, 1, 2));
    inputs.put("a", Tensor.of(new float[] {2, 3}, 1, 2));

    Attribution maps = explain(Gradient.withDefaults(), model, Inputs.of(inputs));

    assertThat(maps.columns()).containsExactly("b[0]", "b[1]", "a[0]", "a[1]");
    assertThat(maps.maps()[0]).containsExactly(0, 3, 0, 7);
    Models.release(model);
  }

  /** Of a₁·b₁ the derivatives by a and b are b and a, so that both shares are the product. */
  private Classifier product() throws IOException {
    return model(
        new OnnxBuilder()
            .input("a", 0, 2)
            .input("b", 0, 2)
            .output("scores", 0, 2)
            .node("Mul", List.of("a", "b"), "scores"));
  }

  private static Inputs factors(float... a) {
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    inputs.put("b", Tensor.of(new float[] {5, 7}, 1, 2));
    inputs.put("a", Tensor.of(a, 1, 2));
    return Inputs.of(inputs);
  }

  @Test
  void severalInputsTimesTheirGradients() throws IOException {
    Classifier model = product();

    Attribution maps = explain(InputTimesGradient.withDefaults(), model, factors(2, -3));
    Attribution absolute =
        explain(InputTimesGradient.withDefaults().withAbsoluteGradient(), model, factors(2, -3));

    assertThat(maps.columns()).containsExactly("b[0]", "b[1]", "a[0]", "a[1]");
    assertThat(maps.maps()[0]).containsExactly(0, -21, 0, -21);
    assertThat(absolute.maps()[0]).containsExactly(0, 21, 0, -21);
    Models.release(model);
  }

  /**
   * The derivative is linear over the noise, so that pairs ±ε have its mean exactly; its variance
   * by b is that of the noise of a, (0.15 · 40)², and the other way round (0.15 · 2)².
   */
  @Test
  void everyInputHasNoiseOfItsOwnRange() throws IOException {
    Classifier model = product();
    Inputs batch = factors(20, -20);

    Attribution smooth = explain(SmoothGrad.withDefaults().withSamples(10), model, batch);
    Attribution variance = explain(VarGrad.withDefaults().withSamples(4000), model, batch);
    Attribution squares = explain(SmoothGradSquared.withDefaults().withSamples(4000), model, batch);

    assertThat(smooth.columns()).containsExactly("b[0]", "b[1]", "a[0]", "a[1]");
    assertThat(smooth.maps()[0]).containsExactly(new double[] {0, -20, 0, 7}, within(1e-5));
    // A variance of 2,000 pairs varies by a share of √(2/2000), of which these are 5.
    assertThat(variance.maps()[0])
        .satisfies(
            map -> {
              assertThat(map[1]).isCloseTo(36, within(36 * 0.16));
              assertThat(map[3]).isCloseTo(0.09, within(0.09 * 0.16));
              assertThat(map[0]).isZero();
            });
    assertThat(squares.maps()[0][1]).isCloseTo(400 + 36, within(36 * 0.16));
    Models.release(model);
  }
}
