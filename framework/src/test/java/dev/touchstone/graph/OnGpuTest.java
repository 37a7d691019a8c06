package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.graph.script.ScriptModule;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Torch;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A GPU against the processor: {@code ./mvnw -Pgpu -pl framework -am test}, which fails where there
 * is none. Differences are shares of the answer's length.
 *
 * <p>In single precision the processor itself is up to 2e-6 away from double precision here. TF32
 * rounds every factor to 5e-4, so that a limit in between tells one from the other. In double
 * precision a rounding is 1e-16.
 */
@Tag("gpu")
class OnGpuTest {
  private static final String DEVICE = "gpu";
  private static final double SINGLE = 3e-5;
  private static final double DOUBLE = 1e-11;
  private static final long BUDGET = 1 << 28;

  @BeforeAll
  static void isThere() {
    assertThat(Torch.device(DEVICE).isGpu()).isTrue();
  }

  private static WhiteBox onGpu(WhiteBox onProcessor) {
    return WhiteBox.of(onProcessor.name(), onProcessor.graph(), DEVICE, BUDGET);
  }

  private static Quantity firstClass(Tensor batch) {
    return Quantity.ofClass(new int[batch.rows()]);
  }

  private static Loss loss(Tensor batch) {
    return Loss.crossEntropy(IntStream.range(0, batch.rows()).map(i -> i % 3).toArray());
  }

  private static void assertAlike(double[][] there, double[][] here, double share) {
    assertThat(there).hasDimensions(here.length, here[0].length);
    assertAlike(flat(there), flat(here), share);
  }

  private static void assertAlike(double[] there, double[] here, double share) {
    double distance = 0;
    double length = 0;
    for (int i = 0; i < here.length; i++) {
      distance += Math.pow(there[i] - here[i], 2);
      length += here[i] * here[i];
    }
    assertThat(length).as("an answer that is not zero throughout").isPositive();
    assertThat(Math.sqrt(distance)).isLessThan(share * Math.sqrt(length));
  }

  private static double[] flat(double[][] rows) {
    return Stream.of(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  @Test
  void provenanceSaysWhichGpuItIsAndHowItComputes() {
    assertThat(Torch.resolved(DEVICE).id()).isEqualTo("cuda:0");
    assertThat(Torch.resolved(DEVICE).details())
        .contains("CUDA ", "compute capability ", "TF32 off", "deterministic kernels");
  }

  @ParameterizedTest
  @EnumSource
  void scoresAreThoseOfTheProcessor(WeightModels kind) {
    WhiteBox here = kind.single();
    WhiteBox there = onGpu(here);
    Tensor batch = kind.batch();
    assertAlike(there.scores(batch), here.scores(batch), SINGLE);
    assertAlike(
        there.inDoublePrecision().scores(batch), here.inDoublePrecision().scores(batch), DOUBLE);
  }

  @ParameterizedTest
  @EnumSource
  void inputGradientsAreThoseOfTheProcessor(WeightModels kind) {
    WhiteBox here = kind.single();
    WhiteBox there = onGpu(here);
    Tensor batch = kind.batch();
    assertAlike(gradients(there, batch), gradients(here, batch), SINGLE);
    assertAlike(
        gradients(there.inDoublePrecision(), batch),
        gradients(here.inDoublePrecision(), batch),
        DOUBLE);
  }

  private static double[][] gradients(WhiteBox model, Tensor batch) {
    return model.inputGradients(batch, firstClass(batch), BackwardRules.derivatives());
  }

  @ParameterizedTest
  @EnumSource
  void derivativesByWeightsAreThoseOfTheProcessor(WeightModels kind) {
    WhiteBox model = kind.single();
    WeightDerivatives here = WeightDerivatives.of(model.inDoublePrecision());
    WeightDerivatives there = WeightDerivatives.of(onGpu(model).inDoublePrecision());
    Tensor batch = kind.batch();
    double[] gradient = here.gradient(batch, loss(batch));
    assertAlike(there.gradient(batch, loss(batch)), gradient, DOUBLE);
    assertAlike(
        there.hessianVector(batch, loss(batch), gradient),
        here.hessianVector(batch, loss(batch), gradient),
        DOUBLE);
    assertAlike(
        there.squaredGradientNorms(batch, loss(batch)),
        here.squaredGradientNorms(batch, loss(batch)),
        DOUBLE);
    assertAlike(WeightDerivatives.of(onGpu(model)).gradient(batch, loss(batch)), gradient, SINGLE);
  }

  @ParameterizedTest
  @EnumSource
  void theSameIsComputedTwiceToTheLastBit(WeightModels kind) {
    WhiteBox there = onGpu(kind.single());
    Tensor batch = kind.batch();
    assertThat(there.scores(batch)).isEqualTo(there.scores(batch));
    assertThat(gradients(there, batch)).isEqualTo(gradients(there, batch));
    WeightDerivatives derivatives = WeightDerivatives.of(there);
    assertThat(derivatives.gradient(batch, loss(batch)))
        .isEqualTo(derivatives.gradient(batch, loss(batch)));
  }

  static Stream<Arguments> methods() {
    return Stream.of(
        Arguments.of("digits", IntegratedGradients.withDefaults().withSteps(20)),
        Arguments.of("digits", GuidedBackprop.withDefaults()));
  }

  /** Secants are made by one pass over memory here, and of operations on arrays there. */
  @ParameterizedTest
  @MethodSource("methods")
  void explanationsAreThoseOfTheProcessor(String digits, AttributionMethod method) {
    WhiteBox here =
        OnnxFile.of(Location.of("classpath:attribution/cnn.onnx").read(1 << 22), digits)
            .whiteBox("cpu");
    Tensor batch = Tensor.of(TestModels.normal(digits, 3 * 256), 3, 1, 16, 16);
    assertAlike(maps(method, onGpu(here), batch), maps(method, here, batch), SINGLE);
  }

  private static double[][] maps(AttributionMethod method, WhiteBox model, Tensor batch) {
    return method
        .attribute(
            Models.whiteBox("cnn", model).emittingLogits(),
            batch,
            firstClass(batch),
            RunContext.current())
        .maps();
  }

  @Test
  void torchScriptAnswersAsOnTheProcessor() {
    byte[] file = Location.of("classpath:torchscript/encoder.pt").read(1 << 20);
    ScriptModule here = ScriptModule.read(file, "encoder.pt", "cpu", BUDGET);
    ScriptModule there = ScriptModule.read(file, "encoder.pt", DEVICE, BUDGET);
    Tensor batch = Tensor.of(TestModels.normal("two features", 6), 3, 2);
    assertAlike(there.outputs(batch, BUDGET), here.outputs(batch, BUDGET), SINGLE);
    assertAlike(
        there.inputGradients(batch, firstClass(batch), BUDGET),
        here.inputGradients(batch, firstClass(batch), BUDGET),
        SINGLE);
  }
}
