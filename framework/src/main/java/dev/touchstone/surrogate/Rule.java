package dev.touchstone.surrogate;

import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is answered where all of some conditions hold.
 *
 * @param conditions none for a rule that always holds
 * @param label the class that is answered, 0-based
 */
public record Rule(List<Condition> conditions, int label) {

  /** Copies the list. */
  public Rule {
    conditions = List.copyOf(conditions);
  }

  /** Returns the rows of a table where the conditions hold. */
  BitSet where(Columns table) {
    BitSet rows = new BitSet(table.rows());
    rows.set(0, table.rows());
    for (Condition condition : conditions) {
      Columns.Column values = table.get(table.indexOf(condition.column()));
      for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
        if (!condition.holds(values, row)) {
          rows.clear(row);
        }
      }
    }
    return rows;
  }

  /** Returns the conditions in words, such as {@code "age > 35 and job is \"clerk\""}. */
  public String inWords() {
    return conditions.isEmpty()
        ? "always"
        : conditions.stream().map(Condition::inWords).collect(Collectors.joining(" and "));
  }

  /** Returns the conditions and the number of the class. */
  @Override
  public String toString() {
    return "%s → %d".formatted(inWords(), label);
  }
}
