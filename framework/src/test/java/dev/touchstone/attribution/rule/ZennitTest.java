package dev.touchstone.attribution.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.RunContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Relevance as Zennit hands it back, on networks of five kinds, in double precision. */
class ZennitTest {
  /** The largest distance that was measured is 2.5e-9: the files have nine digits. */
  private static final double TOLERANCE = 2e-8;

  private static final RelevanceRule PASS = RelevanceRule.pass();
  private static final RelevanceRule EPSILON = RelevanceRule.epsilon(1e-6);

  private static Lrp every(RelevanceRule rule) {
    return Lrp.composite(
        Composite.withDefaults()
            .withConvolutions(rule)
            .withDenseLayers(rule)
            .withNormalisations(PASS));
  }

  private static Lrp first(RelevanceRule rule) {
    return Lrp.composite(Composite.withDefaults().withFirstLayers(rule).withNormalisations(PASS));
  }

  private static Composite layers(RelevanceRule convolutions) {
    return Composite.withDefaults()
        .withConvolutions(convolutions)
        .withDenseLayers(EPSILON)
        .withNormalisations(PASS);
  }

  private static Map<String, AttributionMethod> methods() {
    Map<String, AttributionMethod> methods = new LinkedHashMap<>();
    methods.put("epsilon .01", every(RelevanceRule.epsilon(.01)));
    methods.put("gamma", every(RelevanceRule.gamma(.25)));
    methods.put("alpha 2 beta 1", every(RelevanceRule.alphaBeta(2, 1)));
    methods.put("z plus", every(RelevanceRule.zPlus()));
    methods.put("first w square", first(RelevanceRule.wSquare()));
    methods.put("first z box", first(RelevanceRule.zBox(-2.5, 2.5)));
    methods.put("first flat", first(RelevanceRule.flat()));
    methods.put("EpsilonPlus", Lrp.composite(layers(RelevanceRule.zPlus())));
    methods.put("EpsilonPlus, normalisations by epsilon", Lrp.epsilonPlus());
    methods.put(
        "EpsilonPlusFlat",
        Lrp.composite(layers(RelevanceRule.zPlus()).withFirstLayers(RelevanceRule.flat())));
    methods.put("EpsilonAlpha2Beta1", Lrp.composite(layers(RelevanceRule.alphaBeta(2, 1))));
    methods.put(
        "EpsilonGammaBox",
        Lrp.composite(
            layers(RelevanceRule.gamma(.25)).withFirstConvolutions(RelevanceRule.zBox(-2.5, 2.5))));
    methods.put("SequentialPresetA", Lrp.sequentialPresetA());
    methods.put("SequentialPresetAFlat", Lrp.sequentialPresetAFlat());
    methods.put("DeepTaylor", DeepTaylor.withDefaults());
    methods.put("DeepTaylor, bounded", DeepTaylor.withDefaults().withBounds(-2.5, 2.5));
    return methods;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "vgg", "resnet", "mobile"})
  void everyRuleAndCompositeSharesAsZennitDoes(String net) {
    ZennitNumbers numbers = ZennitNumbers.of(net);

    Map<String, AttributionMethod> methods = methods();
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
