package dev.touchstone.report;

import dev.touchstone.evidence.FigureInWords;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
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
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Figures as inline SVG: XChart lays out and draws, {@link ChartSvg} writes it down. */
final class Charts {
  static final int WIDTH = 440;
  private static final int HEIGHT = 300;
  private static final int COUNTS_HEIGHT = 150;

  /** Beyond so many bins their counts would overlap; the table beside the chart has them all. */
  private static final int MOST_COUNTS_WRITTEN = 12;

  /** Enough for a title and some names; what is longer is cut. */
  private static final int MOST_WORDS = 600;

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_UP
  };

  /** In order: what a chart holds must not depend on how this JVM orders a map. */
  private static final SortedMap<Double, String> SHARES =
      new TreeMap<>(Map.of(0.0, "0", 0.2, "0.2", 0.4, "0.4", 0.6, "0.6", 0.8, "0.8", 1.0, "1"));

  private Charts() {}

  /** Accuracy against confidence, and below it how many examples each bin has. */
  static String svg(ReliabilityDiagram diagram) {
    ChartSvg svg = new ChartSvg();
    List<ReliabilityDiagram.Bin> filled =
        diagram.bins().stream().filter(bin -> bin.count() > 0).toList();
    Axes above = new Axes(HEIGHT, "", "share that came true");
    above.chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    XYSeries ideal = above.chart.addSeries("=", new double[] {0, 1}, new double[] {0, 1});
    ideal.setMarker(SeriesMarkers.NONE).setLineColor(Strokes.IDEAL);
    if (!filled.isEmpty()) {
      line(
          above.chart.addSeries(
              "bins",
              filled.stream().mapToDouble(ReliabilityDiagram.Bin::confidence).toArray(),
              filled.stream().mapToDouble(ReliabilityDiagram.Bin::accuracy).toArray()),
          0);
    }
    above.positions(SHARES);
    above.drawTo(svg, 0);
    counts(diagram, svg);
    return svg.picture(WIDTH, HEIGHT + COUNTS_HEIGHT, inWords(diagram));
  }

  private static void counts(ReliabilityDiagram diagram, ChartSvg svg) {
    double most =
        Math.max(
            1, diagram.bins().stream().mapToInt(ReliabilityDiagram.Bin::count).max().orElse(1));
    Axes below = new Axes(COUNTS_HEIGHT, "confidence", "examples");
    below.chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0);
    // Room above the highest column for its count.
    below.chart.getStyler().setYAxisMax(most * 1.3);
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (ReliabilityDiagram.Bin bin : diagram.bins()) {
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
      for (ReliabilityDiagram.Bin bin : diagram.bins()) {
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

  /** What a chart shows, for those who do not see it. */
  static String inWords(Figure figure) {
    return PlainText.of(FigureInWords.of(figure), MOST_WORDS);
  }

  /** Gives a series its colour and its mark. */
  static void line(XYSeries series, int which) {
    Color colour = Strokes.SERIES[which % Strokes.SERIES.length];
    series.setMarkerColor(colour).setLineColor(colour);
    series.setMarker(MARKERS[which % MARKERS.length]);
  }

  /** What all charts have in common: shapes alone, since texts are written by us. */
  static void style(XYStyler styler) {
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
    styler.setPlotMargin(0).setPlotContentSize(1).setChartPadding(6);
    styler.setMarkerSize(7);
    styler.setAxisTicksMarksVisible(false);
  }

  /** An empty chart, and the texts around it. */
  private static final class Axes {
    private final int height;
    private final String horizontal;
    private final String vertical;
    private final XYChart chart;
    private final Map<Double, String> positions = new LinkedHashMap<>();
    private final TreeSet<Double> values = new TreeSet<>();
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
      style(styler);
      styler.setXAxisTitleVisible(!horizontal.isEmpty());
      styler.setPlotGridVerticalLinesVisible(false);
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
      boolean endsAreTicks = least == 0 && most == 1;
      positions.forEach(
          (at, name) -> svg.text("t m", chart.getScreenXFromChart(at), bottom + 16, name));
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
  }
}
