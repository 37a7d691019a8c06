package dev.touchstone.jupiter;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.statistics.Range;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Values at names, such as groups or layers: a row a name, in which each value stands with its
 * interval, and an upright line at what is allowed. No line joins names, between which there is
 * nothing. XChart draws the axis and the points.
 */
final class DotPlot {
  private static final int ROW = 34;
  private static final int AROUND = 110;
  private static final int NAMES = 200;
  private static final int MOST_OF_A_NAME = 32;
  private static final int HALF_A_CAP = 4;

  /** How far apart labels above each other are. */
  private static final int LEVEL = 15;

  private static final BasicStroke DASHED =
      new BasicStroke(1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {5, 4}, 0);

  /** How far apart the values of one row are, in rows, all of them together. */
  private static final double SPREAD = 0.4;

  private static final Color[] COLOURS = {
    FigurePainter.BLUE, FigurePainter.ORANGE, FigurePainter.GREEN, FigurePainter.PURPLE
  };

  private final IntervalPlot plot;
  private final double[] tolerances;
  private final XYChart chart;

  private DotPlot(IntervalPlot plot, double[] tolerances) {
    this.plot = plot;
    this.tolerances = tolerances;
    int rows = Math.max(1, plot.positions().size());
    int legend = plot.series().size() > 1 ? 24 * plot.series().size() : 0;
    chart =
        new XYChartBuilder()
            .width(FigurePainter.WIDTH)
            .height(AROUND + rows * Math.max(ROW, 16 * plot.series().size()) + legend)
            .xAxisTitle(plot.vertical())
            .theme(Styler.ChartTheme.Matlab)
            .build();
    XYStyler styler = chart.getStyler();
    styler.setChartTitleVisible(false).setLegendVisible(plot.series().size() > 1);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS);
    styler.setPlotGridHorizontalLinesVisible(false).setYAxisTitleVisible(false);
    styler.setPlotContentSize(1);
    styler.setYAxisTicksVisible(true).setYAxisLeftWidthHint(NAMES);
    styler.setYAxisMin(0.5 - rows).setYAxisMax(0.5);
    // The names take the place of the numbers.
    chart.setCustomYAxisTickLabelsFormatter(value -> " ");
    chart.setCustomXAxisTickLabelsFormatter(Numbers::format);
    Range axis = plot.axis(tolerances);
    styler.setXAxisMin(axis.least()).setXAxisMax(axis.most());
  }

  /**
   * The picture.
   *
   * @param tolerances what is allowed of the quantity that is drawn; none where another one is
   */
  static BufferedImage image(IntervalPlot plot, double[] tolerances) {
    return new DotPlot(plot, tolerances).image();
  }

  private BufferedImage image() {
    int next = 0;
    for (var line : plot.series().entrySet()) {
      int number = next++;
      List<IntervalPlot.Point> points = line.getValue();
      int[] drawn = plot.drawn(points);
      if (drawn.length > 0) {
        XYSeries series =
            chart.addSeries(
                line.getKey(),
                IntStream.of(drawn).mapToDouble(i -> points.get(i).value()).toArray(),
                IntStream.of(drawn).mapToDouble(i -> row(i, number)).toArray());
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(colour(number));
      }
    }
    int above = (tolerances.length + plot.lines().size()) * LEVEL;
    BufferedImage image =
        new BufferedImage(chart.getWidth(), above + chart.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.translate(0, above);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    chart.paint(graphics, chart.getWidth(), chart.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    drawOver(graphics);
    graphics.dispose();
    return image;
  }

  private void drawOver(Graphics2D graphics) {
    double left = chart.getScreenXFromChart(chart.getStyler().getXAxisMin());
    double right = chart.getScreenXFromChart(chart.getStyler().getXAxisMax());
    double top = chart.getScreenYFromChart(chart.getStyler().getYAxisMax());
    double bottom = chart.getScreenYFromChart(chart.getStyler().getYAxisMin());
    int next = 0;
    for (List<IntervalPlot.Point> points : plot.series().values()) {
      int line = next++;
      graphics.setColor(colour(line));
      graphics.setStroke(new BasicStroke(1.5f));
      for (int i = 0; i < points.size(); i++) {
        interval(graphics, points.get(i), chart.getScreenYFromChart(row(i, line)), left, right);
      }
    }
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    FontMetrics metrics = graphics.getFontMetrics();
    graphics.setColor(Color.BLACK);
    int level = 0;
    for (double tolerance : tolerances) {
      String label = "tolerance " + Numbers.format(tolerance);
      upright(graphics, label, chart.getScreenXFromChart(tolerance), top, bottom, level++);
    }
    graphics.setStroke(DASHED);
    for (IntervalPlot.Line line : plot.lines()) {
      String label = PlainText.of(line.label(), MOST_OF_A_NAME) + " " + Numbers.format(line.at());
      upright(graphics, label, chart.getScreenXFromChart(line.at()), top, bottom, level++);
    }
    for (int i = 0; i < plot.positions().size(); i++) {
      String name = PlainText.of(plot.positions().get(i), MOST_OF_A_NAME);
      graphics.drawString(
          name,
          (float) left - 10 - metrics.stringWidth(name),
          (float) chart.getScreenYFromChart(-i) + metrics.getAscent() / 2f - 1);
    }
  }

  /** A line from top to bottom, and its label above it, inside the picture. */
  private void upright(
      Graphics2D graphics, String label, double x, double top, double bottom, int level) {
    graphics.draw(new Line2D.Double(x, top, x, bottom));
    int width = graphics.getFontMetrics().stringWidth(label);
    double from = Math.max(4, Math.min(chart.getWidth() - width - 4, x - width / 2.0));
    graphics.drawString(label, (float) from, (float) top - 4 - level * LEVEL);
  }

  /** Where a value stands: the first name is on top, and values of one name stand apart. */
  private double row(int position, int line) {
    int lines = plot.series().size();
    return -position + (lines == 1 ? 0 : SPREAD * (0.5 - (double) line / (lines - 1)));
  }

  private static Color colour(int line) {
    return COLOURS[line % COLOURS.length];
  }

  /** From the lower limit to the upper one; an end that is infinite leaves the picture uncapped. */
  private void interval(
      Graphics2D graphics, IntervalPlot.Point point, double y, double left, double right) {
    if (Double.isNaN(point.lower()) || Double.isNaN(point.upper())) {
      return;
    }
    boolean from = Double.isFinite(point.lower());
    boolean to = Double.isFinite(point.upper());
    double lower = from ? chart.getScreenXFromChart(point.lower()) : left;
    double upper = to ? chart.getScreenXFromChart(point.upper()) : right;
    graphics.draw(new Line2D.Double(lower, y, upper, y));
    if (from) {
      graphics.draw(new Line2D.Double(lower, y - HALF_A_CAP, lower, y + HALF_A_CAP));
    }
    if (to) {
      graphics.draw(new Line2D.Double(upper, y - HALF_A_CAP, upper, y + HALF_A_CAP));
    }
  }
}
