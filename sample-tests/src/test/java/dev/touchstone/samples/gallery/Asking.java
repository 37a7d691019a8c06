package dev.touchstone.samples.gallery;

import dev.touchstone.evidence.Verdict;
import java.util.function.Supplier;

/** Asks an assertion about a specimen, and keeps what it says. */
@FunctionalInterface
interface Asking {

  /**
   * Asks.
   *
   * @param bug what was planted, as in the matrix
   * @param specimen the model or the data
   * @param assertion as in the matrix
   */
  void of(String bug, String specimen, String assertion, long seed, Supplier<Verdict> claim);
}
