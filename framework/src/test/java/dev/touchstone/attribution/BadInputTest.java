package dev.touchstone.attribution;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.touchstone.attribution.activation.GradCam;
import dev.touchstone.attribution.activation.GuidedGradCam;
import dev.touchstone.attribution.gradient.ExpectedGradients;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.gradient.SmoothGrad;
import dev.touchstone.attribution.perturbation.ExactShapley;
import dev.touchstone.attribution.perturbation.FeatureGroups;
import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.attribution.perturbation.Lime;
import dev.touchstone.attribution.perturbation.Occlusion;
import dev.touchstone.attribution.perturbation.PermutationShapley;
import dev.touchstone.attribution.perturbation.Rise;
import dev.touchstone.attribution.rule.Deconvnet;
import dev.touchstone.attribution.rule.DeepLift;
import dev.touchstone.attribution.rule.DeepTaylor;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.attribution.rule.Lrp;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no method can explain, by every method that takes images. */
class BadInputTest {
  private static final Tensor IMAGE = image();

  private static final FeatureGroups PATCHES = FeatureGroups.patches(8, 8);
  private static final Classifier MODEL =
      Models.onnx("classpath:attribution/cnn.onnx").emittingLogits();

  private static Tensor image() {
    float[] values = new float[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37 % 101) / 101f;
    }
    return Tensor.of(values, 1, 1, 16, 16);
  }

  static Stream<AttributionMethod> methods() {
    Dataset background =
        Dataset.named("background")
            .features(FeatureStore.inMemory(IMAGE.values(), 1, 16, 16))
            .labels(new int[1])
            .build();
    return Stream.of(
        Gradient.withDefaults(),
        IntegratedGradients.withDefaults(),
        SmoothGrad.withDefaults(),
        ExpectedGradients.against(background),
        GuidedBackprop.withDefaults(),
        Deconvnet.withDefaults(),
        DeepLift.withDefaults(),
        DeepTaylor.withDefaults(),
        Lrp.epsilonPlus(),
        GradCam.withDefaults(),
        GuidedGradCam.withDefaults(),
        Occlusion.withWindow(4, 4),
        Rise.withDefaults().withSamples(100),
        Lime.onImages(PATCHES).withSamples(100),
        ExactShapley.againstBaseline(0).grouping(PATCHES),
        KernelShap.againstBaseline(0).grouping(PATCHES),
        PermutationShapley.againstBaseline(0).grouping(PATCHES));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aClassThatTheModelLacksIsRefused(AttributionMethod method) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> method.attribute(MODEL, IMAGE, Quantity.ofClass(5), RunContext.current()))
        .withMessage("class 5 of a model with 5 classes; they are counted from 0 to 4");
  }

  static Stream<AttributionMethod> methodsWithABaseline() {
    float[] lacking = new float[255];
    return Stream.of(
        IntegratedGradients.withDefaults().withBaseline(lacking),
        DeepLift.withDefaults().withBaseline(lacking),
        Occlusion.withWindow(4, 4).withBaseline(lacking),
        Rise.withDefaults().withSamples(100).withBaseline(lacking),
        Lime.onImages(PATCHES).hidingBy(lacking),
        ExactShapley.againstBaseline(lacking).grouping(PATCHES),
        KernelShap.againstBaseline(lacking).grouping(PATCHES),
        PermutationShapley.againstBaseline(lacking).grouping(PATCHES));
  }

  @ParameterizedTest
  @MethodSource("methodsWithABaseline")
  void aBaselineOfAnotherLengthIsRefused(AttributionMethod method) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> method.attribute(MODEL, IMAGE, Quantity.ofClass(0), RunContext.current()))
        .withMessageContaining(
            "255 values and an example 256; give one value for all inputs, or 256");
  }
}
