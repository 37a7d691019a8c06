package dev.touchstone.report;

import dev.touchstone.evidence.FigureInWords;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.evidence.figure.TokenHeat;
import dev.touchstone.report.Picture.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The numbers of a chart as a table beside it. */
final class Grids {
  /** More are no table that someone reads. */
  private static final int MOST_ROWS = 200;

  private Grids() {}

  static Grid of(ReliabilityDiagram diagram) {
    return new Grid(
        List.of("bin", "examples", "mean confidence", "came true"),
        diagram.bins().stream()
            .map(
                bin ->
                    List.of(
                        "("
                            + Numbers.format(bin.lower())
                            + ", "
                            + Numbers.format(bin.upper())
                            + "]",
                        Inert.count(bin.count()),
                        bin.count() == 0 ? "" : Numbers.format(bin.confidence()),
                        bin.count() == 0 ? "" : Numbers.format(bin.accuracy())))
            .toList());
  }

  static Grid of(IntervalPlot plot) {
    return new Grid(
        List.of(Inert.text(plot.horizontal()), "line", "value", "95 % interval"), rows(plot));
  }

  private static List<List<String>> rows(IntervalPlot plot) {
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, List<IntervalPlot.Point>> series : plot.series().entrySet()) {
      for (int i = 0; i < plot.positions().size(); i++) {
        IntervalPlot.Point point = series.getValue().get(i);
        rows.add(
            List.of(
                Inert.text(plot.positions().get(i)),
                Inert.text(series.getKey()),
                Numbers.format(point.value()),
                Numbers.format(point.lower()) + " to " + Numbers.format(point.upper())));
      }
    }
    return rows;
  }

  /** All points, or of very many those that have a label. */
  static Grid of(Scatter scatter) {
    List<Scatter.Point> points =
        scatter.points().size() <= MOST_ROWS ? scatter.points() : scatter.labelled();
    if (points.isEmpty()) {
      return Grid.NONE;
    }
    return new Grid(
        List.of(
            "point",
            Inert.text(scatter.horizontal().inWords()),
            Inert.text(scatter.vertical().inWords())),
        points.stream()
            .map(
                point ->
                    List.of(
                        Inert.text(point.label()),
                        Numbers.format(point.x()),
                        Numbers.format(point.y())))
            .toList());
  }

  /** What belongs to all points, in words. */
  static List<String> stated(Scatter scatter) {
    List<String> stated = new ArrayList<>();
    stated.add(
        scatter.of() > scatter.points().size()
            ? "%s of %s points are shown"
                .formatted(Inert.count(scatter.points().size()), Inert.count(scatter.of()))
            : Inert.count(scatter.of(), "point", "points"));
    scatter
        .stated()
        .forEach((what, value) -> stated.add(Inert.text(what) + ": " + Numbers.format(value)));
    return stated;
  }

  static Grid of(BoxPlot plot) {
    return new Grid(
        List.of(
            Inert.text(plot.groups()),
            "n",
            "lower whisker",
            "first quartile",
            "median",
            "third quartile",
            "upper whisker",
            "beyond"),
        plot.boxes().stream()
            .map(
                box ->
                    List.of(
                        Inert.text(box.label()),
                        Inert.count(box.count()),
                        Numbers.format(box.low()),
                        Numbers.format(box.first()),
                        Numbers.format(box.median()),
                        Numbers.format(box.third()),
                        Numbers.format(box.high()),
                        Inert.count(box.beyond())))
            .toList());
  }

  /** Every token with its number. */
  static Grid of(TokenHeat heat) {
    return new Grid(
        List.of("text", "token", "relevance"),
        heat.texts().stream()
            .flatMap(
                text ->
                    text.tokens().stream()
                        .map(
                            token ->
                                List.of(
                                    Inert.text(text.caption()),
                                    Heated.visible(token.text()),
                                    FigureInWords.signed(token.relevance()))))
            .toList());
  }
}
