package dev.touchstone.attribution.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.tree.RandomTrees;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.model.tree.TreeEnsemble.Link;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of drawn trees against their definition, which is a sum over all coalitions. */
class TreeShapTest {
  private static final int COLUMNS = 5;
  private static final Quantity DIFFERENCE = Quantity.difference(2, 0);
  private static final double[] GRADIENT = {-1, 0, 1};

  /** As many rows as make every tree be tabulated, of which only the first are different. */
  private static final int MANY = 2000;

  private static final int DIFFERENT = 12;

  static Dataset data(double[][] rows) {
    int width = rows[0].length;
    double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return Dataset.named("rows")
        .features(FeatureStore.inMemory(values, width))
        .labels(new int[rows.length])
        .classNames(List.of("a", "b"))
        .allowingMissing()
        .build();
  }

  private static Inputs inputs(double[][] rows) {
    return data(rows).inputs(0, rows.length);
  }

  private static double[][] repeated(double[][] rows) {
    double[][] many = new double[MANY][];
    Arrays.setAll(many, i -> rows[i % rows.length]);
    return many;
  }

  private static Attribution explain(TreeShap method, TreeEnsemble trees, double[][] rows) {
    return method.attribute(
        new EnsembleModel(trees), inputs(rows), DIFFERENCE, RunContext.current());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void interventionalValuesAreThoseOfTheDefinition(long seed) {
    TreeEnsemble trees = RandomTrees.draw(seed, 6, 5, COLUMNS, 3, Link.IDENTITY);
    double[][] rows = RandomTrees.rows(seed + 100, DIFFERENT, COLUMNS);
    double[][] background = RandomTrees.rows(seed + 200, 9, COLUMNS);
    TreeShap method = TreeShap.against(data(background));

    Attribution few = explain(method, trees, Arrays.copyOf(rows, 3));
    Attribution many = explain(method, trees, repeated(rows));

    for (int i = 0; i < DIFFERENT; i++) {
      double[] row = rows[i];
      double[] expected =
          Enumeration.shapley(
              COLUMNS, s -> Enumeration.interventional(trees, GRADIENT, row, background, s));
      assertThat(many.maps()[i]).containsExactly(expected, within(1e-12));
      if (i < 3) {
        assertThat(few.maps()[i]).containsExactly(expected, within(1e-12));
      }
    }
    assertComplete(few);
    assertComplete(many);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void pathDependentValuesAreThoseOfTheDefinition(long seed) {
    TreeEnsemble trees = RandomTrees.draw(seed, 6, 5, COLUMNS, 3, Link.IDENTITY);
    double[][] rows = RandomTrees.rows(seed + 100, DIFFERENT, COLUMNS);
    TreeShap method = TreeShap.pathDependent();

    Attribution few = explain(method, trees, Arrays.copyOf(rows, 3));
    Attribution many = explain(method, trees, repeated(rows));

    for (int i = 0; i < DIFFERENT; i++) {
      double[] row = rows[i];
      double[] expected =
          Enumeration.shapley(COLUMNS, s -> Enumeration.pathDependent(trees, GRADIENT, row, s));
      assertThat(many.maps()[i]).containsExactly(expected, within(1e-12));
      if (i < 3) {
        assertThat(few.maps()[i]).containsExactly(expected, within(1e-12));
      }
    }
    assertComplete(few);
    assertComplete(many);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void coversOfDataCountTheirRows(long seed) {
    TreeEnsemble trees = RandomTrees.draw(seed, 5, 4, COLUMNS, 3, Link.IDENTITY);
    double[][] rows = RandomTrees.rows(seed + 100, DIFFERENT, COLUMNS);
    double[][] data = RandomTrees.rows(seed + 300, 25, COLUMNS);

    Attribution said = explain(TreeShap.pathDependent(data(data)), trees, rows);

    assertThat(said.rule()).isEqualTo("path-dependent, covers of rows");
    for (int i = 0; i < DIFFERENT; i++) {
      double[] row = rows[i];
      double[] expected =
          Enumeration.shapley(
              COLUMNS, s -> Enumeration.pathDependent(trees, GRADIENT, row, s, data));
      assertThat(said.maps()[i]).containsExactly(expected, within(1e-12));
    }
  }

  /** One example of the background, for which the definition is a game of its own. */
  @ParameterizedTest
  @EnumSource(
      value = Link.class,
      names = {"SIGMOID", "EXPONENTIAL", "SIGNED_SQUARE", "SOFTPLUS", "IDENTITY"})
  void answersAreSharedAsTheSumsAre(Link link) {
    TreeEnsemble trees = RandomTrees.draw(3, 6, 5, COLUMNS, 3, link);
    double[][] rows = RandomTrees.rows(11, DIFFERENT, COLUMNS);
    double[][] background = RandomTrees.rows(12, 4, COLUMNS);
    TreeShap method = TreeShap.against(data(background)).ofProbabilities();

    Attribution said = explain(method, trees, rows);

    assertComplete(said);
    for (int i = 0; i < DIFFERENT; i++) {
      double[] expected = new double[COLUMNS];
      for (double[] absent : background) {
        for (int output = 0; output < GRADIENT.length; output++) {
          double[] alone = new double[GRADIENT.length];
          alone[output] = 1;
          double[] row = rows[i];
          double[] ofSum =
              Enumeration.shapley(
                  COLUMNS,
                  s -> Enumeration.interventional(trees, alone, row, new double[][] {absent}, s));
          double sums = trees.sums(row)[output] - trees.sums(absent)[output];
          double answers = trees.answer(row)[output] - trees.answer(absent)[output];
          for (int c = 0; c < COLUMNS; c++) {
            // Without a change of the sum its values are those of nothing.
            expected[c] +=
                sums == 0 ? 0 : GRADIENT[output] * ofSum[c] * answers / sums / background.length;
          }
        }
      }
      assertThat(said.maps()[i]).containsExactly(expected, within(1e-9));
    }
  }

  @Test
  void aTreeThatIsOneLeafSharesNothing() {
    TreeEnsemble trees = RandomTrees.draw(5, 1, 6, COLUMNS, 3, Link.IDENTITY);

    assertThat(trees.trees().get(0).size()).isOne();
    for (double[] map :
        explain(TreeShap.pathDependent(), trees, RandomTrees.rows(1, 3, COLUMNS)).maps()) {
      assertThat(map).containsOnly(0);
    }
  }

  /** A path of 40 distinct columns, which no table could hold: each column has its equal share. */
  @Test
  void aLongPathIsSharedEqually() {
    int columns = 40;
    TreeEnsemble all = RandomTrees.conjunction(columns);
    double[][] passing = {new double[columns]};
    double[][] failing = {new double[columns]};
    Arrays.fill(failing[0], 1);

    double[] against = explainOutput(TreeShap.against(data(failing)), all, passing).maps()[0];
    double[] path = explainOutput(TreeShap.pathDependent(), all, passing).maps()[0];

    double[] shares = new double[columns];
    Arrays.fill(shares, 1.0 / columns);
    assertThat(against).containsExactly(shares, within(1e-15));
    // Every split has half of the data.
    Arrays.fill(shares, (1 - Math.pow(0.5, columns)) / columns);
    assertThat(path).containsExactly(shares, within(1e-15));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void deepTreesAreExplainedAlikeWithTablesAndWithout(long seed) {
    int columns = 11;
    TreeEnsemble trees = RandomTrees.draw(seed, 3, 10, columns, 3, Link.IDENTITY);
    double[][] rows = RandomTrees.rows(seed, 2, columns);
    double[][] many = new double[5000][];
    Arrays.setAll(many, i -> rows[i % 2]);
    Dataset background = data(RandomTrees.rows(seed + 1, 30, columns));

    for (TreeShap method : List.of(TreeShap.pathDependent(), TreeShap.against(background))) {
      double[] walked = explain(method, trees, rows).maps()[1];
      double[] tabulated = explain(method, trees, many).maps()[1];
      assertThat(tabulated).containsExactly(walked, within(1e-12));
      assertThat(walked).isNotEqualTo(tabulated);
    }
  }

  private static Attribution explainOutput(TreeShap method, TreeEnsemble trees, double[][] rows) {
    return method.attribute(
        new EnsembleModel(trees), inputs(rows), Quantity.output(0), RunContext.current());
  }

  @Test
  void aQuantityThatIsNoWeightedSumIsRefused() {
    TreeEnsemble trees = RandomTrees.draw(1, 3, 3, COLUMNS, 3, Link.IDENTITY);
    double[][] rows = RandomTrees.rows(1, 2, COLUMNS);
    Quantity square =
        new Quantity() {
          @Override
          public double value(double[] scores, int example) {
            return scores[0] * scores[0];
          }

          @Override
          public double[] gradient(double[] scores, int example) {
            return new double[] {2 * scores[0], 0, 0};
          }
        };

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                TreeShap.pathDependent()
                    .attribute(
                        new EnsembleModel(trees), inputs(rows), square, RunContext.current()))
        .withMessageContaining("weighted sums")
        .withMessageContaining("a function of the scores")
        .withMessageContaining("KernelShap");
  }

  @Test
  void aClassThatTheTreesLackIsRefused() {
    TreeEnsemble trees = RandomTrees.draw(1, 2, 2, COLUMNS, 3, Link.IDENTITY);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () ->
                TreeShap.pathDependent()
                    .attribute(
                        new EnsembleModel(trees),
                        inputs(RandomTrees.rows(1, 2, COLUMNS)),
                        Quantity.ofClass(3),
                        RunContext.current()))
        .withMessage("class 3 of a model with 3 classes; they are counted from 0 to 2");
  }

  @Test
  void treesWithoutCoversNeedDataForPathDependentValues() {
    Regressor model = Models.onnx("classpath:attribution/tree-forest.onnx").emittingValues();

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> TreeShap.pathDependent().require(model))
        .withMessageContaining("tree-forest.onnx holds no covers")
        .withMessageContaining("TreeShap.pathDependent(data)");
    TreeShap.against(data(RandomTrees.rows(1, 3, 5))).require(model);
    Models.release(model);
  }

  @Test
  void whatIsNoTreesIsRefused() {
    Regressor model =
        Models.function("a function", "1", batch -> new double[batch.rows()][1]).emittingValues();

    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> TreeShap.pathDependent().require(model))
        .withMessageContaining("TreeShap")
        .withMessageContaining("a function")
        .withMessageContaining("Models.xgboost");
  }

