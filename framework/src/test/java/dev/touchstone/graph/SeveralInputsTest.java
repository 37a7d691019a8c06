package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Models of ids and a mask, of truth values, and of two inputs of numbers, against sums by hand.
 */
class SeveralInputsTest {
  /** Word k is embedded as (k, k²). */
  private static final float[] WORDS = {0, 0, 1, 1, 2, 4, 3, 9, 4, 16};

  /** Of two classes. */
  private static final float[] HEAD = {1, -1, 2, 5};

  /** The sum of the squares of the embeddings that the mask lets through, times the head. */
  private static WhiteBox encoder() {
    return box(
        new OnnxBuilder()
            .input("ids", DataType.INT64, 0, 0)
            .input("mask", DataType.INT64, 0, 0)
            .output("scores", 0, 2)
            .weights("words.weight", WORDS, 5, 2)
            .weights("head.weight", HEAD, 2, 2)
            .integers("last", -1)
            .integers("tokens", 1)
            .node("Gather", List.of("words.weight", "ids"), "embedded")
            .node("Mul", List.of("embedded", "embedded"), "squared")
            .node("Cast", List.of("mask"), "kept", OnnxBuilder.attribute("to", 1))
            .node("Unsqueeze", List.of("kept", "last"), "column")
            .node("Mul", List.of("squared", "column"), "masked")
            .node(
                "ReduceSum",
                List.of("masked", "tokens"),
                "sum",
                OnnxBuilder.attribute("keepdims", 0))
            .node("MatMul", List.of("sum", "head.weight"), "scores"));
  }

  private static WhiteBox box(OnnxBuilder model) {
    return OnnxFile.of(model.bytes(), "test.onnx").whiteBox("cpu");
  }

  private static Inputs text(long[] ids, long[] mask, int... shape) {
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    inputs.put("ids", new TypedTensor.Integers(ids, shape));
    inputs.put("mask", new TypedTensor.Integers(mask, shape));
    return Inputs.of(inputs);
  }

  private static final Inputs TWO_TEXTS =
      text(new long[] {1, 2, 3, 4, 0, 0}, new long[] {1, 1, 1, 1, 0, 0}, 2, 3);

  @Test
  void scoresAreThoseByHand() {
    WhiteBox box = encoder();

    // (1 + 4 + 9, 1 + 16 + 81) and (16, 256) times the head.
    assertThat(box.scores(TWO_TEXTS))
        .isDeepEqualTo(new double[][] {{14 + 2 * 98, -14 + 5 * 98}, {16 + 512, -16 + 1280}});
    box.release();
  }

  @Test
  void gradientsAtTheEmbeddingsAreThoseByHand() {
    WhiteBox box = encoder();
    Tap embedded = box.tap("embedded");

    Activations gradients =
        box.gradients(
                TWO_TEXTS, Quantity.ofClass(1), List.of(embedded), BackwardRules.derivatives())
            .get(embedded);

    assertThat(embedded.shape()).containsExactly(-1, -1, 2);
    assertThat(gradients.shape()).containsExactly(2, 3, 2);
    assertThat(gradients.rows()[0]).containsExactly(-2, 10, -4, 40, -6, 90);
    assertThat(gradients.rows()[1]).containsExactly(-8, 160, -0.0, 0, -0.0, 0);
    assertThat(box.values(TWO_TEXTS, List.of(embedded)).get(embedded).rows()[1])
        .containsExactly(4, 16, 0, 0, 0, 0);
    box.release();
  }

  @Test
  void theRestOfTheNetworkTakesTheMaskBesideTheEmbeddings() {
    WhiteBox box = encoder();
    Tap embedded = box.tap("embedded");
    WhiteBox rest = box.from(embedded);
    Tensor others = Tensor.of(new float[] {3, 0, 0, 1, 1, 1, 2, 0, 7, 7, 7, 7}, 2, 3, 2);

    Inputs given = box.inputsFrom(embedded, TWO_TEXTS, others);

    assertThat(rest.inputs()).extracting(GraphInput::name).containsExactly("embedded", "mask");
    assertThat(given.names()).containsExactly("mask");
    // (9 + 0 + 1, 0 + 1 + 1) and (4, 0).
    assertThat(rest.scores(given)).isDeepEqualTo(new double[][] {{14, 0}, {4, -4}});
    assertThat(rest.inputGradients(given, Quantity.ofClass(0), BackwardRules.derivatives())[0])
        .containsExactly(6, 0, 0, 4, 2, 4);
    box.release();
  }

