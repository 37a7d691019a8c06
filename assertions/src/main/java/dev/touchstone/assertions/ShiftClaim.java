package dev.touchstone.assertions;

import dev.touchstone.check.shift.DataShift;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;

/** The claim that two data sets are alike. */
final class ShiftClaim {
  private ShiftClaim() {}

  /**
   * Returns the claim.
   *
   * @throws TouchstoneException for a bound that does not say of what, or columns' distances where
   *     there are no columns
   */
  static Claim of(
      Dataset reference, Dataset current, DataShift shift, Bound bound, Bound... further) {
    List<Bound> bounds = new ArrayList<>(List.of(bound));
    bounds.addAll(List.of(further));
    List<String> said = new ArrayList<>();
    for (Bound one : bounds) {
      if (one.quantity().equals(DataShift.DISTANCE) && reference.shape().length > 1) {
        throw new TouchstoneException(
            "%s holds examples of shape with %d axes, whose numbers are no columns; write toldApartAtMost(0.55)"
                .formatted(reference.name(), reference.shape().length));
      }
      said.add(inWords(one, shift));
    }
    return Claim.of(
        "%s is as %s was: %s"
            .formatted(current.name(), reference.name(), String.join(", and ", said)),
        bounds.toArray(Bound[]::new));
  }

  private static String inWords(Bound bound, DataShift shift) {
    String value = Numbers.format(bound.value());
    if (bound.quantity().equals(DataShift.APART)) {
      return "at most %s of examples are told apart by %s".formatted(value, shift.describe());
    }
    if (bound.quantity().equals(DataShift.DISTANCE)) {
      return "no column's distributions are more than %s apart".formatted(value);
    }
    throw new TouchstoneException(
        "a shift is how many examples are told apart, or how far a column moved, and the tolerance was %s; write toldApartAtMost(0.55) or columnDistanceAtMost(0.1)"
            .formatted(bound.inWords()));
  }
}
