package dev.touchstone.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.activation.GradCam;
import dev.touchstone.attribution.gradient.ExpectedGradients;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.rule.DeepLift;
import dev.touchstone.attribution.rule.Lrp;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks that take images of any size, but for some that are too small to be pooled. */
class FreeSizesTest {
  private static final int SIDE = 40;
  private static final int IMAGES = 3;
  private static final Tensor BATCH =
      Tensor.of(
          TestModels.normal("images of a free size", IMAGES * 2 * SIDE * SIDE),
          IMAGES,
          2,
          SIDE,
          SIDE);

  /** Of an evaluation that keeps what it needs to go back, two images fit. */
  private static final long LITTLE = 50_000;

  private static WhiteBox box(long memoryBytes) {
    OnnxBuilder file =
        new OnnxBuilder()
            .input("x", 0, 2, 0, 0)
            .weights("c", TestModels.normal("kernels", 4 * 2 * 3 * 3), 4, 2, 3, 3)
            .weights("b", TestModels.normal("biases", 4), 4)
            .weights("w", TestModels.normal("classes", 2 * 4), 2, 4)
            .node(
                "Conv",
                List.of("x", "c", "b"),
                "h",
                OnnxBuilder.attribute("strides", new long[] {2, 2}),
                OnnxBuilder.attribute("pads", new long[] {1, 1, 1, 1}))
            .node("Relu", List.of("h"), "a")
            .node(
                "MaxPool",
                List.of("a"),
                "p",
                OnnxBuilder.attribute("kernel_shape", new long[] {8, 8}),
                OnnxBuilder.attribute("strides", new long[] {6, 6}))
            .node("GlobalAveragePool", List.of("p"), "g")
            .node("Flatten", List.of("g"), "f")
            .node("Gemm", List.of("f", "w"), "y", OnnxBuilder.attribute("transB", 1))
            .output("y", 0, 2);
    return WhiteBox.of("any size", TestModels.whiteBox(file).graph(), "cpu", memoryBytes);
  }

  private static Classifier model(long memoryBytes) {
    return Models.whiteBox("any size", box(memoryBytes)).emittingLogits();
  }

  private static Attribution explained(AttributionMethod method, long memoryBytes) {
    return method.attribute(
        model(memoryBytes), BATCH, Quantity.ofClass(0, 1, 1), RunContext.current());
  }

  @Test
  void aModelIsTriedWithAsManyPixelsAsItNeeds() {
    WhiteBox box = box(1 << 30);

    assertThat(box.trialLength()).isEqualTo(OptionalInt.of(32));
    assertThat(box.batchSize(1 << 30, true)).isEqualTo(256);
    assertThat(box.taps()).extracting(tap -> tap.name()).contains("p");
    assertThat(explained(Gradient.withDefaults(), 1 << 30).maps()).hasDimensions(3, 3200);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void mapsDoNotDependOnHowManyImagesFitIntoMemory(AttributionMethod method) {
    WhiteBox little = box(LITTLE);
    Tensor many = Tensor.of(new float[60 * 2 * SIDE * SIDE], 60, 2, SIDE, SIDE);
    assertThat(little.atOnce(Inputs.of(many), true)).isEqualTo(2);

    Attribution whole = explained(method, 1 << 30);
    Attribution parted = explained(method, LITTLE);

    assertThat(parted.rule()).isEqualTo(whole.rule());
    for (int i = 0; i < IMAGES; i++) {
      assertThat(parted.maps()[i]).containsExactly(whole.maps()[i], within(1e-6));
    }
    for (Fidelity figure : whole.fidelity()) {
      assertThat(parted.fidelity(figure.name()).orElseThrow().values())
          .as(figure.name())
          .containsExactly(figure.values(), within(1e-5));
    }
  }

  static Stream<AttributionMethod> methods() {
    Dataset background =
        Dataset.named("background")
            .features(
                FeatureStore.inMemory(
                    TestModels.normal("background of a free size", 4 * 2 * SIDE * SIDE),
                    2,
                    SIDE,
                    SIDE))
            .labels(new int[4])
            .build();
    return Stream.of(
        IntegratedGradients.withDefaults(),
        ExpectedGradients.against(background),
        DeepLift.withDefaults(),
        Lrp.epsilonPlus().measuringItsError(),
        GradCam.withDefaults());
  }

  /** A file that calls an axis free that its first layer binds, as some exporters do. */
  @Test
  void anAxisThatALayerBindsIsTriedWithTheLayersLength() {
    WhiteBox box =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 0)
                .weights("w", TestModels.normal("bound", 30 * 3), 30, 3)
                .node("MatMul", List.of("x", "w"), "h")
                .node("Relu", List.of("h"), "y")
                .output("y", 0, 3));

    assertThat(box.trialLength()).isEqualTo(OptionalInt.of(30));
    assertThat(box.tap("h").shape()).containsExactly(-1, 3);
    assertThat(box.tap("x").shape()).containsExactly(-1, 30);
    box.release();
  }

  @Test
  void secantsAreComplete() {
    Fidelity residual =
        explained(IntegratedGradients.withDefaults(), LITTLE)
            .fidelity(Fidelity.COMPLETENESS_RESIDUAL)
            .orElseThrow();

    assertThat(residual.relative()).containsExactly(new double[IMAGES], within(1e-6));
  }

  @Test
  void boundsOfInputsOfNoSizeAreRefused() {
    assertThatThrownBy(() -> explained(Lrp.epsilonGammaBox(-3, 3), 1 << 30))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("takes examples of several sizes")
        .hasMessageContaining("Lrp.epsilonPlusFlat()");
  }
}
