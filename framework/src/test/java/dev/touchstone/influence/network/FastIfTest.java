package dev.touchstone.influence.network;

import static dev.touchstone.influence.network.SmallNetwork.distance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.TestModels;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.influence.NotConvergedException;
import dev.touchstone.linalg.Matrix;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FastIfTest {
  private static final NetworkInfluence NETWORK =
      NetworkInfluence.withDefaults()
          .withDamping(.05)
          .using(ByConjugateGradients.withDefaults().withTolerance(1e-9));
  private static final FastIf ESTIMATOR = FastIf.withDefaults().using(NETWORK);

  private final InfluenceContext context = SmallNetwork.context();
  private final Dataset test = SmallNetwork.test();

  @Test
  void ofAllNeighboursItIsTheNetworksInfluence() {
    NetworkInfluence published = NETWORK.using(Lissa.withDefaults().withTolerance(1e-3));
    InfluenceScores all =
        ESTIMATOR.using(published).withNeighbours(80).scores(context, test.first(2));
    InfluenceScores whole = NETWORK.scores(context, test.first(2));
    assertThat(distance(all.toMatrix(), whole.toMatrix())).isBetween(1e-9, 1e-2);
    all.forEach(block -> assertThat(block.largestResidual()).isBetween(1e-9, 1e-3));
  }

  /** The nearest by all distances of what the last layer sees, sorted. */
  @Test
  void onlyTheNearestAreAskedAbout() {
    int k = 9;
    Dataset training = SmallNetwork.training();
    WhiteBox box = Networks.whiteBox(SmallNetwork.model(), "a test");
    double[][] seen = box.inputsOf(box.layers().get(1), training.batch(0, 80));
    double[][] asked = box.inputsOf(box.layers().get(1), test.batch(0, 6));
    Matrix whole = NETWORK.scores(context, test).toMatrix();
    for (InfluenceContext some : List.of(context, SmallNetwork.context(1))) {
      // One example at a time is slow.
      Dataset part = some == context ? test : test.first(1);
      Matrix scores = ESTIMATOR.withNeighbours(k).scores(some, part).toMatrix();
      for (int j = 0; j < part.size(); j++) {
        double[] from = asked[j];
        Set<Integer> nearest =
            IntStream.range(0, 80)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> squaredDistance(seen[i], from)))
                .limit(k)
                .collect(Collectors.toSet());
        for (int i = 0; i < 80; i++) {
          double expected = nearest.contains(i) ? whole.get(i, j) : 0;
          assertThat(Math.abs(scores.get(i, j) - expected)).isLessThan(1e-9);
        }
      }
    }
  }

  private static double squaredDistance(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(c -> (a[c] - b[c]) * (a[c] - b[c])).sum();
  }

  @Test
  void anExampleIsItsOwnNearest() {
    assertThat(ESTIMATOR.withNeighbours(3).selfInfluence(context))
        .containsExactly(NETWORK.selfInfluence(context));
  }

  @Test
  void whatDoesNotConvergeIsNoNumber() {
    FastIf hasty = ESTIMATOR.using(NETWORK.using(Lissa.withDefaults().withSteps(2)));
    assertThatThrownBy(() -> hasty.scores(context, test).toMatrix())
        .isInstanceOf(NotConvergedException.class);
  }

  @Test
  void withoutALastLayerThereAreNoNeighbours() {
    WhiteBox odd =
        TestModels.whiteBox(
                new OnnxBuilder()
                    .input("x", 0, 6)
                    .weights("fc.weight", TestModels.normal("odd", 18), 6, 3)
                    .node("MatMul", List.of("x", "fc.weight"), "h")
                    .node("Tanh", List.of("h"), "y")
                    .output("y", 0, 3))
            .inDoublePrecision();
    InfluenceContext without =
        InfluenceContext.of(
            SmallNetwork.training(),
            SmallNetwork.classifier("odd", odd),
            SmallNetwork.run(64L << 20));
    assertThatThrownBy(() -> ESTIMATOR.scores(without, test))
        .hasMessageContaining("take NetworkInfluence");
  }
}
