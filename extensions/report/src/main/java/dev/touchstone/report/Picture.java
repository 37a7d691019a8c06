package dev.touchstone.report;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import java.awt.AWTError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A figure as the page shows it: of the parts after the title those that its kind has.
 *
 * @param title what a reader sees above it
 * @param svg a chart, trusted markup made by {@link ChartSvg}
 * @param undrawn why a chart is missing
 * @param legend what a chart's lines are, in their order
 * @param numbers of the chart
 * @param thumbnails a ranking's first items where they have pictures
 * @param ranks a ranking's other items
 * @param tiles images
 */
record Picture(
    String title,
    String svg,
    String undrawn,
    List<String> legend,
    Grid numbers,
    List<Thumbnail> thumbnails,
    List<Rank> ranks,
    List<Tiles.Shown> tiles) {

  /**
   * A table.
   *
   * @param head of its columns; empty where there is no table
   * @param rows whose first column names the row
   */
  record Grid(List<String> head, List<List<String>> rows) {
    static final Grid NONE = new Grid(List.of(), List.of());
  }

  /**
   * One ranked item.
   *
   * @param width of its bar, in hundredths of the longest
   */
  record Rank(int place, String id, String score, boolean marked, String width) {
    /** The item in words. */
    String inWords() {
      return "rank %s: %s, score %s, %s"
          .formatted(Integer.toString(place), id, score, marked ? "planted" : "not planted");
    }
  }

  /**
   * A ranked item that has a picture.
   *
   * @param image the picture as a data URI
   */
  record Thumbnail(Rank rank, String image, int width, int height) {}

  static Picture of(Figure figure, Verdict verdict) {
    return figure.accept(new Drawer(Inert.text(figure.title()), verdict));
  }

  /** How each kind is shown. */
  private record Drawer(String title, Verdict verdict) implements Figure.Visitor<Picture> {
    @Override
    public Picture reliabilityDiagram(ReliabilityDiagram figure) {
      return chart(() -> Charts.svg(figure), List.of(), Grids.of(figure));
    }

    @Override
    public Picture intervalPlot(IntervalPlot figure) {
      return chart(
          () -> DotPlot.svg(figure, verdict.tolerances(figure.vertical())),
          figure.series().keySet().stream().map(Inert::text).toList(),
          Grids.of(figure));
    }

    @Override
    public Picture ranking(Ranking figure) {
      List<Thumbnail> thumbnails = new ArrayList<>();
      List<Rank> ranks = new ArrayList<>();
      for (Rank rank : ranks(figure.items())) {
        figure
            .items()
            .get(rank.place() - 1)
            .picture()
            .ifPresentOrElse(
                picture ->
                    thumbnails.add(
                        new Thumbnail(
                            rank, Tiles.thumbnail(picture), picture.width(), picture.height())),
                () -> ranks.add(rank));
      }
      return new Picture(title, "", "", List.of(), Grid.NONE, thumbnails, ranks, List.of());
    }

    @Override
    public Picture overlays(Overlays figure) {
      return new Picture(
          title,
          "",
          "",
          List.of(),
          Grid.NONE,
          List.of(),
          List.of(),
          figure.tiles().stream().map(Tiles::shown).toList());
    }

    /**
     * A chart with its numbers, or these alone: a machine without fonts, or whose display is named
     * but not there, cannot draw, and says so by Errors of several kinds.
     */
    private Picture chart(Supplier<String> drawing, List<String> legend, Grid numbers) {
      String svg = "";
      String undrawn = "";
      try {
        svg = drawing.get();
      } catch (AWTError | InternalError | LinkageError | RuntimeException e) {
        undrawn = "The chart could not be drawn where this report was made: " + Inert.text("" + e);
      }
      return new Picture(title, svg, undrawn, legend, numbers, List.of(), List.of(), List.of());
    }
  }

  private static List<Rank> ranks(List<Ranking.Item> items) {
    double longest =
        items.stream()
            .mapToDouble(item -> Math.abs(item.score()))
            .filter(Double::isFinite)
            .max()
            .orElse(0);
    List<Rank> ranks = new ArrayList<>();
    for (Ranking.Item item : items) {
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
