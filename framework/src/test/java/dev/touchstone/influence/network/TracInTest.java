package dev.touchstone.influence.network;

import static dev.touchstone.influence.network.SmallNetwork.distance;
import static dev.touchstone.influence.network.SmallNetwork.matrix;
import static dev.touchstone.influence.network.SmallNetwork.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Captum's TracInCP ({@code influence_oracle.py}), in double. */
class TracInTest {
  private static final JsonObject CAPTUM = SmallNetwork.expected().getAsJsonObject("tracin");

  @Test
  void theLastLayersScoresAreCaptums() {
    Matrix scores = scores(TracIn.withDefaults(), SmallNetwork.context());
    assertThat(distance(scores, matrix(CAPTUM.getAsJsonArray("last")))).isLessThan(1e-12);
  }

  @Test
  void scoresByAllWeightsAreCaptums() {
    Matrix scores =
        scores(TracIn.withDefaults().using(Gradients.ofAllWeights()), SmallNetwork.context());
    assertThat(distance(scores, matrix(CAPTUM.getAsJsonArray("all")))).isLessThan(1e-12);
  }

  @Test
  void selfInfluenceIsCaptums() {
    InfluenceContext context = SmallNetwork.context();
    assertThat(
            distance(
                TracIn.withDefaults().selfInfluence(context),
                vector(CAPTUM.getAsJsonArray("selfLast"))))
        .isLessThan(1e-12);
    assertThat(
            distance(
                TracIn.withDefaults().using(Gradients.ofAllWeights()).selfInfluence(context),
                vector(CAPTUM.getAsJsonArray("selfAll"))))
        .isLessThan(1e-12);
  }

  /** A block of one test example, and of all of them. */
  @ParameterizedTest
  @ValueSource(longs = {1, 64 << 20})
  void blocksAndMeansAreOfTheSameScores(long memory) {
    InfluenceContext context = SmallNetwork.context(memory);
    for (Gradients gradients :
        List.of(Gradients.ofLastLayer(), Gradients.ofAllWeights(), Gradients.projectedTo(40))) {
      InfluenceScores scores =
          TracIn.withDefaults().using(gradients).scores(context, SmallNetwork.test().first(2));
      int[] blocks = new int[1];
      scores.forEach(block -> blocks[0]++);
      assertThat(blocks[0]).isEqualTo(memory == 1 ? 2 : 1);
      Matrix all = scores.toMatrix();
      double[] mean = new double[80];
      for (int i = 0; i < 80; i++) {
        mean[i] = (all.get(i, 0) + all.get(i, 1)) / 2;
      }
      assertThat(distance(scores.mean(), mean)).isLessThan(1e-12);
    }
  }

  /** Johnson and Lindenstrauss: 2,000 dimensions keep lengths to some 3 %. */
  @Test
  void projectedGradientsKeepTheOrder() {
    double[] exact = vector(CAPTUM.getAsJsonArray("selfAll"));
    double[] few =
        TracIn.withDefaults()
            .using(Gradients.projectedTo(2000))
            .selfInfluence(SmallNetwork.context());
    assertThat(Spearman.of(few, exact)).isGreaterThan(.99);
    assertThat(distance(few, exact)).isBetween(1e-6, .2);
  }

  @Test
  void examplesCountByTheirWeightsInTheTraining() {
    double[] weights = new double[80];
    weights[3] = 2;
    Dataset weighted = SmallNetwork.training().withTrainingWeights(weights, "one");
    InfluenceContext context =
        InfluenceContext.of(weighted, SmallNetwork.model(), SmallNetwork.run(64L << 20))
            .withCheckpoints(SmallNetwork.checkpoints());
    double[] self = TracIn.withDefaults().selfInfluence(context);
    double[] alike = vector(CAPTUM.getAsJsonArray("selfLast"));
    assertThat(self[3]).isCloseTo(2 * alike[3], within(1e-9));
    assertThat(self[4]).isZero();
    assertThat(scores(TracIn.withDefaults(), context).get(4, 0)).isZero();
  }

  @Test
  void withoutCheckpointsItSaysHowToKeepThem() {
    InfluenceContext context = SmallNetwork.context().withCheckpoints(List.of());
    assertThatThrownBy(() -> TracIn.withDefaults().scores(context, SmallNetwork.test()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("keepingCheckpoints");
  }

  @Test
  void fewerThanOneEpochIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TracIn.withDefaults().withCheckpointsEvery(0))
        .withMessageContaining("every 0 epochs");
  }

  private static Matrix scores(TracIn estimator, InfluenceContext context) {
    return estimator.scores(context, SmallNetwork.test()).toMatrix();
  }
}
