package dev.touchstone.jupiter;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.FigureInWords;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.ReliabilityDiagram;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.evidence.figure.TokenHeat;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws figures; charts by XChart, images pixel by pixel. */
final class FigurePainter implements Figure.Visitor<BufferedImage> {
  static final int WIDTH = 720;
  private static final int HEIGHT = 520;
  private static final int MOST_WORDS = 1000;

  // Okabe and Ito (2008): distinguishable with colour-vision deficiencies.
  static final Color BLUE = new Color(0x0072B2);
  static final Color ORANGE = new Color(0xE69F00);
  static final Color GREEN = new Color(0x009E73);
  static final Color PURPLE = new Color(0xCC79A7);
  private static final Color GREY = new Color(0x777777);

  /** By the name of a quantity, what is claimed of it. */
  private final Function<String, double[]> tolerances;

  /** Of all that is claimed. */
  private final double[] all;

  private FigurePainter(Function<String, double[]> tolerances, double... all) {
    this.tolerances = tolerances;
    this.all = all;
  }

  /**
   * Draws a figure below a heading that says what it shows, of which model and claim, and how the
   * claim was judged: a picture is looked at without the page that it came from. What it shows
   * stands in the file in words, too.
   */
  static byte[] png(Figure figure, Verdict verdict) {
    return png(
        figure,
        new FigurePainter(verdict::tolerances, tolerances(verdict)),
        Heading.of(figure.title(), verdict));
  }

  /** Draws what nothing is claimed of, below a heading that says of which model and data it is. */
  static byte[] png(Shown shown) {
    return png(shown.figure(), new FigurePainter(quantity -> new double[0]), Heading.of(shown));
  }

  private static byte[] png(Figure figure, FigurePainter painter, Heading heading) {
    return DescribedPng.bytes(
        heading.over(figure.accept(painter)), PlainText.of(FigureInWords.of(figure), MOST_WORDS));
  }

  @Override
  public BufferedImage reliabilityDiagram(ReliabilityDiagram figure) {
    return BitmapEncoder.getBufferedImage(chart(figure, all));
  }

  @Override
  public BufferedImage intervalPlot(IntervalPlot figure) {
    return DotPlot.image(figure, tolerances.apply(figure.vertical()));
  }

  @Override
  public BufferedImage ranking(Ranking figure) {
    return figure.items().stream().anyMatch(item -> item.picture().isPresent())
        ? pictured(figure)
        : BitmapEncoder.getBufferedImage(chart(figure));
  }

  @Override
  public BufferedImage scatter(Scatter figure) {
    return ScatterImage.of(figure);
  }

  @Override
  public BufferedImage boxPlot(BoxPlot figure) {
    return BoxImage.of(figure);
  }

  @Override
  public BufferedImage table(Table figure) {
    return TableImage.of(figure);
  }

  @Override
  public BufferedImage tokenHeat(TokenHeat figure) {
    return TokenImage.of(figure);
  }

  @Override
  public BufferedImage mapStrips(MapStrips figure) {
    return StripImage.of(figure);
  }

  @Override
  public BufferedImage panel(Panel figure) {
    return PanelImage.of(figure, part -> part.accept(this));
  }

  @Override
  public BufferedImage overlays(Overlays figure) {
    return image(figure);
  }

  /** The tolerances of all that a claim measures, each once. */
  private static double[] tolerances(Verdict verdict) {
    return verdict.claim().bounds().stream().mapToDouble(Bound::value).distinct().toArray();
  }