  /** The derivatives' means on the way by 20,000 points, for one example of the background. */
  @Test
  void probabilitiesOfASoftmaxAreSharedAlongTheWay() {
    TreeEnsemble trees = RandomTrees.draw(5, 9, 5, COLUMNS, 3, Link.SOFTMAX);
    double[][] rows = RandomTrees.rows(21, DIFFERENT, COLUMNS);
    double[][] background = RandomTrees.rows(22, 3, COLUMNS);

    Attribution said = explain(TreeShap.against(data(background)).ofProbabilities(), trees, rows);

    assertComplete(said);
    for (int i = 0; i < 3; i++) {
      double[] expected = new double[COLUMNS];
      for (double[] absent : background) {
        double[] from = trees.sums(absent);
        double[] to = trees.sums(rows[i]);
        for (int output = 0; output < GRADIENT.length; output++) {
          double[] alone = new double[GRADIENT.length];
          alone[output] = 1;
          double[] row = rows[i];
          double[] ofSum =
              Enumeration.shapley(
                  COLUMNS,
                  s -> Enumeration.interventional(trees, alone, row, new double[][] {absent}, s));
          double slope = meanDerivative(from, to, output) / background.length;
          for (int c = 0; c < COLUMNS; c++) {
            expected[c] += slope * ofSum[c];
          }
        }
      }
      assertThat(said.maps()[i]).containsExactly(expected, within(1e-8));
    }
  }