  @Test
  void theEmbeddingsAreALayer() {
    WhiteBox box = encoder();

    assertThat(box.layers()).extracting(Layer::name).containsExactly("words", "head");
    WhiteBox doubled =
        box.withWeights(Map.of("words.weight", new float[] {0, 0, 2, 2, 0, 0, 0, 0, 0, 0}));
    assertThat(doubled.scores(TWO_TEXTS)[0]).containsExactly(12, 16);
    doubled.release();
    box.release();
  }

  @Test
  void examplesOfAnotherLengthTakeMoreMemory() {
    WhiteBox box = encoder();
    Inputs longer = text(new long[300], new long[300], 1, 300);

    assertThat(box.batchSize(1 << 20, false, TWO_TEXTS)).isEqualTo(256);
    assertThat(box.batchSize(1 << 20, false, longer)).isBetween(50, 200);
    box.release();
  }

  @Test
  void aBatchThatDoesNotFitIsComputedInPortions() {
    WhiteBox box = WhiteBox.of("test", encoder().graph(), "cpu", 100_000);
    int texts = 40;
    long[] ids = new long[texts * 300];
    long[] mask = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = i / 300 % 5;
      mask[i] = i % 2;
    }

    Inputs batch = text(ids, mask, texts, 300);
    Activations gradients =
        box.gradients(
                batch,
                Quantity.ofClass(0),
                List.of(box.tap("embedded")),
                BackwardRules.derivatives())
            .get(box.tap("embedded"));

