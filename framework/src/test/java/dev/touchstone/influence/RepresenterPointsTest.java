package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.similarity.Spearman;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepresenterPointsTest {
  private final ReferenceData data = ReferenceData.of("digits", 0);
  private final Dataset training = data.cleanTrainingData("digits");

  private final InfluenceContext context =
      new InfluenceContext(
          training,
          data.fitted(),
          given -> RowSource.of(data.train()),
          List.of(),
          RunContext.of(
              new Settings("cpu", 1, Policy.STRICT, 64L << 20, Path.of("target")),
              RunSession.isolated()));

  /** Yeh et al. 2018, theorem 3.1: exact at the optimum, up to its gradient over the ridge. */
  @Test
  void representerValuesAddUpToTheLogits() {
    FittedHead head = data.fitted();
    Matrix logits = head.logits(data.audit());
    for (int j = 0; j < 100; j += 9) {
      Matrix values = head.representerValues(data.audit().row(j));
      for (int c = 0; c < data.classes(); c++) {
        double sum = 0;
        for (int i = 0; i < head.size(); i++) {
          sum += values.get(i, c);
        }
        assertThat(sum).isCloseTo(logits.get(j, c), within(1e-4));
      }
    }
  }

  /** The score is what the summands' going would do to the loss: Σ_c (p − t)_c times −v_c. */
  @Test
  void scoresAreTheLossOfTheValuesTakenAway() {
    FittedHead head = data.fitted();
    Matrix few = Matrix.of(2, 64, Arrays.copyOf(data.train().values(), 128));
    Dataset test = training.first(2);
    Matrix scores =
        RepresenterPoints.withDefaults()
            .scores(
                new InfluenceContext(
                    training, head, given -> RowSource.of(few), List.of(), context.run()),
                test)
            .toMatrix();
    Matrix logits = head.logits(few);
    for (int j = 0; j < 2; j++) {
      Matrix values = head.representerValues(few.row(j));
      double[] p = logits.row(j);
      double[] target = new double[10];
      target[test.label(j)] = 1;
      SoftmaxLoss.INSTANCE.predict(p, 0, target, 0, 10);
      for (int i = 0; i < head.size(); i += 100) {
        double expected = 0;
        for (int c = 0; c < 10; c++) {
          expected -= (p[c] - target[c]) * values.get(i, c);
        }
        assertThat(scores.get(i, j)).isCloseTo(expected, within(1e-12 + 1e-9 * Math.abs(expected)));
      }
    }
  }

  @Test
  void meanAndSelfInfluenceAreOfTheSameScores() {
    Dataset test = training;
    InfluenceScores scores = RepresenterPoints.withDefaults().scores(context, test);
    double[] self = RepresenterPoints.withDefaults().selfInfluence(context);
    double[] mean = new double[training.size()];
    int[] seen = new int[1];
    int[] given = data.given();
    scores.forEach(
        block -> {
          for (int j = 0; j < block.scores().columns(); j++) {
            int own = block.from() + j;
            // Where the test label is the one that the head learnt from.
            if (given[own] == training.label(own)) {
              assertThat(block.scores().get(own, j))
                  .isCloseTo(self[own], within(1e-12 + 1e-9 * self[own]));
              seen[0]++;
            }
            for (int i = 0; i < mean.length; i++) {
              mean[i] += block.scores().get(i, j) / training.size();
            }
          }
        });
    assertThat(seen[0]).isGreaterThan(900);
    double[] once = scores.mean();
    for (int i = 0; i < mean.length; i++) {
      assertThat(once[i]).isCloseTo(mean[i], within(1e-10));
    }
  }

  /** Appendix A.1 has .76 for networks: they order alike, and are not the same. */
  @Test
  void theyOrderNearlyAsInfluenceFunctionsDo() {
    double[] representer = RepresenterPoints.withDefaults().scores(context, training).mean();
    double[] influence = InfluenceFunctions.withDefaults().scores(context, training).mean();
    assertThat(Spearman.of(representer, influence)).isBetween(.3, .999);
  }
}
