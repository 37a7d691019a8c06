package dev.touchstone.report;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.statistics.Range;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.XYStyler;

/** A chart with a row for each name, the first on top, and one axis of numbers below them. */
final class Rows {
  private static final int ABOVE = 20;
  private static final int BELOW = 76;
  private static final int NAMES = 150;
  private static final int MOST_OF_A_NAME = 24;
  private static final int MOST_OF_A_QUANTITY = 60;

  private final List<String> names;
  private final String quantity;
  private final int down;
  private final int height;
  private final XYChart chart;
  private final TreeSet<Double> ticks = new TreeSet<>();

  /**
   * Lays the chart out.
   *
   * @param down the room that is left free above it
   */
  Rows(List<String> names, int rowHeight, Range axis, String quantity, int down) {
    this.names = names;
    this.quantity = PlainText.of(quantity, MOST_OF_A_QUANTITY);
    this.down = down;
    int rows = Math.max(1, names.size());
    height = ABOVE + rows * rowHeight + BELOW;
    chart =
        new XYChartBuilder()
            .width(Charts.WIDTH)
            .height(height)
            .xAxisTitle(this.quantity)
            .yAxisTitle("")
            .build();
    XYStyler styler = chart.getStyler();
    Charts.style(styler);
    styler.setPlotGridHorizontalLinesVisible(false).setYAxisTitleVisible(false);
    styler.setYAxisLeftWidthHint(NAMES);
    styler.setYAxisMin(0.5 - rows).setYAxisMax(0.5);
    styler.setXAxisMin(axis.least()).setXAxisMax(axis.most());
    chart.setCustomXAxisTickLabelsFormatter(
        value -> {
          ticks.add(value);
          return Numbers.format(value);
        });
    // Never seen: the names take their place.
    chart.setCustomYAxisTickLabelsFormatter(value -> String.format(Locale.ROOT, "%.1f", value));
  }

  /** For what the chart library draws: series at rows 0, -1, -2, … */
  XYChart chart() {
    return chart;
  }

  /** Draws axis, names and what was given to the chart library. */
  void drawTo(ChartSvg svg) {
    svg.draw(graphics -> chart.paint(graphics, Charts.WIDTH, height), down);
    for (int i = 0; i < names.size(); i++) {
      svg.text("t e", left() - 8, y(-i) + 4, PlainText.of(names.get(i), MOST_OF_A_NAME));
    }
    // XChart also asks for the names of the ends and of ticks that fall outside.
    double least = chart.getStyler().getXAxisMin();
    double most = chart.getStyler().getXAxisMax();
    for (double tick : ticks.subSet(least, false, most, false)) {
      svg.text("t m", x(tick), bottom() + 16, Numbers.format(tick));
    }
    svg.text("t m", (left() + right()) / 2, down + height - 6, quantity);
  }

  /** The whole picture with what it shows in words. */
  String picture(ChartSvg svg, String words) {
    return svg.picture(Charts.WIDTH, down + height, words);
  }

  double x(double value) {
    return chart.getScreenXFromChart(value);
  }

  double y(double row) {
    return down + chart.getScreenYFromChart(row);
  }

  double left() {
    return x(chart.getStyler().getXAxisMin());
  }

  double right() {
    return x(chart.getStyler().getXAxisMax());
  }

  double top() {
    return y(chart.getStyler().getYAxisMax());
  }

  double bottom() {
    return y(chart.getStyler().getYAxisMin());
  }
}
