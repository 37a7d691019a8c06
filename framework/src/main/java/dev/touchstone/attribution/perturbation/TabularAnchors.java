package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.Columns;
import dev.touchstone.surrogate.Condition;
import dev.touchstone.surrogate.Quartiles;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/** A row of a table: in each column its category, or the quarter in which its number lies. */
final class TabularAnchors implements AnchorSpace {
  private final Inputs example;
  private final Columns table;
  private final List<Integer> columns = new ArrayList<>();
  private final List<Condition> conditions = new ArrayList<>();
  private final List<BitSet> where = new ArrayList<>();

  private TabularAnchors(Inputs example, Columns table) {
    this.example = example;
    this.table = table;
    Columns own = Columns.of(example, "the example");
    for (int c = 0; c < table.size(); c++) {
      Condition condition = condition(table.get(c), own.get(c));
      BitSet rows = new BitSet(table.rows());
      for (int row = 0; row < table.rows(); row++) {
        rows.set(row, condition.holds(table.get(c), row));
      }
      // What holds for all rows says nothing, and of what holds for none there is no other value.
      if (!rows.isEmpty() && rows.cardinality() < table.rows()) {
        columns.add(c);
        conditions.add(condition);
        where.add(rows);
      }
    }
  }

  /** Rows of tables like the training data. */
  record Spaces(Dataset training, Columns table) implements Anchors.Spaces {
    Spaces(Dataset training) {
      this(training, Columns.of(training));
    }

    @Override
    public AnchorSpace of(Inputs example) {
      List<String> asked = Columns.of(example, "the batch").names();
      if (!asked.equals(table.names())) {
        throw new TouchstoneException(
            "the anchors' training data %s have the columns %s, and the examples %s; give training data of the same columns"
                .formatted(training.name(), table.names(), asked));
      }
      return new TabularAnchors(example, table);
    }

    @Override
    public String describe() {
      return "columns";
    }
  }

  private static Condition condition(Columns.Column training, Columns.Column example) {
    if (example instanceof Columns.Categories category) {
      return new Condition.Is(category.name(), category.values()[0]);
    }
    double value = ((Columns.Numbers) example).values()[0];
    double above = Double.NEGATIVE_INFINITY;
    double atMost = Double.POSITIVE_INFINITY;
    for (double cut : Quartiles.of(((Columns.Numbers) training).values())) {
      if (value <= cut) {
        atMost = Math.min(atMost, cut);
      } else {
        above = Math.max(above, cut);
      }
    }
    return new Condition.Within(training.name(), above, atMost);
  }

  @Override
  public int predicates() {
    return conditions.size();
  }

  @Override
  public String inWords(int predicate) {
    return conditions.get(predicate).inWords();
  }

  @Override
  public BitSet where(int predicate) {
    return where.get(predicate);
  }

  @Override
  public int rows() {
    return table.rows();
  }

  @Override
  public Inputs draw(BitSet predicates, int number, UniformRandomProvider random) {
    int[] rows = IntStream.range(0, number).map(i -> random.nextInt(table.rows())).toArray();
    List<Columns.Column> drawn = new ArrayList<>();
    for (int c = 0; c < table.size(); c++) {
      int predicate = columns.indexOf(c);
      int[] from = rows;
      if (predicate >= 0 && predicates.get(predicate)) {
        BitSet holds = where.get(predicate);
        int[] others = holds.stream().toArray();
        from =
            IntStream.of(rows)
                .map(row -> holds.get(row) ? row : others[random.nextInt(others.length)])
                .toArray();
      }
      drawn.add(table.get(c).select(from));
    }
    return TableRows.of(example, drawn, IntStream.range(0, number).toArray());
  }
}