  private static XYChart chart(ReliabilityDiagram diagram, double[] tolerances) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("confidence")
            .yAxisTitle("share that came true")
            .theme(Styler.ChartTheme.Matlab)
            .build();
    chart.getStyler().setChartTitleVisible(false);
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
    addShares(chart, diagram);
    XYSeries ideal = chart.addSeries("calibrated", new double[] {0, 1}, new double[] {0, 1});
    ideal.setMarker(SeriesMarkers.NONE).setLineColor(GREY);
    ideal.setLineStyle(new BasicStroke(1, BasicStroke.CAP_BUTT, 0, 1, new float[] {4, 4}, 0));
    for (double tolerance : tolerances) {
      allowed(chart, "allowed on average: " + Numbers.format(tolerance), tolerance)
          .setShowInLegend(true);
      allowed(chart, "the other side of " + tolerance, -tolerance).setShowInLegend(false);
    }
    List<ReliabilityDiagram.Bin> filled =
        diagram.bins().stream().filter(bin -> bin.count() > 0).toList();
    XYSeries bins =
        chart.addSeries(
            "bins",
            filled.stream().mapToDouble(ReliabilityDiagram.Bin::confidence).toArray(),
            filled.stream().mapToDouble(ReliabilityDiagram.Bin::accuracy).toArray());
    bins.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(BLUE).setLineColor(BLUE);
    return chart;
  }

  /** A line beside the ideal one, as far as the tolerance is wide. */
  private static XYSeries allowed(XYChart chart, String name, double above) {
    double from = Math.max(0, -above);
    double to = Math.min(1, 1 - above);
    XYSeries line =
        chart.addSeries(name, new double[] {from, to}, new double[] {from + above, to + above});
    line.setMarker(SeriesMarkers.NONE).setLineColor(Color.BLACK);
    line.setLineStyle(new BasicStroke(1, BasicStroke.CAP_BUTT, 0, 1, new float[] {1, 3}, 0));
    return line;
  }

  /** The share of examples per bin as columns behind the curve. */
  private static void addShares(XYChart chart, ReliabilityDiagram diagram) {
    double total = diagram.bins().stream().mapToInt(ReliabilityDiagram.Bin::count).sum();
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (ReliabilityDiagram.Bin bin : diagram.bins()) {
      for (double corner : new double[] {0, bin.count() / total, bin.count() / total, 0}) {
        x.add(x.size() % 4 < 2 ? bin.lower() : bin.upper());
        y.add(corner);
      }
    }
    XYSeries share = chart.addSeries("share of examples", x, y);
    share.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
    share.setMarker(SeriesMarkers.NONE).setLineColor(ORANGE);
    share.setFillColor(new Color(ORANGE.getRed(), ORANGE.getGreen(), ORANGE.getBlue(), 90));
  }

  private static CategoryChart chart(Ranking ranking) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("rank")
            .yAxisTitle("score")
            .theme(Styler.ChartTheme.Matlab)
            .build();
    chart.getStyler().setChartTitleVisible(false);
    chart.getStyler().setOverlapped(true);
    chart.getStyler().setXAxisMaxLabelCount(10);
    List<Integer> ranks = IntStream.rangeClosed(1, ranking.items().size()).boxed().toList();
    for (boolean marked : new boolean[] {true, false}) {
      List<Double> scores = new ArrayList<>();
      ranking.items().forEach(item -> scores.add(item.marked() == marked ? item.score() : 0.0));
      chart
          .addSeries(marked ? "planted" : "other", ranks, scores)
          .setFillColor(marked ? ORANGE : BLUE);
    }
    return chart;
  }

  /** The chart, and below it the items' pictures, marked ones framed. */
  private static BufferedImage pictured(Ranking ranking) {
    int columns = 8;
    int cell = WIDTH / columns;
    int captionHeight = 18;
    List<Ranking.Item> items = ranking.items();
    int[] places =
        IntStream.range(0, items.size()).filter(i -> items.get(i).picture().isPresent()).toArray();
    int rows = (places.length + columns - 1) / columns;
    BufferedImage image =
        new BufferedImage(
            WIDTH, HEIGHT + rows * (cell + captionHeight), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.drawImage(BitmapEncoder.getBufferedImage(chart(ranking)), 0, 0, null);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    for (int k = 0; k < places.length; k++) {
      Ranking.Item item = items.get(places[k]);
      Thumbnail picture = item.picture().orElseThrow();
      int x = k % columns * cell;
      int y = HEIGHT + k / columns * (cell + captionHeight);
      int longest = Math.max(picture.width(), picture.height());
      int width = Math.max(1, (cell - 8) * picture.width() / longest);
      int height = Math.max(1, (cell - 8) * picture.height() / longest);
      if (item.marked()) {
        graphics.setColor(ORANGE);
        graphics.fillRect(x + 1, y + 1, width + 6, height + 6);
      }
      graphics.drawImage(pixels(picture), x + 4, y + 4, width, height, null);
      graphics.setColor(Color.BLACK);
      graphics.drawString((places[k] + 1) + ": " + item.id(), x + 4, y + cell + 10);
    }
    graphics.dispose();
    return image;
  }

  static BufferedImage pixels(Thumbnail picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    int last = picture.channels() - 1;
    for (int row = 0; row < picture.height(); row++) {
      for (int column = 0; column < picture.width(); column++) {
        int red = picture.level(0, row, column);
        int green = picture.level(Math.min(1, last), row, column);
        int blue = picture.level(last, row, column);
        image.setRGB(column, row, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  private static BufferedImage image(Overlays overlays) {
    int columns = Math.min(6, overlays.tiles().size());
    int rows = (overlays.tiles().size() + columns - 1) / columns;
    int cell = 160;
    int captionHeight = 18;
    boolean mapped = overlays.tiles().stream().anyMatch(tile -> strongest(tile.attribution()) > 0);
    int scaleHeight = mapped ? 56 : 0;
    int below = rows * (cell + captionHeight);
    BufferedImage image =
        new BufferedImage(
            Math.max(mapped ? 480 : 0, columns * cell),
            below + scaleHeight,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    for (int i = 0; i < overlays.tiles().size(); i++) {
      Overlays.Tile tile = overlays.tiles().get(i);
      int x = i % columns * cell;
      int y = i / columns * (cell + captionHeight);
      float strongest = strongest(tile.attribution());
      graphics.drawImage(pixels(tile), x + 2, y + 2, cell - 4, cell - 4, null);
      graphics.drawString(
          tile.caption() + (strongest > 0 ? ", ± " + Numbers.format(strongest) : ""),
          x + 4,
          y + cell + 12);
    }
    if (mapped) {
      drawScale(graphics, below + 8);
    }
    graphics.dispose();
    return image;
  }

  /** What the colours of a map mean; each map reaches full colour at the value below it. */
  static void drawScale(Graphics2D graphics, int top) {
    int width = 200;
    for (int x = 0; x < width; x++) {
      float weight = 2f * x / (width - 1) - 1;
      Color over = weight >= 0 ? ORANGE : BLUE;
      int grey = 0xD0;
      graphics.setColor(
          new Color(
              blend(grey, over.getRed(), Math.abs(weight)),
              blend(grey, over.getGreen(), Math.abs(weight)),
              blend(grey, over.getBlue(), Math.abs(weight))));
      graphics.fillRect(6 + x, top, 1, 14);
    }
    graphics.setColor(Color.BLACK);
    graphics.drawString("− against", 6, top + 28);
    graphics.drawString("0", 6 + width / 2 - 3, top + 28);
    graphics.drawString("for the class +", 6 + width - 70, top + 28);
    graphics.drawString("full colour at the ± value below each map", 6 + width + 14, top + 12);
  }

  private static float strongest(float[] attribution) {
    float largest = 0;
    for (float value : attribution) {
      largest = Float.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
    }
    return largest;
  }

  /** The image in grey or colour, with positive attribution blended in orange, negative in blue. */
  private static BufferedImage pixels(Overlays.Tile tile) {
    BufferedImage image =
        new BufferedImage(tile.width(), tile.height(), BufferedImage.TYPE_INT_RGB);
    int area = tile.height() * tile.width();
    float largest = strongest(tile.attribution());
    for (int p = 0; p < area; p++) {
      int red = channel(tile.pixels()[p]);
      int green = tile.channels() == 3 ? channel(tile.pixels()[area + p]) : red;
      int blue = tile.channels() == 3 ? channel(tile.pixels()[2 * area + p]) : red;
      if (largest > 0) {
        float value = tile.attribution()[p];
        float weight = Float.isFinite(value) ? value / largest : 0;
        Color over = weight >= 0 ? ORANGE : BLUE;
        float opacity = Math.abs(weight);
        red = blend(red, over.getRed(), opacity);
        green = blend(green, over.getGreen(), opacity);
        blue = blend(blue, over.getBlue(), opacity);
      }
      image.setRGB(p % tile.width(), p / tile.width(), red << 16 | green << 8 | blue);
    }
    return image;
  }

  /** A map over its picture in grey, half faded. */
  static BufferedImage over(Thumbnail picture, MapStrips.Heat heat) {
    BufferedImage image = pixels(picture);
    for (int row = 0; row < picture.height(); row++) {
      for (int column = 0; column < picture.width(); column++) {
        int rgb = image.getRGB(column, row);
        int grey = ((rgb >> 16 & 255) * 3 + (rgb >> 8 & 255) * 6 + (rgb & 255)) / 10;
        int pale = 96 + grey * 159 / 255;
        float share = (float) heat.share(row, column);
        Color over = share >= 0 ? ORANGE : BLUE;
        float opacity = Math.abs(share);
        image.setRGB(
            column,
            row,
            blend(pale, over.getRed(), opacity) << 16
                | blend(pale, over.getGreen(), opacity) << 8
                | blend(pale, over.getBlue(), opacity));
      }
    }
    return image;
  }

  private static int channel(float value) {
    return Math.round(Math.max(0, Math.min(1, value)) * 255);
  }

  private static int blend(int under, int over, float opacity) {
    return Math.round(under * (1 - opacity) + over * opacity);
  }
}
