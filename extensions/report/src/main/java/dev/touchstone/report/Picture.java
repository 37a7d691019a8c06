package dev.touchstone.report;

import dev.touchstone.evidence.Figure;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Verdict;
import java.awt.AWTError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A figure as the page shows it.
 *
 * @param title what a reader sees above it
 * @param svg a chart, trusted markup made by {@link ChartSvg}; empty for other figures
 * @param undrawn why a chart is missing; empty where none is
 * @param legend what a chart's lines are, in their order
 * @param head the header of the table with its numbers
 * @param rows that table; its first column names the row
 * @param thumbnails a ranking's first items where they have pictures
 * @param ranks a ranking's other items
 * @param tiles images
 */
record Picture(
    String title,
    String svg,
    String undrawn,
    List<String> legend,
    List<String> head,
    List<List<String>> rows,
    List<Thumbnail> thumbnails,
    List<Rank> ranks,
    List<Tiles.Shown> tiles) {

  /**
   * One ranked item.
   *
   * @param width of its bar, in hundredths of the longest
   */
  record Rank(int place, String id, String score, boolean marked, String width) {
    /** The item in words. */
    String inWords() {
      return "rank "
          + place
          + ": "
          + id
          + ", score "
          + score
          + (marked ? ", planted" : ", not planted");
    }
  }

  /**
   * A ranked item that has a picture.
   *
   * @param image the picture as a data URI
   */
  record Thumbnail(Rank rank, String image, int width, int height) {}

  static Picture of(Figure figure, Verdict verdict) {
    String title = Inert.text(figure.title());
    if (figure instanceof Figure.ReliabilityDiagram diagram) {
      return chart(
          title,
          () -> Charts.svg(diagram),
          List.of(),
          List.of("bin", "examples", "mean confidence", "came true"),
          rows(diagram));
    }
    if (figure instanceof Figure.Curve curve) {
      return chart(
          title,
          () -> DotPlot.svg(curve, verdict.tolerances(curve.vertical())),
          curve.series().keySet().stream().map(Inert::text).toList(),
          List.of(Inert.text(curve.horizontal()), "line", "value", "95 % interval"),
          rows(curve));
    }
    if (figure instanceof Figure.Ranking ranking) {
      return of(title, ranking);
    }
    return new Picture(
        title,
        "",
        "",
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        ((Figure.Overlays) figure).tiles().stream().map(Tiles::shown).toList());
  }

  /**
   * A chart with its table, or its table alone: a machine without fonts, or whose display is named
   * but not there, cannot draw, and says so by Errors of several kinds.
   */
  private static Picture chart(
      String title,
      Supplier<String> drawing,
      List<String> legend,
      List<String> head,
      List<List<String>> rows) {
    String svg = "";
    String undrawn = "";
    try {
      svg = drawing.get();
    } catch (AWTError | InternalError | LinkageError | RuntimeException e) {
      undrawn = "The chart could not be drawn where this report was made: " + Inert.text("" + e);
    }
    return new Picture(title, svg, undrawn, legend, head, rows, List.of(), List.of(), List.of());
  }

  private static List<List<String>> rows(Figure.ReliabilityDiagram diagram) {
    return diagram.bins().stream()
        .map(
            bin ->
                List.of(
                    "(" + Numbers.format(bin.lower()) + ", " + Numbers.format(bin.upper()) + "]",
                    Inert.count(bin.count()),
                    bin.count() == 0 ? "" : Numbers.format(bin.confidence()),
                    bin.count() == 0 ? "" : Numbers.format(bin.accuracy())))
        .toList();
  }

  private static Picture of(String title, Figure.Ranking ranking) {
    List<Rank> all = ranks(ranking.items());
    List<Thumbnail> thumbnails = new ArrayList<>();
    List<Rank> rows = new ArrayList<>();
    for (Rank rank : all) {
      ranking
          .items()
          .get(rank.place() - 1)
          .picture()
          .ifPresentOrElse(
              picture ->
                  thumbnails.add(
                      new Thumbnail(
                          rank, Tiles.thumbnail(picture), picture.width(), picture.height())),
              () -> rows.add(rank));
    }
    return new Picture(title, "", "", List.of(), List.of(), List.of(), thumbnails, rows, List.of());
  }

  private static List<List<String>> rows(Figure.Curve curve) {
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, List<Figure.Curve.Point>> line : curve.series().entrySet()) {
      int points = Math.min(line.getValue().size(), curve.positions().size());
      for (int i = 0; i < points; i++) {
        Figure.Curve.Point point = line.getValue().get(i);
        rows.add(
            List.of(
                Inert.text(curve.positions().get(i)),
                Inert.text(line.getKey()),
                Numbers.format(point.value()),
                Numbers.format(point.lower()) + " to " + Numbers.format(point.upper())));
      }
    }
    return rows;
  }

  private static List<Rank> ranks(List<Figure.Ranking.Item> items) {
    double longest =
        items.stream()
            .mapToDouble(item -> Math.abs(item.score()))
            .filter(Double::isFinite)
            .max()
            .orElse(0);
    List<Rank> ranks = new ArrayList<>();
    for (Figure.Ranking.Item item : items) {
      double share =
          longest > 0 && Double.isFinite(item.score()) ? Math.abs(item.score()) / longest : 0;
      ranks.add(
          new Rank(
              ranks.size() + 1,
              Inert.text(item.id()),
              Numbers.format(item.score()),
              item.marked(),
              Long.toString(Math.round(share * 100))));
    }
    return ranks;
  }
}
