package dev.touchstone.guiding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.RidgeHead;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hypergradient against the lower problem solved anew, and against a closed form. */
class BilevelObjectiveTest {
  private static final int N = 30;
  private static final int M = 9;
  private static final int D = 4;
  private static final int K = 3;
  private static final double RIDGE = 0.05;
  private static final double STEP = 1e-4;

  private final Matrix x = Problems.random(N, D, "x");
  private final Matrix audit = Problems.random(M, D, "audit");

  @Test
  void theHypergradientIsTheDerivativeOfTheSolvedProblem() {
    Matrix targets = Problems.distributions(N, K, "targets");
    Matrix trusted = Problems.distributions(M, K, "trusted");
    double[] weights = Problems.distributions(1, M, "weights").values();
    HeadProblem problem =
        Problems.of(LogisticHead.withDefaults().withRidge(RIDGE), x, targets, audit, trusted, 0);
    BilevelObjective objective =
        new BilevelObjective(problem, new Trusted(trusted, weights), 1e-13);
    objective.at(targets);
    Matrix gradient = objective.gradient();
    for (int i = 0; i < N; i += 7) {
      for (int c = 1; c < K; c++) {
        double up = objective.at(moved(targets, i, c, STEP));
        double down = objective.at(moved(targets, i, c, -STEP));
        double difference = N * (up - down) / (2 * STEP);
        double expected = gradient.get(i, c) - gradient.get(i, 0);
        assertThat(difference).isCloseTo(expected, within(1e-6 * Math.abs(expected)));
      }
    }
    assertThat(objective.residual()).isLessThan(1e-10);
  }

  /** With what an expert says of concepts in the upper level, of classes and of values. */
  @ParameterizedTest
  @ValueSource(ints = {K, 1})
  void theHypergradientOfImportancesIsTheDerivativeOfTheSolvedProblem(int outputs) {
    boolean classes = outputs > 1;
    Matrix targets =
        classes ? Problems.distributions(N, K, "targets") : Problems.random(N, 1, "targets");
    Matrix trusted =
        classes ? Problems.distributions(M, K, "trusted") : Problems.random(M, 1, "trusted");
    double[] shares = Problems.distributions(1, M, "weights").values();
    int[] labels = IntStream.range(0, M).map(j -> j % outputs).toArray();
    double[] confidence = IntStream.range(0, M).mapToDouble(j -> j % 4 / 3.0).toArray();
    Matrix wanted = Problems.random(M, D, "wanted");
    ImportanceTerm term =
        new ImportanceTerm(
            standardised(audit),
            labels,
            confidence,
            wanted,
            new boolean[] {true, true, false, true},
            1);
    HeadProblem problem =
        Problems.of(
            classes ? LogisticHead.withDefaults().withRidge(RIDGE) : new RidgeHead(RIDGE),
            x,
            targets,
            audit,
            trusted,
            0);
    BilevelObjective objective =
        new BilevelObjective(problem, new Trusted(trusted, shares), term, 1e-13);
    BilevelObjective without = new BilevelObjective(problem, new Trusted(trusted, shares), 1e-13);
    // What the term adds is large enough to be seen.
    assertThat(objective.at(targets) - without.at(targets)).isGreaterThan(0.1);
    objective.at(targets);
    Matrix gradient = objective.gradient();
    for (int i = 0; i < N; i += 4) {
      int c = classes ? 1 + i % (K - 1) : 0;
      double up = objective.at(classes ? moved(targets, i, c, STEP) : shifted(targets, i, STEP));
      double down =
          objective.at(classes ? moved(targets, i, c, -STEP) : shifted(targets, i, -STEP));
      double difference = N * (up - down) / (2 * STEP);
      double expected = gradient.get(i, c) - (classes ? gradient.get(i, 0) : 0);
      assertThat(difference).isCloseTo(expected, within(1e-6 * Math.abs(expected)));
    }
    problem.close();
  }

