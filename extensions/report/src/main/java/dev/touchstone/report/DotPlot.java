package dev.touchstone.report;

import dev.touchstone.evidence.figure.IntervalPlot;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYSeries;

/**
 * Values at names, such as groups or layers: a row a name, in which each value stands with its
 * interval, and upright lines at what is allowed and what the values are compared with. No line
 * joins names, between which there is nothing, and every name has room to be read.
 */
final class DotPlot {
  private static final int ROW = 22;
  private static final int HALF_A_CAP = 3;

  /** How far apart the values of one row are, in rows, all of them together. */
  private static final double SPREAD = 0.4;

  private final IntervalPlot plot;
  private final Uprights uprights;
  private final Rows rows;

  private DotPlot(IntervalPlot plot, double[] tolerances) {
    this.plot = plot;
    uprights = new Uprights(plot, tolerances);
    rows =
        new Rows(
            plot.positions(),
            Math.max(ROW, ROW * (plot.series().size() + 1) / 2),
            plot.axis(tolerances),
            plot.vertical(),
            uprights.height());
  }

  /**
   * The picture.
   *
   * @param tolerances what is allowed of the quantity that is drawn; none where another one is
   */
  static String svg(IntervalPlot plot, double[] tolerances) {
    return new DotPlot(plot, tolerances).svg();
  }

  private String svg() {
    int next = 0;
    for (List<IntervalPlot.Point> points : plot.series().values()) {
      int line = next++;
      int[] drawn = plot.drawn(points);
      if (drawn.length > 0) {
        XYSeries series =
            rows.chart()
                .addSeries(
                    Integer.toString(line),
                    IntStream.of(drawn).mapToDouble(i -> points.get(i).value()).toArray(),
                    IntStream.of(drawn).mapToDouble(i -> row(i, line)).toArray());
        Charts.line(series, line);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      }
    }
    ChartSvg svg = new ChartSvg();
    rows.drawTo(svg);
    next = 0;
    for (List<IntervalPlot.Point> points : plot.series().values()) {
      int line = next++;
      for (int i = 0; i < points.size(); i++) {
        interval(svg, points.get(i), rows.y(row(i, line)), line);
      }
    }
    uprights.drawTo(svg, rows::x, rows.top(), rows.bottom());
    return rows.picture(svg, Charts.inWords(plot));
  }

  /** Where a value stands: the first name is on top, and values of one name stand apart. */
  private double row(int position, int line) {
    int lines = plot.series().size();
    return -position + (lines == 1 ? 0 : SPREAD * (0.5 - (double) line / (lines - 1)));
  }

  /** From the lower limit to the upper one; an end that is infinite leaves the picture uncapped. */
  private void interval(ChartSvg svg, IntervalPlot.Point point, double y, int line) {
    if (Double.isNaN(point.lower()) || Double.isNaN(point.upper())) {
      return;
    }
    String kind = "l v s" + line % Strokes.SERIES.length;
    boolean from = Double.isFinite(point.lower());
    boolean to = Double.isFinite(point.upper());
    double lower = from ? rows.x(point.lower()) : rows.left();
    double upper = to ? rows.x(point.upper()) : rows.right();
    svg.line(kind, lower, y, upper, y);
    if (from) {
      svg.line(kind, lower, y - HALF_A_CAP, lower, y + HALF_A_CAP);
    }
    if (to) {
      svg.line(kind, upper, y - HALF_A_CAP, upper, y + HALF_A_CAP);
    }
  }
}
