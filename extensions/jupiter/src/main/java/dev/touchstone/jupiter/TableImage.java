package dev.touchstone.jupiter;

import dev.touchstone.evidence.FigureInWords;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.Table;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A table as a picture, as wide as its cells are, which are cut where they are very long. */
final class TableImage {
  private static final int LINE = 22;
  private static final int GAP = 18;
  private static final int MARGIN = 8;
  private static final int WIDEST = 420;

  /** What a bar to each side of 0 and its gap take. */
  private static final int BAR = 108;

  private final List<List<String>> lines = new ArrayList<>();
  private final boolean[][] right;
  private final int[] widths;

  /** The column of a cell's bar, and how long it is, from -1 to 1; 0 for none. */
  private final double[][] bars;

  private TableImage(Table table) {
    List<String> head = new ArrayList<>(List.of(plain(table.rowHead())));
    table.columns().forEach(column -> head.add(plain(column.inWords())));
    lines.add(head);
    for (Table.Row row : table.rows()) {
      List<String> line = new ArrayList<>(List.of(plain(row.head())));
      for (int i = 0; i < row.cells().size(); i++) {
        line.add(plain(FigureInWords.cell(table.columns().get(i), row.cells().get(i))));
      }
      lines.add(line);
    }
    right = new boolean[lines.size()][head.size()];
    for (int r = 0; r < table.rows().size(); r++) {
      for (int c = 0; c < table.columns().size(); c++) {
        boolean number = table.rows().get(r).cells().get(c).number().isPresent();
        right[r + 1][c + 1] = number;
        // A head stands over its numbers.
        right[0][c + 1] |= number;
      }
    }
    bars = new double[lines.size()][head.size()];
    for (int c = 0; c < table.columns().size(); c++) {
      double largest = table.columns().get(c).bars() ? table.largest(c) : 0;
      for (int r = 0; r < table.rows().size() && largest > 0; r++) {
        bars[r + 1][c + 1] = table.rows().get(r).cells().get(c).number().orElse(0) / largest;
      }
    }
    widths =
        IntStream.range(0, head.size())
            .map(c -> (int) Canvas.measured(graphics -> width(graphics, c)) + (barred(c) ? BAR : 0))
            .toArray();
  }

  static BufferedImage of(Table table) {
    TableImage image = new TableImage(table);
    int width = 2 * MARGIN + IntStream.of(image.widths).sum() + GAP * (image.widths.length - 1);
    return Canvas.image(
        Math.max(FigurePainter.WIDTH / 2, width),
        2 * MARGIN + image.lines.size() * LINE,
        image::drawOn);
  }

  private static String plain(String text) {
    return PlainText.of(text, 100);
  }

  private double width(Graphics2D graphics, int column) {
    graphics.setFont(Canvas.BOLD);
    return Math.min(
        WIDEST,
        lines.stream()
            .mapToInt(line -> graphics.getFontMetrics().stringWidth(line.get(column)))
            .max()
            .orElse(0));
  }

  private boolean barred(int column) {
    return Arrays.stream(bars).anyMatch(row -> row[column] != 0);
  }

  private void bar(Graphics2D graphics, double share, int x, int y) {
    int middle = x + (BAR - 8) / 2;
    int length = (int) Math.round(Math.abs(share) * (BAR - 8) / 2);
    graphics.setColor(share > 0 ? FigurePainter.ORANGE : FigurePainter.BLUE);
    graphics.fillRect(share > 0 ? middle : middle - length, y - 11, length, 12);
    graphics.setColor(Color.GRAY);
    graphics.drawLine(middle, y - 13, middle, y + 3);
  }

  private void drawOn(Graphics2D graphics) {
    for (int r = 0; r < lines.size(); r++) {
      int y = MARGIN + r * LINE + 15;
      int x = MARGIN;
      for (int c = 0; c < widths.length; c++) {
        graphics.setFont(r == 0 ? Canvas.BOLD : Canvas.PLAIN);
        graphics.setColor(Color.BLACK);
        String text = Canvas.fitting(graphics, lines.get(r).get(c), widths[c]);
        int indent = right[r][c] ? widths[c] - graphics.getFontMetrics().stringWidth(text) : 0;
        graphics.drawString(text, x + indent, y);
        if (r > 0 && barred(c)) {
          bar(graphics, bars[r][c], x, y);
        }
        x += widths[c] + GAP;
      }
      graphics.setColor(new Color(0xDDDDDD));
      graphics.drawLine(MARGIN, y + 6, x - GAP, y + 6);
    }
  }
}
