package dev.touchstone.assertions;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.runtime.TouchstoneException;

/** Tolerances of shares that may be at most so large. */
final class ShareTolerance {
  private ShareTolerance() {}

  /**
   * Refuses a tolerance that no share can break, or that asks for more.
   *
   * @param what is a share, such as {@code "a share of examples"}
   * @param example of a tolerance that could be meant
   */
  static void require(String what, Bound tolerance, double example) {
    if (tolerance.direction() != Bound.Direction.AT_MOST
        || tolerance.value() < 0
        || tolerance.value() >= 1) {
      throw new TouchstoneException(
          "%s may be at most so large, and the tolerance was %s; write atMost(%s)"
              .formatted(what, tolerance.inWords(), Numbers.format(example)));
    }
  }
}
