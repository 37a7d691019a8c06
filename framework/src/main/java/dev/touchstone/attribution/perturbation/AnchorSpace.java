package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import java.util.BitSet;
import org.apache.commons.rng.UniformRandomProvider;

/** What can be said of an example, and what other examples of which it holds look like. */
interface AnchorSpace {

  /** Returns how many predicates hold for the example. */
  int predicates();

  /** Returns a predicate in words. */
  String inWords(int predicate);

  /**
   * Draws perturbed examples for which predicates hold.
   *
   * @param predicates those that hold
   * @param number of examples
   */
  Inputs draw(BitSet predicates, int number, UniformRandomProvider random);

  /** Returns the rows of the training data for which a predicate holds. */
  BitSet where(int predicate);

  /** Returns how many rows the training data have. */
  int rows();
}
