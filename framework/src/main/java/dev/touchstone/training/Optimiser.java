package dev.touchstone.training;

import ai.djl.ndarray.NDArray;
import dev.touchstone.facts.Fact;
import java.util.List;

/**
 * How a weight follows its gradient. One method, one file; immutable, its state is per training.
 */
public interface Optimiser {

  /** Returns the learning rate at the start. */
  double learningRate();

  /** Returns what provenance holds of it, in its own words: what it is, and its settings. */
  List<Fact> facts();

  /**
   * Starts following a weight.
   *
   * @param weight changed in place by every step; arrays that the steps need are made by its
   *     manager
   */
  Steps follow(NDArray weight);

  /** The steps of one weight in one training. */
  interface Steps {

    /**
     * Takes one step. Whatever it makes it closes, unless the next step needs it.
     *
     * @param gradient of the mean loss of a batch, weight decay included; may be overwritten
     * @param factor what the learning rate has decayed to, 1 at the start
     */
    void step(NDArray gradient, double factor);
  }
}
