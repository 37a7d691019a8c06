package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;

/** Rows around an example, and what a local surrogate sees of them. */
interface Neighbourhood {

  /** Returns what the surrogate sees: n rows, the first of which is the example. */
  double[][] interpretable();

  /** Returns how far a row is from the example, in the unit of the kernel's width. */
  double distance(int row);

  /** Returns the number of each row's independent draw, counted from 0 without gaps. */
  int[] draws();

  /** Returns what the model is asked about, of some rows. */
  Inputs rows(int from, int to);
}
