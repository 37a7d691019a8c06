package dev.touchstone.influence.network;

import static dev.touchstone.influence.network.SmallNetwork.distance;
import static dev.touchstone.influence.network.SmallNetwork.matrix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InverseHessianProduct;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
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

  /** Padded above and left, one step down and two across, with a bias. */
  private static WhiteBox convolution(int groups) {
    JsonObject given = ReferenceData.json("influence-convolution.json");
    return TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, groups, 2, 3)
                .weights("conv.weight", floats(given, "kernel"), 2, 1, 2, 2)
                .weights("conv.bias", floats(given, "kernelBias"), 2)
                .weights("fc.weight", floats(given, "dense"), 3, 8)
                .weights("fc.bias", floats(given, "denseBias"), 3)
                .node(
                    "Conv",
                    List.of("x", "conv.weight", "conv.bias"),
                    "c",
                    OnnxBuilder.attribute("pads", new long[] {1, 1, 0, 0}),
                    OnnxBuilder.attribute("strides", new long[] {1, 2}),
                    OnnxBuilder.attribute("group", groups))
                .node("Tanh", List.of("c"), "t")
                .node("Flatten", List.of("t"), "f")
                .node(
                    "Gemm",
                    List.of("f", "fc.weight", "fc.bias"),
                    "y",
                    OnnxBuilder.attribute("transB", 1))
                .output("y", 0, 3))
        .inDoublePrecision();
  }

  private static float[] floats(JsonObject given, String name) {
    double[] values = SmallNetwork.vector(given.getAsJsonArray(name));
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** KFC's factors by places written out by {@code ekfac_convolution_oracle.py}, in NumPy. */
  @Test
  void aConvolutionHasFactorsByItsPlaces() {
    JsonObject given = ReferenceData.json("influence-convolution.json");
    Dataset test = SmallNetwork.test().reshapedTo(1, 2, 3);
    for (long memory : new long[] {64L << 20, 1}) {
      InfluenceContext context =
          InfluenceContext.of(
              SmallNetwork.training().reshapedTo(1, 2, 3),
              SmallNetwork.classifier("convolution", convolution(1)),
              SmallNetwork.run(memory == 1 ? 40_000 : memory));
      assertThat(
              distance(
                  ESTIMATOR.scores(context, test).toMatrix(), matrix(given.getAsJsonArray("kfc"))))
          .isLessThan(1e-9);
    }
    InfluenceContext context =
        InfluenceContext.of(
            SmallNetwork.training().reshapedTo(1, 2, 3),
            SmallNetwork.classifier("convolution", convolution(1)),
            SmallNetwork.run(64L << 20));
    assertThat(
            distance(
                ESTIMATOR
                    .using(ByConjugateGradients.withDefaults().withTolerance(1e-10))
                    .scores(context, test)
                    .toMatrix(),
                matrix(given.getAsJsonArray("gaussNewton"))))
        .isLessThan(1e-7);
  }

  /**
   * Of a convolution in groups it knows squares: as if its weights had nothing to do with each
   * other.
   */
  @Test
  void whatHasNoFactorsIsDiagonal() {
    WhiteBox model = convolution(2);
    float[] values = new float[12 * 80];
    Dataset training = SmallNetwork.training();
    for (int i = 0; i < 80; i++) {
      training.features().read(i, values, 12 * i);
      training.features().read((i + 1) % 80, values, 12 * i + 6);
    }
    Dataset images =
        Dataset.named("images")
            .features(FeatureStore.inMemory(values, 2, 2, 3))
            .labels(training.labels())
            .classNames(training.classNames())
            .build();
    // The diagonal of the Gauss-Newton matrix, by its products with unit vectors.
    Curvature curvature = new Curvature(model, images, false, .05, SmallNetwork.run(64L << 20));
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