    assertThat(box.batchSize(100_000, true, batch)).isLessThan(texts);
    for (int i = 0; i < texts; i++) {
      double[] gradient = gradients.rows()[i];
      assertThat(gradient).hasSize(600);
      assertThat(gradient[0]).isZero();
      assertThat(gradient[2]).isEqualTo(2 * (i % 5));
      assertThat(box.scores(batch)[i][0]).isEqualTo(150.0 * squares(i % 5));
    }
    box.release();
  }

  private static int squares(int word) {
    return word * word + 2 * word * word * word * word;
  }

  /** 2²⁴ + 1 is no single-precision number. */
  @Test
  void largeWholeNumbersAreExact() {
    WhiteBox box =
        box(
            new OnnxBuilder()
                .input("ids", DataType.INT64, 0, 1)
                .output("scores", 0, 2)
                .weights("table", new float[] {1, 2, 3, 4}, 2, 2)
                .integers("offset", 1L << 24)
                .integers("first", 1)
                .node("Sub", List.of("ids", "offset"), "small")
                .node("Squeeze", List.of("small", "first"), "flat")
                .node("Gather", List.of("table", "flat"), "scores"));

    Inputs batch =
        Inputs.of(
            Map.of("ids", new TypedTensor.Integers(new long[] {1L << 24, (1L << 24) + 1}, 2, 1)));

    assertThat(box.scores(batch)).isDeepEqualTo(new double[][] {{1, 2}, {3, 4}});
    box.release();
  }

  /** a·b where they are chosen, else a. */
  private static WhiteBox twoOfNumbers() {
    return box(
        new OnnxBuilder()
            .input("a", 0, 2)
            .input("chosen", DataType.BOOL, 0, 2)
            .input("b", 0, 2)
            .output("scores", 0, 2)
            .node("Mul", List.of("a", "b"), "product")
            .node("Where", List.of("chosen", "product", "a"), "scores"));
  }

  private static Inputs twoOfNumbers(boolean... chosen) {
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    inputs.put("a", Tensor.of(new float[] {2, 3}, 1, 2));
    inputs.put("b", Tensor.of(new float[] {5, 7}, 1, 2));
    inputs.put("chosen", new TypedTensor.Booleans(chosen, 1, 2));
    return Inputs.of(inputs);
  }

  @Test
  void eachInputOfNumbersHasItsGradient() {
    WhiteBox box = twoOfNumbers();
    Tap a = box.tap("a");
    Tap b = box.tap("b");

    Map<Tap, Activations> gradients =
        box.gradients(
            twoOfNumbers(true, false),
            Quantity.weighting(1, 1),
            List.of(a, b),
            BackwardRules.derivatives());

    assertThat(gradients.get(a).rows()[0]).containsExactly(5, 1);
    assertThat(gradients.get(b).rows()[0]).containsExactly(2, 0);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(box::input)
        .withMessageContaining("one input of floating-point numbers");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> box.gradientsAsGiven(twoOfNumbers(true, true), Quantity.ofClass(0)))
        .withMessageContaining("no derivative by whole numbers");
    box.release();
  }

  @Test
  void gradientsStandWhereTheDataHaveTheValues() {
    WhiteBox box =
        box(
            new OnnxBuilder()
                .input("a", 0, 1)
                .input("b", 0, 2)
                .output("scores", 0, 2)
                .node("Mul", List.of("a", "b"), "scores"));
    Tensor a = Tensor.of(new float[] {2, 3}, 2, 1);
    Tensor b = Tensor.of(new float[] {5, 7, 11, 13}, 2, 2);
    Quantity sum = Quantity.weighting(1, 1);

    double[][] byName = {{2, 2, 12}, {3, 3, 24}};
    double[][] aAsFeatures = {{12, 2, 2}, {24, 3, 3}};
    Map<String, TypedTensor> named = new LinkedHashMap<>();
    named.put("b", b);
    named.put("a", a);
    assertThat(box.gradientsAsGiven(Inputs.of(named), sum)).isDeepEqualTo(byName);
    assertThat(box.gradientsAsGiven(Inputs.of(a, Map.of("b", b)), sum)).isDeepEqualTo(aAsFeatures);
    box.release();
  }

  @Test
  void scoresOfIdsAloneHaveNoDerivativeByThem() {
    WhiteBox box = encoder();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> box.inputGradients(TWO_TEXTS, Quantity.ofClass(0), BackwardRules.derivatives()))
        .withMessageContaining("one input of floating-point numbers");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> box.scores(Inputs.of(Map.of("ids", new TypedTensor.Integers(new long[2], 1, 2)))))
        .withMessageContaining("\"mask\" (INT64[?, ?])");
    box.release();
  }

  @Test
  void aReplacedRuleIsAskedBehindTheEmbeddings() {
    WhiteBox box = encoder();
    Tap embedded = box.tap("embedded");

    Activations halved =
        box.gradients(
                TWO_TEXTS,
                Quantity.ofClass(0),
                List.of(embedded),
                node ->
                    node.name().equals("sum")
                        ? passage ->
                            passage.derivative().stream().map(array -> array.mul(.5)).toList()
                        : null)
            .get(embedded);

    assertThat(halved.rows()[0]).containsExactly(1, 2, 2, 8, 3, 18);
    assertThat(box.nativeArrays()).isEqualTo(fresh());
    box.release();
  }

  private static int fresh() {
    WhiteBox other = encoder();
    int arrays = other.nativeArrays();
    other.release();
    return arrays;
  }

  @Test
  void aFixedBatchIsFilledUp() {
    WhiteBox box =
        box(
            new OnnxBuilder()
                .input("ids", DataType.INT64, 2, 1)
                .input("x", 2, 1)
                .output("scores", 2, 1)
                .weights("table", new float[] {1, 2, 3}, 3, 1)
                .integers("shape", 2, 1)
                .node("Gather", List.of("table", "ids"), "rows")
                .node("Reshape", List.of("rows", "shape"), "flat")
                .node("Mul", List.of("flat", "x"), "scores"));
    Inputs three =
        Inputs.of(
            Tensor.of(new float[] {1, 2, 3}, 3, 1),
            Map.of("ids", new TypedTensor.Integers(new long[] {0, 1, 2}, 3, 1)));

    assertThat(box.scores(three)).isDeepEqualTo(new double[][] {{1}, {4}, {9}});
    assertThat(box.inputGradients(three, Quantity.output(0), BackwardRules.derivatives()))
        .isDeepEqualTo(new double[][] {{1}, {2}, {3}});
    assertThat(box.withFreeBatch())
        .hasValueSatisfying(
            free -> assertThat(free.scores(three)[2][0]).isCloseTo(9, within(1e-6)));
    box.release();
  }
}
