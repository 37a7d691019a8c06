package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.influence.FactoredPreconditioner.PairWeights;
import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RandomStreams;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** The derivatives against central differences of what they are derivatives of. */
class HeadObjectiveTest {
  private static final double STEP = 1e-5;

  private final HeadObjective objective = problem(40, 5, 3);
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
        Matrix up = HeadObjective.stacked(gradientAt(moved(entry, STEP)));
        Matrix down = HeadObjective.stacked(gradientAt(moved(entry, -STEP)));
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
    Matrix product = DenseAlgebra.plain().product(objective.hessian(p), HeadObjective.stacked(v));
    assertThat(HeadObjective.stacked(objective.hessianTimes(p, v)).values())
        .usingComparatorWithPrecision(1e-13)
        .containsExactly(product.values());
  }

  /** By the Gram matrices of all pairs of classes, as heads of more columns are. */
  @Test
  void theHessianOfManyColumnsIsThatOfThePairsOfClasses() {
    HeadObjective wide = problem(90, 131, 3, DenseAlgebra.onNativeLibraries());
    Matrix p = wide.at(random(131, 3, "w")).predictions();
    Matrix v = random(131, 3, "v");
    Matrix product = DenseAlgebra.plain().product(wide.hessian(p), HeadObjective.stacked(v));
    assertThat(HeadObjective.stacked(wide.hessianTimes(p, v)).values())
        .usingComparatorWithPrecision(1e-11)
        .containsExactly(product.values());
    Matrix differences = wide.hessianOfDifferences(p);
    Matrix all = wide.hessian(p);
    for (int j = 0; j < 131; j++) { // off the ridge's diagonal they are blocks of the whole
      assertThat(differences.get(j, 131 + (j + 1) % 131))
          .isCloseTo(all.get(j, 131 + (j + 1) % 131), within(1e-13));
    }
  }

  @Test
  void whatPairsOfClassesWeighLittleIsLeftOutOfTheHessian() {
    Matrix p = probabilities(weights);
    Matrix whole = objective.hessian(p);
    assertThat(objective.hessianWithout(p, 0).values())
        .usingComparatorWithPrecision(1e-13)
        .containsExactly(whole.values());
    double least = Math.scalb(1.0, -9);
    Matrix without = objective.hessianWithout(p, least);
    // By the definition, pair by pair.
    Matrix expected = whole.copy();
    int left = 0;
    for (int i = 0; i < 40; i++) {
      double[] x = objective.x.toMatrix().row(i);
      for (int a = 0; a < 3; a++) {
        for (int b = a + 1; b < 3; b++) {
          double weight = p.get(i, a) * p.get(i, b) / 40;
          if (weight < least) {
            left++;
            for (int j = 0; j < 5; j++) {
              for (int l = 0; l < 5; l++) {
                double curved = weight * x[j] * x[l];
                add(expected, a * 5 + j, a * 5 + l, -curved);
                add(expected, b * 5 + j, b * 5 + l, -curved);
                add(expected, a * 5 + j, b * 5 + l, curved);
                add(expected, b * 5 + j, a * 5 + l, curved);
              }
            }
          }
        }
      }
    }
    assertThat(left).isBetween(10, 110);
    assertThat(without.values())
        .usingComparatorWithPrecision(1e-13)
        .containsExactly(expected.values());
  }

  private static void add(Matrix sum, int row, int column, double value) {
    sum.set(row, column, sum.get(row, column) + value);
  }

  /** Two classes: weights of .25/3 (from 2⁻⁴), .09/3 (from 2⁻⁶) and .0099/3 (from 2⁻⁹). */
  @Test
  void theLeastWeightsTogetherAreAtMostAShare() {
    Matrix x = Matrix.of(3, 1, 1, 1, 1);
    Matrix targets = Matrix.of(3, 2, 1, 0, 1, 0, 0, 1);
    HeadObjective three = Objectives.softmax(x, targets, 0.1);
    Matrix p = Matrix.of(3, 2, .5, .5, .9, .1, .99, .01);
    double all = .25 / 3 + .09 / 3 + .0099 / 3;
    assertThat(PairWeights.of(three, p, .0099 / 3 / all + 1e-9))
        .isEqualTo(new PairWeights(Math.scalb(1.0, -6), 2));
    assertThat(PairWeights.of(three, p, .0099 / 3 / all - 1e-9))
        .isEqualTo(new PairWeights(Math.scalb(1.0, -9), 3));
    assertThat(PairWeights.of(three, p, .0999 / 3 / all + 1e-9))
        .isEqualTo(new PairWeights(Math.scalb(1.0, -4), 1));
  }

  @Test
  void conjugateGradientsFindWhatCholeskyFinds() {
    Matrix p = probabilities(weights);
    List<Matrix> right = List.of(random(5, 3, "right"), Matrix.zeros(5, 3), random(5, 3, "more"));
    CholeskyFactor factor = DenseAlgebra.plain().cholesky(objective.hessian(p));
    List<InverseHessianProduct> iterated =
        new ConjugateGradients(objective, p, 1e-13, 100).solve(right);
    for (int i = 0; i < right.size(); i++) {
      assertThat(iterated.get(i).solution().values())
          .usingComparatorWithPrecision(1e-10)
          .containsExactly(objective.solve(factor, right.get(i)).values());
      assertThat(iterated.get(i).relativeResidual()).isLessThan(2e-13);
    }
    assertThat(iterated.get(1).steps()).isZero();
    assertThat(iterated.get(0).steps()).isBetween(2, 20);
  }

  @Test
  void whatOneSystemTaughtShortensTheNextAndChangesNoSolution() {
    HeadObjective many = problem(200, 12, 4);
    Matrix p = many.at(random(12, 4, "w")).predictions();
    Preconditioner base = new Preconditioner(many, p);
    LearntPreconditioner learnt = new LearntPreconditioner();
    InverseHessianProduct first = solved(many, p, base, learnt, random(12, 4, "first"));
    Matrix right = random(12, 4, "second");
    InverseHessianProduct second = solved(many, p, base, learnt, right);
    InverseHessianProduct untaught = solved(many, p, base, new LearntPreconditioner(), right);
    assertThat(first.steps()).isGreaterThan(4);
    assertThat(second.steps()).isLessThan(untaught.steps());
    assertThat(second.solution().values())
        .usingComparatorWithPrecision(1e-8)
        .containsExactly(untaught.solution().values());
    Matrix v = random(12, 4, "v");
    Matrix u = random(12, 4, "u");
    Matrix onV = learnt.on(base).apply(v);
    assertThat(ConjugateGradients.dot(v, onV)).isPositive();
    assertThat(ConjugateGradients.dot(u, onV))
        .isCloseTo(ConjugateGradients.dot(v, learnt.on(base).apply(u)), within(1e-9));
  }

  private static InverseHessianProduct solved(
      HeadObjective objective,
      Matrix p,
      Preconditioner base,
      LearntPreconditioner learnt,
      Matrix right) {
    return new ConjugateGradients(objective, p, learnt.on(base), learnt::learn, 1e-10, 200)
        .solve(right, Matrix.zeros(0, 0));
  }

  @Test
  void aStartThatIsNearSavesSteps() {
    Matrix p = probabilities(weights);
    Matrix right = random(5, 3, "right");
    ConjugateGradients solver = new ConjugateGradients(objective, p, 1e-12, 100);
    InverseHessianProduct cold = solver.solve(right, Matrix.zeros(5, 3));
    InverseHessianProduct warm = solver.solve(right, cold.solution());
    assertThat(warm.steps()).isZero();
    Matrix near = right.copy();
    near.set(0, 0, near.get(0, 0) * (1 + 1e-6));
    InverseHessianProduct moved = solver.solve(near, cold.solution());
    assertThat(moved.steps()).isLessThan(cold.steps());
    assertThat(moved.relativeResidual()).isLessThan(1e-11);
  }

  @Test
  void theResidualIsThatOfTheSolutionAlsoWhereThereAreTooFewSteps() {
    Matrix p = probabilities(weights);
    Matrix right = random(5, 3, "right");
    InverseHessianProduct early =
        new ConjugateGradients(objective, p, 1e-13, 2).solve(List.of(right)).get(0);
    Matrix product =
        DenseAlgebra.plain().product(objective.hessian(p), HeadObjective.stacked(early.solution()));
    double[] b = HeadObjective.stacked(right).values();
    double gap = 0;
    double norm = 0;
    for (int i = 0; i < b.length; i++) {
      gap += Math.pow(b[i] - product.values()[i], 2);
      norm += b[i] * b[i];
    }
    assertThat(early.relativeResidual()).isCloseTo(Math.sqrt(gap / norm), within(1e-10));
    assertThat(early.converged()).isFalse();
    assertThat(early.describe()).contains("2 steps").contains("not converged");
  }

  /** Of a quadratic loss the preconditioner is the inverse Hessian. */
  @Test
  void ridgeRegressionIsSolvedInAStep() {
    HeadObjective ridge =
        Objectives.of(
            DenseAlgebra.plain(),
            random(40, 5, "x"),
            random(40, 3, "t"),
            new double[] {0.1, 0.2, 0.3, 0.4, 0.001},
            SquaredLoss.INSTANCE);
    assertThat(Objectives.minimum(ridge).steps()).isLessThanOrEqualTo(2);
    Matrix right = random(5, 3, "right");
    InverseHessianProduct product =
        new ConjugateGradients(ridge, Matrix.zeros(40, 3), 1e-12, 100).solve(List.of(right)).get(0);
    assertThat(product.steps()).isLessThanOrEqualTo(2);
    assertThat(product.converged()).isTrue();
  }

  @Test
  void theMinimumHasNoGradientAndNoLowerNeighbour() {
    Matrix minimum = Objectives.minimum(objective).weights();
    assertThat(gradientAt(minimum).values()).usingComparatorWithPrecision(1e-10).containsOnly(0.0);
    double value = valueAt(minimum);
    for (int i = 0; i < 10; i++) {
      Matrix beside = minimum.copy();
      Matrix step = random(5, 3, "step" + i);
      for (int j = 0; j < step.values().length; j++) {
        beside.values()[j] += 0.01 * step.values()[j];
      }
      assertThat(valueAt(beside)).isGreaterThan(value);
    }
  }

  @Test
  void separableDataConvergeToo() {
    Matrix x = Matrix.of(4, 2, -1000, 1, -999, 1, 999, 1, 1000, 1);
    Matrix targets = Matrix.of(4, 2, 1, 0, 1, 0, 0, 1, 0, 1);
    HeadObjective separable = Objectives.softmax(x, targets, 1e-6, 1e-8);
    Matrix predictions = Objectives.minimum(separable).point().predictions();
    assertThat(predictions.get(0, 0)).isCloseTo(1, within(1e-2));
    assertThat(predictions.get(3, 1)).isCloseTo(1, within(1e-2));
  }

  private Matrix moved(int entry, double step) {
    Matrix moved = weights.copy();
    moved.values()[entry] += step;
    return moved;
  }

  private double valueAt(Matrix w) {
    return objective.at(w).value();
  }

  private Matrix probabilities(Matrix w) {
    return objective.at(w).predictions();
  }

  private Matrix gradientAt(Matrix w) {
    return objective.at(w).gradient();
  }

  private static HeadObjective problem(int n, int p, int k) {
    return problem(n, p, k, DenseAlgebra.plain());
  }

  private static HeadObjective problem(int n, int p, int k, DenseAlgebra algebra) {
    Matrix x = random(n, p, "x");
    Matrix targets = Matrix.zeros(n, k);
    for (int i = 0; i < n; i++) {
      x.set(i, p - 1, 1);
      targets.set(i, (int) Math.floorMod(Double.hashCode(x.get(i, 0)), (long) k), 1);
    }
    double[] ridges = new double[p];
    Arrays.fill(ridges, 0.1);
    ridges[p - 1] = 0.001;
    return Objectives.of(algebra, x, targets, ridges, SoftmaxLoss.INSTANCE);
  }

  private static Matrix random(int rows, int columns, String stream) {
    UniformRandomProvider random = new RandomStreams(3).of(stream);
    return Matrix.of(
        rows, columns, random.doubles((long) rows * columns).map(u -> 4 * u - 2).toArray());
  }
}
