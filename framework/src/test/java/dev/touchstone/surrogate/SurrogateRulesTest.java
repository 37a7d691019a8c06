package dev.touchstone.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.CandidateRules.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SurrogateRulesTest {
  private static final int N = 400;

  /** Columns uniform in (0, 1), so that quartiles lie near 1/4, 1/2 and 3/4. */
  private static double[][] uniform(int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] rows = new double[N][columns];
    for (double[] row : rows) {
      Arrays.setAll(row, c -> random.nextDouble());
    }
    return rows;
  }

  @Test
  void findsTheRuleThatAModelIsMadeOf() {
    double[][] rows = uniform(4, 1);
    Dataset data = Tables.of(rows);
    double[] a = Quartiles.of(column(rows, 0));
    double[] c = Quartiles.of(column(rows, 2));
    int[] answers =
        Arrays.stream(rows).mapToInt(row -> row[0] > a[1] && row[2] <= c[1] ? 1 : 0).toArray();
    RuleSet rules = SurrogateRules.fittedOn(data).withRules(2).fit(Columns.of(data), answers, 2);
    assertThat(rules.of(Columns.of(data)).answers()).isEqualTo(answers);
    assertThat(rules.of(Columns.of(data)).ambiguous().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4, 5})
  void theSearchComesNearTheBestSetOfAll(long seed) {
    double[][] rows = uniform(3, seed);
    int[] answers =
        Arrays.stream(rows).mapToInt(row -> row[0] + row[1] * row[2] > 0.8 ? 1 : 0).toArray();
    List<Candidate> candidates =
        new CandidateRules(Columns.of(Tables.of(rows)), answers, 2).upTo(2).subList(0, 14);
    for (double wrongAnswer : new double[] {1, 4, 16}) {
      RuleSearch.Found found = RuleSearch.best(candidates, N, 3, wrongAnswer);
      assertThat(found.objective()).isEqualTo(objective(found.rules(), wrongAnswer));
      double best = Double.NEGATIVE_INFINITY;
      for (int subset = 0; subset < 1 << candidates.size(); subset++) {
        if (Integer.bitCount(subset) <= 3) {
          int bits = subset;
          List<Candidate> chosen =
              IntStream.range(0, candidates.size())
                  .filter(i -> (bits >> i & 1) == 1)
                  .mapToObj(candidates::get)
                  .toList();
          best = Math.max(best, objective(chosen, wrongAnswer));
        }
      }
      assertThat(found.objective()).isBetween(0.85 * best, best);
    }
  }

  /** As the class defines it, row by row. */
  private static double objective(List<Candidate> rules, double wrongAnswer) {
    double sum = 0;
    for (int row = 0; row < N; row++) {
      int at = row;
      int held = (int) rules.stream().filter(rule -> rule.where().get(at)).count();
      sum += (held > 0 ? 1 : 0) - held * (held - 1);
    }
    for (Candidate rule : rules) {
      sum -= wrongAnswer * rule.wrong() + rule.conditions();
    }
    return sum;
  }

  @Test
  void keepsItsBudget() {
    double[][] rows = uniform(5, 6);
    Dataset data = Tables.of(rows);
    int[] answers =
        Arrays.stream(rows).mapToInt(row -> (int) (3 * row[0] * row[1] + row[2])).toArray();
    RuleSet rules =
        SurrogateRules.fittedOn(data)
            .withRules(4)
            .withConditions(2)
            .fit(Columns.of(data), answers, 4);
    assertThat(rules.rules()).hasSizeBetween(1, 4);
    assertThat(rules.rules())
        .allSatisfy(rule -> assertThat(rule.conditions()).hasSizeBetween(1, 2));
  }

  @Test
  void candidatesHoldWhereTheyAreSaidToHold() {
    double[][] rows = uniform(3, 7);
    int[] answers = Arrays.stream(rows).mapToInt(row -> row[0] > row[1] ? 1 : 0).toArray();
    Columns table = Columns.of(Tables.of(rows));
    List<Candidate> candidates = new CandidateRules(table, answers, 2).upTo(3);
    assertThat(candidates).hasSizeGreaterThan(30);
    for (Candidate candidate : candidates) {
      List<Integer> where = new ArrayList<>();
      int wrong = 0;
      for (int row = 0; row < N; row++) {
        boolean all = true;
        for (Condition condition : candidate.rule().conditions()) {
          all &= condition.holds(table.get(table.indexOf(condition.column())), row);
        }
        if (all) {
          where.add(row);
          wrong += answers[row] == candidate.rule().label() ? 0 : 1;
        }
      }
      assertThat(candidate.where().stream().boxed().toList()).isEqualTo(where);
      assertThat(candidate.wrong()).isEqualTo(wrong);
    }
  }

  @Test
  void refusesFewerExamplesThanRules() {
    Dataset data = Tables.of(new double[][] {{1}, {2}, {3}});
    assertThatThrownBy(
            () -> SurrogateRules.fittedOn(data).fit(Columns.of(data), new int[] {0, 1, 0}, 2))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "8 surrogate rules cannot be fitted on the 3 examples of table; give at least 8, or"
                + " fewer rules by .withRules(n)");
  }

  /** NumPy's percentiles of 1, 2, 4, 8, 16, by hand: places 1, 2 and 3. */
  @Test
  void cutsWhereNumPyDoes() {
    assertThat(Quartiles.of(new double[] {16, 2, 8, 1, 4})).containsExactly(2, 4, 8);
    assertThat(Quartiles.of(new double[] {1, 2, Double.NaN, 3, 4}))
        .containsExactly(1.75, 2.5, 3.25);
    assertThat(Quartiles.of(new double[] {0, 0, 0, 1})).containsExactly(0, 0.25);
    assertThat(Quartiles.of(new double[] {3, 3, 3})).isEmpty();
  }

  private static double[] column(double[][] rows, int column) {
    return Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
  }
}
