package dev.touchstone.report;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Verdict;
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
import java.awt.AWTError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A figure as the page shows it: of the parts after the title those that its kind has.
 *
 * @param title what a reader sees above it
 * @param svg a chart, trusted markup made by {@link ChartSvg}
 * @param undrawn why a chart is missing
 * @param legend what a chart's lines are, in their order
 * @param stated numbers that belong to the chart as a whole
 * @param numbers of the chart, value by value
 * @param thumbnails a ranking's first items where they have pictures
 * @param ranks a ranking's other items
 * @param tiles images
 * @param table a table that is no chart's
 * @param heated texts with coloured tokens
 * @param strips maps under the heads of their columns
 * @param parts of a panel
 */
record Picture(
    String title,
    String svg,
    String undrawn,
    List<String> legend,
    List<String> stated,
    Grid numbers,
    List<Thumbnail> thumbnails,
    List<Rank> ranks,
    List<Tiles.Shown> tiles,
    Tabled table,
    Heated heated,
    Strips strips,
    List<Picture> parts) {

  /** A title, and nothing below it yet. */
  private static Picture titled(String title) {
    return new Picture(
        title,
        "",
        "",
        List.of(),
        List.of(),
        Grid.NONE,
        List.of(),
        List.of(),
        List.of(),
        Tabled.NONE,
        Heated.NONE,
        Strips.NONE,
        List.of());
  }

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
    return of(figure, verdict::tolerances);
  }

  /** A figure that no claim is about. */
  static Picture of(Figure figure) {
    return of(figure, quantity -> new double[0]);
  }

  private static Picture of(Figure figure, Function<String, double[]> tolerances) {
    return figure.accept(new Drawer(Inert.text(figure.title()), tolerances));
  }

  /** How each kind is shown. */
  private record Drawer(String title, Function<String, double[]> tolerances)
      implements Figure.Visitor<Picture> {
    @Override
    public Picture reliabilityDiagram(ReliabilityDiagram figure) {
      return chart(() -> Charts.svg(figure), Grids.of(figure));
    }

    @Override
    public Picture intervalPlot(IntervalPlot figure) {
      return chart(() -> DotPlot.svg(figure, tolerances.apply(figure.vertical())), Grids.of(figure))
          .explained(figure.series().keySet().stream().map(Inert::text).toList(), List.of());
    }

    @Override
    public Picture scatter(Scatter figure) {
      return chart(() -> ScatterPlot.svg(figure), Grids.of(figure))
          .explained(List.of(), Grids.stated(figure));
    }

    @Override
    public Picture boxPlot(BoxPlot figure) {
      return chart(() -> Boxes.svg(figure), Grids.of(figure));
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
      return titled(title).ranked(thumbnails, ranks);
    }

    @Override
    public Picture overlays(Overlays figure) {
      return titled(title).tiled(figure.tiles().stream().map(Tiles::shown).toList());
    }

    @Override
    public Picture table(Table figure) {
      return titled(title).with(Tabled.of(figure), Heated.NONE, Strips.NONE);
    }

    @Override
    public Picture tokenHeat(TokenHeat figure) {
      return titled(title)
          .numbered(Grids.of(figure))
          .with(Tabled.NONE, Heated.of(figure), Strips.NONE);
    }

    @Override
    public Picture mapStrips(MapStrips figure) {
      return titled(title).with(Tabled.NONE, Heated.NONE, Strips.of(figure));
    }

    @Override
    public Picture panel(Panel figure) {
      return titled(title)
          .explained(List.of(), figure.facts().stream().map(Inert::text).toList())
          .holding(
              figure.parts().stream()
                  .map(part -> part.accept(new Drawer(Inert.text(part.title()), tolerances)))
                  .toList());
    }

    /**
     * A chart with its numbers, or these alone: a machine without fonts, or whose display is named
     * but not there, cannot draw, and says so by Errors of several kinds.
     */
    private Picture chart(Supplier<String> drawing, Grid numbers) {
      String svg = "";
      String undrawn = "";
      try {
        svg = drawing.get();
      } catch (AWTError | InternalError | LinkageError | RuntimeException e) {
        undrawn = "The chart could not be drawn where this report was made: " + Inert.text("" + e);
      }
      return titled(title).drawn(svg, undrawn).numbered(numbers);
    }
  }

  private Picture drawn(String chart, String why) {
    return new Picture(
        title,
        chart,
        why,
        legend,
        stated,
        numbers,
        thumbnails,
        ranks,
        tiles,
        table,
        heated,
        strips,
        parts);
  }

  private Picture explained(List<String> lines, List<String> beside) {
    return new Picture(
        title,
        svg,
        undrawn,
        lines,
        beside,
        numbers,
        thumbnails,
        ranks,
        tiles,
        table,
        heated,
        strips,
        parts);
  }

  private Picture numbered(Grid grid) {
    return new Picture(
        title,
        svg,
        undrawn,
        legend,
        stated,
        grid,
        thumbnails,
        ranks,
        tiles,
        table,
        heated,
        strips,
        parts);
  }

  private Picture ranked(List<Thumbnail> pictured, List<Rank> others) {
    return new Picture(
        title, svg, undrawn, legend, stated, numbers, pictured, others, tiles, table, heated,
        strips, parts);
  }

  private Picture tiled(List<Tiles.Shown> images) {
    return new Picture(
        title,
        svg,
        undrawn,
        legend,
        stated,
        numbers,
        thumbnails,
        ranks,
        images,
        table,
        heated,
        strips,
        parts);
  }

  private Picture with(Tabled tabled, Heated tokens, Strips maps) {
    return new Picture(
        title,
        svg,
        undrawn,
        legend,
        stated,
        numbers,
        thumbnails,
        ranks,
        tiles,
        tabled,
        tokens,
        maps,
        parts);
  }

  private Picture holding(List<Picture> pictures) {
    return new Picture(
        title,
        svg,
        undrawn,
        legend,
        stated,
        numbers,
        thumbnails,
        ranks,
        tiles,
        table,
        heated,
        strips,
        pictures);
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