  private static Matrix shifted(Matrix targets, int row, double by) {
    Matrix shifted = targets.copy();
    shifted.set(row, 0, shifted.get(row, 0) + by);
    return shifted;
  }

  /** A share goes from the first class to another: the row stays a distribution. */
  private static Matrix moved(Matrix targets, int row, int to, double share) {
    Matrix moved = targets.copy();
    moved.set(row, to, moved.get(row, to) + share);
    moved.set(row, 0, moved.get(row, 0) - share);
    return moved;
  }

  /** W = A⁻¹XᵀT/n is linear in T, so F is a quadratic form whose derivative can be written down. */
  @Test
  void ofRidgeRegressionTheHypergradientHasAClosedForm() {
    Matrix targets = Problems.random(N, 1, "values");
    Matrix trusted = Problems.random(M, 1, "trusted values");
    double[] weights = Problems.distributions(1, M, "weights").values();
    HeadProblem problem = Problems.of(new RidgeHead(RIDGE), x, targets, audit, trusted, 0);
    BilevelObjective objective =
        new BilevelObjective(problem, new Trusted(trusted, weights), 1e-13);
    double value = objective.at(targets);
    Matrix gradient = objective.gradient();

    DenseAlgebra algebra = DenseAlgebra.plain();
    Matrix z = standardised(x);
    Matrix za = standardised(audit);
    Matrix system = algebra.crossProduct(z, z);
    for (int j = 0; j <= D; j++) {
      for (int l = 0; l <= D; l++) {
        double r = j == l ? (j == D ? 0.01 * RIDGE : RIDGE) : 0;
        system.set(j, l, system.get(j, l) / N + r);
      }
    }
    Matrix hat = algebra.cholesky(system).solve(transposed(z)); // n dW/dT
    double f = 0;
    double[] expected = new double[N];
    double[] w = new double[D + 1];
    for (int j = 0; j <= D; j++) {
      for (int i = 0; i < N; i++) {
        w[j] += hat.get(j, i) * targets.get(i, 0) / N;
      }
    }
    for (int i = 0; i < N; i++) {
      double gap = dot(z.row(i), w) - targets.get(i, 0);
      f += gap * gap / 2 / N;
      expected[i] -= gap;
      for (int l = 0; l < N; l++) {
        expected[l] += gap * dot(z.row(i), column(hat, l)) / N;
      }
    }
    for (int j = 0; j < M; j++) {
      double gap = dot(za.row(j), w) - trusted.get(j, 0);
      f += weights[j] * gap * gap / 2;
      for (int l = 0; l < N; l++) {
        expected[l] += weights[j] * gap * dot(za.row(j), column(hat, l));
      }
    }
    assertThat(value).isCloseTo(f, within(1e-12));
    assertThat(gradient.values()).usingComparatorWithPrecision(1e-9).containsExactly(expected);
  }

  private Matrix standardised(Matrix rows) {
    Matrix z = Matrix.zeros(rows.rows(), D + 1);
    for (int j = 0; j < D; j++) {
      double mean = 0;
      double square = 0;
      for (int i = 0; i < N; i++) {
        mean += x.get(i, j) / N;
      }
      for (int i = 0; i < N; i++) {
        square += Math.pow(x.get(i, j) - mean, 2) / N;
      }
      for (int i = 0; i < rows.rows(); i++) {
        z.set(i, j, (rows.get(i, j) - mean) / Math.sqrt(square));
        z.set(i, D, 1);
      }
    }
    return z;
  }

  private static Matrix transposed(Matrix a) {
    Matrix t = Matrix.zeros(a.columns(), a.rows());
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.columns(); j++) {
        t.set(j, i, a.get(i, j));
      }
    }
    return t;
  }

  private static double[] column(Matrix a, int column) {
    double[] values = new double[a.rows()];
    for (int i = 0; i < values.length; i++) {
      values[i] = a.get(i, column);
    }
    return values;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