  /** Of the weighted probabilities by one sum, by the midpoint rule. */
  private static double meanDerivative(double[] from, double[] to, int output) {
    int points = 20_000;
    double sum = 0;
    for (int k = 0; k < points; k++) {
      double way = (k + 0.5) / points;
      double[] p = new double[from.length];
      Arrays.setAll(p, o -> Math.exp(from[o] + way * (to[o] - from[o])));
      double total = Arrays.stream(p).sum();
      double mean = 0;
      for (int o = 0; o < p.length; o++) {
        p[o] /= total;
        mean += GRADIENT[o] * p[o];
      }
      sum += p[output] * (GRADIENT[output] - mean) / points;
    }
    return sum;
  }

  /** Of two classes it is the slope of the sigmoid's secant, however far the scores lie apart. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-9, 0.5, 7, 60, 700})
  void theWayOfTwoClassesIsTheSigmoidsSecant(double change) {
    double[] slopes = SoftmaxPath.slopes(new double[] {0, change - 3}, new double[] {0, -3}, 0, 1);

    double secant =
        change < 1e-6
            ? 1 / (1 + Math.exp(3)) * (1 - 1 / (1 + Math.exp(3)))
            : (1 / (1 + Math.exp(3 - change)) - 1 / (1 + Math.exp(3))) / change;
    assertThat(slopes[1]).isCloseTo(secant, within(1e-9 * secant));
    assertThat(slopes[0]).isCloseTo(-slopes[1], within(1e-12));
  }

  @Test
  void probabilitiesAreAgainstABackground() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> TreeShap.pathDependent().ofProbabilities())
        .withMessageContaining("TreeShap.against(background).ofProbabilities()");
  }

  @Test
  void settingsNameTheBackgroundAndItsHash() {
    Dataset background = data(RandomTrees.rows(1, 2, COLUMNS));

    assertThat(TreeShap.against(background).settings())
        .containsEntry("background", "rows, sha256 " + background.sha256());
    assertThat(TreeShap.pathDependent().settings()).doesNotContainKey("background");
    assertThat(TreeShap.pathDependent().signed()).isTrue();
  }

  private static void assertComplete(Attribution attribution) {
    double[] residuals =
        attribution.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().values();
    assertThat(residuals).hasSameSizeAs(attribution.maps());
    assertThat(Arrays.stream(residuals).map(Math::abs).max().orElseThrow()).isLessThan(1e-12);
  }
}
