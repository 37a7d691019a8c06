package dev.touchstone.statistics;

import static dev.touchstone.statistics.EstimateProperties.assertIntervalsAndPValuesAgree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AuprcTest {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  static List<JsonObject> cases() throws Exception {
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(AuprcTest.class.getResourceAsStream("average-precision.json")),
            StandardCharsets.UTF_8)) {
      return Oracle.objects(JsonParser.parseReader(reader).getAsJsonArray());
    }
  }

  private static Auprc firstOnes(int positives, double... scores) {
    boolean[] positive = new boolean[scores.length];
    Arrays.fill(positive, 0, positives, true);
    return Auprc.of(scores, positive);
  }

  @Test
  void isThePrecisionAtEachPositiveOnAverage() {
    // In order + − + + −: precisions 1, 2/3 and 3/4.
    assertThat(firstOnes(3, 5, 3, 2, 4, 1).value()).isCloseTo(29.0 / 36, within(1e-15));
    // Ties together, −0.0 among them: at 0 there are all three positives, and two of the others.
    assertThat(firstOnes(3, 1, 0.0, -0.0, 0, 0, -1).value())
        .isCloseTo((1 + 2 * 0.6) / 3, within(1e-15));
    assertThat(firstOnes(3, 1, 1, 1, 1).value()).isEqualTo(0.75);
  }

  /** {@code metrics_oracle.py}; a standard error of the quantiles there and here is below .002. */
  @ParameterizedTest
  @MethodSource("cases")
  void valuesAreScikitLearnsAndLimitsThoseOfOtherDraws(JsonObject of) {
    Auprc area = firstOnes(of.get("positives").getAsInt(), Oracle.numbers(of, "scores"));

    assertThat(area.value()).isCloseTo(of.get("value").getAsDouble(), within(1e-12));
    assertIntervalsAndPValuesAgree(area, 0, 0.1, 0.3, 0.5, 0.7, 0.9, 1);
    if (!of.get("limits").isJsonNull()) {
      double[] limits = Oracle.numbers(of, "limits");
      assertThat(area.interval(0.95).lower()).isCloseTo(limits[0], within(0.01));
      assertThat(area.interval(0.95).upper()).isCloseTo(limits[1], within(0.01));
    }
  }

  /** A score of a population, and which shares of both kinds have it. */
  private record Atom(double score, double positives, double negatives) {}

  /** Between few scores and many, so that some samples are full of ties and some have none. */
  private static List<Atom> population(SplittableRandom random) {
    int size = 1 << random.nextInt(1, 11);
    double[][] shares = new double[2][size];
    for (double[] of : shares) {
      double sum = 0;
      double spread = 3 * random.nextDouble();
      for (int i = 0; i < size; i++) {
        of[i] = Math.exp(spread * random.nextGaussian());
        sum += of[i];
      }
      for (int i = 0; i < size; i++) {
        of[i] /= sum;
      }
    }
    Atom[] atoms = new Atom[size];
    Arrays.setAll(atoms, i -> new Atom(i, shares[0][i], shares[1][i]));
    return List.of(atoms);
  }

  private static double averagePrecision(List<Atom> atoms, double odds) {
    double t = 0;
    double f = 0;
    double sum = 0;
    for (int i = atoms.size() - 1; i >= 0; i--) {
      t += atoms.get(i).positives;
      f += atoms.get(i).negatives;
      sum += atoms.get(i).positives * t / (t + odds * f);
    }
    return sum;
  }

  /** The score whose share of the kind, and of those above, a uniform number falls into. */
  private static double[] drawn(List<Atom> atoms, boolean positive, double[] uniform) {
    double[] scores = new double[uniform.length];
    for (int k = 0; k < uniform.length; k++) {
      double share = 0;
      int i = atoms.size();
      do {
        i--;
        share += positive ? atoms.get(i).positives : atoms.get(i).negatives;
      } while (share < uniform[k] && i > 0);
      scores[k] = atoms.get(i).score;
    }
    return scores;
  }

  private static double[] sorted(int number, SplittableRandom random) {
    double[] uniform = random.doubles(number).toArray();
    Arrays.sort(uniform);
    return uniform;
  }

  /** With the numbers that a sample was made of, its population lies between the two extremes. */
  @Test
  void everyPopulationLiesBetweenTheExtremesOfItsOwnDraw() {
    SplittableRandom random = new SplittableRandom(1);
    int narrow = 0;
    for (int run = 0; run < 5000; run++) {
      List<Atom> atoms = population(random);
      double[] u = sorted(random.nextInt(1, 60), random);
      double[] v = sorted(random.nextInt(1, 60), random);
      double odds = Math.exp(2 * random.nextGaussian());
      double[] positives = drawn(atoms, true, u);
      double[] negatives = drawn(atoms, false, v);
      double[] scores = Arrays.copyOf(positives, u.length + v.length);
      System.arraycopy(negatives, 0, scores, u.length, v.length);
      boolean[] positive = new boolean[scores.length];
      Arrays.fill(positive, 0, u.length, true);
      LabelRanking ranking = LabelRanking.of(scores, positive);

      double truth = averagePrecision(atoms, odds);
      double least = least(ranking, u, v, odds);
      double most = most(ranking, u, v, odds);
      assertThat(truth).isBetween(least - 1e-12, most + 1e-12);
      narrow += most - least < 0.1 ? 1 : 0;
    }
    assertThat(narrow).isGreaterThan(500);
  }

  private static double least(LabelRanking ranking, double[] u, double[] v, double odds) {
    double[][] at = new double[4][ranking.steps()];
    int c = 0;
    int d = 0;
    for (int step = 0; step < ranking.steps(); step++) {
      at[0][step] = u[c];
      c += ranking.positives()[step];
      at[1][step] = u[c - 1];
      d += ranking.above()[step];
      at[2][step] = d < v.length ? v[d] : 1;
      d += ranking.tied()[step];
      at[3][step] = d < v.length ? v[d] : 1;
    }
    return PrecisionBounds.least(at[0], at[1], at[2], at[3], odds);
  }

  private static double most(LabelRanking ranking, double[] u, double[] v, double odds) {
    double[][] at = new double[3][ranking.steps()];
    int c = 0;
    int d = 0;
    for (int step = 0; step < ranking.steps(); step++) {
      c += ranking.positives()[step];
      d += ranking.above()[step] + ranking.tied()[step];
      at[0][step] = u[c - 1];
      at[1][step] = c < u.length ? u[c] : 1;
      at[2][step] = d == 0 ? 0 : v[d - 1];
    }
    return PrecisionBounds.most(u[0], at[0], at[1], at[2], odds);
  }

  /** Nothing is gained by more than one try of every choice that there is. */
  @Test
  void theExtremesAreThoseOfAllChoices() {
    SplittableRandom random = new SplittableRandom(2);
    for (int run = 0; run < 300; run++) {
      int m = random.nextInt(2, 9);
      double[] u = sorted(m, random);
      double[] v = sorted(20, random);
      double odds = Math.exp(2 * random.nextGaussian());
      double[] scores = new double[m + 20];
      boolean[] positive = new boolean[scores.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(10) + (i < m ? random.nextInt(4) : 0);
        positive[i] = i < m;
      }
      LabelRanking ranking = LabelRanking.of(scores, positive);
      assertThat(most(ranking, u, v, odds))
          .isCloseTo(mostOfAll(ranking, u, v, odds), within(1e-12));
      assertThat(least(ranking, u, v, odds))
          .isCloseTo(leastOfAll(ranking, u, v, odds), within(1e-4));
    }
  }

  /** At every score the share of positives is one of two: all ways to choose. */
  private static double mostOfAll(LabelRanking ranking, double[] u, double[] v, double odds) {
    double best = 0;
    for (int choice = 0; choice < 1 << ranking.steps(); choice++) {
      double reached = u[0];
      double sum = u[0];
      int c = 0;
      int d = 0;
      for (int step = 0; step < ranking.steps(); step++) {
        c += ranking.positives()[step];
        d += ranking.above()[step] + ranking.tied()[step];
        double t = (choice >> step & 1) == 0 ? u[c - 1] : c < u.length ? u[c] : 1;
        double f = odds * (d == 0 ? 0 : v[d - 1]);
        sum += (t - reached) * (f == 0 ? 1 : t / (t + f));
        reached = t;
      }
      best = Math.max(best, reached == 1 ? sum : 0);
    }
    return best;
  }

  /** Where the ties of a score begin: every place, in small steps, and sums for integrals. */
  private static double leastOfAll(LabelRanking ranking, double[] u, double[] v, double odds) {
    double sum = 0;
    double reached = 0;
    int c = 0;
    int d = 0;
    for (int step = 0; step < ranking.steps(); step++) {
      double first = u[c];
      c += ranking.positives()[step];
      double all = u[c - 1];
      d += ranking.above()[step];
      double above = odds * (d < v.length ? v[d] : 1);
      d += ranking.tied()[step];
      double at = odds * (d < v.length ? v[d] : 1);
      int parts = 2000;
      double part = (first - reached) / parts;
      double apart = 0;
      double least = (all - reached) * all / (all + at);
      for (int i = 1; i <= parts; i++) {
        double middle = reached + (i - 0.5) * part;
        apart += part * middle / (middle + above);
        least = Math.min(least, apart + (all - reached - i * part) * all / (all + at));
      }
      sum += least;
      reached = all;
    }
    int parts = 20000;
    double part = (1 - reached) / parts;
    for (int i = 0; i < parts; i++) {
      double middle = reached + (i + 0.5) * part;
      sum += part * middle / (middle + odds);
    }
    return sum;
  }

  /** Binormal scores: the precision at the score of a positive, by the midpoint rule. */
  private static double binormal(double shift, double share) {
    int points = 20000;
    double sum = 0;
    for (int i = 0; i < points; i++) {
      double t = (i + 0.5) / points;
      double score = shift + NORMAL.inverseSurvivalProbability(t);
      double f = NORMAL.survivalProbability(score);
      sum += share * t / (share * t + (1 - share) * f);
    }
    return sum / points;
  }

  /** A limit of 97.5 % may fail in 2.5 % of samples: of 200 in at most 14, but once in 5,000. */
  @ParameterizedTest
  @CsvSource({"40, .3, 0", "40, .3, 1.5", "100, .1, 1.5", "100, .1, 3.5", "60, .5, 1"})
  void limitsHold(int examples, double share, double shift) {
    double truth = binormal(shift, share);
    int below = 0;
    int above = 0;
    for (int run = 0; run < 200; run++) {
      SplittableRandom random = new SplittableRandom(run);
      double[] scores = new double[examples];
      boolean[] positive = new boolean[examples];
      for (int i = 0; i < examples; i++) {
        positive[i] = i == 0 || i > 1 && random.nextDouble() < share;
        scores[i] = random.nextGaussian() + (positive[i] ? shift : 0);
      }
      // Planned estimates draw less often, and are as conservative.
      Auprc area = Auprc.of(scores, positive).repeated(1);
      below += area.pValueAbove(truth) < 0.025 ? 1 : 0;
      above += area.pValueBelow(truth) < 0.025 ? 1 : 0;
    }
    assertThat(below).isLessThanOrEqualTo(14);
    assertThat(above).isLessThanOrEqualTo(14);
  }

  /** An average precision of .80 puts all in order in 2.5 % of samples, so no limit is above it. */
  @Test
  void whatWasNotMetIsLeftOpen() {
    double[] scores = new double[500];
    Arrays.setAll(scores, i -> -i);
    Auprc perfect = firstOnes(50, scores);

    // A share q of the negatives ranks above all: (1 − q)^450 = .025, odds of nine to one.
    double f = 9 * (1 - Math.pow(0.025, 1 / 450.0));
    double unmet = 1 - f * Math.log1p(1 / f);
    assertThat(unmet).isCloseTo(0.803, within(5e-4));
    assertThat(perfect.interval(0.95).lower()).isBetween(unmet - 0.05, unmet);
    // Positives that are tied are behind these negatives together.
    Arrays.fill(scores, 0, 50, 1);
    assertThat(firstOnes(50, scores).interval(0.95).lower())
        .isBetween(1 / (1 + f) - 0.06, 1 / (1 + f));
    assertThat(perfect.interval(0.95).upper()).isEqualTo(1);
    assertThat(perfect.value()).isEqualTo(1);
    assertThat(perfect.pValueAbove(1)).isEqualTo(1);
    assertThat(perfect.pValueAbove(-0.1)).isZero();
    assertThat(perfect.pValueBelow(1.1)).isZero();
  }

  /** Where more steps are taken together the limits lie farther apart, and hardly. */
  @Test
  void stepsTakenTogetherWidenTheLimits() {
    SplittableRandom random = new SplittableRandom(3);
    double[] scores = new double[3000];
    boolean[] positive = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      positive[i] = i % 3 == 0;
      scores[i] = random.nextGaussian() + (positive[i] ? 1 : 0);
    }
    LabelRanking ranking = LabelRanking.of(scores, positive);
    assertThat(ranking.steps()).isEqualTo(1000);
    for (int quantile : new int[] {49, 999, 1949}) {
      double least = PrecisionBounds.least(ranking, 1999, 1000)[quantile];
      double together = PrecisionBounds.least(ranking, 1999, 100)[quantile];
      assertThat(together).isBetween(least - 0.012, least + 0.002);
      double lacks = PrecisionBounds.mostLacks(ranking, 1999, 1000)[quantile];
      double lacksTogether = PrecisionBounds.mostLacks(ranking, 1999, 100)[quantile];
      assertThat(lacksTogether).isBetween(lacks - 0.012, lacks + 0.002);
    }
  }

  @Test
  void moreExamplesLikeTheseHaveNearerLimits() {
    Auprc area = firstOnes(4, 9, 8, 5, 2, 7, 6, 4, 3, 1, 0);
    Interval four = area.repeated(4).interval(0.95);
    Interval sixteen = area.repeated(16).interval(0.95);

    assertThat(area.repeated(4).value()).isEqualTo(area.value());
    assertThat(area.repeated(4).sampleSize()).isEqualTo(40);
    assertThat(area.repeated(2.5).sampleSize()).isEqualTo(25);
    assertThat(sixteen.lower()).isGreaterThan(four.lower());
    assertThat(sixteen.upper()).isLessThan(four.upper());
    double reach = (sixteen.upper() - sixteen.lower()) / (four.upper() - four.lower());
    assertThat(reach).isBetween(0.4, 0.6);
    assertThat(LabelRanking.of(new double[] {3, 2, 1}, new boolean[] {true, false, true}).times(3))
        .extracting(LabelRanking::allPositives, LabelRanking::allNegatives)
        .containsExactly(6, 3);
  }

  @Test
  void theLimitsOfARankingAreTheSameAgain() {
    double[] scores = {9, 8, 5, 2, 7, 6, 4, 3, 1, 0};
    assertThat(firstOnes(4, scores).interval(0.95)).isEqualTo(firstOnes(4, scores).interval(0.95));
  }

  @Test
  void whatHasNoRankingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> firstOnes(0, 1, 2))
        .withMessage("an average precision needs a positive and a negative, was given 0 and 2");
    assertThatIllegalArgumentException().isThrownBy(() -> firstOnes(2, 1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> firstOnes(1, Double.NaN, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Auprc.of(new double[] {1, 2, 3}, new boolean[] {true, false}));
  }
}
