package dev.touchstone.jupiter;

import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.Panel;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.function.Function;

/** A panel's figures below each other, each under its title, and above them what is known. */
final class PanelImage {
  private static final int LINE = 18;
  private static final int MARGIN = 8;

  private PanelImage() {}

  /**
   * Draws a panel, as wide as its widest figure.
   *
   * @param drawing of one figure
   */
  static BufferedImage of(Panel panel, Function<Figure, BufferedImage> drawing) {
    List<BufferedImage> images = panel.parts().stream().map(drawing).toList();
    int width =
        Math.max(
            FigurePainter.WIDTH, images.stream().mapToInt(BufferedImage::getWidth).max().orElse(0));
    int facts = panel.facts().size() * LINE + MARGIN;
    int height = facts + images.stream().mapToInt(image -> image.getHeight() + 2 * LINE).sum();
    return Canvas.image(
        width,
        height,
        graphics -> {
          graphics.setColor(Color.DARK_GRAY);
          for (int i = 0; i < panel.facts().size(); i++) {
            write(graphics, panel.facts().get(i), width, LINE * i + 12);
          }
          int y = facts;
          for (int i = 0; i < images.size(); i++) {
            graphics.setFont(Canvas.BOLD);
            graphics.setColor(Color.BLACK);
            write(graphics, panel.parts().get(i).title(), width, y + LINE);
            graphics.drawImage(images.get(i), 0, y + LINE + LINE / 2, null);
            y += images.get(i).getHeight() + 2 * LINE;
          }
        });
  }

  private static void write(Graphics2D graphics, String text, int width, int y) {
    graphics.drawString(
        Canvas.fitting(graphics, PlainText.of(text, 400), width - 2 * MARGIN), MARGIN, y);
  }
}
