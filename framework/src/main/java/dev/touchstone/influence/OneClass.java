package dev.touchstone.influence;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/** The examples of one class of a group. */
final class OneClass {
  private OneClass() {}

  /** How many there are; none is refused. */
  static int members(String quantity, int label, int... labels) {
    int members = (int) Arrays.stream(labels).filter(y -> y == label).count();
    if (members == 0) {
      throw new TouchstoneException(
          "the %s is a mean over examples of class %d, and none of the %d of the group is; give a group of both classes"
              .formatted(quantity, label, labels.length));
    }
    return members;
  }
}
