package dev.touchstone.report;

import dev.touchstone.evidence.FigureInWords;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.TokenHeat;
import dev.touchstone.report.Picture.Grid;
import java.util.ArrayList;
import java.util.List;

/** A figure in a summary: what it shows in words, and its numbers as a table where they are one. */
final class FigureMarkdown implements Figure.Visitor<Grid> {
  private static final int MOST_ROWS = 20;

  private FigureMarkdown() {}

  /** Of a panel, that of its parts. */
  static String of(Figure figure) {
    if (figure instanceof Panel panel) {
      StringBuilder all =
          new StringBuilder(MarkdownSummary.inert("Panel: %s.".formatted(panel.title())));
      panel.facts().forEach(fact -> all.append(' ').append(MarkdownSummary.inert(fact + ".")));
      all.append("\n\n");
      panel.parts().forEach(part -> all.append(of(part)));
      return all.toString();
    }
    StringBuilder text = new StringBuilder(MarkdownSummary.inert(FigureInWords.of(figure)));
    text.append("\n\n");
    Grid grid = figure.accept(new FigureMarkdown());
    if (!grid.head().isEmpty()) {
      text.append(row(grid.head())).append("|---".repeat(grid.head().size())).append("|\n");
      grid.rows().stream().limit(MOST_ROWS).forEach(cells -> text.append(row(cells)));
      text.append('\n');
      if (grid.rows().size() > MOST_ROWS) {
        text.append("And ")
            .append(Inert.count(grid.rows().size() - MOST_ROWS, "other row", "other rows"))
            .append(" in report.html.\n\n");
      }
    }
    return text.toString();
  }

  private static String row(List<String> cells) {
    StringBuilder row = new StringBuilder("|");
    cells.forEach(cell -> row.append(' ').append(MarkdownSummary.inert(cell)).append(" |"));
    return row.append('\n').toString();
  }

  @Override
  public Grid table(Table figure) {
    Tabled table = Tabled.of(figure);
    List<String> head = new ArrayList<>(List.of(table.corner()));
    table.heads().forEach(column -> head.add(column.text()));
    return new Grid(
        head,
        table.rows().stream()
            .map(
                row -> {
                  List<String> cells = new ArrayList<>(List.of(row.head()));
                  row.cells().forEach(cell -> cells.add(cell.text()));
                  return cells;
                })
            .toList());
  }

  @Override
  public Grid boxPlot(BoxPlot figure) {
    return Grids.of(figure);
  }

  @Override
  public Grid intervalPlot(IntervalPlot figure) {
    return Grids.of(figure);
  }

  @Override
  public Grid reliabilityDiagram(ReliabilityDiagram figure) {
    return Grids.of(figure);
  }

  /** The words have what belongs to all points. */
  @Override
  public Grid scatter(Scatter figure) {
    return Grid.NONE;
  }

  /** The words have the strongest tokens. */
  @Override
  public Grid tokenHeat(TokenHeat figure) {
    return Grid.NONE;
  }

  /** The words have the first items. */
  @Override
  public Grid ranking(Ranking figure) {
    return Grid.NONE;
  }

  /** Its parts have tables. */
  @Override
  public Grid panel(Panel figure) {
    return Grid.NONE;
  }

  /** A summary has no pictures. */
  @Override
  public Grid overlays(Overlays figure) {
    return Grid.NONE;
  }

  /** A summary has no pictures. */
  @Override
  public Grid mapStrips(MapStrips figure) {
    return Grid.NONE;
  }
}
