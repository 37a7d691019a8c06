package dev.touchstone.surrogate;

import dev.touchstone.surrogate.CandidateRules.Candidate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a set of rules by local search (Lee et al. 2009, as MUSE does): rules are left out, added
 * or exchanged as long as the objective rises.
 *
 * <p>The objective counts rows: those that some rule holds for, minus λ for each wrong answer of a
 * rule, minus those that two rules hold for, once for each of the two, minus the conditions.
 */
final class RuleSearch {
  private final List<Candidate> candidates;
  private final int most;
  private final double wrongAnswer;
  private final int[] held;
  private final List<Candidate> chosen = new ArrayList<>();
  private double objective;

  /**
   * Prepares a search.
   *
   * @param rows of the table
   * @param most rules
   * @param wrongAnswer λ, what a wrong answer costs beside a row that no rule holds for
   */
  RuleSearch(List<Candidate> candidates, int rows, int most, double wrongAnswer) {
    this.candidates = candidates;
    this.most = most;
    this.wrongAnswer = wrongAnswer;
    this.held = new int[rows];
  }

  /**
   * What was found.
   *
   * @param objective its value
   */
  record Found(List<Candidate> rules, double objective) {}

  /**
   * Returns the better of the set that is found among all candidates and the one among those that
   * are left then: without it the bound on the distance from the best set would not hold, since the
   * objective may fall where a rule is added.
   */
  static Found best(List<Candidate> candidates, int rows, int most, double wrongAnswer) {
    Found first = new RuleSearch(candidates, rows, most, wrongAnswer).run();
    List<Candidate> left = new ArrayList<>(candidates);
    left.removeAll(first.rules());
    Found second = new RuleSearch(left, rows, most, wrongAnswer).run();
    return second.objective() > first.objective() ? second : first;
  }

  private Found run() {
    boolean improved = true;
    while (improved) {
      improved = leaveOneOut() || addOrExchange();
    }
    return new Found(List.copyOf(chosen), objective);
  }

  private boolean leaveOneOut() {
    for (Candidate rule : List.copyOf(chosen)) {
      double before = objective;
      remove(rule);
      if (objective > before) {
        return true;
      }
      add(rule);
    }
    return false;
  }

  private boolean addOrExchange() {
    double before = objective;
    double best = before;
    Candidate out = null;
    Candidate in = null;
    if (chosen.size() < most) {
      Candidate more = bestAddition();
      if (more != null && objective + gain(more) > best) {
        best = objective + gain(more);
        in = more;
      }
    }
    for (Candidate rule : List.copyOf(chosen)) {
      remove(rule);
      Candidate other = bestAddition();
      if (other != null && objective + gain(other) > best) {
        best = objective + gain(other);
        in = other;
        out = rule;
      }
      add(rule);
    }
    if (in == null) {
      return false;
    }
    if (out != null) {
      remove(out);
    }
    add(in);
    return objective > before;
  }

  private @Nullable Candidate bestAddition() {
    Candidate best = null;
    double most = Double.NEGATIVE_INFINITY;
    for (Candidate candidate : candidates) {
      // No rule gains more than all of its rows.
      if (candidate.rows() - cost(candidate) > most && !chosen.contains(candidate)) {
        double gain = gain(candidate);
        if (gain > most) {
          most = gain;
          best = candidate;
        }
      }
    }
    return best;
  }

  private double cost(Candidate candidate) {
    return wrongAnswer * candidate.wrong() + candidate.conditions();
  }

  /** What a rule adds to the objective. */
  private double gain(Candidate candidate) {
    int rows = 0;
    for (int row = candidate.where().nextSetBit(0);
        row >= 0;
        row = candidate.where().nextSetBit(row + 1)) {
      rows += held[row] == 0 ? 1 : -2 * held[row];
    }
    return rows - cost(candidate);
  }

  private void add(Candidate candidate) {
    objective += gain(candidate);
    chosen.add(candidate);
    candidate.where().stream().forEach(row -> held[row]++);
  }

  private void remove(Candidate candidate) {
    chosen.remove(candidate);
    candidate.where().stream().forEach(row -> held[row]--);
    objective -= gain(candidate);
  }
}
