package dev.touchstone.influence.network;

import static dev.touchstone.influence.network.SmallNetwork.distance;
import static dev.touchstone.influence.network.SmallNetwork.matrix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.influence.NotConvergedException;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against the curvatures of {@code influence_oracle.py}, written out and inverted. */
class NetworkInfluenceTest {
  private static final ByConjugateGradients EXACT =
      ByConjugateGradients.withDefaults().withTolerance(1e-10);
  private static final NetworkInfluence ON_GAUSS_NEWTON =
      NetworkInfluence.withDefaults()
          .withDamping(SmallNetwork.expected().get("damping").getAsDouble())
          .using(EXACT);
  private static final NetworkInfluence ON_HESSIAN =
      ON_GAUSS_NEWTON
          .onHessian()
          .withDamping(SmallNetwork.expected().get("hessianDamping").getAsDouble());

  private final InfluenceContext context = SmallNetwork.context();
  private final Dataset test = SmallNetwork.test();

  @Test
  void onTheGaussNewtonMatrixTheScoresAreThoseOfItsInverse() {
    InfluenceScores scores = ON_GAUSS_NEWTON.scores(context, test);
    assertThat(distance(scores.toMatrix(), matrix("gaussNewton"))).isLessThan(1e-8);
    scores.forEach(
        block -> {
          assertThat(block.largestResidual()).isBetween(0.0, 1e-10);
          assertThat(block.steps()).isBetween(6, 6 * 60);
        });
  }

  @Test
  void onTheHessianTheScoresAreThoseOfItsInverse() {
    assertThat(distance(ON_HESSIAN.scores(context, test).toMatrix(), matrix("hessian")))
        .isLessThan(1e-8);
  }

  @Test
  void solversAgree() {
    Dataset one = test.first(1);
    Matrix exact = ON_GAUSS_NEWTON.scores(context, one).toMatrix();
    for (InverseCurvature way :
        List.of(
            Lissa.withDefaults().withTolerance(1e-7),
            // As many vectors as weights: nothing is left out.
            Arnoldi.withDefaults().withTolerance(1e-7))) {
      assertThat(distance(ON_GAUSS_NEWTON.using(way).scores(context, one).toMatrix(), exact))
          .as(way.name())
          .isLessThan(1e-5);
    }
  }

  /** Drawn batches hover about the solution; what is accepted is measured on all data. */
  @Test
  void lissaOnBatchesIsNearAndSaysHowNear() {
    NetworkInfluence published =
        ON_GAUSS_NEWTON.using(Lissa.withDefaults().withBatch(20).withSteps(600).withTolerance(.3));
    InfluenceDirection direction = published.direction(context, test);
    assertThat(direction.product().relativeResidual()).isBetween(1e-4, .3);
    double[] exact = ON_GAUSS_NEWTON.direction(context, test).removal();
    assertThat(distance(direction.removal(), exact)).isLessThan(.3);
  }

  /** A few eigenvectors, and the damping for the rest: the residual says what that leaves out. */
  @Test
  void aFewEigenvectorsLeaveAResidual() {
    NetworkInfluence few = ON_GAUSS_NEWTON.using(Arnoldi.withDefaults().withSteps(20));
    assertThatThrownBy(() -> few.direction(context, test))
        .isInstanceOf(NotConvergedException.class)
        .hasMessageContaining("20 eigenvectors");
    InverseHessianProduct product =
        few.using(Arnoldi.withDefaults().withSteps(20).withTolerance(.99))
            .direction(context, test)
            .product();
    assertThat(product.relativeResidual()).isBetween(.1, .99);
  }

  @Test
  void labelEditsAreThoseOfTheJacobian() {
    Matrix effects = ON_GAUSS_NEWTON.direction(context, test).relabelling();
    assertThat(distance(effects, matrix("relabelling"))).isLessThan(1e-8);
  }

  @Test
  void inputEditsAreThoseOfTheMixedDerivative() {
    Matrix effects = ON_GAUSS_NEWTON.direction(context, test).perturbing().toMatrix();
    assertThat(distance(effects, matrix("perturbing"))).isLessThan(1e-8);
  }

