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

  /** The same under another title. */
  Picture titled(String another) {
    return new Picture(
        another,
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
        parts);
  }

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
      return chart(() -> Charts.svg(figure), Grids.of(figure)).picture();
    }

    @Override
    public Picture intervalPlot(IntervalPlot figure) {
      return chart(() -> DotPlot.svg(figure, tolerances.apply(figure.vertical())), Grids.of(figure))
          .explainedBy(figure.series().keySet().stream().map(Inert::text).toList())
          .picture();
    }

    @Override
    public Picture scatter(Scatter figure) {
      return chart(() -> ScatterPlot.svg(figure), Grids.of(figure))
          .stating(Grids.stated(figure))
          .picture();
    }

    @Override
    public Picture boxPlot(BoxPlot figure) {
      return chart(() -> Boxes.svg(figure), Grids.of(figure)).picture();
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
      return titled().ranked(thumbnails, ranks).picture();
    }

    @Override
    public Picture overlays(Overlays figure) {
      return titled().tiled(figure.tiles().stream().map(Tiles::shown).toList()).picture();
    }

    @Override
    public Picture table(Table figure) {
      return titled().tabled(Tabled.of(figure)).picture();
    }

    @Override
    public Picture tokenHeat(TokenHeat figure) {
      return titled().numbered(Grids.of(figure)).heated(Heated.of(figure)).picture();
    }

    @Override
    public Picture mapStrips(MapStrips figure) {
      return titled().striped(Strips.of(figure)).picture();
    }

    @Override
    public Picture panel(Panel figure) {
      return titled()
          .stating(figure.facts().stream().map(Inert::text).toList())
          .holding(
              figure.parts().stream()
                  .map(part -> part.accept(new Drawer(Inert.text(part.title()), tolerances)))
                  .toList())
          .picture();
    }

    private Draft titled() {
      return new Draft(title);
    }

    /**
     * A chart with its numbers, or these alone: a machine without fonts, or whose display is named
     * but not there, cannot draw, and says so by Errors of several kinds.
     */
    private Draft chart(Supplier<String> drawing, Grid numbers) {
      Draft draft = titled().numbered(numbers);
      try {
        draft.svg = drawing.get();
      } catch (AWTError | InternalError | LinkageError | RuntimeException e) {
        draft.undrawn =
            "The chart could not be drawn where this report was made: " + Inert.text("" + e);
      }
      return draft;
    }
  }

  /** A picture in the making: a title, and what its kind has below it. */
  private static final class Draft {
    private final String title;
    private String svg = "";
    private String undrawn = "";
    private List<String> legend = List.of();
    private List<String> stated = List.of();
    private Grid numbers = Grid.NONE;
    private List<Thumbnail> thumbnails = List.of();
    private List<Rank> ranks = List.of();
    private List<Tiles.Shown> tiles = List.of();
    private Tabled table = Tabled.NONE;
    private Heated heated = Heated.NONE;
    private Strips strips = Strips.NONE;
    private List<Picture> parts = List.of();

    private Draft(String title) {
      this.title = title;
    }

    Draft explainedBy(List<String> lines) {
      legend = lines;
      return this;
    }

    Draft stating(List<String> beside) {
      stated = beside;
      return this;
    }

    Draft numbered(Grid grid) {
      numbers = grid;
      return this;
    }

    Draft ranked(List<Thumbnail> pictured, List<Rank> others) {
      thumbnails = pictured;
      ranks = others;
      return this;
    }

    Draft tiled(List<Tiles.Shown> images) {
      tiles = images;
      return this;
    }

    Draft tabled(Tabled tabled) {
      table = tabled;
      return this;
    }

    Draft heated(Heated texts) {
      heated = texts;
      return this;
    }

    Draft striped(Strips maps) {
      strips = maps;
      return this;
    }

    Draft holding(List<Picture> pictures) {
      parts = pictures;
      return this;
    }

    Picture picture() {
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
          parts);
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
