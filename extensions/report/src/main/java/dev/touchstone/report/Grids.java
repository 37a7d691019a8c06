package dev.touchstone.report;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.report.Picture.Grid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The numbers of a chart as a table beside it. */
final class Grids {
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
}
