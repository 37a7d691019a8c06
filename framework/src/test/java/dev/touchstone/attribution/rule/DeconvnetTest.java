package dev.touchstone.attribution.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.CaptumFamily;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deconvnet and Guided Backpropagation against Captum's. */
class DeconvnetTest {
  private final RunContext context = RunContext.current();

  private double worst(double[][] ours, double[][] captums) {
    return IntStream.range(0, captums.length)
        .mapToDouble(
            i -> {
              double difference = 0;
              double size = 0;
              for (int j = 0; j < captums[i].length; j++) {
                difference += Math.pow(ours[i][j] - captums[i][j], 2);
                size += captums[i][j] * captums[i][j];
              }
              return Math.sqrt(difference / size);
            })
        .max()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "mlp", "residual"})
  void deconvnetIsCaptums(String network) {
    CaptumFamily family = CaptumFamily.of(network);
    double[][] maps = family.explained(network, Deconvnet.withDefaults()).maps();
    assertThat(worst(maps, family.deconvolution())).isLessThan(1e-6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "mlp", "residual"})
  void guidedBackpropIsCaptumsWithReusedRectifiersAsWell(String network) {
    CaptumFamily family = CaptumFamily.of(network);
    double[][] maps = family.explained(network, GuidedBackprop.withDefaults()).maps();
    assertThat(worst(maps, family.guidedBackprop())).isLessThan(1e-6);
  }

  /** Single precision on the processor has kernels of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"cnn", "mlp", "residual"})
  void singlePrecisionIsDoublePrecisionRounded(String network) {
    CaptumFamily family = CaptumFamily.of(network);
    WhiteBox box = CaptumFamily.single(network);
    Classifier single = Models.whiteBox(network, box).emittingLogits();
    for (AttributionMethod method :
        new AttributionMethod[] {Deconvnet.withDefaults(), GuidedBackprop.withDefaults()}) {
      double[][] maps =
          method
              .attribute(single, family.batch(), Quantity.ofClass(family.targets()), context)
              .maps();
      assertThat(worst(maps, family.explained(network, method).maps())).isLessThan(1e-5);
    }
    box.release();
  }

  @Test
  void whatIsLessThanZeroStopsAtARectifierAndWhereItsInputStoodDoesNotCount() {
    // At 0 the derivative of every rectifier is 0; Deconvnet passes what is positive.
    CaptumFamily mlp = CaptumFamily.of("mlp");
    double[][] maps =
        Deconvnet.withDefaults()
            .attribute(
                CaptumFamily.model("mlp"),
                Tensor.of(new float[12], 1, 12),
                Quantity.ofClass(mlp.targets()[0]),
                context)
            .maps();
    assertThat(maps[0]).isNotEqualTo(new double[12]);
  }

  @Test
  void aNetworkOfOtherRectifiersIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Deconvnet.withDefaults().require(CaptumFamily.model("mobile")))
        .withMessageContaining("Deconvnet changes what every ReLU passes back")
        .withMessageContaining("HardSwish");
  }
}
