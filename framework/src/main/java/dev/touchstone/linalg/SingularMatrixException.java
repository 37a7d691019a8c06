package dev.touchstone.linalg;

import dev.touchstone.runtime.TouchstoneException;

/** A system of equations has no accurate solution. */
public final class SingularMatrixException extends TouchstoneException {
  private static final long serialVersionUID = 1L;

  SingularMatrixException(String message) {
    super(message);
  }

  static SingularMatrixException notPositiveDefinite(int size, int pivot) {
    return new SingularMatrixException(
        "the "
            + size
            + " x "
            + size
            + " system is not positive definite (pivot "
            + pivot
            + "): columns are linear combinations of each other, or a value is not finite; use a"
            + " larger ridge");
  }
}
