package dev.touchstone.facts;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is said of data: what they are called, by what they are known, how they were made, and what
 * a suite set about their groups, which their hash does not cover. Immutable.
 *
 * @param name what messages call them
 * @param sha256 over examples, labels and columns, in hexadecimal; empty where not recorded
 * @param examples how many there are
 * @param preparation how the features were made, in this order: what, and how
 * @param classesTaken how the order of classes was guessed which nobody declared; a model of
 *     another order is wrong on every example
 * @param merges by group column, which of its values were taken together, such as {@code "other"
 *     for "a", "b"}
 * @param clustering which examples depend on each other; empty for independent ones
 */
public record DataFacts(
    String name,
    String sha256,
    OptionalInt examples,
    List<Fact> preparation,
    Optional<String> classesTaken,
    Map<String, String> merges,
    Optional<Clustering> clustering) {

  /**
   * A group column whose values are clusters.
   *
   * @param atMost how many examples a cluster can have, where that was declared
   */
  public record Clustering(String column, OptionalInt atMost) {}

  /** What joins the names of group columns that are taken as one, and their values. */
  public static final String AND = " & ";

  private static final DataFacts NONE =
      new DataFacts(
          "", "", OptionalInt.empty(), List.of(), Optional.empty(), Map.of(), Optional.empty());

  /** Copies list and map, keeping their order. */
  public DataFacts {
    preparation = List.copyOf(preparation);
    merges = Collections.unmodifiableMap(new LinkedHashMap<>(merges));
  }

  /** Returns no facts at all. */
  public static DataFacts none() {
    return NONE;
  }

  /** Returns the facts by name, as files and people read them; of clusters settings tell. */
  public Map<String, String> texts() {
    return FactText.of(this);
  }

  /**
   * Returns whether what was measured on a slice depends on the values of a group column: the slice
   * is of it, alone or joined with others ({@code sex & race=F & a}), or its values say which
   * examples depend on each other. A column's name may hold an equals sign; where the slice's name
   * can be read in several ways, it depends on all of them.
   */
  public boolean dependOn(String slice, String column) {
    if (clustering.filter(by -> by.column().equals(column)).isPresent()) {
      return true;
    }
    for (int end = slice.indexOf('='); end >= 0; end = slice.indexOf('=', end + 1)) {
      String of = slice.substring(0, end);
      if (of.equals(column) || List.of(of.split(AND, -1)).contains(column)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the facts without those that a reader asks for on their own: which data they are about,
   * what was taken together in groups, and what are clusters.
   */
  public DataFacts withoutIdentity() {
    return new DataFacts("", "", examples, preparation, classesTaken, Map.of(), Optional.empty());
  }

  /**
   * Refuses a step of preparation whose name verdicts know otherwise.
   *
   * @throws TouchstoneException naming it
   */
  public static void refuseReserved(String step) {
    if (FactText.isReservedOfData(step)) {
      throw new TouchstoneException(
          "a step of preparation cannot be called \"%s\", by which verdicts say something else of data; give it another name"
              .formatted(step));
    }
  }
}
