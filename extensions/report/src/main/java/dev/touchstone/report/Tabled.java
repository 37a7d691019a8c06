package dev.touchstone.report;

import dev.touchstone.evidence.FigureInWords;
import dev.touchstone.evidence.figure.Table;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table as evidence has it.
 *
 * @param corner what the rows are; with no head, there is no table
 */
record Tabled(String corner, List<Head> heads, List<Row> rows) {
  static final Tabled NONE = new Tabled("", List.of(), List.of());

  /** The head of a column; over numbers it stands flush right, as they do. */
  record Head(String text, boolean number) {}

  /** One row. */
  record Row(String head, List<Cell> cells) {}

  /**
   * One cell; a number stands flush right.
   *
   * @param bar where it is drawn; of no length where it is not
   */
  record Cell(String text, boolean number, Bar bar) {}

  /**
   * A number as a bar from 0, in hundredths of the column's largest magnitude.
   *
   * @param drawn whether the column has bars
   * @param from where it begins, -100 to 0
   * @param length 0 to 100
   * @param positive whether it goes to the right
   */
  record Bar(boolean drawn, long from, long length, boolean positive) {
    static final Bar NONE = new Bar(false, 0, 0, true);

    static Bar of(double number, double largest) {
      long length = largest > 0 ? Math.round(Math.abs(number) / largest * 100) : 0;
      return new Bar(true, number < 0 ? -length : 0, length, number >= 0);
    }
  }

  static Tabled of(Table table) {
    return new Tabled(
        Inert.text(table.rowHead()),
        IntStream.range(0, table.columns().size()).mapToObj(i -> head(table, i)).toList(),
        table.rows().stream().map(row -> row(row, table)).toList());
  }

  private static Head head(Table table, int column) {
    return new Head(
        Inert.text(table.columns().get(column).inWords()),
        table.rows().stream().anyMatch(row -> row.cells().get(column).number().isPresent()));
  }

  private static Row row(Table.Row row, Table table) {
    return new Row(
        Inert.text(row.head()),
        IntStream.range(0, table.columns().size())
            .mapToObj(i -> cell(table, i, row.cells().get(i)))
            .toList());
  }

  private static Cell cell(Table table, int column, Table.Cell cell) {
    Table.Column of = table.columns().get(column);
    return new Cell(
        Inert.text(FigureInWords.cell(of, cell)),
        cell.number().isPresent(),
        of.bars() && cell.number().isPresent()
            ? Bar.of(cell.number().getAsDouble(), table.largest(column))
            : Bar.NONE);
  }
}
