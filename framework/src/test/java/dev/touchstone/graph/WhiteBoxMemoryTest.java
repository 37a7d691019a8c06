package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WhiteBoxMemoryTest {

  @Test
  void hundredsOfEvaluationsLeaveNoNativeArrayBehind() {
    WhiteBox model = TestModels.whiteBox(normalised());
    Tensor batch = Tensor.of(TestModels.normal("batch", 18), 2, 1, 3, 3);
    BackwardRules rules = BackwardRules.forType("Relu", (input, output, gradient) -> gradient);
    model.outputs(batch);
    int before = model.nativeArrays();

    for (int i = 0; i < 300; i++) {
      model.outputs(batch);
      model.inputGradients(batch, Quantity.ofClass(0, 1), rules);
    }

    assertThat(before).isPositive();
    assertThat(model.nativeArrays()).isEqualTo(before);
  }

  @Test
  void releasingFreesEveryNativeArray() {
    WhiteBox model = TestModels.whiteBox(normalised());
    model.outputs(Tensor.of(TestModels.normal("batch", 18), 2, 1, 3, 3));

    model.release();

    assertThat(model.nativeArrays()).isZero();
  }

  @Test
  void aReleasedModelSaysSoInPlaceOfComputing() {
    WhiteBox model = TestModels.whiteBox(normalised());
    WhiteBox normalising = model.normalising(new double[] {0}, new double[] {1});
    Tensor batch = Tensor.of(TestModels.normal("batch", 9), 1, 1, 3, 3);
    model.release();
    model.release();

    for (WhiteBox released : List.of(model, normalising)) {
      assertRefused(() -> released.outputs(batch));
      assertRefused(
          () -> released.inputGradients(batch, Quantity.ofClass(0), BackwardRules.derivatives()));
      assertRefused(() -> released.batchSize(1 << 20, false));
    }
  }

  private static void assertRefused(ThrowingCallable evaluation) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(evaluation)
        .withMessageContaining("was released and cannot be evaluated any more");
  }

  @Test
  void evaluationsThatMeetAReleaseFinishOrSaySo() throws InterruptedException {
    Tensor batch = Tensor.of(TestModels.normal("batch", 9), 1, 1, 3, 3);
    double[][] expected = TestModels.whiteBox(normalised()).outputs(batch);
    for (int round = 0; round < 20; round++) {
      WhiteBox model = TestModels.whiteBox(normalised());
      AtomicInteger finished = new AtomicInteger();
      CountDownLatch started = new CountDownLatch(5);
      List<Throwable> surprises = new CopyOnWriteArrayList<>();
      List<Thread> users = new ArrayList<>();
      for (int user = 0; user < 3; user++) {
        Thread thread =
            new Thread(
                () -> {
                  try {
                    while (true) {
                      assertThat(model.outputs(batch)).isDeepEqualTo(expected);
                      finished.incrementAndGet();
                      started.countDown();
                    }
                  } catch (TouchstoneException e) {
                    if (!e.getMessage().contains("was released")) {
                      surprises.add(e);
                    }
                  } catch (Throwable e) {
                    surprises.add(e);
                  } finally {
                    // Nobody waits for a thread that has ended.
                    LongStream.range(0, 5).forEach(i -> started.countDown());
                  }
                });
        users.add(thread);
        thread.start();
      }
      started.await();
      model.release();
      for (Thread user : users) {
        user.join();
      }
      assertThat(surprises).isEmpty();
      assertThat(finished.get()).isGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void otherWeightsMakeAnotherModelWithMemoryOfItsOwn() {
    WhiteBox model = TestModels.whiteBox(normalised());
    Tensor batch = Tensor.of(TestModels.normal("batch", 9), 1, 1, 3, 3);
    double[][] outputs = model.outputs(batch);

    WhiteBox other =
        model.withWeights(java.util.Map.of("fc.weight", TestModels.normal("other", 8)));
    double[][] others = other.outputs(batch);
    other.release();

    assertThat(others[0]).isNotEqualTo(outputs[0]);
    assertThat(model.outputs(batch)).isDeepEqualTo(outputs);
  }

  @Test
  void theBatchFollowsTheBudget() {
    WhiteBox model = TestModels.tribuo();

    int small = model.batchSize(1 << 20, false);
    int large = model.batchSize(1 << 22, false);
    int withGradients = model.batchSize(1 << 22, true);

    assertThat(small).isBetween(1, 200);
    assertThat(large).isBetween(3 * small, 4 * small + 4);
    assertThat(withGradients).isLessThan(large);
    assertThat(model.batchSize(1, true)).isEqualTo(1);
  }

  /** A convolution, batch normalisation, a rectifier, a dense layer. */
  private static OnnxBuilder normalised() {
    return new OnnxBuilder()
        .input("x", 0, 1, 3, 3)
        .weights("conv.weight", TestModels.normal("conv", 4), 1, 1, 2, 2)
        .weights("bn.weight", new float[] {2}, 1)
        .weights("bn.bias", new float[] {1}, 1)
        .weights("bn.running_mean", new float[] {.5f}, 1)
        .weights("bn.running_var", new float[] {4}, 1)
        .weights("fc.weight", TestModels.normal("fc", 8), 2, 4)
        .node("Conv", List.of("x", "conv.weight"), "c")
        .node(
            "BatchNormalization",
            List.of("c", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var"),
            "n")
        .node("Relu", List.of("n"), "r")
        .node("Flatten", List.of("r"), "f")
        .node("Gemm", List.of("f", "fc.weight"), "y", OnnxBuilder.attribute("transB", 1))
        .output("y", 0, 2);
  }
}
