package dev.touchstone.attribution.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.tree.RandomTrees;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.model.tree.TreeEnsemble.Link;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shapley interaction values of drawn trees, by their definition over all coalitions. */
class ShapleyInteractionsTest {
  private static final int COLUMNS = 5;
  private static final double[] GRADIENT = {1, -1, 0};

  private static Dataset data(double[][] rows) {
    double[] values = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    return Dataset.named("rows")
        .features(FeatureStore.inMemory(values, rows[0].length))
        .labels(new int[rows.length])
        .classNames(java.util.List.of("a", "b"))
        .allowingMissing()
        .build();
  }

  private static ShapleyInteractions explain(TreeShap method, TreeEnsemble trees, double[][] rows) {
    Inputs batch = data(rows).inputs(0, rows.length);
    return method.interactions(
        new EnsembleModel(trees), batch, Quantity.weighting(GRADIENT), RunContext.current());
  }

  private static void assertByDefinition(double[][] said, int columns, IntToDoubleFunction worth) {
    double[][] expected = Enumeration.interactions(columns, worth);
    for (int i = 0; i < columns; i++) {
      assertThat(said[i]).containsExactly(expected[i], within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void interventionalValuesAreThoseOfTheDefinition(long seed) {
    TreeEnsemble trees = RandomTrees.draw(seed, 6, 6, COLUMNS, 3, Link.IDENTITY);
    double[][] rows = RandomTrees.rows(seed + 100, 4, COLUMNS);
    double[][] background = RandomTrees.rows(seed + 200, 7, COLUMNS);

    ShapleyInteractions said = explain(TreeShap.against(data(background)), trees, rows);

    assertThat(said.rule()).isEqualTo("interventional");
    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i];
      assertByDefinition(
          said.values()[i],
          COLUMNS,
          s -> Enumeration.interventional(trees, GRADIENT, row, background, s));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void pathDependentValuesAreThoseOfTheDefinition(long seed) {
    TreeEnsemble trees = RandomTrees.draw(seed, 6, 6, COLUMNS, 3, Link.IDENTITY);
    double[][] rows = RandomTrees.rows(seed + 300, 4, COLUMNS);

    ShapleyInteractions said = explain(TreeShap.pathDependent(), trees, rows);

    for (int i = 0; i < rows.length; i++) {
      double[] row = rows[i];
      assertByDefinition(
          said.values()[i], COLUMNS, s -> Enumeration.pathDependent(trees, GRADIENT, row, s));
    }
  }

  /**
   * A conjunction of m columns that all hold, of which half of the data hold each: the index of two
   * is {@code ¼ ∫ (t + (1−t)/2)^(m−2) dt = ½ (1 − 2^(1−m)) / (m−1)}, for more columns than a
   * pattern of bits has.
   */
  @Test
  void longPathsAreExplained() {
    int m = 60;
    double[][] rows = {new double[m]};

    double[][] said =
        TreeShap.pathDependent()
            .interactions(
                new EnsembleModel(RandomTrees.conjunction(m)),
                data(rows).inputs(0, 1),
                Quantity.output(0),
                RunContext.current())
            .values()[0];

    double pair = (1 - Math.scalb(1.0, 1 - m)) / (m - 1) / 4;
    assertThat(said[3][58]).isCloseTo(pair, within(1e-14));
    assertThat(said[58][3]).isEqualTo(said[3][58]);
    assertThat(Arrays.stream(said).flatMapToDouble(Arrays::stream).sum())
        .isCloseTo(1 - Math.scalb(1.0, -m), within(1e-12));
  }

  @Test
  void whatCannotBeExplainedIsRefused() {
    TreeEnsemble trees = RandomTrees.draw(1, 3, 3, COLUMNS, 3, Link.IDENTITY);
    double[][] rows = RandomTrees.rows(1, 3, COLUMNS);
    RunContext little =
        RunContext.of(
            new Settings("cpu", 1, Policy.LENIENT, 1500, Path.of("target")), RunSession.isolated());

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> explain(TreeShap.against(data(rows)).ofProbabilities(), trees, rows))
        .withMessageContaining("leave out .ofProbabilities()");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                TreeShap.against(data(rows))
                    .interactions(
                        new EnsembleModel(trees),
                        data(rows).inputs(0, 3),
                        Quantity.weighting(GRADIENT),
                        little))
        .withMessageContaining("3 examples of 5 columns")
        .withMessageContaining("explain fewer examples at a time");
  }
}
