package dev.touchstone.report;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.statistics.Range;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;

/**
 * Values at names, such as groups or layers: a row a name, in which each value stands with its
 * interval, and an upright line at what is allowed. No line joins names, between which there is
 * nothing, and every name has room to be read.
 */
final class DotPlot {
  private static final int ROW = 22;
  private static final int ABOVE = 20;
  private static final int BELOW = 76;
  private static final int NAMES = 150;
  private static final int MOST_OF_A_NAME = 24;
  private static final int HALF_A_CAP = 3;

  /** How far apart the values of one row are, in rows, all of them together. */
  private static final double SPREAD = 0.4;

  private final IntervalPlot plot;
  private final Uprights uprights;
  private final XYChart chart;
  private final int height;
  private final TreeSet<Double> ticks = new TreeSet<>();

  private DotPlot(IntervalPlot plot, double[] tolerances) {
    this.plot = plot;
    uprights = new Uprights(plot, tolerances);
    int rows = Math.max(1, plot.positions().size());
    height = ABOVE + rows * Math.max(ROW, ROW * (plot.series().size() + 1) / 2) + BELOW;
    chart =
        new XYChartBuilder()
            .width(Charts.WIDTH)
            .height(height)
            .xAxisTitle(PlainText.of(plot.vertical(), 60))
            .yAxisTitle("")
            .build();
    XYStyler styler = chart.getStyler();
    Charts.style(styler);
    styler.setPlotGridHorizontalLinesVisible(false).setYAxisTitleVisible(false);
    styler.setYAxisLeftWidthHint(NAMES);
    styler.setYAxisMin(0.5 - rows).setYAxisMax(0.5);
    Range axis = plot.axis(tolerances);
    styler.setXAxisMin(axis.least()).setXAxisMax(axis.most());
    chart.setCustomXAxisTickLabelsFormatter(
        value -> {
          ticks.add(value);
          return Numbers.format(value);
        });
    // Never seen: the names take their place.
    chart.setCustomYAxisTickLabelsFormatter(value -> String.format(Locale.ROOT, "%.1f", value));
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
    ChartSvg svg = new ChartSvg();
    int next = 0;
    for (List<IntervalPlot.Point> points : plot.series().values()) {
      int line = next++;
      int[] drawn = plot.drawn(points);
      if (drawn.length > 0) {
        XYSeries series =
            chart.addSeries(
                Integer.toString(line),
                IntStream.of(drawn).mapToDouble(i -> points.get(i).value()).toArray(),
                IntStream.of(drawn).mapToDouble(i -> row(i, line)).toArray());
        Charts.line(series, line);
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      }
    }
    int down = uprights.height();
    svg.draw(graphics -> chart.paint(graphics, Charts.WIDTH, height), down);
    double left = chart.getScreenXFromChart(chart.getStyler().getXAxisMin());
    double right = chart.getScreenXFromChart(chart.getStyler().getXAxisMax());
    double top = down + chart.getScreenYFromChart(chart.getStyler().getYAxisMax());
    double bottom = down + chart.getScreenYFromChart(chart.getStyler().getYAxisMin());
    next = 0;
    for (List<IntervalPlot.Point> points : plot.series().values()) {
      int line = next++;
      for (int i = 0; i < points.size(); i++) {
        double y = down + chart.getScreenYFromChart(row(i, line));
        interval(svg, points.get(i), y, line, left, right);
      }
    }
    uprights.drawTo(svg, chart::getScreenXFromChart, top, bottom);
    for (int i = 0; i < plot.positions().size(); i++) {
      svg.text(
          "t e",
          left - 8,
          down + chart.getScreenYFromChart(-i) + 4,
          PlainText.of(plot.positions().get(i), MOST_OF_A_NAME));
    }
    // XChart also asks for the names of the ends and of ticks that fall outside.
    double least = chart.getStyler().getXAxisMin();
    double most = chart.getStyler().getXAxisMax();
    for (double tick : ticks.subSet(least, false, most, false)) {
      svg.text("t m", chart.getScreenXFromChart(tick), bottom + 16, Numbers.format(tick));
    }
    svg.text("t m", (left + right) / 2, down + height - 6, PlainText.of(plot.vertical(), 60));
    return svg.picture(Charts.WIDTH, down + height, Charts.inWords(plot));
  }

  /** Where a value stands: the first name is on top, and values of one name stand apart. */
  private double row(int position, int line) {
    int lines = plot.series().size();
    return -position + (lines == 1 ? 0 : SPREAD * (0.5 - (double) line / (lines - 1)));
  }

  /** From the lower limit to the upper one; an end that is infinite leaves the picture uncapped. */
  private void interval(
      ChartSvg svg, IntervalPlot.Point point, double y, int line, double left, double right) {
    if (Double.isNaN(point.lower()) || Double.isNaN(point.upper())) {
      return;
    }
    String kind = "l v s" + line % Strokes.SERIES.length;
    boolean from = Double.isFinite(point.lower());
    boolean to = Double.isFinite(point.upper());
    double lower = from ? chart.getScreenXFromChart(point.lower()) : left;
    double upper = to ? chart.getScreenXFromChart(point.upper()) : right;
    svg.line(kind, lower, y, upper, y);
    if (from) {
      svg.line(kind, lower, y - HALF_A_CAP, lower, y + HALF_A_CAP);
    }
    if (to) {
      svg.line(kind, upper, y - HALF_A_CAP, upper, y + HALF_A_CAP);
    }
  }
}
