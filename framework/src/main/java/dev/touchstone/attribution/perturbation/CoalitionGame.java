package dev.touchstone.attribution.perturbation;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * The game of one example: its players are groups of values that a background can change, and a
 * coalition is worth what the model says where its values are the example's and all others the
 * background's. The other values of the example belong to no player.
 */
final class CoalitionGame {
  private final CoalitionQueue queue;
  private final int example;
  private final int[][] players;
  private final int values;
  private final String sha256;

  private CoalitionGame(
      CoalitionQueue queue, int example, int[][] players, int values, String sha256) {
    this.queue = queue;
    this.example = example;
    this.players = players;
    this.values = values;
    this.sha256 = sha256;
  }

  /**
   * Makes the game of an example.
   *
   * @param players which of its values belong to each
   * @param values how many it has
   * @param sha256 of the example, by which random streams are named
   */
  static CoalitionGame of(
      CoalitionQueue queue, int example, int[][] players, int values, String sha256) {
    return new CoalitionGame(queue, example, players, values, sha256);
  }

  /** Returns the number of players. */
  int players() {
    return players.length;
  }

  /** Returns a hash of the example, by which random streams are named. */
  String sha256() {
    return sha256;
  }

  /**
   * Asks what coalitions are worth.
   *
   * @param number how many, at least 1
   * @param coalition the members of each; asked for one after the other
   * @param use is given all values when the last is there
   */
  void ask(int number, IntFunction<BitSet> coalition, Consumer<double[]> use) {
    double[] worth = new double[number];
    for (int i = 0; i < number; i++) {
      int place = i;
      // Values come in the order in which they were asked for.
      queue.add(
          example,
          kept(coalition.apply(i)),
          value -> {
            worth[place] = value;
            if (place == number - 1) {
              use.accept(worth);
            }
          });
    }
  }

  private boolean[] kept(BitSet members) {
    boolean[] kept = new boolean[values];
    Arrays.fill(kept, true);
    for (int p = members.nextClearBit(0); p < players.length; p = members.nextClearBit(p + 1)) {
      for (int value : players[p]) {
        kept[value] = false;
      }
    }
    return kept;
  }

  /** Returns a map of the example, in which each player's share is divided among its values. */
  double[] map(double... shares) {
    double[] map = new double[values];
    for (int p = 0; p < players.length; p++) {
      for (int value : players[p]) {
        map[value] = shares[p] / players[p].length;
      }
    }
    return map;
  }
}
