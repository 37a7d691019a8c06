package dev.touchstone.surrogate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;

/** What is asked of one column of a row: whether its number lies in a range, or its category. */
public sealed interface Condition {

  /** Returns the name of the column. */
  String column();

  /** Returns whether a column's value in a row meets it. */
  boolean holds(Columns.Column values, int row);

  /**
   * Returns the condition that holds where this one and another of the same column do, if it can be
   * said as one.
   */
  Optional<Condition> and(Condition other);

  /** Returns the condition in words, such as {@code "20 < age ≤ 35"}. */
  String inWords();

  /**
   * A range of numbers: {@code above < x ≤ atMost}. A number that is missing lies in no range but
   * one without an upper end, as the other side of what is at most something.
   *
   * @param above negative infinity for a range without a lower end
   * @param atMost infinity for a range without an upper end
   */
  record Within(String column, double above, double atMost) implements Condition {
    private static final MathContext SHOWN = new MathContext(4);

    /** Returns whether a number lies in the range. */
    public boolean contains(double number) {
      return atMost == Double.POSITIVE_INFINITY
          ? !(number <= above)
          : number > above && number <= atMost;
    }

    @Override
    public boolean holds(Columns.Column values, int row) {
      return values instanceof Columns.Numbers numbers && contains(numbers.values()[row]);
    }

    @Override
    public Optional<Condition> and(Condition other) {
      return other instanceof Within range && range.column.equals(column)
          ? Optional.of(
              new Within(column, Math.max(above, range.above), Math.min(atMost, range.atMost)))
          : Optional.empty();
    }

    @Override
    public String inWords() {
      if (above == Double.NEGATIVE_INFINITY) {
        return "%s ≤ %s".formatted(column, shown(atMost));
      }
      return atMost == Double.POSITIVE_INFINITY
          ? "%s > %s".formatted(column, shown(above))
          : "%s < %s ≤ %s".formatted(shown(above), column, shown(atMost));
    }

    private static String shown(double number) {
      return Double.isInfinite(number)
          ? number > 0 ? "∞" : "−∞"
          : new BigDecimal(number).round(SHOWN).stripTrailingZeros().toPlainString();
    }
  }

  /** A category. */
  record Is(String column, String category) implements Condition {
    @Override
    public boolean holds(Columns.Column values, int row) {
      return values instanceof Columns.Categories texts && texts.values()[row].equals(category);
    }

    @Override
    public Optional<Condition> and(Condition other) {
      return other instanceof IsNot not
              && not.column.equals(column)
              && !not.category.equals(category)
          ? Optional.of(this)
          : Optional.empty();
    }

    @Override
    public String inWords() {
      return "%s is \"%s\"".formatted(column, category);
    }
  }

  /** Any category but one. */
  record IsNot(String column, String category) implements Condition {
    @Override
    public boolean holds(Columns.Column values, int row) {
      return values instanceof Columns.Categories texts && !texts.values()[row].equals(category);
    }

    @Override
    public Optional<Condition> and(Condition other) {
      return other instanceof Is is ? is.and(this) : Optional.empty();
    }

    @Override
    public String inWords() {
      return "%s is not \"%s\"".formatted(column, category);
    }
  }
}
