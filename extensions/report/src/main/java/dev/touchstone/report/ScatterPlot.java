package dev.touchstone.report;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.Axis;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.statistics.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Points between two axes, which have one scale where they are compared with each other. */
final class ScatterPlot {
  private static final int HEIGHT = 340;
  private static final int MOST_OF_AN_AXIS = 60;
  private static final int MOST_OF_A_LABEL = 24;
  private static final int FEW = 200;

  /** How wide a character of a label is, and how high it stands. */
  private static final double CHARACTER = 6;

  private static final double LINE = 12;

  private final Scatter scatter;
  private final XYChart chart;
  private final int height;
  private final TreeSet<Double> across = new TreeSet<>();
  private final TreeSet<Double> upwards = new TreeSet<>();

  private ScatterPlot(Scatter scatter) {
    this.scatter = scatter;
    height = scatter.identity() ? Charts.WIDTH - 14 : HEIGHT;
    chart =
        new XYChartBuilder()
            .width(Charts.WIDTH)
            .height(height)
            .xAxisTitle("across")
            .yAxisTitle("upwards")
            .build();
    XYStyler styler = chart.getStyler();
    Charts.style(styler);
    styler.setYAxisLeftWidthHint(64);
    styler.setMarkerSize(scatter.points().size() <= FEW ? 7 : 4);
    Range horizontal = scatter.across();
    Range vertical = scatter.upwards();
    styler.setXAxisMin(horizontal.least()).setXAxisMax(horizontal.most());
    styler.setYAxisMin(vertical.least()).setYAxisMax(vertical.most());
    chart.setCustomXAxisTickLabelsFormatter(value -> noted(across, value));
    chart.setCustomYAxisTickLabelsFormatter(value -> noted(upwards, value));
  }

  private static String noted(TreeSet<Double> ticks, double value) {
    ticks.add(value);
    return Numbers.format(value);
  }

  /** The picture. */
  static String svg(Scatter scatter) {
    return new ScatterPlot(scatter).svg();
  }

  private String svg() {
    if (scatter.identity()) {
      double[] ends = {scatter.across().least(), scatter.across().most()};
      chart.addSeries("=", ends, ends).setMarker(SeriesMarkers.NONE).setLineColor(Strokes.IDEAL);
    }
    if (!scatter.points().isEmpty()) {
      XYSeries series =
          chart.addSeries(
              "points",
              scatter.points().stream().mapToDouble(Scatter.Point::x).toArray(),
              scatter.points().stream().mapToDouble(Scatter.Point::y).toArray());
      Charts.line(series, 0);
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    }
    ChartSvg svg = new ChartSvg();
    svg.draw(graphics -> chart.paint(graphics, Charts.WIDTH, height), 0);
    XYStyler styler = chart.getStyler();
    double left = chart.getScreenXFromChart(styler.getXAxisMin());
    double right = chart.getScreenXFromChart(styler.getXAxisMax());
    double top = chart.getScreenYFromChart(styler.getYAxisMax());
    double bottom = chart.getScreenYFromChart(styler.getYAxisMin());
    // XChart also asks for the names of the ends and of ticks that fall outside.
    for (double tick : across.subSet(styler.getXAxisMin(), false, styler.getXAxisMax(), false)) {
      String number = Numbers.format(tick);
      double inside = Charts.WIDTH - number.length() * CHARACTER / 2;
      svg.text("t m", Math.min(inside, chart.getScreenXFromChart(tick)), bottom + 16, number);
    }
    for (double tick : upwards.subSet(styler.getYAxisMin(), false, styler.getYAxisMax(), false)) {
      svg.text("t e", left - 8, chart.getScreenYFromChart(tick) + 4, Numbers.format(tick));
    }
    svg.text("t m", (left + right) / 2, height - 4, axis(scatter.horizontal()));
    svg.textUpwards("t m", 12, (top + bottom) / 2, axis(scatter.vertical()));
    labels(svg, left, right, top, bottom);
    return svg.picture(Charts.WIDTH, height, Charts.inWords(scatter));
  }

  /** Cut where it is too long, but for its unit. */
  private static String axis(Axis axis) {
    String unit = PlainText.of(axis.unit(), MOST_OF_A_LABEL);
    return new Axis(PlainText.of(axis.label(), MOST_OF_AN_AXIS - unit.length()), unit).inWords();
  }

  /** A label's place. */
  private record Box(double left, double top, double width) {
    boolean meets(Box other) {
      return left < other.left + other.width
          && other.left < left + width
          && Math.abs(top - other.top) < LINE;
    }
  }

  /** Beside their points where there is room; the others stand in the table alone. */
  private void labels(ChartSvg svg, double left, double right, double top, double bottom) {
    List<Box> taken = new ArrayList<>();
    for (Scatter.Point point : scatter.labelled()) {
      String label = PlainText.of(point.label(), MOST_OF_A_LABEL);
      double width = label.length() * CHARACTER;
      double x = chart.getScreenXFromChart(point.x());
      double y = chart.getScreenYFromChart(point.y());
      List.of(
              new Box(x + 7, y - LINE / 2, width),
              new Box(x - 7 - width, y - LINE / 2, width),
              new Box(x - width / 2, y - LINE - 6, width),
              new Box(x - width / 2, y + 6, width))
          .stream()
          .filter(box -> box.left >= left && box.left + width <= right)
          .filter(box -> box.top >= top && box.top + LINE <= bottom)
          .filter(box -> taken.stream().noneMatch(box::meets))
          .findFirst()
          .ifPresent(
              box -> {
                taken.add(box);
                svg.text("t m lb", box.left + width / 2, box.top + LINE - 2, label);
              });
    }
  }
}
