package dev.touchstone.jupiter;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.statistics.Range;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Points between two axes, and below them the numbers that belong to all. */
final class ScatterImage {
  private static final int HEIGHT = 520;
  private static final int LINE = 18;
  private static final int FEW = 200;

  private ScatterImage() {}

  static BufferedImage of(Scatter scatter) {
    XYChart chart = chart(scatter);
    List<String> below = below(scatter);
    return Canvas.image(
        chart.getWidth(),
        chart.getHeight() + below.size() * LINE + 8,
        graphics -> {
          chart.paint(graphics, chart.getWidth(), chart.getHeight());
          graphics.setFont(Canvas.PLAIN);
          graphics.setColor(Color.BLACK);
          labels(graphics, scatter, chart);
          for (int i = 0; i < below.size(); i++) {
            graphics.drawString(below.get(i), 12, chart.getHeight() + (i + 1) * LINE - 4);
          }
        });
  }

  private static XYChart chart(Scatter scatter) {
    XYChart chart =
        new XYChartBuilder()
            .width(FigurePainter.WIDTH)
            .height(scatter.identity() ? FigurePainter.WIDTH : HEIGHT)
            .xAxisTitle(PlainText.of(scatter.horizontal().inWords(), 80))
            .yAxisTitle(PlainText.of(scatter.vertical().inWords(), 80))
            .theme(Styler.ChartTheme.Matlab)
            .build();
    chart.getStyler().setChartTitleVisible(false).setLegendVisible(false);
    chart.getStyler().setPlotContentSize(1).setChartPadding(16);
    chart.getStyler().setMarkerSize(scatter.points().size() <= FEW ? 7 : 4);
    Range across = scatter.across();
    Range upwards = scatter.upwards();
    chart.getStyler().setXAxisMin(across.least()).setXAxisMax(across.most());
    chart.getStyler().setYAxisMin(upwards.least()).setYAxisMax(upwards.most());
    chart.setCustomXAxisTickLabelsFormatter(Numbers::format);
    chart.setCustomYAxisTickLabelsFormatter(Numbers::format);
    if (scatter.identity()) {
      double[] ends = {across.least(), across.most()};
      XYSeries equal = chart.addSeries("equal", ends, ends);
      equal.setMarker(SeriesMarkers.NONE).setLineColor(Color.GRAY);
      equal.setLineStyle(new BasicStroke(1, BasicStroke.CAP_BUTT, 0, 1, new float[] {4, 4}, 0));
    }
    if (!scatter.points().isEmpty()) {
      XYSeries points =
          chart.addSeries(
              "points",
              scatter.points().stream().mapToDouble(Scatter.Point::x).toArray(),
              scatter.points().stream().mapToDouble(Scatter.Point::y).toArray());
      points.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      points.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(FigurePainter.BLUE);
    }
    return chart;
  }

  private static List<String> below(Scatter scatter) {
    List<String> lines = new ArrayList<>();
    if (scatter.of() > scatter.points().size()) {
      lines.add("%s of %s points are shown".formatted(scatter.points().size(), scatter.of()));
    }
    for (Map.Entry<String, Double> stated : scatter.stated().entrySet()) {
      lines.add(PlainText.of(stated.getKey(), 80) + ": " + Numbers.format(stated.getValue()));
    }
    return lines;
  }

  /** Beside their points, where no other label stands. */
  private static void labels(Graphics2D graphics, Scatter scatter, XYChart chart) {
    List<Rectangle2D> taken = new ArrayList<>();
    for (Scatter.Point point : scatter.labelled()) {
      String label = PlainText.of(point.label(), 40);
      double width = graphics.getFontMetrics().stringWidth(label);
      double height = graphics.getFontMetrics().getAscent();
      double x = chart.getScreenXFromChart(point.x());
      double y = chart.getScreenYFromChart(point.y()) - height / 2;
      double from = x + 8 + width < chart.getWidth() - 12 ? x + 8 : x - 8 - width;
      Rectangle2D place = new Rectangle2D.Double(from, y, width, height);
      if (taken.stream().noneMatch(place::intersects)) {
        taken.add(place);
        graphics.drawString(label, (float) from, (float) (y + height - 1));
      }
    }
  }
}
