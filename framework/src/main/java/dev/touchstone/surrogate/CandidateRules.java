package dev.touchstone.surrogate;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules that a set may be made of: conjunctions that hold for enough rows, found level by level
 * (Agrawal and Srikant 1994), with the answer that is most frequent where they hold. A longer one
 * stays only if its answer is right more often than that of what it was made of.
 */
final class CandidateRules {
  private static final double FEWEST_ROWS = 0.02;

  /** On each level, and altogether. */
  private static final int MOST = 600;

  private final Columns table;
  private final int[] answers;
  private final int[] counts;
  private final int fewest;

  CandidateRules(Columns table, int[] answers, int classes) {
    this.table = table;
    this.answers = answers;
    this.counts = new int[classes];
    for (int answer : answers) {
      counts[answer]++;
    }
    this.fewest = Math.max(1, (int) Math.ceil(FEWEST_ROWS * answers.length));
  }

  /**
   * A rule and what it is worth on the rows that it is to be fitted to.
   *
   * @param where the rows for which it holds
   * @param wrong for how many of them its answer is another one than the model's
   * @param last the place of its last condition among the predicates
   */
  record Candidate(Rule rule, BitSet where, int wrong, int last) {
    int conditions() {
      return rule.conditions().size();
    }

    int rows() {
      return where.cardinality();
    }

    double precision() {
      return 1 - (double) wrong / rows();
    }
  }

  /** Returns the candidates of at most so many conditions, the most telling first. */
  List<Candidate> upTo(int width) {
    List<Condition> predicates = Predicates.of(table, fewest);
    List<Candidate> single = new ArrayList<>();
    for (int p = 0; p < predicates.size(); p++) {
      add(single, candidate(List.of(predicates.get(p)), null, p));
    }
    List<Candidate> all = new ArrayList<>(single);
    List<Candidate> level = single;
    for (int w = 2; w <= width; w++) {
      List<Candidate> longer = new ArrayList<>();
      for (Candidate shorter : level) {
        String last = predicates.get(shorter.last()).column();
        for (Candidate more : single) {
          if (more.last() > shorter.last() && !predicates.get(more.last()).column().equals(last)) {
            extend(longer, shorter, more);
          }
        }
      }
      level = mostTelling(longer);
      all.addAll(level);
    }
    return mostTelling(all);
  }

  private void extend(List<Candidate> longer, Candidate shorter, Candidate more) {
    List<Condition> conditions = new ArrayList<>(shorter.rule().conditions());
    conditions.addAll(more.rule().conditions());
    BitSet where = (BitSet) shorter.where().clone();
    where.and(more.where());
    Candidate both = candidate(conditions, where, more.last());
    if (both.rows() >= fewest && both.precision() > shorter.precision()) {
      longer.add(both);
    }
  }

  private void add(List<Candidate> to, Candidate candidate) {
    if (candidate.rows() >= fewest) {
      to.add(candidate);
    }
  }

  private Candidate candidate(List<Condition> conditions, @Nullable BitSet known, int last) {
    BitSet where = known == null ? new Rule(conditions, 0).where(table) : known;
    int[] inside = new int[counts.length];
    for (int row = where.nextSetBit(0); row >= 0; row = where.nextSetBit(row + 1)) {
      inside[answers[row]]++;
    }
    int label = 0;
    for (int c = 1; c < inside.length; c++) {
      label = inside[c] > inside[label] ? c : label;
    }
    return new Candidate(
        new Rule(conditions, label), where, where.cardinality() - inside[label], last);
  }

  /** By weighted relative accuracy: how much more often than everywhere the answer is given. */
  private List<Candidate> mostTelling(List<Candidate> candidates) {
    return candidates.stream()
        .sorted(Comparator.comparingDouble(candidate -> -relativeAccuracy(candidate)))
        .limit(MOST)
        .toList();
  }

  private double relativeAccuracy(Candidate candidate) {
    double everywhere = (double) counts[candidate.rule().label()] / answers.length;
    return candidate.rows() * (candidate.precision() - everywhere);
  }
}
