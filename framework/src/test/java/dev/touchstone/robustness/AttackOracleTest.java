package dev.touchstone.robustness;

import static dev.touchstone.robustness.RobustnessOracle.NUMBERS;
import static dev.touchstone.robustness.RobustnessOracle.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Scored;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks against those of torchattacks and Foolbox on the same network and images. */
class AttackOracleTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final Classifier model = RobustnessOracle.model();
  private final Dataset digits = RobustnessOracle.digits();
  private final ThreatModel box = ThreatModel.linf(NUMBERS.eps()).inRange(0, 1);
  private final ThreatModel ball = ThreatModel.l2(NUMBERS.eps2()).inRange(0, 1);

  private Scored scores(float[][] rows) {
    float[] values = new float[rows.length * 64];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * 64, 64);
    }
    return CheckedAnswers.scores(model, Tensor.of(values, rows.length, 1, 8, 8));
  }

  private boolean[] wrong(float[][] rows) {
    Scored scored = scores(rows);
    boolean[] wrong = new boolean[rows.length];
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = LabelLoss.margin(scored.rows()[i], NUMBERS.labels()[i], scored.kind()) > 0;
    }
    return wrong;
  }

  private static double share(boolean[] wrong) {
    int count = 0;
    for (boolean one : wrong) {
      count += one ? 1 : 0;
    }
    return (double) count / wrong.length;
  }

  private float[][] attacked(Perturbation attack) {
    attack.check(model, digits);
    float[][] rows = attack.perturb(model, digits, all(), context).rows();
    for (int i = 0; i < rows.length; i++) {
      attack.threat().orElseThrow().require(rows[i], digits.batch(i).values(), attack.name());
    }
    return rows;
  }

  private static void assertNear(float[][] rows, double[][] expected) {
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < 64; j++) {
        assertThat((double) rows[i][j]).isCloseTo(expected[i][j], within(2e-6));
      }
    }
  }

  @Test
  void fastGradientSignEqualsTorchattacksAndFoolbox() {
    float[][] rows = attacked(FastGradientSign.within(box));
    assertNear(rows, NUMBERS.fgsm());
    assertThat(wrong(rows)).isEqualTo(NUMBERS.fgsmWrong());
  }

  @Test
  void aStepInTheEuclideanNormEqualsTorchattacks() {
    assertNear(
        attacked(
            ProjectedGradientDescent.within(ball)
                .fromTheExample()
                .withSteps(1)
                .withStepSize(NUMBERS.step2())),
        NUMBERS.oneStep());
  }

  /** Both climb alike; we stop where an answer is wrong, and keep the best of the way. */
  @Test
  void projectedGradientDescentBreaksWhatTorchattacksBreaks() {
    float[][] rows =
        attacked(
            ProjectedGradientDescent.within(box)
                .fromTheExample()
                .withSteps(NUMBERS.steps())
                .withStepSize(NUMBERS.step()));
    boolean[] wrong = wrong(rows);
    Scored scored = scores(rows);
    for (int i = 0; i < wrong.length; i++) {
      assertThat(wrong[i] || !NUMBERS.pgdWrong()[i]).as("image %d", i).isTrue();
      if (!wrong[i]) {
        assertThat(LabelLoss.loss(scored.rows()[i], NUMBERS.labels()[i], scored.kind()))
            .isGreaterThanOrEqualTo(NUMBERS.pgdLoss()[i] * (1 - 1e-3) - 1e-6);
      }
    }
    assertThat(share(wrong)).isCloseTo(share(NUMBERS.pgdWrong()), within(.02));
  }

  @Test
  void soItDoesInTheEuclideanNorm() {
    boolean[] wrong =
        wrong(
            attacked(
                ProjectedGradientDescent.within(ball)
                    .fromTheExample()
                    .withSteps(NUMBERS.steps())
                    .withStepSize(NUMBERS.step2())));
    assertThat(share(wrong)).isCloseTo(share(NUMBERS.pgd2Wrong()), within(.02));
  }

  /** The rates of 200 images over 10 seeds move by less than .01. */
  @Test
  void fromRandomStartsAsManyFall() {
    ProjectedGradientDescent pgd =
        ProjectedGradientDescent.within(box)
            .withSteps(NUMBERS.steps())
            .withStepSize(NUMBERS.step());
    assertThat(share(wrong(attacked(pgd)))).isCloseTo(NUMBERS.pgdRate(), within(.03));
    assertThat(NUMBERS.foolboxRate()).isCloseTo(NUMBERS.pgdRate(), within(.01));
    ProjectedGradientDescent inBall =
        ProjectedGradientDescent.within(ball)
            .withSteps(NUMBERS.steps())
            .withStepSize(NUMBERS.step2());
    assertThat(share(wrong(attacked(inBall)))).isCloseTo(NUMBERS.pgd2Rate(), within(.03));
  }

  @Test
  void moreStartsBreakNoFewer() {
    ProjectedGradientDescent pgd =
        ProjectedGradientDescent.within(ThreatModel.linf(.03).inRange(0, 1)).withSteps(5);
    assertThat(share(wrong(attacked(pgd.withStarts(5)))))
        .isGreaterThanOrEqualTo(share(wrong(attacked(pgd))));
  }

  /** One run of a random search against ten of the authors'. */
  @Test
  void theSquareAttackBreaksAsManyAsItsAuthors() {
    float[][] rows = attacked(SquareAttack.within(box).withQueries(NUMBERS.squareQueries()));
    assertThat(share(wrong(rows))).isCloseTo(NUMBERS.square(), within(.06));
  }

  /** In L₂ their runs lie .02 apart at 100 questions, and .01 at 500. */
  @ParameterizedTest
  @ValueSource(ints = {100, 500})
  void inABallTheSquareAttackBreaksAsManyToo(int queries) {
    SquareAttack attack = SquareAttack.within(ball).withQueries(queries);
    attack.check(model, digits);
    float[][] rows = attacked(attack);
    for (int i = 0; i < rows.length; i++) {
      ball.require(rows[i], digits.batch(i).values(), "a test");
    }
    assertThat(share(wrong(rows)))
        .isCloseTo(NUMBERS.square2().get(Integer.toString(queries)), within(.06));
  }

  /** Two bumps of a square of 3: worked out by hand of the paper's equation 2. */
  @Test
  void bumpsAreOfOppositeSignsAndOfLengthOne() {
    // Above one row (¼, 1¼, ¼), below two, around the second of them, and each of length 1 first.
    double above = Math.sqrt(.25 * .25 * 2 + 1.25 * 1.25);
    double below = Math.sqrt(4 * .25 * .25 + .25 * .25 + 1.25 * 1.25);
    Bumps bumps = Bumps.of(3, false);
    double[][] expected = {
      {.25 / above, 1.25 / above, .25 / above},
      {-.25 / below, -.25 / below, -.25 / below},
      {-.25 / below, -1.25 / below, -.25 / below}
    };
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 3; x++) {
        assertThat(bumps.at(y, x)).isCloseTo(expected[y][x] / Math.sqrt(2), within(1e-12));
        assertThat(Bumps.of(3, true).at(x, y)).isEqualTo(bumps.at(y, x));
      }
    }
  }

  @Test
  void inABallRowsWithoutAShapeAreRefused() {
    float[] values = new float[200 * 64];
    values[0] = 1;
    Dataset flat = digits.withFeatures(FeatureStore.inMemory(values, 64), "flat");
    assertThatThrownBy(() -> SquareAttack.within(ball).check(model, flat))
        .hasMessageContaining("the shape [64]; write ThreatModel.linf(…)");
  }

  /** Rows have streams of their own, whatever stands beside them. */
  @Test
  void whatStandsBesideAnExampleChangesNothing() {
    for (Perturbation attack :
        new Perturbation[] {
          ProjectedGradientDescent.within(box).withSteps(3),
          SquareAttack.within(box).withQueries(9),
          SquareAttack.within(ball).withQueries(9)
        }) {
      float[][] alone = attack.perturb(model, digits, new int[] {150}, context).rows();
      float[][] together = attack.perturb(model, digits, new int[] {3, 150, 7}, context).rows();
      for (int j = 0; j < 64; j++) {
        assertThat(together[1][j]).isCloseTo(alone[0][j], within(1e-6f));
      }
    }
  }
}
