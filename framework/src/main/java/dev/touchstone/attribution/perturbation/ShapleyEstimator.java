package dev.touchstone.attribution.perturbation;

import java.util.function.Consumer;

/** Asks about coalitions, and makes Shapley values of what they are worth. */
interface ShapleyEstimator {

  /**
   * Refuses a game, before any is played.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if it has too many players
   */
  void require(int players);

  /**
   * Returns about how many coalitions it asks about.
   *
   * @param round 0 at first, 1 where the first shares did not suffice, and so on
   */
  long coalitions(int players, int round);

  /**
   * Plays the game of one example.
   *
   * @param game of at least 2 players
   * @param round as above; what was drawn before is drawn anew
   * @param done is given the shares as soon as the last coalition is answered
   */
  void play(CoalitionGame game, int round, Consumer<Shares> done);

  /** Returns whether the shares of a round are as exact as they have to be or can be. */
  boolean suffices(int players, Shares shares, int round);

  /** Returns how shares are made of a game of so many players, in words. */
  String rule(int players);
}
