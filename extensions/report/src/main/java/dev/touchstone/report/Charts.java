package dev.touchstone.report;

import dev.touchstone.evidence.Figure;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Figures as inline SVG: XChart lays out and draws, {@link ChartSvg} writes it down. */
final class Charts {
  private static final int WIDTH = 440;
  private static final int HEIGHT = 300;
  private static final int COUNTS_HEIGHT = 150;
  private static final int MOST_OF_A_NAME = 24;
  private static final int HALF_A_CAP = 3;

  /** Beyond so many bins their counts would overlap; the table beside the chart has them all. */
  private static final int MOST_COUNTS_WRITTEN = 12;

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_UP
  };

  /** In order: what a chart holds must not depend on how this JVM orders a map. */
  private static final SortedMap<Double, String> SHARES =
      new TreeMap<>(Map.of(0.0, "0", 0.2, "0.2", 0.4, "0.4", 0.6, "0.6", 0.8, "0.8", 1.0, "1"));

  private Charts() {}

  /** Accuracy against confidence, and below it how many examples each bin has. */
  static String svg(Figure.ReliabilityDiagram diagram) {
    ChartSvg svg = new ChartSvg();
    List<Figure.ReliabilityDiagram.Bin> filled =
        diagram.bins().stream().filter(bin -> bin.count() > 0).toList();
    Axes above = new Axes(HEIGHT, "", "share that came true");
    above.chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    XYSeries ideal = above.chart.addSeries("=", new double[] {0, 1}, new double[] {0, 1});
    ideal.setMarker(SeriesMarkers.NONE).setLineColor(Strokes.IDEAL);
    if (!filled.isEmpty()) {
      line(
          above.chart.addSeries(
              "bins",
              filled.stream().mapToDouble(Figure.ReliabilityDiagram.Bin::confidence).toArray(),
              filled.stream().mapToDouble(Figure.ReliabilityDiagram.Bin::accuracy).toArray()),
          0);
    }
    above.positions(SHARES);
    above.drawTo(svg, 0);
    counts(diagram, svg);
    return svg.picture(
        WIDTH,
        HEIGHT + COUNTS_HEIGHT,
        "Reliability diagram: " + PlainText.of(diagram.title(), 200));
  }

  private static void counts(Figure.ReliabilityDiagram diagram, ChartSvg svg) {
    double most =
        Math.max(
            1,
            diagram.bins().stream().mapToInt(Figure.ReliabilityDiagram.Bin::count).max().orElse(1));
    Axes below = new Axes(COUNTS_HEIGHT, "confidence", "examples");
    below.chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0);
    // Room above the highest column for its count.
    below.chart.getStyler().setYAxisMax(most * 1.3);
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (Figure.ReliabilityDiagram.Bin bin : diagram.bins()) {
      double gap = (bin.upper() - bin.lower()) * 0.06;
      for (double corner : new double[] {0, bin.count(), bin.count(), 0}) {
        x.add(x.size() % 4 < 2 ? bin.lower() + gap : bin.upper() - gap);
        y.add(corner);
      }
    }
    XYSeries columns = below.chart.addSeries("counts", x, y);
    columns.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
    columns.setMarker(SeriesMarkers.NONE).setLineColor(Strokes.NOTHING);
    columns.setFillColor(Strokes.COUNT);
    below.positions(SHARES);
    below.withoutValues();
    below.drawTo(svg, HEIGHT);
    if (diagram.bins().size() <= MOST_COUNTS_WRITTEN) {
      for (Figure.ReliabilityDiagram.Bin bin : diagram.bins()) {
        if (bin.count() > 0) {
          svg.text(
              "t m",
              below.chart.getScreenXFromChart((bin.lower() + bin.upper()) / 2),
              HEIGHT + below.chart.getScreenYFromChart(bin.count()) - 4,
              Integer.toString(bin.count()));
        }
      }
    }
  }

  /** Lines over named positions, each point with its interval. */
  static String svg(Figure.Curve curve) {
    ChartSvg svg = new ChartSvg();
    Axes axes =
        new Axes(HEIGHT, PlainText.of(curve.horizontal(), 60), PlainText.of(curve.vertical(), 40));
    double[] all =
        curve.series().values().stream()
            .flatMap(List::stream)
            .flatMapToDouble(p -> DoubleStream.of(p.value(), p.lower(), p.upper()))
            .filter(Double::isFinite)
            .toArray();
    axes.chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    if (all.length > 0) {
      double least = DoubleStream.of(all).min().orElse(0);
      double most = DoubleStream.of(all).max().orElse(1);
      double room = Math.max(1e-6, (most - least) * 0.05);
      axes.chart.getStyler().setYAxisMin(least - room).setYAxisMax(most + room);
    }
    axes.chart.getStyler().setXAxisMin(-0.3).setXAxisMax(curve.positions().size() - 0.7);
    int next = 0;
    for (List<Figure.Curve.Point> points : curve.series().values()) {
      int[] at =
          IntStream.range(0, Math.min(points.size(), curve.positions().size()))
              .filter(i -> Double.isFinite(points.get(i).value()))
              .toArray();
      if (at.length > 0) {
        line(
            axes.chart.addSeries(
                Integer.toString(next),
                IntStream.of(at).asDoubleStream().toArray(),
                IntStream.of(at).mapToDouble(i -> points.get(i).value()).toArray()),
            next);
        for (int i : at) {
          axes.intervals.add(new Reach(i, points.get(i).lower(), points.get(i).upper(), next));
        }
      }
      next++;
    }
    Map<Double, String> names = new LinkedHashMap<>();
    for (int i = 0; i < curve.positions().size(); i++) {
      names.put((double) i, PlainText.of(curve.positions().get(i), MOST_OF_A_NAME));
    }
    axes.positions(names);
    axes.drawTo(svg, 0);
    return svg.picture(WIDTH, HEIGHT, "Curve: " + PlainText.of(curve.title(), 200));
  }

  private static void line(XYSeries series, int which) {
    Color colour = Strokes.SERIES[which % Strokes.SERIES.length];
    series.setMarkerColor(colour).setLineColor(colour);
    series.setMarker(MARKERS[which % MARKERS.length]);
  }

  /**
   * The interval of a point.
   *
   * @param line which of the lines the point belongs to
   */
  private record Reach(double at, double lower, double upper, int line) {}

  /** An empty chart, and the texts around it. */
  private static final class Axes {
    private final int height;
    private final String horizontal;
    private final String vertical;
    private final XYChart chart;
    private final Map<Double, String> positions = new LinkedHashMap<>();
    private final TreeSet<Double> values = new TreeSet<>();
    private final List<Reach> intervals = new ArrayList<>();
    private boolean valuesShown = true;

    Axes(int height, String horizontal, String vertical) {
      this.height = height;
      this.horizontal = horizontal;
      this.vertical = vertical;
      chart =
          new XYChartBuilder()
              .width(WIDTH)
              .height(height)
              .xAxisTitle(horizontal)
              .yAxisTitle(vertical)
              .build();
      XYStyler styler = chart.getStyler();
      // Labels are laid out before ours take their place, as wide as the locale writes them.
      styler.setLocale(Locale.ROOT);
      styler.setChartTitleVisible(false).setLegendVisible(false);
      styler.setChartBackgroundColor(Strokes.NOTHING).setPlotBackgroundColor(Strokes.NOTHING);
      styler.setPlotBorderVisible(false).setChartFontColor(Strokes.NOTHING);
      styler.setAxisTickLabelsColor(Strokes.NOTHING);
      styler.setAxisTickMarksColor(Strokes.AXIS).setPlotGridLinesColor(Strokes.GRID);
      styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
      styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
      styler.setPlotGridLinesStroke(new BasicStroke(1));
      styler.setXAxisTitleVisible(!horizontal.isEmpty());
      styler.setPlotGridVerticalLinesVisible(false);
      styler.setPlotMargin(0).setPlotContentSize(1).setChartPadding(6);
      styler.setMarkerSize(7);
      styler.setAxisTicksMarksVisible(false);
      // As wide for every panel, so that panels below each other share the horizontal axis.
      styler.setYAxisLeftWidthHint(64);
      chart.setCustomYAxisTickLabelsFormatter(
          value -> {
            values.add(value);
            // Never seen: as wide as the shares of the panel above, and no two alike.
            return valuesShown
                ? Numbers.format(value)
                : String.format(Locale.ROOT, "%.1f", value / chart.getStyler().getYAxisMax());
          });
    }

    /** Names along the horizontal axis. */
    void positions(Map<Double, String> names) {
      positions.putAll(names);
    }

    /** Leaves the vertical axis without numbers. */
    void withoutValues() {
      valuesShown = false;
    }

    void drawTo(ChartSvg svg, int down) {
      svg.draw(graphics -> chart.paint(graphics, WIDTH, height), down);
      double left = chart.getScreenXFromChart(chart.getStyler().getXAxisMin());
      double least = chart.getStyler().getYAxisMin();
      double most = chart.getStyler().getYAxisMax();
      double bottom = down + chart.getScreenYFromChart(least);
      double top = down + chart.getScreenYFromChart(most);
      intervals.forEach(reach -> drawTo(svg, reach, top, bottom, down));
      boolean endsAreTicks = least == 0 && most == 1;
      int every = Math.max(1, (int) Math.ceil(positions.size() / 8.0));
      int i = 0;
      for (Map.Entry<Double, String> position : positions.entrySet()) {
        if (i++ % every == 0) {
          svg.text(
              "t m",
              chart.getScreenXFromChart(position.getKey()),
              bottom + 16,
              position.getValue());
        }
      }
      if (valuesShown) {
        // XChart also asks for the names of the ends and of ticks that fall outside.
        for (double value : values.subSet(least, endsAreTicks, most, endsAreTicks)) {
          svg.text(
              "t e", left - 8, down + chart.getScreenYFromChart(value) + 4, Numbers.format(value));
        }
      }
      svg.textUpwards("t m", 12, (top + bottom) / 2, vertical);
      if (!horizontal.isEmpty()) {
        svg.text("t m", (left + WIDTH) / 2, down + height - 4, horizontal);
      }
    }

    /**
     * From its lower limit to its upper one: the chart library's error bars reach as far to both
     * sides. An end that is infinite leaves the picture, and has no cap.
     */
    private void drawTo(ChartSvg svg, Reach reach, double top, double bottom, int down) {
      if (Double.isNaN(reach.lower()) || Double.isNaN(reach.upper())) {
        return;
      }
      String kind = "l v s" + reach.line() % Strokes.SERIES.length;
      double x = chart.getScreenXFromChart(reach.at());
      boolean below = Double.isFinite(reach.lower());
      boolean above = Double.isFinite(reach.upper());
      double lower = below ? down + chart.getScreenYFromChart(reach.lower()) : bottom;
      double upper = above ? down + chart.getScreenYFromChart(reach.upper()) : top;
      svg.line(kind, x, upper, x, lower);
      if (below) {
        svg.line(kind, x - HALF_A_CAP, lower, x + HALF_A_CAP, lower);
      }
      if (above) {
        svg.line(kind, x - HALF_A_CAP, upper, x + HALF_A_CAP, upper);
      }
    }
  }
}
