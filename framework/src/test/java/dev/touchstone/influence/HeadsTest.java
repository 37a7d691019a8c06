package dev.touchstone.influence;

import static dev.touchstone.influence.ReferenceData.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Soft targets, example weights and audit rows, against scikit-learn's solvers and refitting
 * ({@code src/test/python/heads_oracle.py}), central differences and closed forms.
 */
class HeadsTest {
  private static final JsonObject REFERENCE = ReferenceData.json("heads.json");
  private static final double RIDGE = REFERENCE.get("ridge").getAsDouble();
  private static final Matrix FEATURES = matrix(REFERENCE.get("features"));
  private static final Matrix AUDIT = matrix(REFERENCE.get("audit"));

  private static Head head(String name) {
    return name.equals("logistic")
        ? LogisticHead.withDefaults().withRidge(RIDGE)
        : RidgeHead.withDefaults().withRidge(RIDGE);
  }

  private static HeadData data(String name, String kind) {
    JsonObject problem = REFERENCE.getAsJsonObject(name);
    HeadData plain = HeadData.of(RowSource.of(FEATURES), matrix(problem.get("targets")));
    if (kind.equals("plain")) {
      return plain;
    }
    HeadData weighted = plain.weightedBy(numbers(REFERENCE.get("weights")));
    return kind.equals("weighted")
        ? weighted
        : weighted.withAudit(
            RowSource.of(AUDIT),
            matrix(problem.get("audit")),
            numbers(REFERENCE.get("costs")),
            REFERENCE.get("strength").getAsDouble());
  }

  @ParameterizedTest
  @CsvSource({
    "logistic, plain",
    "logistic, weighted",
    "logistic, audited",
    "ridge regression, plain",
    "ridge regression, weighted",
    "ridge regression, audited"
  })
  void theOptimumIsThatOfAnotherSolver(String name, String kind) {
    FittedHead fitted = head(name).fit(data(name, kind));
    assertThat(fitted.weights().values())
        .usingComparatorWithPrecision(1e-8)
        .containsExactly(matrix(REFERENCE.getAsJsonObject(name).get(kind)).values());
    assertThat(fitted.largestGradient()).isLessThan(1e-9);
    assertThat(fitted.steps()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "ridge regression"})
  void anOpenProblemFollowsItsTargetsToTheOptimum(String name) {
    JsonObject problem = REFERENCE.getAsJsonObject(name);
    double[] optimum = matrix(problem.get("audited")).values();
    Matrix targets = matrix(problem.get("targets"));
    try (HeadProblem open = HeadProblem.of(head(name), data(name, "audited"))) {
      open.solve(1e-11);
      assertThat(open.weights().values())
          .usingComparatorWithPrecision(1e-8)
          .containsExactly(optimum);
      Matrix others = targets.copy();
      for (int i = 0; i < others.rows(); i++) {
        others.set(i, 0, targets.get(i, 1));
        others.set(i, 1, targets.get(i, 0));
      }
      open.moveTargets(others);
      assertThat(open.largestGradient()).isGreaterThan(1e-2);
      open.solve(1e-11);
      open.moveTargets(targets);
      double before = open.value();
      for (int step = 0; step < 12; step++) {
        open.newtonStep(1e-3, 100);
      }
      assertThat(open.value()).isLessThan(before);
      assertThat(open.largestGradient()).isLessThan(1e-10);
      assertThat(open.weights().values())
          .usingComparatorWithPrecision(1e-8)
          .containsExactly(optimum);
    }
  }

  /** The hat matrix's closed form leaves no gap for ridge regression; Newton's step a small one. */
  @ParameterizedTest
  @CsvSource({"logistic, .03", "ridge regression, 1e-9"})
  void leavingOutIsRefittingWithout(String name, double tolerance) {
    FittedHead fitted = head(name).fit(data(name, "audited"));
    Matrix predicted = fitted.leaveOneOutPredictions();
    JsonArray expected = REFERENCE.getAsJsonObject(name).getAsJsonArray("left out logits");
    for (int row = 0; row < expected.size(); row++) {
      double[] logits = numbers(expected.get(row));
      if (name.equals("logistic")) {
        SoftmaxLoss.INSTANCE.predict(logits, 0, new double[3], 0, 3);
      }
      assertThat(predicted.row(4 * row))
          .usingComparatorWithPrecision(tolerance)
          .containsExactly(logits);
    }
  }

  /** −sᵢ dQ/dsᵢ is what removing example i changes to first order. */
  @ParameterizedTest
  @ValueSource(strings = {"logistic", "ridge regression"})
  void influenceIsTheDerivativeByTheWeight(String name) {
    HeadData data = data(name, "audited");
    double[] weights = numbers(REFERENCE.get("weights"));
    FittedHead fitted = head(name).fit(data);
    int[] labels = {0, 2, 1, 1, 0, 2, 2, 0, 1, 2, 0, 1};
    double[] influence = fitted.influenceOnLoss(AUDIT, labels);
    double step = 1e-3;
    for (int i : new int[] {0, 3, 17, 39}) {
      double[] up = weights.clone();
      double[] down = weights.clone();
      up[i] += step;
      down[i] = Math.max(0, down[i] - step);
      double change =
          meanLoss(name, data.weightedBy(up), labels)
              - meanLoss(name, data.weightedBy(down), labels);
      assertThat(influence[i]).isCloseTo(-weights[i] * change / (up[i] - down[i]), within(1e-8));
    }
    assertThat(influence[3]).isZero(); // has the weight 0
  }

