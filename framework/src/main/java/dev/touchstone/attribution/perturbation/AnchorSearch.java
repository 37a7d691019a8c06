package dev.touchstone.attribution.perturbation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The beam search of Anchors (Ribeiro et al. 2018, algorithm 2): rules grow by one predicate at a
 * time, the most precise are kept, and of those whose precision is shown to reach the threshold
 * that with the largest coverage is the anchor.
 */
final class AnchorSearch {
  /** The authors' settings. */
  private static final double EPSILON = 0.15;

  private static final double EPSILON_OF_THRESHOLD = 0.05;
  private static final double DELTA = 0.1;

  private final AnchorSpace space;
  private final BitSet searched;
  private final double threshold;
  private final int beam;
  private final int longest;
  private final Consumer<AnchorCandidate> draw;
  private @Nullable AnchorCandidate best;

  /**
   * Prepares a search.
   *
   * @param searched the rows among which coverage is looked at
   * @param threshold of the precision
   * @param beam how many rules are kept
   * @param longest how many predicates a rule may have
   * @param draw adds a batch of draws to a candidate
   */
  AnchorSearch(
      AnchorSpace space,
      BitSet searched,
      double threshold,
      int beam,
      int longest,
      Consumer<AnchorCandidate> draw) {
    this.space = space;
    this.searched = searched;
    this.threshold = threshold;
    this.beam = beam;
    this.longest = longest;
    this.draw = draw;
  }

  /**
   * What the search found.
   *
   * @param anchor the best rule
   * @param reached whether its precision was shown to reach the threshold
   */
  record Found(AnchorCandidate anchor, boolean reached) {}

  Found run() {
    AnchorCandidate empty = candidate(new BitSet());
    draw.accept(empty);
    verify(empty, rateOf(1));
    if (best != null) {
      return new Found(empty, true);
    }
    List<AnchorCandidate> kept = List.of(empty);
    AnchorCandidate mostPrecise = empty;
    int most = Math.min(longest, space.predicates());
    for (int length = 1; length <= most; length++) {
      List<AnchorCandidate> longer = longer(kept);
      if (longer.isEmpty()) {
        break;
      }
      kept = new BestCandidates(EPSILON, DELTA, draw).of(longer, beam);
      for (AnchorCandidate candidate : kept) {
        verify(candidate, rateOf(1 + (beam - 1) * space.predicates()));
      }
      mostPrecise =
          kept.stream().max(Comparator.comparingDouble(AnchorCandidate::precision)).orElseThrow();
    }
    AnchorCandidate found = best;
    return found == null ? new Found(mostPrecise, false) : new Found(found, true);
  }

  private static double rateOf(int candidates) {
    return Math.log(candidates / DELTA);
  }

  /** Rules with one predicate more that cover more rows than the best anchor so far. */
  private List<AnchorCandidate> longer(List<AnchorCandidate> kept) {
    Set<BitSet> seen = new HashSet<>();
    List<AnchorCandidate> longer = new ArrayList<>();
    AnchorCandidate soFar = best;
    for (AnchorCandidate shorter : kept) {
      for (int p = 0; p < space.predicates(); p++) {
        BitSet predicates = (BitSet) shorter.predicates().clone();
        predicates.set(p);
        if (!shorter.predicates().get(p) && seen.add(predicates)) {
          AnchorCandidate candidate = candidate(predicates);
          if (soFar == null || candidate.coverage() > soFar.coverage()) {
            longer.add(candidate);
          }
        }
      }
    }
    return longer;
  }

  private AnchorCandidate candidate(BitSet predicates) {
    BitSet where = (BitSet) searched.clone();
    predicates.stream().forEach(p -> where.and(space.where(p)));
    return new AnchorCandidate(
        predicates, (double) where.cardinality() / Math.max(1, searched.cardinality()));
  }

  /** Draws until the precision is told from the threshold, and keeps the better anchor. */
  private void verify(AnchorCandidate candidate, double rate) {
    AnchorCandidate soFar = best;
    if (soFar != null && candidate.coverage() <= soFar.coverage()) {
      return;
    }
    while (isOpen(candidate, rate)) {
      draw.accept(candidate);
    }
    if (candidate.precision() >= threshold
        && candidate.lower(rate) > threshold - EPSILON_OF_THRESHOLD) {
      best = candidate;
    }
  }

  private boolean isOpen(AnchorCandidate candidate, double rate) {
    return candidate.precision() >= threshold
        ? candidate.lower(rate) < threshold - EPSILON_OF_THRESHOLD
        : candidate.upper(rate) >= threshold + EPSILON_OF_THRESHOLD;
  }
}
