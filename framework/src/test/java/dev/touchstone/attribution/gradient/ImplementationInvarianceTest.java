package dev.touchstone.attribution.gradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Implementation invariance (Sundararajan et al. 2017, section 2.2): one function as three graphs
 * has one map.
 */
class ImplementationInvarianceTest {
  private static final int INPUTS = 5;
  private static final int HIDDEN = 6;
  private static final float[] FIRST = numbers(1, INPUTS * HIDDEN);
  private static final float[] BIAS = numbers(2, HIDDEN);
  private static final float[] LAST = numbers(3, 3 * HIDDEN);
  private static final Tensor BATCH = Tensor.of(numbers(4, 4 * INPUTS), 4, INPUTS);
  private static final Quantity CLASSES = Quantity.ofClass(2, 0, 1, 2);

  @TempDir Path folder;

  /** Sixteenths, of which products and sums are exact in single precision. */
  private static float[] numbers(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (random.nextInt(65) - 32) / 16f;
    }
    return values;
  }

  private static OnnxBuilder file() {
    return new OnnxBuilder().input("x", 0, INPUTS).output("y", 0, 3);
  }

  /** max(0, xW + b) V. */
  private static OnnxBuilder plain() {
    return file()
        .weights("w", FIRST, INPUTS, HIDDEN)
        .weights("b", BIAS, HIDDEN)
        .weights("v", LAST, HIDDEN, 3)
        .node("MatMul", List.of("x", "w"), "m")
        .node("Add", List.of("m", "b"), "h")
        .node("Relu", List.of("h"), "r")
        .node("MatMul", List.of("r", "v"), "y");
  }

  /** The same with h + max(0, −h), and the classes made apart. */
  private static OnnxBuilder turned() {
    OnnxBuilder file =
        file()
            .weights("w", FIRST, INPUTS, HIDDEN)
            .weights("b", BIAS, HIDDEN)
            .node("Gemm", List.of("x", "w", "b"), "h")
            .node("Neg", List.of("h"), "n")
            .node("Relu", List.of("n"), "c")
            .node("Add", List.of("h", "c"), "r");
    for (int c = 0; c < 3; c++) {
      float[] column = new float[HIDDEN];
      for (int i = 0; i < HIDDEN; i++) {
        column[i] = LAST[3 * i + c];
      }
      file.weights("v" + c, column, HIDDEN, 1).node("MatMul", List.of("r", "v" + c), "y" + c);
    }
    return file.node("Concat", List.of("y0", "y1", "y2"), "y", OnnxBuilder.attribute("axis", 1));
  }

  /** The same with each unit in another place, 2ⁱ times as large. */
  private static OnnxBuilder scaled() {
    float[] inputs = new float[INPUTS * INPUTS];
    float[] first = new float[INPUTS * HIDDEN];
    float[] bias = new float[HIDDEN];
    float[] last = new float[3 * HIDDEN];
    for (int j = 0; j < INPUTS; j++) {
      // Inputs in the opposite order and half as large, by a layer of its own.
      inputs[j * INPUTS + INPUTS - 1 - j] = 0.5f;
    }
    for (int i = 0; i < HIDDEN; i++) {
      int from = (i + 2) % HIDDEN;
      float factor = 1 << i;
      bias[i] = factor * BIAS[from];
      for (int j = 0; j < INPUTS; j++) {
        first[(INPUTS - 1 - j) * HIDDEN + i] = 2 * factor * FIRST[j * HIDDEN + from];
      }
      for (int c = 0; c < 3; c++) {
        last[3 * i + c] = LAST[3 * from + c] / factor;
      }
    }
    return file()
        .weights("order", inputs, INPUTS, INPUTS)
        .weights("w", first, INPUTS, HIDDEN)
        .weights("b", bias, HIDDEN)
        .weights("zero", new float[] {0}, 1)
        .weights("v", last, HIDDEN, 3)
        .node("MatMul", List.of("x", "order"), "o")
        .node("MatMul", List.of("o", "w"), "m")
        .node("Add", List.of("m", "b"), "h")
        .node("Max", List.of("zero", "h"), "r")
        .node("MatMul", List.of("r", "v"), "y");
  }

  private Classifier model(String name, OnnxBuilder onnx) throws IOException {
    Path file = folder.resolve(name + ".onnx");
    Files.write(file, onnx.bytes());
    return Models.onnx(file.toString()).emittingLogits();
  }

  static Stream<AttributionMethod> methods() {
    Dataset background =
        Dataset.named("background")
            .features(FeatureStore.inMemory(numbers(5, 6 * INPUTS), INPUTS))
            .labels(new int[6])
            .build();
    return Stream.of(
        Gradient.withDefaults().keepingSign(),
        InputTimesGradient.withDefaults(),
        IntegratedGradients.withDefaults().withSteps(4),
        ExpectedGradients.against(background),
        SmoothGrad.withDefaults(),
        SmoothGradSquared.withDefaults(),
        VarGrad.withDefaults());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void oneFunctionHasOneMapHoweverItIsWritten(AttributionMethod method) throws IOException {
    Classifier plain = model("plain", plain());
    double[][] expected = method.attribute(plain, BATCH, CLASSES, RunContext.current()).maps();
    double largest =
        Arrays.stream(expected).flatMapToDouble(Arrays::stream).map(Math::abs).max().orElseThrow();
    assertThat(largest).isGreaterThan(0.1);

    for (Classifier other : List.of(model("turned", turned()), model("scaled", scaled()))) {
      double[][] maps = method.attribute(other, BATCH, CLASSES, RunContext.current()).maps();
      for (int i = 0; i < maps.length; i++) {
        assertThat(maps[i]).as(other.name()).containsExactly(expected[i], within(1e-6 * largest));
      }
      Models.release(other);
    }
    Models.release(plain);
  }
}
