package dev.touchstone.data;

import dev.touchstone.facts.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How features and classes were made, for provenance. Immutable.
 *
 * @param steps what was done to the features, in this order
 * @param classesTaken how the order of classes was guessed which nobody declared
 */
record Preparation(List<Fact> steps, Optional<String> classesTaken) {
  static final Preparation NONE = new Preparation(List.of(), Optional.empty());

  /** Returns the same with a fact in the place of that of its name, or behind all. */
  Preparation with(Fact fact) {
    return new Preparation(Fact.with(steps, fact), classesTaken);
  }

  /** Returns the same and one more step; a second one of a kind does not hide the first. */
  Preparation followedBy(String what, String how) {
    List<Fact> more = new ArrayList<>(steps);
    more.add(new Fact(what, how).apartFrom(steps));
    return new Preparation(List.copyOf(more), classesTaken);
  }

  Preparation withClassesTaken(String how) {
    return new Preparation(steps, Optional.of(how));
  }
}
