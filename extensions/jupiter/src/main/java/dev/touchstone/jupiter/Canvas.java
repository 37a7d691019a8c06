package dev.touchstone.jupiter;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** A white picture that is drawn on by Java 2D. */
final class Canvas {
  static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, 12);
  static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

  private Canvas() {}

  static BufferedImage image(int width, int height, Consumer<Graphics2D> drawing) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.BLACK);
    graphics.setFont(PLAIN);
    drawing.accept(graphics);
    graphics.dispose();
    return image;
  }

  /** What is known of texts before there is a picture. */
  static double measured(ToDoubleFunction<Graphics2D> measuring) {
    Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    graphics.setFont(PLAIN);
    double measured = measuring.applyAsDouble(graphics);
    graphics.dispose();
    return measured;
  }

  /** A text as far as there is room, with an ellipsis where it is cut. */
  static String fitting(Graphics2D graphics, String text, int room) {
    if (graphics.getFontMetrics().stringWidth(text) <= room) {
      return text;
    }
    int end = text.length();
    while (end > 0 && graphics.getFontMetrics().stringWidth(text.substring(0, end) + "…") > room) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end) + "…";
  }
}
