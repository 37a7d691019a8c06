package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightDerivativesTest {
  /** Exact in single precision beside weights that are multiples of 1/1024. */
  private static final double STEP = 0x1p-13;

  @ParameterizedTest
  @EnumSource
  void theGradientAgreesWithCentralDifferencesInDouble(WeightModels kind) {
    WhiteBox model = kind.rounded();
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    Tensor batch = kind.batch();
    Loss loss = crossEntropy(batch);

    double[] gradient = derivatives.gradient(batch, loss);

    for (int j = 0; j < 5; j++) {
      double[] way = direction(kind, j, derivatives.parameters());
      double expected =
          difference(model, way, moved -> new double[] {sum(moved.losses(batch, loss))})[0];
      double scale = Math.abs(expected) + 1e-3 * norm(gradient) * norm(way);
      assertThat(product(gradient, way)).isCloseTo(expected, within(1e-7 * scale));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theHessianTimesAVectorAgreesWithCentralDifferencesOfTheGradientInDouble(WeightModels kind) {
    WhiteBox model = kind.rounded();
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    Tensor batch = kind.batch();
    for (Loss loss : losses(batch)) {
      double[] way = direction(kind, 7, derivatives.parameters());

      double[] product = derivatives.hessianVector(batch, loss, way);

      double[] expected = difference(model, way, moved -> moved.gradient(batch, loss));
      assertThat(distance(product, expected)).isLessThan(1e-6 * norm(expected));
    }
  }

  /** As the weights move, the input gradients move by the mixed derivative. */
  @ParameterizedTest
  @EnumSource
  void derivativesByTheInputAgreeWithCentralDifferencesOfInputGradientsInDouble(WeightModels kind) {
    WhiteBox model = kind.rounded();
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    Tensor batch = kind.batch();
    for (Loss loss : losses(batch)) {
      double[] way = direction(kind, 5, derivatives.parameters());

      double[][] rows = derivatives.inputDerivatives(batch, loss, way);

      double[] expected =
          difference(
              model,
              way,
              moved ->
                  flat(
                      moved
                          .parameters()
                          .model()
                          .inputGradients(batch, loss, BackwardRules.derivatives())));
      assertThat(distance(flat(rows), expected)).isLessThan(1e-6 * norm(expected));
    }
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  @ParameterizedTest
  @EnumSource
  void theGaussNewtonMatrixIsWhatDifferencesOfTheScoresMake(WeightModels kind) {
    WhiteBox model = kind.rounded();
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    Tensor batch = kind.batch();
    double[][] scores = model.scores(batch);
    double[] v = direction(kind, 1, derivatives.parameters());
    double[] u = direction(kind, 2, derivatives.parameters());
    double[][] alongV = scoresAlong(model, batch, v);
    double[][] alongU = scoresAlong(model, batch, u);
    for (Loss loss : losses(batch)) {
      double expected = 0;
      double size = 0;
      for (int i = 0; i < batch.rows(); i++) {
        double[] bent = loss.hessianVector(scores[i], i, alongV[i]);
        expected += product(alongU[i], bent);
        size += norm(alongU[i]) * norm(bent);
      }

      double[] product = derivatives.gaussNewtonVector(batch, loss, v);

      assertThat(product(u, product)).isCloseTo(expected, within(1e-7 * size));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theJacobianTimesAVectorAgreesWithCentralDifferencesOfTheScores(WeightModels kind) {
    WhiteBox model = kind.rounded();
    Tensor batch = kind.batch();
    double[] way = direction(kind, 1, Parameters.trainable(model));
    double[][] expected = scoresAlong(model, batch, way);

    double[][] along = WeightDerivatives.of(model).jacobianVector(batch, way);

    for (int i = 0; i < expected.length; i++) {
      assertThat(distance(along[i], expected[i])).isLessThan(1e-7 * norm(expected[i]));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theProductsOfEachExamplesGradientAreThoseOfItsGradientAlone(WeightModels kind) {
    WhiteBox model = kind.single().inDoublePrecision();
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    Tensor batch = kind.batch();
    Loss loss = crossEntropy(batch);
    double[][] vectors = {
      direction(kind, 1, derivatives.parameters()), direction(kind, 2, derivatives.parameters())
    };

    double[][] products = derivatives.gradientProducts(batch, loss, vectors);

    for (int i = 0; i < batch.rows(); i++) {
      double[] only = new double[batch.rows()];
      only[i] = 1;
      double[] gradient = derivatives.gradient(batch, loss.weighted(only));
      for (int j = 0; j < vectors.length; j++) {
        assertThat(products[i][j])
            .isCloseTo(
                product(gradient, vectors[j]), within(1e-12 * norm(gradient) * norm(vectors[j])));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMadeOfEachExamplesGradientIsWhatItsGradientAloneMakes(WeightModels kind) {
    WhiteBox model = kind.single().inDoublePrecision();
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    Tensor batch = kind.batch();
    Loss loss = crossEntropy(batch);
    RandomProjection projection = RandomProjection.rademacher(5, 3);
    double[][] vectors =
        IntStream.range(0, 12)
            .mapToObj(i -> direction(kind, i, derivatives.parameters()))
            .toArray(double[][]::new);

    double[] squared = derivatives.squaredGradientNorms(batch, loss);
    double[][] projected = derivatives.projectedGradients(batch, loss, projection);
    double[][] products = derivatives.gradientProducts(batch, loss, vectors);
    double[][] streamed = new double[batch.rows()][];
    derivatives.forEachGradient(batch, loss, (gradient, example) -> streamed[example] = gradient);

    for (int i = 0; i < batch.rows(); i++) {
      double[] only = new double[batch.rows()];
      only[i] = 1;
      double[] gradient = derivatives.gradient(batch, loss.weighted(only));
      double size = norm(gradient);
      assertThat(distance(streamed[i], gradient)).isLessThan(1e-12 * size);
      assertThat(squared[i]).isCloseTo(size * size, within(1e-12 * size * size));
      // A sign's size, 1/√5, is single precision.
      assertThat(distance(projected[i], projection.project(gradient))).isLessThan(1e-12 * size);
      for (int j = 0; j < vectors.length; j++) {
        assertThat(products[i][j])
            .isCloseTo(product(gradient, vectors[j]), within(1e-12 * size * norm(vectors[j])));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void examplesAreTakenTogetherWhereTheyStandInFront(WeightModels kind) {
    ExampleGradients gradients = ExampleGradients.of(Parameters.trainable(kind.single()), 1 << 20);

    assertThat(gradients.keepsExamplesApart()).isEqualTo(kind != WeightModels.CROSSWISE);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONVOLUTIONAL", "CROSSWISE"})
  void littleMemoryChangesNoProjection(WeightModels kind) {
    WhiteBox model = kind.single().inDoublePrecision();
    Tensor batch = kind.batch(9);
    Loss loss = crossEntropy(batch);
    RandomProjection projection = RandomProjection.gaussian(4, 1);
    WeightDerivatives whole = WeightDerivatives.of(model);

    double[][] expected = whole.projectedGradients(batch, loss, projection);
    double[][] projected = whole.withMemory(20_000).projectedGradients(batch, loss, projection);

    for (int i = 0; i < 9; i++) {
      assertThat(distance(projected[i], expected[i])).isLessThan(1e-12 * norm(expected[i]));
    }
  }

  @Test
  void aTableOfEmbeddingsGetsTheGradientOfTheRowsThatWereLookedUp() {
    OnnxBuilder embedding =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("table", TestModels.normal("table", 12), 4, 3)
            .weights("fc.weight", TestModels.normal("fc", 12), 6, 2)
            .node("Cast", List.of("x"), "tokens", OnnxBuilder.attribute("to", 7))
            .node("Gather", List.of("table", "tokens"), "e")
            .node("Flatten", List.of("e"), "f")
            .node("MatMul", List.of("f", "fc.weight"), "y")
            .output("y", 0, 2);
    WhiteBox model = TestModels.whiteBox(embedding);
    float[] w = model.weight("fc.weight");
    WeightDerivatives derivatives = WeightDerivatives.by(Parameters.named(model, "table"));
    Tensor batch = Tensor.of(new float[] {3, 1, 0, 3}, 2, 2);

    double[] gradient = derivatives.gradient(batch, Quantity.ofClass(1));
    double[] squared = derivatives.squaredGradientNorms(batch, Quantity.ofClass(1));

    // Row j of the table meets rows 0 to 2 of the weights in the first place, 3 to 5 in the second.
    double[] first = {w[1], w[3], w[5]};
    double[] second = {w[7], w[9], w[11]};
    double[] expected = new double[12];
    for (int j = 0; j < 3; j++) {
      expected[j] = first[j];
      expected[3 + j] = second[j];
      expected[9 + j] = first[j] + second[j];
    }
    double each = product(first, first) + product(second, second);
    assertThat(gradient).containsExactly(expected, within(1e-6));
    assertThat(squared).containsExactly(new double[] {each, each}, within(1e-5));
  }

  @ParameterizedTest
  @EnumSource
  void theGaussNewtonMatrixIsSymmetricAndHasNoNegativeDirection(WeightModels kind) {
    WhiteBox model = kind.single().inDoublePrecision();
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    Tensor batch = kind.batch();
    Loss loss = crossEntropy(batch);
    double[] u = direction(kind, 3, derivatives.parameters());
    double[] v = direction(kind, 4, derivatives.parameters());

    double[] ofU = derivatives.gaussNewtonVector(batch, loss, u);
    double[] ofV = derivatives.gaussNewtonVector(batch, loss, v);

    assertThat(product(u, ofV)).isCloseTo(product(v, ofU), within(1e-12 * norm(u) * norm(ofV)));
    assertThat(product(v, ofV)).isPositive();
    assertThat(product(u, ofU)).isPositive();
  }

  /** With scores s = Wx: ∇ = (p − t)xᵀ, ∇² = (diag p − ppᵀ) ⊗ xxᵀ. */
  @Test
  void derivativesOfALinearSoftmaxModelAreTheClosedForms() {
    WhiteBox model = WeightModels.linear(0, 4, 3).inDoublePrecision();
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    Tensor batch = WeightModels.PERCEPTRON.batch(6);
    double[][] targets = softTargets(6, 3);
    Loss loss = Loss.crossEntropy(targets);
    double[] v = IntStream.range(0, 12).mapToDouble(i -> Math.sin(i + 1)).toArray();
    double[][] scores = model.scores(batch);
    double[] gradient = new double[12];
    double[] hessianVector = new double[12];
    for (int i = 0; i < 6; i++) {
      float[] x = batch.row(i);
      double[] p = softmax(scores[i]);
      double[] moved = new double[3];
      double mean = 0;
      for (int c = 0; c < 3; c++) {
        for (int j = 0; j < 4; j++) {
          moved[c] += v[c * 4 + j] * x[j];
        }
        mean += p[c] * moved[c];
      }
      for (int c = 0; c < 3; c++) {
        for (int j = 0; j < 4; j++) {
          gradient[c * 4 + j] += (p[c] - targets[i][c]) * x[j];
          hessianVector[c * 4 + j] += p[c] * (moved[c] - mean) * x[j];
        }
      }
    }

    assertThat(derivatives.gradient(batch, loss)).containsExactly(gradient, within(1e-13));
    assertThat(derivatives.hessianVector(batch, loss, v))
        .containsExactly(hessianVector, within(1e-13));
    assertThat(derivatives.gaussNewtonVector(batch, loss, v))
        .containsExactly(hessianVector, within(1e-13));
  }

  @ParameterizedTest
  @EnumSource
  void singlePrecisionGivesTheSameUpToItsRounding(WeightModels kind) {
    WhiteBox model = kind.single();
    Tensor batch = kind.batch();
    Loss loss = crossEntropy(batch);
    double[] v = direction(kind, 1, Parameters.trainable(model));
    WeightDerivatives single = WeightDerivatives.of(model);
    WeightDerivatives twice = WeightDerivatives.of(model.inDoublePrecision());

    double[] gradient = twice.gradient(batch, loss);
    double[] hessian = twice.hessianVector(batch, loss, v);

    assertThat(distance(single.gradient(batch, loss), gradient)).isLessThan(1e-4 * norm(gradient));
    assertThat(distance(single.hessianVector(batch, loss, v), hessian))
        .isLessThan(1e-4 * norm(hessian));
  }

  @Test
  void portionsChangeNothing() {
    WeightModels kind = WeightModels.CONVOLUTIONAL;
    WhiteBox model = kind.single().inDoublePrecision();
    Tensor batch = kind.batch(23);
    Loss loss = crossEntropy(batch).averagedOver(23);
    WeightDerivatives whole = WeightDerivatives.of(model);
    WeightDerivatives portions = whole.withMemory(3 * 40_000);
    double[] v = direction(kind, 1, whole.parameters());

    double[] gradient = whole.gradient(batch, loss);
    double[] hessian = whole.hessianVector(batch, loss, v);
    double[][] products = whole.gradientProducts(batch, loss, v);

    assertThat(model.batchSize(40_000, true)).isBetween(1, 10);
    assertThat(distance(portions.gradient(batch, loss), gradient))
        .isLessThan(1e-13 * norm(gradient));
    assertThat(distance(portions.hessianVector(batch, loss, v), hessian))
        .isLessThan(1e-12 * norm(hessian));
    double[][] again = portions.gradientProducts(batch, loss, v);
    for (int i = 0; i < 23; i++) {
      assertThat(again[i][0]).isCloseTo(products[i][0], within(1e-13 * norm(gradient) * 100));
    }
    assertThat(portions.losses(batch, loss))
        .containsExactly(whole.losses(batch, loss), within(1e-13));
  }

  @Test
  void aModelOfAFixedBatchCountsNoExampleTwice() {
    WhiteBox free = WeightModels.PERCEPTRON.single().inDoublePrecision();
    WhiteBox four = WeightModels.linear(4, 4, 3).inDoublePrecision();
    Tensor batch = WeightModels.PERCEPTRON.batch(6);
    Loss loss = crossEntropy(batch);
    double[] v = IntStream.range(0, 12).mapToDouble(i -> Math.sin(i + 1)).toArray();
    WeightDerivatives derivatives = WeightDerivatives.of(four);

    double[] sum = new double[12];
    for (int i = 0; i < 6; i++) {
      float[] x = batch.row(i);
      double[] p = softmax(four.scores(batch)[i]);
      for (int c = 0; c < 3; c++) {
        for (int j = 0; j < 4; j++) {
          sum[c * 4 + j] += (p[c] - (i % 3 == c ? 1 : 0)) * x[j];
        }
      }
    }

    assertThat(free.inputShape()[0]).isEqualTo(-1);
    assertThat(derivatives.gradient(batch, loss)).containsExactly(sum, within(1e-13));
    assertThat(derivatives.gradientProducts(batch, loss, v)).hasNumberOfRows(6);
    assertThat(
            Arrays.stream(derivatives.gradientProducts(batch, loss, v))
                .mapToDouble(row -> row[0])
                .sum())
        .isCloseTo(product(sum, v), within(1e-12));
  }

  @Test
  void aThousandEvaluationsLeaveNoNativeArrayBehind() {
    WeightModels kind = WeightModels.ATTENTION;
    WhiteBox model = kind.single();
    Tensor batch = kind.batch();
    Loss loss = crossEntropy(batch);
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    double[] v = direction(kind, 1, derivatives.parameters());
    derivatives.hessianVector(batch, loss, v);
    RandomProjection projection = RandomProjection.rademacher(3, 1);
    int before = model.nativeArrays();

    for (int i = 0; i < 200; i++) {
      derivatives.gradient(batch, loss);
      derivatives.gradientProducts(batch, loss, v);
      derivatives.hessianVector(batch, loss, v);
      derivatives.gaussNewtonVector(batch, loss, v);
      derivatives.squaredGradientNorms(batch, loss);
      derivatives.projectedGradients(batch, loss, projection);
    }

    assertThat(before).isPositive();
    assertThat(model.nativeArrays()).isEqualTo(before);
  }

  @Test
  void weightsThatTheScoresHaveNoDerivativeByGetZeros() {
    OnnxBuilder rounding =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("w", new float[] {1.5f, -2.5f}, 2)
            .weights("fc.weight", new float[] {1, 2, 3, 4}, 2, 2)
            .node("MatMul", List.of("x", "fc.weight"), "m")
            .node("Floor", List.of("w"), "whole")
            .node("Cast", List.of("whole"), "cast", OnnxBuilder.attribute("to", 7))
            .node("Cast", List.of("cast"), "back", OnnxBuilder.attribute("to", 1))
            .node("Add", List.of("m", "back"), "y")
            .output("y", 0, 2);
    WhiteBox model = TestModels.whiteBox(rounding);
    Tensor batch = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    WeightDerivatives alone = WeightDerivatives.by(Parameters.named(model, "w"));
    WeightDerivatives beside = WeightDerivatives.by(Parameters.named(model, "w", "fc.weight"));

    assertThat(alone.gradient(batch, crossEntropy(batch))).containsExactly(0, 0);
    assertThat(alone.hessianVector(batch, crossEntropy(batch), new double[] {1, 1}))
        .containsExactly(0, 0);
    assertThat(alone.gradientProducts(batch, crossEntropy(batch), new double[] {1, 1}))
        .isDeepEqualTo(new double[2][1]);
    assertThat(Arrays.copyOf(beside.gradient(batch, crossEntropy(batch)), 2)).containsExactly(0, 0);
    assertThat(norm(beside.gradient(batch, crossEntropy(batch)))).isPositive();
  }

  /** DJL lays arrays over Java's own buffers, which go when nobody in Java holds the array. */
  @Test
  void whatGoingBackNeedsOutlivesAGarbageCollection() {
    WeightDerivatives derivatives = WeightDerivatives.of(WeightModels.linear(0, 1000, 1));
    Tensor batch = Tensor.of(TestModels.normal("wide x", 2000), 2, 1000);
    Quantity collecting =
        new Quantity() {
          @Override
          public double value(double[] scores, int example) {
            return scores[0];
          }

          @Override
          public double[] gradient(double[] scores, int example) {
            System.gc();
            for (int i = 0; i < 100; i++) {
              ByteBuffer other = ByteBuffer.allocateDirect(8000);
              for (int j = 0; j < 8000; j += 8) {
                other.putDouble(j, Double.NaN);
              }
            }
            return new double[] {1};
          }
        };

    double[] gradient = derivatives.gradient(batch, collecting);

    for (int j = 0; j < 1000; j++) {
      double expected = (double) batch.row(0)[j] + batch.row(1)[j];
      assertThat(gradient[j]).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void aVectorOfAnotherLengthIsRefused() {
    WeightDerivatives derivatives = WeightDerivatives.of(WeightModels.PERCEPTRON.single());
    Tensor batch = WeightModels.PERCEPTRON.batch();

    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> derivatives.hessianVector(batch, crossEntropy(batch), new double[3]))
        .withMessageContaining("a vector of 3 numbers for test.onnx; expected one per weight, 90");
  }

  private static List<Loss> losses(Tensor batch) {
    return List.of(
        crossEntropy(batch),
        Loss.squaredError(softTargets(batch.rows(), batch.rowSize() == 784 ? 10 : 3)));
  }

  private static Loss crossEntropy(Tensor batch) {
    return Loss.crossEntropy(IntStream.range(0, batch.rows()).map(i -> i % 3).toArray());
  }

  private static double[][] softTargets(int n, int classes) {
    double[][] targets = new double[n][classes];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < classes; c++) {
        targets[i][c] = (1 + (i + c) % classes) / (classes * (classes + 1) / 2.0);
      }
    }
    return targets;
  }

  /**
   * Multiples of 1/64 below 4, so that steps along it are exact. The published network has so many
   * rectifiers that any step in their weights passes a kink: there the last layer moves alone.
   */
  private static double[] direction(WeightModels kind, int number, Parameters parameters) {
    float[] normal = TestModels.normal("direction " + number + " of " + kind, parameters.size());
    double[] direction = new double[normal.length];
    int parts = parameters.parts().size();
    int from = kind == WeightModels.TRIBUO ? parameters.parts().get(parts - 2).offset() : 0;
    for (int i = from; i < direction.length; i++) {
      direction[i] = Math.max(-4, Math.min(4, Math.rint(normal[i] * 64) / 64));
    }
    return direction;
  }

  private static double[][] scoresAlong(WhiteBox model, Tensor batch, double[] way) {
    int classes = model.scores(batch)[0].length;
    double[] flat =
        difference(
            model,
            way,
            moved ->
                Arrays.stream(moved.parameters().model().scores(batch))
                    .flatMapToDouble(Arrays::stream)
                    .toArray());
    return IntStream.range(0, batch.rows())
        .mapToObj(i -> Arrays.copyOfRange(flat, i * classes, (i + 1) * classes))
        .toArray(double[][]::new);
  }

  /** Something of a model whose weights moved. */
  private interface Measured {
    double[] of(WeightDerivatives moved);
  }

  /** The derivative along a way by five-point central differences. */
  private static double[] difference(WhiteBox model, double[] way, Measured measured) {
    double[] near = subtract(at(model, way, 1, measured), at(model, way, -1, measured));
    double[] far = subtract(at(model, way, 2, measured), at(model, way, -2, measured));
    double[] derivative = new double[near.length];
    for (int i = 0; i < derivative.length; i++) {
      derivative[i] = (8 * near[i] - far[i]) / (12 * STEP);
    }
    return derivative;
  }

  private static double[] at(WhiteBox model, double[] way, int steps, Measured measured) {
    Parameters parameters = Parameters.trainable(model);
    float[] values = parameters.values();
    for (int i = 0; i < values.length; i++) {
      double exact = values[i] + steps * STEP * way[i];
      values[i] = (float) exact;
      assertThat((double) values[i]).isEqualTo(exact);
    }
    WhiteBox moved = model.withWeights(parameters.byWeight(values));
    try {
      return measured.of(WeightDerivatives.of(moved));
    } finally {
      moved.release();
    }
  }

  private static double[] subtract(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
  }

  private static double[] softmax(double[] scores) {
    double sum = Arrays.stream(scores).map(Math::exp).sum();
    return Arrays.stream(scores).map(score -> Math.exp(score) / sum).toArray();
  }

  private static double product(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  private static double norm(double[] a) {
    return Math.sqrt(product(a, a));
  }

  private static double distance(double[] a, double[] b) {
    return norm(subtract(a, b));
  }

  private static double sum(double[] a) {
    return Arrays.stream(a).sum();
  }
}
