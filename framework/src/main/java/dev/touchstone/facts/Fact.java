package dev.touchstone.facts;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A fact that has no component of its own, in the words of whoever states it.
 *
 * @param name what it says, such as {@code "batch size"}
 * @param value such as {@code "50"}
 */
public record Fact(String name, String value) {

  /** Returns the fact with a value as its {@code toString()} writes it. */
  public static Fact of(String name, Object value) {
    return new Fact(name, value.toString());
  }

  /** Returns the facts, and one more in the place of that of its name, or behind all. */
  public static List<Fact> with(List<Fact> facts, Fact fact) {
    List<Fact> more = new ArrayList<>(facts);
    for (int i = 0; i < more.size(); i++) {
      if (more.get(i).name.equals(fact.name)) {
        more.set(i, fact);
        return List.copyOf(more);
      }
    }
    more.add(fact);
    return List.copyOf(more);
  }

  /**
   * Returns the fact under a name that none of the others has: a second step of a kind, such as one
   * normalisation before another, must not hide the first.
   *
   * @return of the name, or of {@code "name (2)"}, {@code "name (3)"}, …
   */
  public Fact apartFrom(Collection<Fact> others) {
    List<String> taken = others.stream().map(Fact::name).toList();
    Fact apart = this;
    for (int step = 2; taken.contains(apart.name); step++) {
      apart = new Fact(name + " (" + step + ")", value);
    }
    return apart;
  }

  @Override
  public String toString() {
    return name + " = " + value;
  }
}
