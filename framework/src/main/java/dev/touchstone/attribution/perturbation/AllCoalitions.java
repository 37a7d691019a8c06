package dev.touchstone.attribution.perturbation;

import dev.touchstone.runtime.TouchstoneException;
import java.util.BitSet;
import java.util.function.Consumer;

/**
 * Shapley values by asking about every coalition: {@code φᵢ = Σ_{S ∌ i} |S|! (k − |S| − 1)! / k! ·
 * (v(S ∪ i) − v(S))} (Shapley 1953; Lundberg and Lee 2017, equation 4).
 */
final class AllCoalitions implements ShapleyEstimator {
  private static final int MOST_PLAYERS = 20;

  @Override
  public void require(int players) {
    if (players > MOST_PLAYERS) {
      throw new TouchstoneException(
          "ExactShapley asks about all 2^%d coalitions of the %1$d players of an example, and takes at most %d players; explain by KernelShap, which draws some of them, or take columns together: .grouping(…)"
              .formatted(players, MOST_PLAYERS));
    }
  }

  @Override
  public long coalitions(int players, int round) {
    return 1L << players;
  }

  @Override
  public void play(CoalitionGame game, int round, Consumer<Shares> done) {
    int players = game.players();
    game.ask(
        1 << players,
        members -> BitSet.valueOf(new long[] {members}),
        worth -> done.accept(Shares.exact(shares(players, worth))));
  }

  @Override
  public boolean suffices(int players, Shares shares, int round) {
    return true;
  }

  @Override
  public String rule(int players) {
    return "all coalitions";
  }

  /**
   * Returns the Shapley values of a game.
   *
   * @param worth of each coalition, whose members are the bits of its place
   */
  private static double[] shares(int players, double... worth) {
    // 1 / (k · C(k − 1, s)), the part of a coalition of s others whom a player joins.
    double[] weight = new double[players];
    for (int s = 0; s < players; s++) {
      weight[s] = s == 0 ? 1.0 / players : weight[s - 1] * s / (players - s);
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
