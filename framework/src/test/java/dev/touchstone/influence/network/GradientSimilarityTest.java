package dev.touchstone.influence.network;

import static dev.touchstone.influence.network.SmallNetwork.distance;
import static dev.touchstone.influence.network.SmallNetwork.matrix;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GradientSimilarityTest {

  /** Against the gradients of {@code influence_oracle.py}. */
  @Test
  void theCosineIsThatOfTheGradientsWrittenOut() {
    Matrix cosines =
        GradientSimilarity.withDefaults()
            .using(Gradients.ofAllWeights())
            .byCosine()
            .scores(SmallNetwork.context(), SmallNetwork.test())
            .toMatrix();
    assertThat(distance(cosines, matrix("cosine"))).isLessThan(1e-12);
  }

  /** With one checkpoint, of learning rate 1, TracIn is the inner product. */
  @Test
  void theInnerProductIsTracInOfTheLastCheckpoint() {
    InfluenceContext context = SmallNetwork.context();
    InfluenceContext last =
        context.withCheckpoints(List.of(new Checkpoint(1, 1, SmallNetwork.model())));
    GradientSimilarity similarity = GradientSimilarity.withDefaults();
    assertThat(similarity.scores(context, SmallNetwork.test()).toMatrix().values())
        .containsExactly(
            TracIn.withDefaults().scores(last, SmallNetwork.test()).toMatrix().values());
    assertThat(similarity.scores(context, SmallNetwork.test()).mean())
        .containsExactly(TracIn.withDefaults().scores(last, SmallNetwork.test()).mean());
    assertThat(similarity.selfInfluence(context))
        .containsExactly(TracIn.withDefaults().selfInfluence(last));
  }

  @Test
  void cosinesHaveNoSelfInfluence() {
    assertThatThrownBy(
            () ->
                GradientSimilarity.withDefaults().byCosine().selfInfluence(SmallNetwork.context()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("knows no self-influence");
  }

  /** A head that halves its product has half the gradient of its factors. */
  @Test
  void aLastLayerThatDoesMoreThanMultiplyIsRefused() {
    WhiteBox halving =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 6)
                .weights("fc.weight", TestModels.normal("halving", 18), 3, 6)
                .node(
                    "Gemm",
                    List.of("x", "fc.weight"),
                    "y",
                    OnnxBuilder.attribute("transB", 1),
                    OnnxBuilder.attribute("alpha", .5f))
                .output("y", 0, 3));
    InfluenceContext context = context(halving);
    assertThatThrownBy(
            () -> GradientSimilarity.withDefaults().scores(context, SmallNetwork.test()).mean())
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("does more than multiply");
    double[] mean =
        GradientSimilarity.withDefaults()
            .using(Gradients.ofAllWeights())
            .scores(context, SmallNetwork.test())
            .mean();
    assertThat(mean).hasSize(80).doesNotContain(0);
  }

  @Test
  void aModelWithoutALinearLastLayerIsRefusedByTheLastLayersGradients() {
    WhiteBox rectified =
        TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, 6)
                .weights("fc.weight", TestModels.normal("rectified", 18), 3, 6)
                .node("Gemm", List.of("x", "fc.weight"), "z", OnnxBuilder.attribute("transB", 1))
                .node("Relu", List.of("z"), "y")
                .output("y", 0, 3));
    InfluenceContext context = context(rectified);
    assertThatThrownBy(
            () -> GradientSimilarity.withDefaults().scores(context, SmallNetwork.test()).mean())
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("does not end in a linear layer")
        .hasMessageContaining("take Gradients.ofAllWeights()");
    assertThat(
            GradientSimilarity.withDefaults()
                .using(Gradients.ofAllWeights())
                .scores(context, SmallNetwork.test())
                .mean())
        .hasSize(80);
  }

  @Test
  void aModelThatShowsNoWeightsIsRefused() {
    InfluenceContext context =
        InfluenceContext.of(
            SmallNetwork.training(),
            Models.function("rule", "1", GradientSimilarityTest::thirds).emittingProbabilities(),
            SmallNetwork.run(1 << 20));
    assertThatThrownBy(() -> GradientSimilarity.withDefaults().scores(context, SmallNetwork.test()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("needs a white box")
        .hasMessageContaining("give an ONNX file or a DJL block");
  }

  private static double[][] thirds(Tensor batch) {
    double[][] rows = new double[batch.rows()][];
    Arrays.setAll(rows, i -> new double[] {1. / 3, 1. / 3, 1. / 3});
    return rows;
  }

  private static InfluenceContext context(WhiteBox box) {
    return InfluenceContext.of(
        SmallNetwork.training(),
        SmallNetwork.classifier("linear", box),
        SmallNetwork.run(64L << 20));
  }
}
