package dev.touchstone.jupiter;

import dev.touchstone.evidence.Figure;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws figures; charts by XChart, images pixel by pixel. */
final class FigurePainter {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 520;

  // Okabe and Ito (2008): distinguishable with colour-vision deficiencies.
  private static final Color BLUE = new Color(0x0072B2);
  private static final Color ORANGE = new Color(0xE69F00);
  private static final Color GREEN = new Color(0x009E73);
  private static final Color PURPLE = new Color(0xCC79A7);
  private static final Color GREY = new Color(0x777777);

  private FigurePainter() {}

  static byte[] png(Figure figure) {
    if (figure instanceof Figure.ReliabilityDiagram diagram) {
      return png(chart(diagram));
    }
    if (figure instanceof Figure.Curve curve) {
      return png(chart(curve));
    }
    if (figure instanceof Figure.Ranking ranking) {
      return ranking.items().stream().anyMatch(item -> item.picture().isPresent())
          ? png(pictured(ranking))
          : png(chart(ranking));
    }
    return png(image((Figure.Overlays) figure));
  }

  private static XYChart chart(String title, String horizontal, String vertical) {
    return new XYChartBuilder()
        .width(WIDTH)
        .height(HEIGHT)
        .title(title)
        .xAxisTitle(horizontal)
        .yAxisTitle(vertical)
        .theme(Styler.ChartTheme.Matlab)
        .build();
  }

  private static XYChart chart(Figure.ReliabilityDiagram diagram) {
    XYChart chart = chart(diagram.title(), "confidence", "share that came true");
    chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0).setYAxisMin(0.0).setYAxisMax(1.0);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
    addShares(chart, diagram);
    XYSeries ideal = chart.addSeries("calibrated", new double[] {0, 1}, new double[] {0, 1});
    ideal.setMarker(SeriesMarkers.NONE).setLineColor(GREY);
    ideal.setLineStyle(new BasicStroke(1, BasicStroke.CAP_BUTT, 0, 1, new float[] {4, 4}, 0));
    List<Figure.ReliabilityDiagram.Bin> filled =
        diagram.bins().stream().filter(bin -> bin.count() > 0).toList();
    XYSeries bins =
        chart.addSeries(
            "bins",
            filled.stream().mapToDouble(Figure.ReliabilityDiagram.Bin::confidence).toArray(),
            filled.stream().mapToDouble(Figure.ReliabilityDiagram.Bin::accuracy).toArray());
    bins.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(BLUE).setLineColor(BLUE);
    return chart;
  }

  /** The share of examples per bin as columns behind the curve. */
  private static void addShares(XYChart chart, Figure.ReliabilityDiagram diagram) {
    double total = diagram.bins().stream().mapToInt(Figure.ReliabilityDiagram.Bin::count).sum();
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    for (Figure.ReliabilityDiagram.Bin bin : diagram.bins()) {
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

  private static XYChart chart(Figure.Curve curve) {
    XYChart chart = chart(curve.title(), curve.horizontal(), curve.vertical());
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    double[] x = IntStream.range(0, curve.positions().size()).asDoubleStream().toArray();
    Color[] colours = {BLUE, ORANGE, GREEN, PURPLE};
    int next = 0;
    for (var series : curve.series().entrySet()) {
      List<Figure.Curve.Point> points = series.getValue();
      double[] y = points.stream().mapToDouble(Figure.Curve.Point::value).toArray();
      double[] reach = points.stream().mapToDouble(p -> (p.upper() - p.lower()) / 2).toArray();
      Color colour = colours[next++ % colours.length];
      XYSeries line = chart.addSeries(series.getKey(), x, y, reach);
      line.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(colour).setLineColor(colour);
    }
    chart.setCustomXAxisTickLabelsFormatter(
        tick ->
            tick == Math.rint(tick) && tick >= 0 && tick < curve.positions().size()
                ? curve.positions().get(tick.intValue())
                : "");
    return chart;
  }

  private static CategoryChart chart(Figure.Ranking ranking) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(ranking.title())
            .xAxisTitle("rank")
            .yAxisTitle("score")
            .theme(Styler.ChartTheme.Matlab)
            .build();
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
  private static BufferedImage pictured(Figure.Ranking ranking) {
    int columns = 8;
    int cell = WIDTH / columns;
    int captionHeight = 18;
    List<Figure.Ranking.Item> items = ranking.items();
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
      Figure.Ranking.Item item = items.get(places[k]);
      Figure.Thumbnail picture = item.picture().orElseThrow();
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

  private static BufferedImage pixels(Figure.Thumbnail picture) {
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

  private static BufferedImage image(Figure.Overlays overlays) {
    int columns = Math.min(6, overlays.tiles().size());
    int rows = (overlays.tiles().size() + columns - 1) / columns;
    int cell = 160;
    int captionHeight = 18;
    int top = 30;
    BufferedImage image =
        new BufferedImage(
            columns * cell, top + rows * (cell + captionHeight), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    graphics.drawString(overlays.title(), 6, 20);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    for (int i = 0; i < overlays.tiles().size(); i++) {
      Figure.Overlays.Tile tile = overlays.tiles().get(i);
      int x = i % columns * cell;
      int y = top + i / columns * (cell + captionHeight);
      graphics.drawImage(pixels(tile), x + 2, y + 2, cell - 4, cell - 4, null);
      graphics.drawString(tile.caption(), x + 4, y + cell + 12);
    }
    graphics.dispose();
    return image;
  }

  /** The image in grey or colour, with positive attribution blended in orange, negative in blue. */
  private static BufferedImage pixels(Figure.Overlays.Tile tile) {
    BufferedImage image =
        new BufferedImage(tile.width(), tile.height(), BufferedImage.TYPE_INT_RGB);
    int area = tile.height() * tile.width();
    float largest = 0;
    for (float value : tile.attribution()) {
      largest = Float.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
    }
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

  private static int channel(float value) {
    return Math.round(Math.max(0, Math.min(1, value)) * 255);
  }

  private static int blend(int under, int over, float opacity) {
    return Math.round(under * (1 - opacity) + over * opacity);
  }

  private static byte[] png(Chart<?, ?> chart) {
    try {
      return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException("a chart could not be drawn", e);
    }
  }

  private static byte[] png(BufferedImage image) {
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
      ImageIO.write(image, "png", bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("an image could not be drawn", e);
    }
  }
}
