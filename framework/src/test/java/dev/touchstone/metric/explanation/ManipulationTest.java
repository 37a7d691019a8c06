package dev.touchstone.metric.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A score with a gradient that is known everywhere: {@code q(x) = w·x + ½ k (a·x)²}, {@code ∇q = w
 * + k (a·x) a}.
 */
class ManipulationTest {
  private static final RunContext CONTEXT =
      RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private static final AttributionMethod METHOD = Gradient.withDefaults().keepingSign();

  /** Three features; the score is curved along the first. */
  private record Curved(double curvature) implements Classifier, Scores, InputGradients {
    private static final double[] WEIGHTS = {3, 2, 1};

    @Override
    public OutputKind outputs() {
      return OutputKind.LOGITS;
    }

    @Override
    public Scored scores(Tensor batch) {
      return new Scored(
          IntStream.range(0, batch.rows())
              .mapToObj(i -> new double[] {score(batch.row(i))})
              .toArray(double[][]::new),
          ScoreKind.MARGIN);
    }

    private double score(float[] x) {
      return 3 * x[0] + 2 * x[1] + x[2] + curvature * x[0] * x[0] / 2;
    }

    @Override
    public double[][] inputGradients(Tensor batch, Quantity quantity) {
      double[][] gradients = new double[batch.rows()][];
      for (int i = 0; i < gradients.length; i++) {
        gradients[i] = WEIGHTS.clone();
        gradients[i][0] += curvature * batch.row(i)[0];
      }
      return gradients;
    }

    @Override
    public Predictions predict(Tensor batch) {
      return Predictions.of(
          IntStream.range(0, batch.rows())
              .mapToDouble(i -> 1 / (1 + Math.exp(-score(batch.row(i)))))
              .mapToObj(p -> new double[] {1 - p, p})
              .toArray(double[][]::new));
    }

    @Override
    public int batchSize(long budgetBytes) {
      return 7;
    }

    @Override
    public int gradientBatchSize(long budgetBytes) {
      return 7;
    }

    @Override
    public String name() {
      return "curved";
    }

    @Override
    public String sha256() {
      return "" + curvature;
    }

    @Override
    public ModelFacts facts() {
      return facts("formula");
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }
  }

  /** The first example lies at 0; others span the range in which it may be moved. */
  private static final Dataset DATA =
      Dataset.named("points")
          .features(
              FeatureStore.inMemory(new float[] {0, 0, 0, -1, -1, -1, 1, 1, 1, -1, 0.5f, 1}, 3))
          .labels(0, 1, 0, 1)
          .classNames(List.of("no", "yes"))
          .build();

  private static Measured attack(Classifier model, Manipulation manipulation) {
    Tensor batch = DATA.batch(0, DATA.size());
    Quantity quantity = Quantity.ofClass(1);
    return manipulation.of(
        Explained.of(
            METHOD,
            model,
            DATA,
            quantity,
            METHOD.attribute(model, batch, quantity, CONTEXT),
            CONTEXT));
  }

  @Test
  void aLinearModelsGradientCannotBeMoved() {
    assertThat(attack(new Curved(0), Manipulation.within(0.05)).values())
        .containsExactly(new double[] {1, 1, 1, 1}, within(1e-12));
  }

  @Test
  void theGradientOfACurvedOneIsTurnedAround() {
    // From (3, 2, 1) to (3 − 100 · 0.05, 2, 1) = (−2, 2, 1): ranks 3 2 1 against 1 3 2, ρ = −½.
    Measured attacked =
        attack(new Curved(100), Manipulation.within(0.05).keepingProbabilityWithin(0.2));
    assertThat(attacked.values()[0]).isCloseTo(-0.5, within(1e-12));
    // It is the curvature: with a tenth of it the gradient stays (3 ± ½, 2, 1).
    assertThat(attack(new Curved(10), Manipulation.within(0.05)).values()[0])
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void whatWouldChangeTheAnswerIsDrawnBack() {
    // The first feature would have to move by more than the answer allows.
    Manipulation strict = Manipulation.within(0.05).keepingProbabilityWithin(1e-6);
    assertThat(attack(new Curved(100), strict).values()[0]).isCloseTo(1, within(1e-12));
  }

  @Test
  void noiseStandsBeside() {
    Measured attacked =
        attack(new Curved(100), Manipulation.within(0.05).keepingProbabilityWithin(0.2));
    double[] random = attacked.beside().get(0).values();
    for (int i = 0; i < random.length; i++) {
      assertThat(attacked.values()[i]).isLessThanOrEqualTo(random[i]);
    }
  }

  @Test
  void aModelWithoutGradientsIsRefused() {
    Classifier function =
        Models.function("function", "1", batch -> new double[batch.rows()][2]).emittingLogits();
    assertThatThrownBy(() -> Manipulation.within(0.1).require(function, METHOD, DATA))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("RankStability");
  }

  @Test
  void nonsenseIsRefused() {
    assertThatThrownBy(() -> Manipulation.within(0)).hasMessageContaining("positive");
    assertThatThrownBy(() -> Manipulation.within(1).withSteps(3)).hasMessageContaining("at least");
    assertThatThrownBy(() -> Manipulation.within(1).keepingProbabilityWithin(1))
        .hasMessageContaining("between 0 and 1");
    assertThat(Manipulation.within(1)).isEqualTo(Manipulation.within(1));
    assertThat(Manipulation.within(1)).isNotEqualTo(Manipulation.within(1).withSteps(40));
  }
}
