package dev.touchstone.influence.network;

import static dev.touchstone.influence.network.SmallNetwork.distance;
import static dev.touchstone.influence.network.SmallNetwork.matrix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrakTest {
  private static final Trak WHOLE =
      Trak.withDefaults()
          .withoutProjection()
          .withRidge(SmallNetwork.expected().get("ridge").getAsDouble());

  private final InfluenceContext alone = SmallNetwork.context().withCheckpoints(List.of());
  private final Dataset test = SmallNetwork.test();

  /** Equation 13 written out by {@code influence_oracle.py}. */
  @Test
  void withoutAProjectionItIsTheFormulaWrittenOut() {
    assertThat(distance(WHOLE.scores(alone, test).toMatrix(), matrix("trakOnLoss")))
        .isLessThan(1e-10);
  }

  @Test
  void blocksOfOneExampleAreTheSame() {
    InfluenceContext tight = SmallNetwork.context(1).withCheckpoints(List.of());
    assertThat(distance(WHOLE.scores(tight, test).toMatrix(), matrix("trakOnLoss")))
        .isLessThan(1e-10);
  }

  /** Many dimensions keep the kernel of the gradients, and with it the order. */
  @Test
  void projectedItOrdersNearlyAsTheWhole() {
    Matrix projected = WHOLE.withDimensions(1500).scores(alone, test).toMatrix();
    Matrix whole = matrix("trakOnLoss");
    double mean = 0;
    for (int j = 0; j < 6; j++) {
      mean += Spearman.of(column(projected, j), column(whole, j)) / 6;
    }
    assertThat(mean).isBetween(.8, .9999);
  }

  private static double[] column(Matrix scores, int j) {
    double[] column = new double[scores.rows()];
    for (int i = 0; i < column.length; i++) {
      column[i] = scores.get(i, j);
    }
    return column;
  }

  /** Members that are one model say what it says; means are over both factors. */
  @Test
  void severalMembersAreAveraged() {
    InfluenceContext same =
        alone.withCheckpoints(
            List.of(SmallNetwork.checkpoints().get(2), SmallNetwork.checkpoints().get(2)));
    assertThat(distance(WHOLE.scores(same, test).toMatrix(), matrix("trakOnLoss")))
        .isLessThan(1e-10);
    Matrix several = WHOLE.scores(SmallNetwork.context(), test).toMatrix();
    assertThat(distance(several, matrix("trakOnLoss"))).isGreaterThan(1e-3);
  }

  /** Where p is all but 1, its complement still has all digits. */
  @Test
  void marginsAreThoseOfTheProbabilities() {
    Margin margin = new Margin(new int[] {0, 1});
    double[] scores = {40, 1, .5};
    double p = Math.exp(1 - 40) + Math.exp(.5 - 40);
    assertThat(margin.missing(scores, 0)).isCloseTo(p, within(1e-12 * p));
    assertThat(new Margin(new int[] {1}).value(new double[] {2.5}, 0)).isEqualTo(2.5);
    assertThat(new Margin(new int[] {0}).gradient(new double[] {2.5}, 0)).containsExactly(-1);
  }

  /** What an example would do to its own loss: the scores' diagonal, of one model and several. */
  @Test
  void selfInfluenceIsTheDiagonal() {
    for (InfluenceContext context : List.of(alone, SmallNetwork.context())) {
      Matrix own = WHOLE.scores(context, SmallNetwork.training()).toMatrix();
      double[] self = WHOLE.selfInfluence(context);
      double[] diagonal = new double[self.length];
      Arrays.setAll(diagonal, i -> own.get(i, i));
      assertThat(distance(self, diagonal)).isLessThan(1e-10);
    }
  }

  @Test
  void moreDimensionsThanExamplesAreRefusedWithoutARidge() {
    assertThatThrownBy(() -> Trak.withDefaults().scores(alone, test))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("do not span 512 dimensions")
        .hasMessageContaining("or a ridge");
  }
}
