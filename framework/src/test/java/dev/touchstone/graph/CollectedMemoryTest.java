package dev.touchstone.graph;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static dev.touchstone.graph.onnx.OnnxBuilder.text;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Torch;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A garbage collection in the middle of an evaluation changes no number. */
class CollectedMemoryTest {
  private static final Cleaner CLEANER = Cleaner.create();

  @Test
  void aReshapedArrayOutlivesTheHandleOfTheOneItWasMadeOf() {
    float[] values = TestModels.normal("values", 6);
    try (NDManager manager = Torch.manager("cpu")) {
      List<NDArray> reshaped = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        try (NDArray array = NativeArrays.of(manager, values, new Shape(2, 3))) {
          reshaped.add(array.reshape(3, 2));
        }
      }
      collect();

      for (NDArray array : reshaped) {
        assertThat(array.toFloatArray()).containsExactly(values);
      }
    }
  }

  static Stream<Arguments> operators() {
    return Stream.of(
        of("HardSwish", b -> b.node("HardSwish", List.of("x"), "y")),
        of("HardSigmoid", b -> b.node("HardSigmoid", List.of("x"), "y")),
        of("Selu", b -> b.node("Selu", List.of("x"), "y")),
        of("Celu", b -> b.node("Celu", List.of("x"), "y", attribute("alpha", 2f))),
        of("Swish", b -> b.opset(24).node("Swish", List.of("x"), "y", attribute("alpha", .5f))),
        of("Reciprocal", b -> b.node("Reciprocal", List.of("x"), "y")),
        of("Mean", b -> b.node("Mean", List.of("x", "x"), "y")),
        of("Gelu", b -> b.opset(20).node("Gelu", List.of("x"), "y")),
        of(
            "Gelu by tanh",
            b -> b.opset(20).node("Gelu", List.of("x"), "y", text("approximate", "tanh"))),
        of(
            "Gemm",
            b ->
                b.weights("w", TestModels.normal("w", 36), 6, 6)
                    .node(
                        "Gemm",
                        List.of("x", "w", "x"),
                        "y",
                        attribute("alpha", 3f),
                        attribute("beta", 2f))));
  }

  private static Arguments of(String name, UnaryOperator<OnnxBuilder> operator) {
    return Arguments.of(name, operator);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operators")
  void aGradientReadsTheNumbersThatTheOperatorWasGiven(
      String name, UnaryOperator<OnnxBuilder> operator) {
    WhiteBox model =
        TestModels.whiteBox(
            operator
                .apply(new OnnxBuilder().input("x", 0, 6))
                .weights("head", TestModels.normal("head", 12), 6, 2)
                .node("MatMul", List.of("y", "head"), "logits")
                .output("logits", 0, 2));
    Tensor batch = Tensor.of(TestModels.normal("batch", 18), 3, 6);

    double[][] expected =
        model.inputGradients(batch, Quantity.ofClass(1), BackwardRules.derivatives());
    double[][] collected =
        model.inputGradients(batch, new Collecting(), BackwardRules.derivatives());

    assertThat(collected).as(name).isDeepEqualTo(expected);
  }

  /** The score of class 1, between whose value and derivative all garbage is collected. */
  private static final class Collecting implements Quantity {
    private boolean done;

    @Override
    public double value(double[] scores, int example) {
      return scores[1];
    }

    @Override
    public double[] gradient(double[] scores, int example) {
      if (!done) {
        done = true;
        collect();
      }
      return Quantity.ofClass(1).gradient(scores, example);
    }
  }

  /** Frees the buffers that nothing of Java's holds, and writes into what was freed. */
  private static void collect() {
    CountDownLatch collected = new CountDownLatch(1);
    CLEANER.register(new byte[16], collected::countDown);
    try {
      for (int i = 0; i < 100 && collected.getCount() > 0; i++) {
        System.gc();
        collected.await(20, TimeUnit.MILLISECONDS);
      }
      System.gc();
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    assertThat(collected.getCount()).as("collections that did not happen").isZero();
    for (int size : new int[] {4, 8, 24, 40}) {
      for (int i = 0; i < 2_000; i++) {
        ByteBuffer over = ByteBuffer.allocateDirect(size);
        byte[] nines = new byte[size];
        Arrays.fill(nines, (byte) 0x49);
        over.put(nines);
      }
    }
  }
}
