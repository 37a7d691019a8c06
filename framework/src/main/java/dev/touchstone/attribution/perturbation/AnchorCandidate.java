package dev.touchstone.attribution.perturbation;

import java.util.BitSet;

/** A rule that may be an anchor, and what draws have shown of its precision. Not thread-safe. */
final class AnchorCandidate {
  private final BitSet predicates;
  private final double coverage;
  private int drawn;
  private int equal;

  AnchorCandidate(BitSet predicates, double coverage) {
    this.predicates = predicates;
    this.coverage = coverage;
  }

  BitSet predicates() {
    return predicates;
  }

  /** The share of the rows that are searched for which it holds. */
  double coverage() {
    return coverage;
  }

  int drawn() {
    return drawn;
  }

  void add(int more, int ofThemEqual) {
    drawn += more;
    equal += ofThemEqual;
  }

  double precision() {
    return drawn == 0 ? 0 : (double) equal / drawn;
  }

  /**
   * The limits of the precision.
   *
   * @param rate the exploration rate β
   */
  double upper(double rate) {
    return drawn == 0 ? 1 : KullbackLeibler.upper(precision(), rate / drawn);
  }

  double lower(double rate) {
    return drawn == 0 ? 0 : KullbackLeibler.lower(precision(), rate / drawn);
  }
}