  @Test
  void blocksMeansAndSelfInfluenceAreOfTheSameScores() {
    // A training example at a time, and a test example.
    InfluenceContext tight = SmallNetwork.context(1);
    Dataset pair = test.first(2);
    Matrix scores = ON_GAUSS_NEWTON.scores(context, pair).toMatrix();
    NetworkInfluence rough = ON_GAUSS_NEWTON.using(EXACT.withTolerance(1e-4));
    assertThat(distance(rough.scores(tight, pair).toMatrix(), scores)).isLessThan(1e-3);
    double[] mean = new double[80];
    for (int i = 0; i < 80; i++) {
      mean[i] = (scores.get(i, 0) + scores.get(i, 1)) / 2;
    }
    InfluenceScores.Mean solved = ON_GAUSS_NEWTON.scores(context, pair).meanSolved();
    assertThat(distance(solved.scores(), mean)).isLessThan(1e-8);
    assertThat(solved.product()).hasValueSatisfying(p -> assertThat(p.converged()).isTrue());
    Dataset two = SmallNetwork.training().first(2);
    Matrix own = ON_GAUSS_NEWTON.scores(context, two).toMatrix();
    double[] self = ON_GAUSS_NEWTON.selfInfluence(context);
    assertThat(self[0]).isCloseTo(own.get(0, 0), within(1e-10));
    assertThat(self[1]).isCloseTo(own.get(1, 1), within(1e-10));
  }

  @Test
  void aHessianWithNegativeCurvatureIsRefusedWithACure() {
    NetworkInfluence indefinite = ON_HESSIAN.withDamping(1e-6);
    assertThatThrownBy(() -> indefinite.scores(context, test).toMatrix())
        .isInstanceOf(NotConvergedException.class)
        .hasMessageContaining("met a direction without curvature")
        .hasMessageContaining("give more damping");
    assertThatThrownBy(
            () -> indefinite.using(Lissa.withDefaults().withSteps(200)).direction(context, test))
        .isInstanceOf(NotConvergedException.class)
        .hasMessageContaining("not converged");
  }

  /**
   * The twin in double precision is made once, reaches small residuals, and goes with its model.
   */
  @Test
  void inDoublePrecisionResidualsAreSmall() {
    WhiteBox single = TestModels.whiteBox(TestModels.perceptron());
    Dataset data =
        Dataset.named("four")
            .features(FeatureStore.inMemory(new float[] {1, 2, -1, .5f, 2, 0, .3f, -1}, 2))
            .labels(0, 1, 0, 1)
            .build();
    InfluenceContext ofSingle =
        InfluenceContext.of(
            data, SmallNetwork.classifier("single", single), SmallNetwork.run(64L << 20));
    InverseHessianProduct product =
        ON_GAUSS_NEWTON.inDoublePrecision().direction(ofSingle, data).product();
    assertThat(product.relativeResidual()).isLessThan(1e-10);
    WhiteBox twin = single.keptInDoublePrecision();
    assertThat(single.keptInDoublePrecision()).isSameAs(twin);
    assertThat(twin.keptInDoublePrecision()).isSameAs(twin);
    single.release();
    assertThatThrownBy(() -> twin.scores(data.batch(0, 1))).isInstanceOf(RuntimeException.class);
  }

  @Test
  void tooFewStepsAreNoAnswer() {
    assertThatThrownBy(() -> ON_GAUSS_NEWTON.using(EXACT.withSteps(3)).scores(context, test).mean())
        .isInstanceOf(NotConvergedException.class)
        .hasMessageContaining("conjugate gradients, 3 steps");
  }

  @Test
  void eigenvectorsThatDoNotFitTheMemoryAreRefused() {
    assertThatThrownBy(
            () ->
                ON_GAUSS_NEWTON
                    .using(Arnoldi.withDefaults())
                    .scores(SmallNetwork.context(20_000), test))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("Arnoldi.withSteps(11)");
  }

  @Test
  void settingsThatSolveNothingAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkInfluence.withDefaults().withDamping(0))
        .withMessageContaining("the damping must be positive");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ByConjugateGradients.withDefaults().withTolerance(1))
        .withMessageContaining("between 0 and 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Lissa.withDefaults().withBatch(0))
        .withMessageContaining("at least one of the examples of a batch");
  }
}
