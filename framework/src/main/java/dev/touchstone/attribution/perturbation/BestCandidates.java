package dev.touchstone.attribution.perturbation;

import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds the candidates with the highest precision by few draws: KL-LUCB (Kaufmann and
 * Kalyanakrishnan 2013), as in Anchors (Ribeiro et al. 2018, section 3.2). As long as the best of
 * the rest may be better than the worst of the chosen by more than ε, these two are drawn again.
 */
final class BestCandidates {
  private static final double ALPHA = 1.1;
  private static final double K = 405.5;

  private final double epsilon;
  private final double delta;
  private final Consumer<AnchorCandidate> draw;

  /**
   * Prepares a search.
   *
   * @param epsilon by how much a chosen one may be worse than one that is not
   * @param delta the chance that it is by more
   * @param draw adds a batch of draws to a candidate
   */
  BestCandidates(double epsilon, double delta, Consumer<AnchorCandidate> draw) {
    this.epsilon = epsilon;
    this.delta = delta;
    this.draw = draw;
  }

  /** Returns so many of the candidates, or all where there are no more. */
  List<AnchorCandidate> of(List<AnchorCandidate> candidates, int number) {
    candidates.stream().filter(candidate -> candidate.drawn() == 0).forEach(draw);
    for (int round = 1; ; round++) {
      List<AnchorCandidate> sorted =
          candidates.stream()
              .sorted(Comparator.comparingDouble(candidate -> -candidate.precision()))
              .toList();
      if (sorted.size() <= number) {
        return sorted;
      }
      double rate = rate(candidates.size(), round);
      List<AnchorCandidate> chosen = sorted.subList(0, number);
      AnchorCandidate worst =
          chosen.stream().min(Comparator.comparingDouble(c -> c.lower(rate))).orElseThrow();
      AnchorCandidate best =
          sorted.subList(number, sorted.size()).stream()
              .max(Comparator.comparingDouble(c -> c.upper(rate)))
              .orElseThrow();
      if (best.upper(rate) - worst.lower(rate) <= epsilon) {
        return chosen;
      }
      draw.accept(best);
      draw.accept(worst);
    }
  }

  /** β(t, δ) for so many candidates in a round, as published. */
  private double rate(int candidates, int round) {
    double inner = Math.log(K * candidates * Math.pow(round, ALPHA) / delta);
    return inner + Math.log(inner);
  }
}
