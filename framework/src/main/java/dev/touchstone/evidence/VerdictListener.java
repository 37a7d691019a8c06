package dev.touchstone.evidence;

import dev.touchstone.runtime.RunContext;

/**
 * Hears every verdict before the assertion throws. Found by {@link java.util.ServiceLoader}; called
 * from the threads that assert, possibly at the same time.
 */
public interface VerdictListener {

  /**
   * Hears that a verdict was reached.
   *
   * @param context the run's context, with the test that asked
   */
  void verdictReached(Verdict verdict, RunContext context);

  /**
   * Hears that a test shows something of which it claims nothing.
   *
   * @param context the run's context, with the test that shows it
   */
  default void figureShown(Shown shown, RunContext context) {}
}
