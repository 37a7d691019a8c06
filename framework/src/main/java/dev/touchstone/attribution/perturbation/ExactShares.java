package dev.touchstone.attribution.perturbation;

import java.util.BitSet;
import java.util.function.Consumer;

/**
 * Shapley values by asking about every coalition: {@code φᵢ = Σ_{S ∌ i} |S|! (k − |S| − 1)! / k! ·
 * (v(S ∪ i) − v(S))} (Shapley 1953; Lundberg and Lee 2017, equation 4).
 */
final class ExactShares {
  private ExactShares() {}

  /**
   * Plays a game.
   *
   * @param game of at most 30 players
   */
  static void play(CoalitionGame game, Consumer<Shares> done) {
    int players = game.players();
    game.ask(
        1 << players,
        members -> BitSet.valueOf(new long[] {members}),
        worth -> done.accept(Shares.exact(of(players, worth))));
  }

  /**
   * Returns the Shapley values of a game.
   *
   * @param worth of each coalition, whose members are the bits of its place
   */
  static double[] of(int players, double... worth) {
    // 1 / (k · C(k − 1, s)), the share of a coalition of s others whom a player joins.
    double[] weight = new double[players];
    weight[0] = 1.0 / players;
    for (int s = 1; s < players; s++) {
      weight[s] = weight[s - 1] * s / (players - s);
    }
    double[] shares = new double[players];
    for (int members = 0; members < worth.length; members++) {
      int size = Integer.bitCount(members);
      for (int player = 0; player < players; player++) {
        if ((members >> player & 1) == 0) {
          shares[player] += weight[size] * (worth[members | 1 << player] - worth[members]);
        }
      }
    }
    return shares;
  }
}
