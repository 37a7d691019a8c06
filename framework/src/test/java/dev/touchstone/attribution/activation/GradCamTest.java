package dev.touchstone.attribution.activation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.CaptumFamily;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Grad-CAM against Captum's, resized by PyTorch. */
class GradCamTest {
  private final RunContext context = RunContext.current();

  private static String node(String network) {
    return CaptumFamily.of(network).taps().get(0).node();
  }

  private static void assertClose(double[][] ours, double[][] captums) {
    for (int i = 0; i < captums.length; i++) {
      double greatest = Arrays.stream(captums[i]).map(Math::abs).max().orElseThrow();
      assertThat(ours[i]).containsExactly(captums[i], within(1e-6 * greatest));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "residual", "mobile"})
  void weightedSumsOfChannelsAreCaptums(String network) {
    CaptumFamily family = CaptumFamily.of(network);
    InnerImages images = InnerImages.at(node(network), CaptumFamily.model(network), "GradCam");
    assertClose(
        images.weightedSums(family.batch(), Quantity.ofClass(family.targets()), context),
        family.gradCam());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "residual", "mobile"})
  void mapsAreResizedAsPyTorchDoesAndTheSameInEveryChannel(String network) {
    CaptumFamily family = CaptumFamily.of(network);
    double[][] maps = family.explained(network, GradCam.at(node(network))).maps();
    double[][] planes = family.stretchedGradCam();
    double[][] everywhere = new double[planes.length][maps[0].length];
    for (int i = 0; i < maps.length; i++) {
      double[] plane = planes[i];
      Arrays.setAll(everywhere[i], j -> plane[j % plane.length]);
    }
    assertClose(maps, everywhere);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "residual"})
  void guidedMapsAreCaptums(String network) {
    CaptumFamily family = CaptumFamily.of(network);
    assertClose(
        family.explained(network, GuidedGradCam.at(node(network))).maps(), family.guidedGradCam());
  }

  @Test
  void withoutANodeItLooksAtTheLastImages() {
    CaptumFamily mobile = CaptumFamily.of("mobile");
    // The global pooling behind it makes images of one pixel.
    assertThat(mobile.explained("mobile", GradCam.withDefaults()).rule())
        .isEqualTo("gradients of channels at /act2/HardSwish");
    assertThat(mobile.explained("mobile", GradCam.withDefaults()).maps())
        .isDeepEqualTo(mobile.explained("mobile", GradCam.at("/act2/HardSwish")).maps());
  }

  @Test
  void whatSpeaksAgainstIsKeptWhenAsked() {
    CaptumFamily cnn = CaptumFamily.of("cnn");
    double[] kept = cnn.explained("cnn", GradCam.at(node("cnn")).keepingSign()).maps()[0];
    double[] above = cnn.explained("cnn", GradCam.at(node("cnn"))).maps()[0];

    assertThat(Arrays.stream(kept).min().orElseThrow()).isNegative();
    assertThat(Arrays.stream(above).min().orElseThrow()).isGreaterThanOrEqualTo(0);
    assertThat(GradCam.withDefaults().keepingSign().signed()).isTrue();
    assertThat(GradCam.withDefaults().signed()).isFalse();
  }

  /** From two pixels to four, read at 1/4, 3/4 … of the way between their centres. */
  @Test
  void linearInterpolationReadsPixelsAtTheirCentres() {
    double[] wide = BilinearResize.of(1, 2, 1, 4).apply(new double[] {0, 1}, 2);
    double[] tall = BilinearResize.of(2, 1, 4, 1).apply(new double[] {0, 1}, 1);
    double[] same = BilinearResize.of(2, 2, 2, 2).apply(new double[] {1, 2, 3, 4}, 2);

    assertThat(wide).containsExactly(0, .25, .75, 1);
    assertThat(tall).containsExactly(0, .25, .75, 1);
    assertThat(same).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aBatchIsCutToTheBudget() {
    CaptumFamily cnn = CaptumFamily.of("cnn");
    double[][] whole = cnn.explained("cnn", GradCam.at(node("cnn"))).maps();
    RunContext narrow =
        context.with(
            new Settings("cpu", 1, Policy.LENIENT, 1, context.settings().reportDirectory()));
    double[][] single =
        GradCam.at(node("cnn"))
            .attribute(
                CaptumFamily.model("cnn"), cnn.batch(), Quantity.ofClass(cnn.targets()), narrow)
            .maps();
    assertClose(single, whole);
  }

  @Test
  void aNodeThatMakesNoImagesIsRefusedAndThoseThatDoAreNamed() {
    for (AttributionMethod method :
        List.of(GradCam.at("/fc1/Gemm"), GuidedGradCam.at("/fc1/Gemm"))) {
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(() -> method.require(CaptumFamily.model("cnn")))
          .withMessageContaining(
              method.name() + " needs a node that makes images, [-1, channels, height, width]")
          .withMessageContaining("Gemm /fc1/Gemm [-1, 24] of cnn does not; the last that do are [")
          .withMessageContaining("/pool2/MaxPool]");
    }
  }

  @Test
  void aNetworkWithoutImagesIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> GradCam.withDefaults().require(CaptumFamily.model("mlp")))
        .withMessageContaining("and mlp has none: use IntegratedGradients");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> GradCam.at("/tanh/Tanh").require(CaptumFamily.model("mlp")))
        .withMessageContaining("no node does: use IntegratedGradients");
  }

  @Test
  void anUnknownNodeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradCam.at("/relu2/Rel").require(CaptumFamily.model("cnn")))
        .withMessageContaining("the nearest are [/relu2/Relu");
  }

  @Test
  void aModelThatIsNoWhiteBoxIsRefused() {
    Classifier function =
        Models.function("rule", "1", rows -> new double[rows.rows()][2]).emittingLogits();
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> GuidedGradCam.withDefaults().require(function))
        .withMessageContaining("GuidedGradCam needs a white box");
  }

  @Test
  void guidedMapsNeedRectifiersOfAKnownKind() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> GuidedGradCam.withDefaults().require(CaptumFamily.model("mobile")))
        .withMessageContaining("HardSwish");
  }

  @Test
  void aNormalisedModelIsExplainedAtItsOwnNodes() {
    CaptumFamily cnn = CaptumFamily.of("cnn");
    WhiteBox box = CaptumFamily.single("cnn");
    Classifier last =
        Models.whiteBox("normalised", box.normalising(new double[] {.5}, new double[] {2}))
            .emittingLogits();
    Tensor moved = cnn.batch();
    float[] values = moved.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * values[i] + .5f;
    }
    double[][] maps =
        GradCam.at(node("cnn"))
            .attribute(
                last, Tensor.of(values, moved.shape()), Quantity.ofClass(cnn.targets()), context)
            .maps();
    double[][] raw = cnn.explained("cnn", GradCam.at(node("cnn"))).maps();
    for (int i = 0; i < maps.length; i++) {
      double greatest = Arrays.stream(raw[i]).max().orElseThrow();
      assertThat(maps[i]).containsExactly(raw[i], within(1e-4 * greatest));
    }
    box.release();
  }
}
