package dev.touchstone.attribution.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relevance as Zennit hands it back, on networks of five kinds, in double precision. */
class ZennitTest {
  /** The largest distance that was measured is 2.5e-9: the files have nine digits. */
  private static final double TOLERANCE = 2e-8;

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "vgg", "resnet", "mobile"})
  void everyRuleAndCompositeSharesAsZennitDoes(String net) {
    ZennitNumbers numbers = ZennitNumbers.of(net);

    Map<String, AttributionMethod> methods = ZennitNumbers.methods();
    assertThat(methods).containsKeys(numbers.maps().keySet().toArray(String[]::new));
    numbers
        .maps()
        .forEach(
            (name, expected) -> {
              Attribution ours =
                  methods
                      .get(name)
                      .attribute(
                          ZennitNumbers.classifier(net),
                          numbers.batch(),
                          Quantity.ofClass(numbers.targets()),
                          RunContext.current());
              assertThat(distance(ours.maps(), expected))
                  .as("%s of %s", name, net)
                  .isLessThan(TOLERANCE);
            });
    assertThat(numbers.maps()).hasSizeGreaterThan(10);
  }

  /** The largest ‖a − b‖ / ‖b‖ of the examples. */
  static double distance(double[][] a, double[][] b) {
    double largest = 0;
    for (int i = 0; i < b.length; i++) {
      double difference = 0;
      double size = 0;
      for (int j = 0; j < b[i].length; j++) {
        difference += Math.pow(a[i][j] - b[i][j], 2);
        size += b[i][j] * b[i][j];
      }
      largest = Math.max(largest, Math.sqrt(difference / size));
    }
    return largest;
  }
}
