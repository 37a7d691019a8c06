package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RandomStreams;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** The derivatives against central differences of what they are derivatives of. */
class SoftmaxObjectiveTest {
  private static final double STEP = 1e-5;

  private final SoftmaxObjective objective = problem(40, 5, 3);
  private final Matrix weights = random(5, 3, "weights");

  @Test
  void theGradientIsTheDerivativeOfTheValue() {
    Matrix gradient = gradientAt(weights);
    for (int i = 0; i < gradient.values().length; i++) {
      double difference = (valueAt(moved(i, STEP)) - valueAt(moved(i, -STEP))) / (2 * STEP);
      assertThat(gradient.values()[i]).isCloseTo(difference, within(1e-9));
    }
  }

  @Test
  void theHessianIsTheDerivativeOfTheGradient() {
    Matrix hessian = objective.hessian(probabilities(weights));
    for (int j = 0; j < 5; j++) {
      for (int c = 0; c < 3; c++) {
        int entry = j * 3 + c;
        Matrix up = SoftmaxObjective.stacked(gradientAt(moved(entry, STEP)));
        Matrix down = SoftmaxObjective.stacked(gradientAt(moved(entry, -STEP)));
        for (int row = 0; row < 15; row++) {
          double difference = (up.values()[row] - down.values()[row]) / (2 * STEP);
          assertThat(hessian.get(row, c * 5 + j)).isCloseTo(difference, within(1e-8));
        }
      }
    }
  }

  @Test
  void theHessianTimesAVectorNeedsNoHessian() {
    Matrix v = random(5, 3, "v");
    Matrix p = probabilities(weights);
    Matrix product =
        DenseAlgebra.plain().product(objective.hessian(p), SoftmaxObjective.stacked(v));
    assertThat(SoftmaxObjective.stacked(objective.hessianTimes(p, v)).values())
        .usingComparatorWithPrecision(1e-13)
        .containsExactly(product.values());
  }

  @Test
  void conjugateGradientsFindWhatCholeskyFinds() {
    Matrix p = probabilities(weights);
    Matrix right = random(5, 3, "right");
    Matrix exact = objective.solver(p).solve(right, 0);
    Matrix iterated = new ConjugateGradients(objective, p).solve(right, 1e-13);
    assertThat(iterated.values())
        .usingComparatorWithPrecision(1e-10)
        .containsExactly(exact.values());
  }

  @Test
  void theMinimumHasNoGradientAndNoLowerNeighbour() {
    Matrix minimum = objective.minimise();
    assertThat(gradientAt(minimum).values()).usingComparatorWithPrecision(1e-10).containsOnly(0.0);
    double value = valueAt(minimum);
    for (int i = 0; i < 10; i++) {
      Matrix step = random(5, 3, "step" + i);
      assertThat(valueAt(SoftmaxObjective.minus(minimum, step, 0.01))).isGreaterThan(value);
    }
  }

  @Test
  void separableDataConvergeToo() {
    Matrix x = Matrix.of(4, 2, -1000, 1, -999, 1, 999, 1, 1000, 1);
    Matrix targets = Matrix.of(4, 2, 1, 0, 1, 0, 0, 1, 0, 1);
    SoftmaxObjective separable =
        new SoftmaxObjective(DenseAlgebra.plain(), x, targets, new double[] {1e-6, 1e-8});
    Matrix minimum = separable.minimise();
    Matrix logP = separable.logProbabilities(minimum);
    assertThat(logP.get(0, 0)).isCloseTo(0, within(1e-2));
    assertThat(logP.get(3, 1)).isCloseTo(0, within(1e-2));
  }

  private Matrix moved(int entry, double step) {
    Matrix moved = weights.copy();
    moved.values()[entry] += step;
    return moved;
  }

  private double valueAt(Matrix w) {
    return objective.value(w, objective.logProbabilities(w));
  }

  private Matrix probabilities(Matrix w) {
    return SoftmaxObjective.exponential(objective.logProbabilities(w));
  }

  private Matrix gradientAt(Matrix w) {
    return objective.gradient(w, objective.residuals(probabilities(w)));
  }

  private static SoftmaxObjective problem(int n, int p, int k) {
    Matrix x = random(n, p, "x");
    Matrix targets = Matrix.zeros(n, k);
    for (int i = 0; i < n; i++) {
      x.set(i, p - 1, 1);
      targets.set(i, (int) Math.floorMod(Double.hashCode(x.get(i, 0)), (long) k), 1);
    }
    return new SoftmaxObjective(
        DenseAlgebra.plain(), x, targets, new double[] {0.1, 0.1, 0.1, 0.1, 0.001});
  }

  private static Matrix random(int rows, int columns, String stream) {
    UniformRandomProvider random = new RandomStreams(3).of(stream);
    return Matrix.of(
        rows, columns, random.doubles((long) rows * columns).map(u -> 4 * u - 2).toArray());
  }
}
