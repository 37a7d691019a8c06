package dev.touchstone.surrogate;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.CandidateRules.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A set of rules fitted to a model's answers, after MUSE (Lakkaraju et al. 2019): chosen for
 * fidelity (few rows where a rule's answer is not the model's), unambiguity (few rows that two
 * rules hold for, many that one does) and within a budget that can be read (few rules of few
 * conditions). Conditions are categories, and numbers below, above or between the quartiles.
 *
 * <p>MUSE finds its weights by validation; so does this for the one that counts, what a wrong
 * answer costs beside a row without a rule: it is tried from 1 to 16, and taken where two thirds of
 * the examples, drawn by position, answer most of the last third as the model does. Where rules
 * contradict each other, that with the higher share of right answers decides; where none holds, the
 * most frequent answer of such rows. MUSE's neighbourhood descriptors, a first level of conditions
 * on columns of the user's choice, are left out: rules have one level.
 */
public final class SurrogateRules implements Surrogate {
  private static final double[] WRONG_ANSWERS = {1, 2, 4, 8, 16};
  private static final int FOLDS = 3;
  private static final int WIDEST = 5;

  private final Dataset training;
  private final int rules;
  private final int width;

  private SurrogateRules(Dataset training, int rules, int width) {
    this.training = training;
    this.rules = rules;
    this.width = width;
  }

  /**
   * Fits to a model's answers to these examples, with at most 8 rules of at most 3 conditions.
   *
   * @param training a table, whose labels do not matter; none of the examples on which fidelity is
   *     to be measured
   */
  public static SurrogateRules fittedOn(Dataset training) {
    return new SurrogateRules(training, 8, 3);
  }

  /**
   * Allows another number of rules.
   *
   * @throws IllegalArgumentException for fewer than 1
   */
  public SurrogateRules withRules(int most) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "a set of %d rules; give at least 1, such as .withRules(8)".formatted(most));
    }
    return new SurrogateRules(training, most, width);
  }

  /**
   * Allows another number of conditions in a rule.
   *
   * @param most from 1 to 5
   * @throws IllegalArgumentException for another
   */
  public SurrogateRules withConditions(int most) {
    if (most < 1 || most > WIDEST) {
      throw new IllegalArgumentException(
          "rules of %d conditions; give from 1 to %d, such as .withConditions(3)"
              .formatted(most, WIDEST));
    }
    return new SurrogateRules(training, rules, most);
  }

  @Override
  public Dataset training() {
    return training;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rules", Integer.toString(rules));
    settings.put("conditions", Integer.toString(width));
    return settings;
  }

  @Override
  public String describe() {
    return "at most %d rules of at most %d conditions".formatted(rules, width);
  }

  @Override
  public RuleSet fit(Columns table, int[] answers, int classes) {
    int fewest = Math.max(rules, 2 * FOLDS);
    if (table.rows() < fewest) {
      throw new TouchstoneException(
          "%d surrogate rules cannot be fitted on the %d examples of %s; give at least %d, or fewer rules by .withRules(n)"
              .formatted(rules, table.rows(), training.name(), fewest));
    }
    int[] kept = IntStream.range(0, table.rows()).filter(row -> row % FOLDS != 0).toArray();
    int[] held = IntStream.range(0, table.rows()).filter(row -> row % FOLDS == 0).toArray();
    int[] keptAnswers = IntStream.of(kept).map(row -> answers[row]).toArray();
    Columns keptRows = table.select(kept);
    Columns heldRows = table.select(held);
    List<Candidate> tried = new CandidateRules(keptRows, keptAnswers, classes).upTo(width);
    double best = WRONG_ANSWERS[0];
    long most = -1;
    for (double wrongAnswer : WRONG_ANSWERS) {
      int[] said = chosen(tried, keptAnswers, classes, wrongAnswer).of(heldRows).answers();
      long right = IntStream.range(0, held.length).filter(i -> said[i] == answers[held[i]]).count();
      if (right > most) {
        most = right;
        best = wrongAnswer;
      }
    }
    return chosen(new CandidateRules(table, answers, classes).upTo(width), answers, classes, best);
  }

  private RuleSet chosen(
      List<Candidate> candidates, int[] answers, int classes, double wrongAnswer) {
    List<Candidate> found =
        new ArrayList<>(RuleSearch.best(candidates, answers.length, rules, wrongAnswer).rules());
    found.sort(
        Comparator.comparingDouble((Candidate rule) -> -rule.precision())
            .thenComparingInt(rule -> -rule.rows()));
    BitSet covered = new BitSet(answers.length);
    found.forEach(rule -> covered.or(rule.where()));
    int[] otherwise =
        IntStream.range(0, answers.length)
            .filter(row -> covered.cardinality() == answers.length || !covered.get(row))
            .map(row -> answers[row])
            .toArray();
    int[] counts = new int[classes];
    Arrays.stream(otherwise).forEach(answer -> counts[answer]++);
    int label = IntStream.range(0, classes).reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
    return new RuleSet(found.stream().map(Candidate::rule).toList(), label);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
