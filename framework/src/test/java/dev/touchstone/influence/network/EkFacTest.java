package dev.touchstone.influence.network;

import static dev.touchstone.influence.network.SmallNetwork.distance;
import static dev.touchstone.influence.network.SmallNetwork.matrix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import java.util.List;
import org.junit.jupiter.api.Test;

class EkFacTest {
  private static final NetworkInfluence ESTIMATOR =
      NetworkInfluence.withDefaults()
          .withDamping(SmallNetwork.expected().get("damping").getAsDouble())
          .using(EkFac.withDefaults());

  /** The factors, their eigenvectors and Λ written out by {@code influence_oracle.py}. */
  @Test
  void scoresAreThoseOfTheFactorsWrittenOut() {
    assertThat(
            distance(
                ESTIMATOR.scores(SmallNetwork.context(), SmallNetwork.test()).toMatrix(),
                matrix("ekfac")))
        .isLessThan(1e-10);
  }

  @Test
  void itSaysHowFarFromTheGaussNewtonMatrixItIs() {
    InverseHessianProduct product =
        ESTIMATOR.direction(SmallNetwork.context(), SmallNetwork.test()).product();
    assertThat(product.relativeResidual()).isBetween(.05, 1.5);
    assertThat(product.describe()).contains("an approximation");
  }

  /** Where what a layer sees and its slopes are independent, Kronecker's product is no guess. */
  @Test
  void aLinearLayerWhoseAnswersDoNotFollowItsInputsIsExact() {
    WhiteBox undecided =
        TestModels.whiteBox(
                new OnnxBuilder()
                    .input("x", 0, 6)
                    .weights("fc.weight", new float[18], 6, 3)
                    .weights("fc.bias", new float[] {.5f, 0, -1}, 3)
                    .node("Gemm", List.of("x", "fc.weight", "fc.bias"), "y")
                    .output("y", 0, 3))
            .inDoublePrecision();
    InfluenceContext context =
        InfluenceContext.of(
            SmallNetwork.training(),
            SmallNetwork.classifier("undecided", undecided),
            SmallNetwork.run(64L << 20));
    InfluenceDirection direction = ESTIMATOR.direction(context, SmallNetwork.test());
    assertThat(direction.product().relativeResidual()).isLessThan(1e-10);
    double[] exact =
        ESTIMATOR
            .using(ByConjugateGradients.withDefaults().withTolerance(1e-10))
            .direction(context, SmallNetwork.test())
            .removal();
    assertThat(distance(direction.removal(), exact)).isLessThan(1e-8);
  }

  /** One preparation serves all examples: self-influence takes no pass for each of them. */
  @Test
  void selfInfluenceIsTheDiagonal() {
    InfluenceContext context = SmallNetwork.context();
    Matrix own = ESTIMATOR.scores(context, SmallNetwork.training().first(5)).toMatrix();
    double[] self = ESTIMATOR.selfInfluence(context);
    for (int i = 0; i < 5; i++) {
      assertThat(self[i]).isCloseTo(own.get(i, i), within(1e-10));
    }
  }

  /** Of a convolution it knows squares: as if its weights had nothing to do with each other. */
  @Test
  void whatIsNotDenseIsDiagonal() {
    WhiteBox model =
        TestModels.whiteBox(
                new OnnxBuilder()
                    .input("x", 0, 1, 2, 3)
                    .weights("conv.weight", TestModels.normal("conv", 8), 2, 1, 2, 2)
                    .weights("fc.weight", TestModels.normal("dense", 12), 3, 4)
                    .node("Conv", List.of("x", "conv.weight"), "c")
                    .node("Tanh", List.of("c"), "t")
                    .node("Flatten", List.of("t"), "f")
                    .node(
                        "Gemm", List.of("f", "fc.weight"), "y", OnnxBuilder.attribute("transB", 1))
                    .output("y", 0, 3))
            .inDoublePrecision();
    Dataset images = SmallNetwork.training().reshapedTo(1, 2, 3);
    InfluenceContext context =
        InfluenceContext.of(
            images, SmallNetwork.classifier("convolution", model), SmallNetwork.run(64L << 20));
    Dataset test = SmallNetwork.test().reshapedTo(1, 2, 3);
    double[] approximated = ESTIMATOR.scores(context, test).mean();
    double[] exact =
        ESTIMATOR
            .using(ByConjugateGradients.withDefaults().withTolerance(1e-8))
            .scores(context, test)
            .mean();
    assertThat(Spearman.of(approximated, exact)).isGreaterThan(.8);
    // The diagonal of the Gauss-Newton matrix, by its products with unit vectors.
    Curvature curvature = new Curvature(model, images, false, .05, context.run());
    InverseCurvature.Prepared prepared = EkFac.withDefaults().prepare(curvature);
    for (int j = 0; j < 8; j++) {
      double[] unit = new double[curvature.size()];
      unit[j] = 1;
      double diagonal = curvature.times(unit)[j];
      double[] solved = prepared.times(unit).solution().values();
      assertThat(solved[j]).isCloseTo(1 / diagonal, within(1e-10));
      assertThat(solved[(j + 1) % 8]).isZero();
    }
  }

  @Test
  void theHessianIsRefused() {
    assertThatThrownBy(
            () -> ESTIMATOR.onHessian().direction(SmallNetwork.context(), SmallNetwork.test()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("leave onHessian() out");
  }
}
