package dev.touchstone.jupiter;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.statistics.Range;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.TreeSet;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** Distributions side by side, a row a group. XChart draws the axis. */
final class BoxImage {
  private static final int ROW = 40;
  private static final int AROUND = 110;
  private static final int NAMES = 200;
  private static final int HALF_A_BOX = 10;

  private final BoxPlot plot;
  private final XYChart chart;

  private BoxImage(BoxPlot plot) {
    this.plot = plot;
    int rows = Math.max(1, plot.boxes().size());
    chart =
        new XYChartBuilder()
            .width(FigurePainter.WIDTH)
            .height(AROUND + rows * ROW)
            .xAxisTitle(PlainText.of(plot.values().inWords(), 80))
            .theme(Styler.ChartTheme.Matlab)
            .build();
    chart.getStyler().setChartTitleVisible(false).setLegendVisible(false);
    chart.getStyler().setPlotGridHorizontalLinesVisible(false).setYAxisTitleVisible(false);
    chart.getStyler().setPlotContentSize(1).setYAxisLeftWidthHint(NAMES);
    chart.getStyler().setYAxisMin(0.5 - rows).setYAxisMax(0.5);
    Range axis = plot.axis();
    chart.getStyler().setXAxisMin(axis.least()).setXAxisMax(axis.most());
    // The names take the place of the numbers.
    chart.setCustomYAxisTickLabelsFormatter(value -> " ");
    chart.setCustomXAxisTickLabelsFormatter(Numbers::format);
  }

  static BufferedImage of(BoxPlot plot) {
    BoxImage boxes = new BoxImage(plot);
    return Canvas.image(boxes.chart.getWidth(), boxes.chart.getHeight(), boxes::drawOn);
  }

  private void drawOn(Graphics2D graphics) {
    chart.paint(graphics, chart.getWidth(), chart.getHeight());
    double left = chart.getScreenXFromChart(chart.getStyler().getXAxisMin());
    List<BoxPlot.Box> boxes = plot.boxes();
    graphics.setFont(Canvas.PLAIN);
    for (int i = 0; i < boxes.size(); i++) {
      double y = chart.getScreenYFromChart(-i);
      graphics.setColor(Color.BLACK);
      String name = Canvas.fitting(graphics, PlainText.of(boxes.get(i).label(), 80), NAMES - 16);
      graphics.drawString(
          name,
          (float) left - 10 - graphics.getFontMetrics().stringWidth(name),
          (float) y + graphics.getFontMetrics().getAscent() / 2f - 1);
      box(graphics, boxes.get(i), y);
    }
  }

  private void box(Graphics2D graphics, BoxPlot.Box box, double y) {
    double first = chart.getScreenXFromChart(box.first());
    double third = chart.getScreenXFromChart(box.third());
    double low = chart.getScreenXFromChart(box.low());
    double high = chart.getScreenXFromChart(box.high());
    double median = chart.getScreenXFromChart(box.median());
    graphics.setColor(FigurePainter.BLUE);
    graphics.setStroke(new BasicStroke(1.5f));
    graphics.draw(new Line2D.Double(low, y, first, y));
    graphics.draw(new Line2D.Double(third, y, high, y));
    graphics.draw(new Line2D.Double(low, y - 5, low, y + 5));
    graphics.draw(new Line2D.Double(high, y - 5, high, y + 5));
    Rectangle2D body = new Rectangle2D.Double(first, y - HALF_A_BOX, third - first, 2 * HALF_A_BOX);
    graphics.setColor(new Color(0xE3EEF6));
    graphics.fill(body);
    graphics.setColor(FigurePainter.BLUE);
    graphics.draw(body);
    graphics.setStroke(new BasicStroke(3));
    graphics.draw(new Line2D.Double(median, y - HALF_A_BOX, median, y + HALF_A_BOX));
    for (double outlier : new TreeSet<>(box.outliers())) {
      double x = chart.getScreenXFromChart(outlier);
      graphics.fill(new Ellipse2D.Double(x - 3, y - 3, 6, 6));
    }
  }
}
