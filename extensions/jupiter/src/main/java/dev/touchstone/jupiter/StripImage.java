package dev.touchstone.jupiter;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Thumbnail;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Maps of examples under the heads of their columns, each over its example in grey. */
final class StripImage {
  private static final int CELL = 110;
  private static final int CAPTION = 18;
  private static final int HEAD = 36;
  private static final int LINE = 14;
  private static final int SCALE = 52;

  private StripImage() {}

  static BufferedImage of(MapStrips strips) {
    int columns = 1 + strips.columns().size();
    int below = HEAD + strips.rows().size() * (CELL + CAPTION);
    return Canvas.image(
        Math.max(480, columns * CELL),
        below + SCALE,
        graphics -> {
          heads(graphics, strips);
          for (int r = 0; r < strips.rows().size(); r++) {
            strip(graphics, strips.rows().get(r), HEAD + r * (CELL + CAPTION));
          }
          graphics.setFont(Canvas.SMALL);
          FigurePainter.drawScale(graphics, below + 8);
        });
  }

  private static void heads(Graphics2D graphics, MapStrips strips) {
    graphics.setFont(Canvas.BOLD);
    for (int c = 0; c < strips.columns().size(); c++) {
      String head = PlainText.of(strips.columns().get(c), 60);
      int first = fitting(graphics, head);
      int x = (c + 1) * CELL + 4;
      graphics.drawString(
          head.substring(0, first), x, HEAD - LINE - (first < head.length() ? 7 : 0));
      graphics.drawString(Canvas.fitting(graphics, head.substring(first), CELL - 8), x, HEAD - 7);
    }
  }

  /** How much of a head its first line has room for: broken at a capital where there is one. */
  private static int fitting(Graphics2D graphics, String head) {
    int end = head.length();
    while (graphics.getFontMetrics().stringWidth(head.substring(0, end)) > CELL - 8) {
      end = head.offsetByCodePoints(end, -1);
    }
    int capital = end;
    while (capital > 0 && end < head.length() && !Character.isUpperCase(head.charAt(capital))) {
      capital--;
    }
    return capital > 0 ? capital : end;
  }

  private static void strip(Graphics2D graphics, MapStrips.Strip strip, int y) {
    graphics.setFont(Canvas.SMALL);
    Thumbnail input = strip.input();
    draw(graphics, FigurePainter.pixels(input), 0, y);
    graphics.drawString(
        Canvas.fitting(graphics, PlainText.of(strip.caption(), 60), CELL - 8), 4, y + CELL + 11);
    for (int c = 0; c < strip.maps().size(); c++) {
      MapStrips.Heat heat = strip.maps().get(c);
      draw(graphics, FigurePainter.over(input, heat), (c + 1) * CELL, y);
      graphics.drawString(
          "± " + Numbers.format(heat.strongest()), (c + 1) * CELL + 4, y + CELL + 11);
    }
  }

  /** As large as the cell, with hard pixels: smoothing would invent detail. */
  private static void draw(Graphics2D graphics, BufferedImage image, int x, int y) {
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    int longest = Math.max(image.getWidth(), image.getHeight());
    int width = Math.max(1, (CELL - 6) * image.getWidth() / longest);
    int height = Math.max(1, (CELL - 6) * image.getHeight() / longest);
    graphics.drawImage(image, x + 2, y + 2, width, height, null);
  }
}
