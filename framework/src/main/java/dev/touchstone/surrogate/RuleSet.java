package dev.touchstone.surrogate;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Rules that together answer for every row: the first that holds answers, and where none does, a
 * class that is the same for all. A tree is the rules of its leaves, of which exactly one holds.
 *
 * @param rules the first of them goes before the others
 * @param otherwise the class that is answered where none holds, 0-based
 */
public record RuleSet(List<Rule> rules, int otherwise) {

  /** Copies the list. */
  public RuleSet {
    rules = List.copyOf(rules);
  }

  /**
   * What the rules say of a table.
   *
   * @param answers the class that is answered, one a row
   * @param decidedBy the place of the rule that decides; −1 where none holds
   * @param ambiguous the rows where rules hold that say different things
   */
  public record Said(int[] answers, int[] decidedBy, BitSet ambiguous) {
    /** Returns how many rows no rule holds for. */
    public int uncovered() {
      return (int) Arrays.stream(decidedBy).filter(rule -> rule < 0).count();
    }
  }

  /**
   * Answers every row of a table.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if it lacks a column that a rule asks for
   */
  public Said of(Columns table) {
    int[] answers = new int[table.rows()];
    int[] decidedBy = new int[table.rows()];
    Arrays.fill(answers, otherwise);
    Arrays.fill(decidedBy, -1);
    BitSet ambiguous = new BitSet(table.rows());
    for (int r = 0; r < rules.size(); r++) {
      Rule rule = rules.get(r);
      BitSet where = rule.where(table);
      for (int row = where.nextSetBit(0); row >= 0; row = where.nextSetBit(row + 1)) {
        if (decidedBy[row] < 0) {
          decidedBy[row] = r;
          answers[row] = rule.label();
        } else if (answers[row] != rule.label()) {
          ambiguous.set(row);
        }
      }
    }
    return new Said(answers, decidedBy, ambiguous);
  }
}
