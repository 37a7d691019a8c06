package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopExamplesTest {
  /** Five training examples, two test examples, in two blocks. */
  private static InfluenceScores scores(double... last) {
    return new InfluenceScores(5, 2) {
      @Override
      public void forEach(BlockVisitor visitor) {
        visitor.accept(new Block(0, Matrix.of(5, 1, new double[] {1, -3, 2, -3, 0}), 0, 0));
        visitor.accept(new Block(1, Matrix.of(5, 1, last), 0, 0));
      }
    };
  }

  private static List<List<Integer>> examples(TopExamples top, double... last) {
    return Arrays.stream(top.of(scores(last)))
        .map(of -> Arrays.stream(of.examples()).boxed().toList())
        .toList();
  }

  @Test
  void theRuleSaysWhichAreOnTop() {
    double[] last = {5, 4, 3, 2, -9};
    assertThat(examples(TopExamples.ofMagnitude(3), last))
        .containsExactly(List.of(1, 3, 2), List.of(4, 0, 1));
    assertThat(examples(TopExamples.proponents(3), last))
        .containsExactly(List.of(2, 0, 4), List.of(0, 1, 2));
    assertThat(examples(TopExamples.opponents(3), last))
        .containsExactly(List.of(1, 3, 4), List.of(4, 3, 2));
    assertThat(TopExamples.opponents(2).of(scores(last))[1].scores()).containsExactly(-9, 2);
  }

  @Test
  void allOfThemAreNoTop() {
    assertThatThrownBy(() -> TopExamples.ofMagnitude(5).of(scores(1, 2, 3, 4, 5)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("take fewer");
    assertThatThrownBy(() -> TopExamples.ofMagnitude(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one");
  }

  @Test
  void whatIsNotFiniteIsNotRanked() {
    assertThatThrownBy(() -> TopExamples.proponents(2).of(scores(1, 2, Double.NaN, 4, 5)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("training example 2 has the score NaN");
  }

  private static Dataset labelled(String name, int... labels) {
    return Dataset.named(name)
        .features(FeatureStore.inMemory(new float[labels.length], 1))
        .labels(labels)
        .classNames(List.of("a", "b"))
        .build();
  }

  @Test
  void theIdenticalClassMetricCountsTheTestExamplesOwnClass() {
    IdenticalClassMetric metric =
        IdenticalClassMetric.of(
            scores(5, 4, 3, 2, -9),
            TopExamples.proponents(3),
            labelled("train", 0, 1, 0, 1, 1),
            labelled("test", 0, 1));
    // Of 2, 0, 4 two are of class a; of 0, 1, 2 one is of class b.
    assertThat(metric.values()).containsExactly(2 / 3., 1 / 3.);
    assertThat(metric.mean()).isCloseTo(.5, within(1e-15));
  }

  /** scipy 1.17.1: ks_2samp(a, b, method="exact") is D = .625, p = 0.087024. */
  @Test
  void comparesByKolmogorovAndSmirnov() {
    TopExamples top = TopExamples.ofMagnitude(100);
    IdenticalClassMetric one =
        new IdenticalClassMetric(new double[] {.11, .22, .31, .42, .53, .61, .72, .83}, top);
    IdenticalClassMetric other =
        new IdenticalClassMetric(new double[] {.51, .62, .73, .81, .9, .94, .97, .99}, top);
    IdenticalClassMetric.Comparison compared = one.comparedWith(other);
    assertThat(compared.statistic()).isCloseTo(0.625, within(1e-12));
    assertThat(compared.pValue()).isCloseTo(0.08702408702408701, within(1e-12));
    assertThat(compared.differs()).isFalse();
    assertThatThrownBy(
            () ->
                one.comparedWith(
                    new IdenticalClassMetric(other.values(), TopExamples.proponents(100))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("by one rule");
  }
}
