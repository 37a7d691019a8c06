package dev.touchstone.report;

import dev.touchstone.evidence.figure.BoxPlot;
import java.util.stream.IntStream;
import org.knowm.xchart.XYSeries;

/**
 * Distributions side by side, a row a group: the box from the first to the third quartile, a heavy
 * line at the median, whiskers, and the values beyond them.
 */
final class Boxes {
  private static final int ROW = 28;
  private static final int HALF_A_BOX = 8;
  private static final int HALF_A_CAP = 4;

  private Boxes() {}

  /** The picture. */
  static String svg(BoxPlot plot) {
    Rows rows =
        new Rows(
            plot.boxes().stream().map(BoxPlot.Box::label).toList(),
            ROW,
            plot.axis(),
            plot.values().inWords(),
            0);
    outliers(plot, rows);
    ChartSvg svg = new ChartSvg();
    rows.drawTo(svg);
    for (int i = 0; i < plot.boxes().size(); i++) {
      box(svg, plot.boxes().get(i), rows, rows.y(-i));
    }
    return rows.picture(svg, Charts.inWords(plot));
  }

  private static void outliers(BoxPlot plot, Rows rows) {
    double[] values =
        plot.boxes().stream()
            .flatMap(box -> box.outliers().stream())
            .mapToDouble(Double::doubleValue)
            .toArray();
    double[] places =
        IntStream.range(0, plot.boxes().size())
            .flatMap(i -> IntStream.generate(() -> -i).limit(plot.boxes().get(i).outliers().size()))
            .asDoubleStream()
            .toArray();
    if (values.length > 0) {
      XYSeries series = rows.chart().addSeries("beyond", values, places);
      Charts.line(series, 0);
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    }
  }

  private static void box(ChartSvg svg, BoxPlot.Box box, Rows rows, double y) {
    double first = rows.x(box.first());
    double third = rows.x(box.third());
    svg.line("l v s0", rows.x(box.low()), y, first, y);
    svg.line("l v s0", third, y, rows.x(box.high()), y);
    for (double end : new double[] {box.low(), box.high()}) {
      svg.line("l v s0", rows.x(end), y - HALF_A_CAP, rows.x(end), y + HALF_A_CAP);
    }
    svg.rectangle("bx", first, y - HALF_A_BOX, third - first, 2 * HALF_A_BOX);
    double median = rows.x(box.median());
    svg.line("l md", median, y - HALF_A_BOX, median, y + HALF_A_BOX);
  }
}
