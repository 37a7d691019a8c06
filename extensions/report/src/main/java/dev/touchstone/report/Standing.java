package dev.touchstone.report;

import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.record.RecordedVerdict;
import java.util.Collection;

/**
 * What verdicts together say about shipping.
 *
 * @param pass how many claims are shown
 * @param fail how many are refuted
 * @param inconclusive how many are undecided
 * @param refused how many of the refuted ones are not accepted as known
 * @param open how many of the undecided ones are not accepted
 * @param complete whether all of the evidence is there; what is missing may have been a failure
 */
record Standing(int pass, int fail, int inconclusive, int refused, int open, boolean complete) {

  static Standing of(Collection<RecordedVerdict> verdicts, boolean complete) {
    int[] counts = new int[5];
    for (RecordedVerdict recorded : verdicts) {
      switch (recorded.verdict().outcome()) {
        case PASS -> counts[0]++;
        case FAIL -> {
          counts[1]++;
          counts[3] += recorded.verdict().acceptable() ? 0 : 1;
        }
        case INCONCLUSIVE -> {
          counts[2]++;
          counts[4] += recorded.verdict().acceptable() ? 0 : 1;
        }
      }
    }
    return new Standing(counts[0], counts[1], counts[2], counts[3], counts[4], complete);
  }

  int all() {
    return pass + fail + inconclusive;
  }

  /** The outcome that decides: FAIL where a failure is not accepted, and so on. */
  Outcome outcome() {
    return refused > 0
        ? Outcome.FAIL
        : open > 0 || all() == 0 || !complete ? Outcome.INCONCLUSIVE : Outcome.PASS;
  }

  String answer() {
    return switch (outcome()) {
      case FAIL -> "Do not ship";
      case INCONCLUSIVE -> "Not decided";
      case PASS -> accepted() == 0 ? "May ship" : "May ship, with exceptions";
    };
  }

  /** The answer's class of the style sheet: P, F, I, or A where it rests on what is accepted. */
  String mark() {
    return outcome() == Outcome.PASS && accepted() > 0 ? "A" : outcome().name().substring(0, 1);
  }

  /** What is tolerated, as a sentence; empty if nothing is. */
  String exceptions() {
    return accepted() == 0
        ? ""
        : Inert.count(accepted(), "claim was", "claims were")
            + " not shown to hold and "
            + (accepted() == 1 ? "is" : "are")
            + " accepted nevertheless; the evidence says why.";
  }

  /** How many are tolerated although they do not pass. */
  int accepted() {
    return fail - refused + inconclusive - open;
  }

  /** Failures, accepted ones apart, and so on: "7 FAIL, 1 INCONCLUSIVE (accepted), 26 PASS". */
  String counts() {
    StringBuilder counts = new StringBuilder();
    add(counts, fail, refused, "FAIL");
    add(counts, inconclusive, open, "INCONCLUSIVE");
    add(counts, pass, pass, "PASS");
    return counts.toString();
  }

  private static void add(StringBuilder counts, int all, int counting, String word) {
    if (all > 0) {
      counts.append(counts.length() > 0 ? ", " : "").append(Inert.count(all)).append(' ');
      counts.append(word);
      if (counting < all) {
        counts.append(counting == 0 ? " (accepted)" : " (" + (all - counting) + " accepted)");
      }
    }
  }
}
