package dev.touchstone.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.concept.Significance.Standing;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RandomStreams;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.junit.jupiter.api.Test;

class SignificanceTest {
  private static final int SIMULATIONS = 2000;
  private static final int SIDE = 6;
  private static final int POOL = 80;
  private static final int TESTED = 25;
  private static final int SIZE = 12;

  @Test
  void theRankCountsTheConceptItself() {
    List<Standing> random =
        List.of(
            new Standing(0.1, -2),
            new Standing(0.5, 0),
            new Standing(0.9, 2),
            new Standing(0.4, 3));
    // As far from ½ as 0.85: 0.1 and 0.9.
    assertThat(Significance.byRank(new Standing(0.85, 9), random)).isEqualTo(3.0 / 5);
    assertThat(Significance.byRank(new Standing(0.15, 9), random)).isEqualTo(3.0 / 5);
    assertThat(Significance.byRank(new Standing(1, 0), random)).isEqualTo(1.0 / 5);
    // Ties, also those that rounding made, are parted by the mean derivative, and else count
    // against significance.
    assertThat(Significance.byRank(new Standing(0.9, 2.5), random)).isEqualTo(1.0 / 5);
    assertThat(Significance.byRank(new Standing(0.9, -1.5), random)).isEqualTo(3.0 / 5);
    assertThat(Significance.byRank(new Standing(0.1, 2), random)).isEqualTo(3.0 / 5);
    assertThat(Significance.byRank(new Standing(0.5, 0), random)).isEqualTo(1);
  }

  @Test
  void soManyRandomSetsAreNeededAsHolmDemands() {
    assertThat(Significance.fewestRandomSets(1, 0.05)).isEqualTo(19);
    assertThat(Significance.fewestRandomSets(40, 0.05)).isEqualTo(799);
    assertThat(Significance.fewestRandomSets(3, 0.05)).isEqualTo(59);
  }

  @Test
  void thePublishedTestIsStudents() {
    // scipy.stats.ttest_ind([.9, .8, .7], [.4, .5, .6, .5]): t = 4.3915503, p = 0.0070776.
    assertThat(Significance.byTTest(new double[] {0.9, 0.8, 0.7}, 0.4, 0.5, 0.6, 0.5))
        .isCloseTo(0.007077597925498265, within(1e-12));
    assertThat(Significance.byTTest(new double[] {1, 1}, 1, 1)).isEqualTo(1);
    assertThat(Significance.byTTest(new double[] {1, 1}, 0, 0)).isEqualTo(0);
  }

  /** A tap whose values mean nothing: concept, negatives and pool are drawn alike. */
  private static ConceptVectors nothing(int simulation) {
    RandomStreams random = new RandomStreams(simulation);
    UniformRandomProvider rng = random.of("null");
    ZigguratSampler.NormalizedGaussian gauss = ZigguratSampler.NormalizedGaussian.of(rng);
    int all = 2 * SIDE + POOL;
    double[][] values = new double[all][SIZE];
    for (double[] row : values) {
      for (int d = 0; d < SIZE; d++) {
        row[d] = (1 + d * 0.2) * gauss.sample();
      }
    }
    double[] common = new double[SIZE];
    Arrays.setAll(common, d -> gauss.sample());
    Matrix derivatives = Matrix.zeros(TESTED, all);
    for (int t = 0; t < TESTED; t++) {
      double[] gradient = new double[SIZE];
      Arrays.setAll(gradient, d -> common[d] + 0.5 * gauss.sample());
      for (int i = 0; i < all; i++) {
        derivatives.set(t, i, dot(gradient, values[i]));
      }
    }
    Matrix products = Matrix.zeros(all, all);
    for (int i = 0; i < all; i++) {
      for (int j = 0; j < all; j++) {
        products.set(i, j, dot(values[i], values[j]));
      }
    }
    return new ConceptVectors(
        new TapProducts(products, derivatives),
        IntStream.range(0, SIDE).toArray(),
        IntStream.range(SIDE, 2 * SIDE).toArray(),
        false,
        IntStream.range(2 * SIDE, all).toArray(),
        0.1,
        new ConceptVectors.Names("concept", "pool"),
        random);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static Standing standing(double[] derivatives) {
    return Standing.of(IntStream.range(0, TESTED).toArray(), derivatives);
  }

  private static double[] scores(double[][] derivatives) {
    return Arrays.stream(derivatives).mapToDouble(ConceptActivationVector::score).toArray();
  }

  @Test
  void theRankOfAConceptThatMeansNothingIsSignificantInFivePercent() {
    // With 19 random sets the only significant rank is the first of 20: 5.35 % of these seeds.
    long rejected =
        IntStream.range(0, SIMULATIONS)
            .parallel()
            .filter(
                simulation -> {
                  ConceptVectors vectors = nothing(simulation);
                  Standing own = standing(vectors.whole().derivatives(vectors.tap()));
                  List<Standing> random =
                      Arrays.stream(vectors.randomSets(19))
                          .map(SignificanceTest::standing)
                          .toList();
                  return Significance.byRank(own, random) <= 0.05;
                })
            .count();
    assertThat(rejected / (double) SIMULATIONS).isBetween(0.04, 0.06);
  }

  @Test
  void thePublishedTestFindsConceptsThatMeanNothingFarTooOften() {
    // 63 % of 200 seeds, at a nominal 5 %.
    int simulations = 100;
    long rejected =
        IntStream.range(0, simulations)
            .parallel()
            .filter(
                simulation -> {
                  ConceptVectors vectors = nothing(simulation);
                  return Significance.byTTest(
                          scores(vectors.asPublished(30)), scores(vectors.randomSets(30)))
                      <= 0.05;
                })
            .count();
    assertThat(rejected / (double) simulations).isGreaterThan(0.3);
  }
}