  private static double meanLoss(String name, HeadData data, int... labels) {
    Matrix logits = head(name).fit(data).logits(AUDIT);
    Loss loss = name.equals("logistic") ? SoftmaxLoss.INSTANCE : SquaredLoss.INSTANCE;
    Matrix targets = HeadData.oneHot(labels, 3);
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += loss.predict(logits.values(), i * 3, targets.values(), i * 3, 3);
    }
    return sum / labels.length;
  }

  @ParameterizedTest
  @ValueSource(strings = {"logistic", "ridge regression"})
  void bothSolversReturnResidualsAndAgree(String name) {
    FittedHead fitted = head(name).fit(data(name, "audited"));
    List<Matrix> right = fitted.gradientsOfLosses(AUDIT, HeadData.oneHot(new int[AUDIT.rows()], 3));
    List<InverseHessianProduct> factored = fitted.byFactor(right);
    List<InverseHessianProduct> iterated = fitted.iterated(right, 1e-12, 1000);
    for (int i = 0; i < right.size(); i++) {
      assertThat(factored.get(i).relativeResidual()).isLessThan(1e-12);
      assertThat(factored.get(i).steps()).isZero();
      assertThat(iterated.get(i).relativeResidual()).isLessThan(1e-11);
      assertThat(iterated.get(i).steps()).isBetween(1, 60);
      assertThat(iterated.get(i).solution().values())
          .usingComparatorWithPrecision(1e-9)
          .containsExactly(factored.get(i).solution().values());
    }
  }

  /**
   * Features of which each varies among few examples: no mean curvature tells of them. Many
   * products pay for a factor, and with it they take fewer steps to the same.
   */
  @Test
  void manyProductsGoOnWithAFactorOfNearlyTheHessian() {
    UniformRandomProvider random = new RandomStreams(5).of("sparse");
    int n = 600;
    Matrix x = Matrix.zeros(n, 24);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      int feature = (int) (24 * Math.pow(random.nextDouble(), 3));
      x.set(i, feature, 1 + random.nextDouble());
      labels[i] = random.nextDouble() < .8 ? feature % 4 : random.nextInt(4);
    }
    FittedHead fitted =
        LogisticHead.withDefaults().withRidge(1e-3).fit(HeadData.of(RowSource.of(x), labels, 4));
    List<Matrix> right = fitted.gradientsOfLosses(x, HeadData.oneHot(labels, 4)).subList(0, 300);
    List<InverseHessianProduct> many = fitted.iterated(right, 1e-11, 1000);
    List<InverseHessianProduct> alone = fitted.iterated(right.subList(0, 1), 1e-11, 1000);
    assertThat(many.get(0).steps() + 5).isLessThan(alone.get(0).steps());
    List<InverseHessianProduct> exact = fitted.byFactor(right);
    for (int i = 0; i < right.size(); i += 7) {
      assertThat(many.get(i).relativeResidual()).isLessThan(2e-11);
      double largest = exact.get(i).solution().largest();
      assertThat(many.get(i).solution().values())
          .usingComparatorWithPrecision(1e-8 * largest)
          .containsExactly(exact.get(i).solution().values());
    }
    // A looser tolerance is kept to, is accepted, and is what there is.
    InverseHessianProduct loose = fitted.iterated(right, 1e-3, 1000).get(0);
    assertThat(loose.relativeResidual()).isBetween(1e-11, 1e-3);
    assertThat(loose.converged()).isTrue();
  }

  @Test
  void tooFewStepsAreSaidAndNotThrown() {
    FittedHead fitted = head("logistic").fit(data("logistic", "plain"));
    Matrix right = fitted.gradientOfMeanLoss(RowSource.of(AUDIT), HeadData.oneHot(new int[12], 3));
    InverseHessianProduct early = fitted.iterated(List.of(right), 1e-12, 1).get(0);
    assertThat(early.converged()).isFalse();
    assertThat(early.steps()).isEqualTo(1);
    assertThat(early.relativeResidual()).isGreaterThan(InverseHessianProduct.LARGEST_RESIDUAL);
    assertThatThrownBy(() -> FittedHead.requireConverged(early))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("1 steps")
        .hasMessageContaining("use a larger ridge");
  }

  @Test
  void theGradientOfTheMeanIsTheMeanOfTheGradients() {
    FittedHead fitted = head("logistic").fit(data("logistic", "plain"));
    Matrix targets = HeadData.oneHot(new int[] {0, 2, 1, 1, 0, 2, 2, 0, 1, 2, 0, 1}, 3);
    double[] mean = new double[15];
    for (Matrix gradient : fitted.gradientsOfLosses(AUDIT, targets)) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += gradient.values()[i] / 12;
      }
    }
    assertThat(fitted.gradientOfMeanLoss(RowSource.of(AUDIT), targets).values())
        .usingComparatorWithPrecision(1e-14)
        .containsExactly(mean);
  }

  @Test
  void theGradientOfAWeightedMeanIsThatOfExamplesThatAreRepeated() {
    FittedHead fitted = head("logistic").fit(data("logistic", "plain"));
    int[] labels = {0, 2, 1, 1, 0, 2, 2, 0, 1, 2, 0, 1};
    double[] sure = {1, 0.5, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0.5};
    int[] repeated = {0, 0, 1, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11};
    Matrix rows = Matrix.zeros(repeated.length, AUDIT.columns());
    for (int i = 0; i < repeated.length; i++) {
      for (int j = 0; j < AUDIT.columns(); j++) {
        rows.set(i, j, AUDIT.get(repeated[i], j));
      }
    }
    Matrix ofRepeated = HeadData.oneHot(Arrays.stream(repeated).map(i -> labels[i]).toArray(), 3);

    assertThat(
            fitted
                .gradientOfMeanLoss(RowSource.of(AUDIT), HeadData.oneHot(labels, 3), sure)
                .values())
        .usingComparatorWithPrecision(1e-14)
        .containsExactly(fitted.gradientOfMeanLoss(RowSource.of(rows), ofRepeated).values());
  }

  @Test
  void aWarmStartSavesStepsAndChangesNoOptimum() {
    ReferenceData digits = ReferenceData.of("digits", 0);
    HeadData all = HeadData.of(RowSource.of(digits.train()), digits.given(), 10);
    double[] weights = new double[all.size()];
    Arrays.fill(weights, 1);
    weights[7] = 0;
    FittedHead cold = LogisticHead.withDefaults().fit(all.weightedBy(weights));
    FittedHead warm =
        LogisticHead.withDefaults().fit(all.weightedBy(weights).startingAt(digits.fitted()));
    assertThat(warm.steps()).isLessThan(cold.steps() * 9 / 10);
    assertThat(warm.weights().values())
        .usingComparatorWithPrecision(1e-7)
        .containsExactly(cold.weights().values());
  }

  @Test
  void aHeadMovesToOtherStandardisations() {
    FittedHead fitted = head("logistic").fit(data("logistic", "plain"));
    Standardisation other = Standardisation.of(RowSource.of(AUDIT));
    Matrix moved = fitted.weightsOn(other);
    Matrix x = other.apply(RowSource.of(AUDIT)).toMatrix();
    Matrix logits = fitted.logits(AUDIT);
    for (int i = 0; i < AUDIT.rows(); i++) {
      for (int c = 0; c < 3; c++) {
        double logit = 0;
        for (int j = 0; j < 5; j++) {
          logit += x.get(i, j) * moved.get(j, c);
        }
        assertThat(logit).isCloseTo(logits.get(i, c), within(1e-12));
      }
    }
  }

  @Test
  void labelsAreOneHotTargets() {
    int[] labels = new int[FEATURES.rows()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 3;
    }
    Matrix byLabels = head("logistic").fit(FEATURES, labels, 3).weights();
    HeadData oneHot = HeadData.of(RowSource.of(FEATURES), HeadData.oneHot(labels, 3));
    assertThat(head("logistic").fit(oneHot).weights().values()).containsExactly(byLabels.values());
    assertThat(head("logistic").fit(oneHot).label(4)).isEqualTo(1);
  }

  @Test
  void whatCannotBeFittedIsRefusedByName() {
    HeadData plain = data("ridge regression", "plain");
    assertThatThrownBy(() -> head("logistic").fit(plain))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("distributions over the classes; those of row 0");
    HeadData single = HeadData.of(RowSource.of(FEATURES), Matrix.zeros(FEATURES.rows(), 1));
    assertThatThrownBy(() -> head("logistic").fit(single))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("a logistic head needs at least two classes, was given 1");
    assertThatThrownBy(() -> plain.weightedBy(new double[FEATURES.rows()]))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("every example has the weight 0");
    double[] negative = numbers(REFERENCE.get("weights"));
    negative[5] = -1;
    assertThatThrownBy(() -> plain.weightedBy(negative))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("the weight of example 5 is -1.0; give 0 or a positive number");
    assertThatThrownBy(() -> plain.weightedBy(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 weights for 40 examples");
    assertThatThrownBy(
            () -> plain.withAudit(RowSource.of(AUDIT), Matrix.zeros(12, 2), new double[12], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 features and 2 outputs beside training data of 4 and 3");
    assertThatThrownBy(() -> LogisticHead.withDefaults().withTolerance(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tolerance must be positive");
    FittedHead fitted = head("logistic").fit(data("logistic", "plain"));
    assertThatThrownBy(() -> fitted.inverseHessianProducts(List.of(Matrix.zeros(2, 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a right-hand side of this head is 5 x 3, was given a 2 x 2 matrix");
  }

  private static Matrix matrix(JsonElement rows) {
    return Matrix.ofRows(
        StreamSupport.stream(rows.getAsJsonArray().spliterator(), false)
            .map(ReferenceData::numbers)
            .toArray(double[][]::new));
  }
}
