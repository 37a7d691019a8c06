package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertExplanationMetric;
import static dev.touchstone.assertions.ModelAssertions.assertExplanationsResist;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.between;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.graph.Quantity;
import dev.touchstone.metric.explanation.Infidelity;
import dev.touchstone.metric.explanation.Manipulation;
import dev.touchstone.metric.explanation.Region;
import dev.touchstone.metric.explanation.RelevanceMass;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Explanations that give three quarters to the first of two columns. */
class ExplanationMetricAssertionTest {
  private static final int N = 60;
  private static final Classifier MODEL =
      Models.function(
              "model",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> new double[] {0, batch.row(i)[0] - 30})
                      .toArray(double[][]::new))
          .emittingLogits();

  private static final Dataset DATA =
      Dataset.named("data")
          .features(FeatureStore.inMemory(numbers(), 2))
          .featureNames(List.of("number", "nothing"))
          .labels(IntStream.range(0, N).map(i -> i % 2).toArray())
          .classNames(List.of("even", "odd"))
          .build();

  private static float[] numbers() {
    float[] x = new float[2 * N];
    for (int i = 0; i < N; i++) {
      x[2 * i] = i;
    }
    return x;
  }

  private static final class ThreeQuarters implements AttributionMethod {
    @Override
    public boolean signed() {
      return true;
    }

    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      double[][] maps =
          IntStream.range(0, batch.rows())
              .mapToObj(i -> new double[] {3, 1})
              .toArray(double[][]::new);
      return Attribution.of(maps, batch, quantity, "fixed");
    }
  }

  private static final RelevanceMass NUMBER = RelevanceMass.inside(Region.columns("number"));

  @Test
  void isKeptAndRefuted() {
    Verdict kept = assertExplanationMetric(MODEL, DATA, new ThreeQuarters(), NUMBER, atLeast(0.6));
    assertThat(kept.outcome()).isEqualTo(Outcome.PASS);
    assertThat(kept.claim().statement())
        .isEqualTo(
            "the relevance mass inside column number of explanations by ThreeQuarters is at least"
                + " 0.6");
    assertThatThrownBy(
            () -> assertExplanationMetric(MODEL, DATA, new ThreeQuarters(), NUMBER, atLeast(0.9)))
        .isInstanceOf(ModelAssertionError.class)
        .hasMessageContaining("relevance mass (overall) is 0.75");
    assertThatModel(MODEL)
        .on(DATA)
        .explainedBy(new ThreeQuarters())
        .withExamples(60)
        .hasMetric(NUMBER, between(0.6, 0.9));
  }

  @Test
  void aToleranceThatClaimsNothingIsRefused() {
    assertThatThrownBy(
            () -> assertExplanationMetric(MODEL, DATA, new ThreeQuarters(), NUMBER, atLeast(0)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("between 0 and 1");
  }

  @Test
  void thatExplanationsAreBadIsNoClaim() {
    assertThatThrownBy(
            () -> assertExplanationMetric(MODEL, DATA, new ThreeQuarters(), NUMBER, atMost(0.8)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write atLeast(…)")
        .hasMessageContaining("RelevanceMass.outside(region)");
    assertThatThrownBy(
            () ->
                assertExplanationMetric(
                    MODEL, DATA, new ThreeQuarters(), Infidelity.underNoise(1), atLeast(0.1)))
        .hasMessageContaining("write atMost(…)");
  }

  @Test
  void anAttackNeedsGradients() {
    assertThatThrownBy(
            () ->
                assertExplanationsResist(
                    MODEL, DATA, new ThreeQuarters(), Manipulation.within(1), atLeast(0.5)))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("RankStability");
  }
}
