package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LinearDatamodellingScoreTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static InfluenceScores scores(Matrix all) {
    return new InfluenceScores(all.rows(), all.columns()) {
      @Override
      public void forEach(BlockVisitor visitor) {
        for (int j = 0; j < test(); j++) {
          double[] column = new double[training()];
          int from = j;
          Arrays.setAll(column, i -> all.get(i, from));
          visitor.accept(new Block(j, Matrix.of(training(), 1, column), 0, 0));
        }
      }
    };
  }

  /**
   * Of three examples with the scores 1, 2, 4 the subsets say −3, −5, −6, −1: ranks 3, 2, 1, 4. The
   * losses have the ranks 4, 2, 1, 3, so that Σd² = 2 and ρ = 1 − 6·2/(4·15) = .8; of the second
   * test example, whose scores are the negatives, ρ = −.8; of the third all are 0.
   */
  @Test
  void ranksOfSubsetsAreComparedByHand() {
    Matrix losses = Matrix.of(4, 3, 9, 9, 9, 5, 5, 5, 2, 2, 2, 7, 7, 7);
    LinearDatamodellingScore.Retrained models =
        new LinearDatamodellingScore.Retrained(
            3, new int[][] {{0, 1}, {0, 2}, {1, 2}, {0}}, losses);
    LinearDatamodellingScore.Score score =
        models.of(scores(Matrix.of(3, 3, 1, -1, 0, 2, -2, 0, 4, -4, 0)));
    assertThat(score.each()[0]).isCloseTo(.8, within(1e-12));
    assertThat(score.each()[1]).isCloseTo(-.8, within(1e-12));
    assertThat(score.each()[2]).isZero();
    assertThat(score.mean()).isCloseTo(0, within(1e-12));
    assertThat(score.estimate().value()).isCloseTo(0, within(1e-12));
    assertThat(models.reliability()).isEmpty();
    Matrix again = Matrix.of(4, 3, 9, 1, 9, 5, 2, 7, 2, 3, 5, 7, 4, 3);
    assertThat(
            new LinearDatamodellingScore.Retrained(
                    3, new int[][] {{0, 1}, {0, 2}, {1, 2}, {0}}, losses, again)
                .reliability()
                .orElseThrow())
        // Of ranks (4, 2, 1, 3) with the same; with (1, 2, 3, 4), Σd² = 14; with (4, 3, 2, 1), 6.
        .isCloseTo((1 - .4 + .4) / 3, within(1e-12));
  }

  /** A convex model's influence functions, and what knows nothing. */
  @Test
  void influenceFunctionsPredictARegressionTrainedAnew() {
    Dataset all = ReferenceData.of("bc", 0).cleanTrainingData("cancer");
    Dataset training = all.first(200);
    Dataset test = all.where(i -> i >= 200 && i < 240, "others");
    LinearDatamodellingScore.Retrained models =
        LinearDatamodellingScore.withDefaults()
            .withSubsets(30)
            .retrain(LogisticRegressionTrainer.withDefaults(), training, test, context);
    InfluenceContext influence =
        InfluenceContext.ofFeatures(training, LogisticHead.withDefaults(), context);
    Matrix scores = InfluenceFunctions.withDefaults().scores(influence, test).toMatrix();
    // Measured: .877, and .03 for the scores of other examples.
    assertThat(models.of(scores(scores)).mean()).isGreaterThan(.7);
    Matrix turned = Matrix.zeros(200, 40);
    Matrix shifted = Matrix.zeros(200, 40);
    for (int i = 0; i < 200; i++) {
      for (int j = 0; j < 40; j++) {
        turned.set(i, j, -scores.get(i, j));
        shifted.set(i, j, scores.get((i + 77) % 200, j));
      }
    }
    assertThat(models.of(scores(turned)).mean())
        .isCloseTo(-models.of(scores(scores)).mean(), within(1e-12));
    assertThat(models.of(scores(shifted)).mean()).isBetween(-.25, .25);
  }

  @Test
  void whatShowsNothingIsRefused() {
    Dataset data = ReferenceData.of("bc", 0).cleanTrainingData("cancer").first(60);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearDatamodellingScore.withDefaults().withSubsets(4))
        .withMessageContaining("at least 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LinearDatamodellingScore.withDefaults().withShare(1))
        .withMessageContaining("between 0 and 1");
    LinearDatamodellingScore.Retrained models =
        LinearDatamodellingScore.withDefaults()
            .withSubsets(5)
            .retrain(LogisticRegressionTrainer.withDefaults(), data, data.first(2), context);
    assertThatThrownBy(() -> models.of(scores(Matrix.zeros(60, 3))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("give the scores of the same");
    assertThatThrownBy(
            () ->
                LinearDatamodellingScore.withDefaults()
                    .withShare(.001)
                    .retrain(LogisticRegressionTrainer.withDefaults(), data, data, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("another share");
  }
}
