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

  /** One cell; a number stands flush right. */
  record Cell(String text, boolean number) {}

  static Tabled of(Table table) {
    return new Tabled(
        Inert.text(table.rowHead()),
        IntStream.range(0, table.columns().size()).mapToObj(i -> head(table, i)).toList(),
        table.rows().stream().map(row -> row(row, table.columns())).toList());
  }

  private static Head head(Table table, int column) {
    return new Head(
        Inert.text(table.columns().get(column).inWords()),
        table.rows().stream().anyMatch(row -> row.cells().get(column).number().isPresent()));
  }

  private static Row row(Table.Row row, List<Table.Column> columns) {
    return new Row(
        Inert.text(row.head()),
        IntStream.range(0, columns.size())
            .mapToObj(i -> cell(columns.get(i), row.cells().get(i)))
            .toList());
  }

  private static Cell cell(Table.Column column, Table.Cell cell) {
    return new Cell(Inert.text(FigureInWords.cell(column, cell)), cell.number().isPresent());
  }
}
