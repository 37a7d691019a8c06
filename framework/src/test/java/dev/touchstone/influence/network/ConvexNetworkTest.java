package dev.touchstone.influence.network;

import static dev.touchstone.influence.network.SmallNetwork.distance;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceFunctions;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A network that is one linear layer is a head: both say the same of it. */
class ConvexNetworkTest {

  /**
   * The head's own features are z-scored and have a ridge of .01 λ on the bias; of features that
   * are, and a bias folded into a constant feature, that is a network with damping λ.
   */
  @Test
  void itsInfluenceIsTheHeads() {
    Matrix features = SmallNetwork.matrix("train");
    int[] labels = SmallNetwork.training().labels();
    double ridge = .1;
    FittedHead head =
        new LogisticHead(ridge, 1e-10).fit(HeadData.of(RowSource.of(features), labels, 3));
    InfluenceContext ofHead =
        new InfluenceContext(
            SmallNetwork.training(),
            head,
            data -> RowSource.of(SmallNetwork.matrix(data.size() == 6 ? "test" : "train")),
            List.of(),
            SmallNetwork.run(64L << 20));
    InfluenceContext ofNetwork =
        InfluenceContext.of(
            standardised(features, features, labels),
            SmallNetwork.classifier("linear", network(head.weights())),
            SmallNetwork.run(64L << 20));
    Matrix expected =
        InfluenceFunctions.withDefaults().scores(ofHead, SmallNetwork.test()).toMatrix();

    for (NetworkInfluence estimator :
        List.of(NetworkInfluence.withDefaults(), NetworkInfluence.withDefaults().onHessian())) {
      Matrix scores =
          estimator
              .withDamping(ridge)
              .using(ByConjugateGradients.withDefaults().withTolerance(1e-9))
              .scores(
                  ofNetwork,
                  standardised(SmallNetwork.matrix("test"), features, SmallNetwork.test().labels()))
              .toMatrix();
      // Weights and features are stored in single precision.
      assertThat(distance(scores, expected)).isLessThan(1e-5);
    }
  }

  /**
   * The bias's column is √100, so that a damping of λ on its weight is one of λ/100 on the bias.
   */
  private static final double ONES = 10;

  private static Dataset standardised(Matrix rows, Matrix like, int... labels) {
    int d = rows.columns();
    float[] values = new float[rows.rows() * (d + 1)];
    for (int j = 0; j < d; j++) {
      double mean = 0;
      double square = 0;
      for (int i = 0; i < like.rows(); i++) {
        mean += like.get(i, j) / like.rows();
        square += like.get(i, j) * like.get(i, j) / like.rows();
      }
      for (int i = 0; i < rows.rows(); i++) {
        values[i * (d + 1) + j] =
            (float) ((rows.get(i, j) - mean) / Math.sqrt(square - mean * mean));
      }
    }
    for (int i = 0; i < rows.rows(); i++) {
      values[i * (d + 1) + d] = (float) ONES;
    }
    return Dataset.named("standardised")
        .features(FeatureStore.inMemory(values, d + 1))
        .labels(labels)
        .classNames(List.of("a", "b", "c"))
        .build();
  }

  private static WhiteBox network(Matrix weights) {
    float[] values = new float[weights.rows() * 3];
    for (int j = 0; j < weights.rows(); j++) {
      for (int c = 0; c < 3; c++) {
        double scale = j == weights.rows() - 1 ? ONES : 1;
        values[j * 3 + c] = (float) (weights.get(j, c) / scale);
      }
    }
    return TestModels.whiteBox(
            new OnnxBuilder()
                .input("x", 0, weights.rows())
                .weights("fc.weight", values, weights.rows(), 3)
                .node("MatMul", List.of("x", "fc.weight"), "y")
                .output("y", 0, 3))
        .inDoublePrecision();
  }
}
