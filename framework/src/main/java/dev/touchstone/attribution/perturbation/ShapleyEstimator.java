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

  /** Returns about how many coalitions it asks about. */
  long coalitions(int players);

  /**
   * Plays the game of one example.
   *
   * @param game of at least 2 players
   * @param done is given the shares as soon as the last coalition is answered
   */
  void play(CoalitionGame game, Consumer<Shares> done);

  /** Returns how shares are made of a game of so many players, in words. */
  String rule(int players);
}
