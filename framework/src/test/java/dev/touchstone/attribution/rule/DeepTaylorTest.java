package dev.touchstone.attribution.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Taylor decomposition promises; its numbers are held to Zennit's in {@link ZennitTest}. */
class DeepTaylorTest {

  private static Attribution explained(DeepTaylor method, String net, Quantity quantity) {
    return method.attribute(
        ZennitNumbers.classifier(net),
        ZennitNumbers.of(net).batch(),
        quantity,
        RunContext.current());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "resnet"})
  void mapsAreNowhereNegativeAndAddUpToThePositiveScore(String net) {
    Quantity predicted = Quantity.ofClass(ZennitNumbers.of(net).targets());
    for (DeepTaylor method :
        new DeepTaylor[] {
          DeepTaylor.withDefaults(), DeepTaylor.withDefaults().withBounds(-2.5, 2.5)
        }) {
      Attribution relevance = explained(method, net, predicted);

      assertThat(Arrays.stream(relevance.maps()).flatMapToDouble(Arrays::stream).toArray())
          .as("no value speaks against the score")
          .doesNotContain(Double.NaN)
          .matches(values -> Arrays.stream(values).allMatch(value -> value >= 0));
      // The stabilisers absorb little.
      assertThat(relevance.fidelity(Fidelity.CONSERVATION_RESIDUAL).orElseThrow().relative())
          .contains(new double[2], within(2e-3));
    }
  }

  @Test
  void aNegativeScoreHasNothingToShow() {
    ZennitNumbers numbers = ZennitNumbers.of("mlp");
    int least = 0;
    for (int c = 1; c < 4; c++) {
      least = numbers.scores()[0][c] < numbers.scores()[0][least] ? c : least;
    }
    assertThat(numbers.scores()[0][least]).isNegative();

    double[][] maps = explained(DeepTaylor.withDefaults(), "mlp", Quantity.ofClass(least)).maps();

    assertThat(maps[0]).containsOnly(0);
  }

  @Test
  void activationsThatAreNoRectifiersAreRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> DeepTaylor.withDefaults().require(ZennitNumbers.classifier("vgg")))
        .withMessageStartingWith(
            "DeepTaylor finds root points behind rectifiers, and vgg.onnx rectifies, or may, in 1"
                + " nodes in another way, the first of them [LeakyRelu ")
        .withMessageEndingWith(". Use Lrp, or IntegratedGradients");
  }
}
