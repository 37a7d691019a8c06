package dev.touchstone.jupiter;

import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.figure.TokenHeat;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.image.BufferedImage;
import java.text.Bidi;
import java.util.stream.Collectors;

/**
 * Texts with coloured tokens: orange and underlined where they speak for what is explained, blue
 * and underlined by dots where against it.
 */
final class TokenImage {
  private static final int LINE = 28;
  private static final int MARGIN = 10;
  private static final int ROOM = FigurePainter.WIDTH - 2 * MARGIN;
  private static final Font TOKENS = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  private static final BasicStroke SOLID = new BasicStroke(2);
  private static final BasicStroke DOTTED =
      new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {2, 2}, 0);

  private final TokenHeat heat;
  private int y;

  private TokenImage(TokenHeat heat) {
    this.heat = heat;
  }

  static BufferedImage of(TokenHeat heat) {
    // Laid out once to know how high it is, and once to draw it.
    int height = (int) Canvas.measured(graphics -> new TokenImage(heat).drawOn(graphics));
    return Canvas.image(
        FigurePainter.WIDTH, height, graphics -> new TokenImage(heat).drawOn(graphics));
  }

  private int drawOn(Graphics2D graphics) {
    graphics.setFont(Canvas.PLAIN);
    graphics.setColor(Color.DARK_GRAY);
    y = MARGIN + 12;
    graphics.drawString(
        Canvas.fitting(
            graphics,
            "orange, underlined: for %s; blue, dotted: against it"
                .formatted(PlainText.of(heat.explained(), 80)),
            ROOM),
        MARGIN,
        y);
    for (TokenHeat.Text text : heat.texts()) {
      y += LINE;
      graphics.setFont(Canvas.BOLD);
      graphics.setColor(Color.BLACK);
      graphics.drawString(
          Canvas.fitting(
              graphics,
              "%s, full colour at ±%s"
                  .formatted(PlainText.of(text.caption(), 80), Numbers.format(text.strongest())),
              ROOM),
          MARGIN,
          y);
      y += LINE;
      tokens(graphics, text);
    }
    return y + LINE;
  }

  private void tokens(Graphics2D graphics, TokenHeat.Text text) {
    String whole = text.tokens().stream().map(TokenHeat.Token::text).collect(Collectors.joining());
    boolean leftToRight = new Bidi(whole, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT).baseIsLeftToRight();
    graphics.setFont(TOKENS);
    int used = 0;
    for (TokenHeat.Token token : text.tokens()) {
      String shown = Canvas.fitting(graphics, visible(token.text()), ROOM);
      int width = graphics.getFontMetrics().stringWidth(shown);
      if (used > 0 && used + width > ROOM) {
        used = 0;
        y += LINE;
      }
      int x = leftToRight ? MARGIN + used : MARGIN + ROOM - used - width;
      token(graphics, token.relevance(), text.strongest(), x, width);
      graphics.setColor(Color.BLACK);
      graphics.drawString(shown, x, y);
      used += width + 1;
      if (token.text().endsWith("\n")) {
        used = 0;
        y += LINE;
      }
    }
  }

  private void token(Graphics2D graphics, double relevance, double strongest, int x, int width) {
    if (strongest == 0 || relevance == 0) {
      return;
    }
    Color colour = relevance > 0 ? FigurePainter.ORANGE : FigurePainter.BLUE;
    int opacity = (int) Math.round(Math.abs(relevance) / strongest * 170);
    graphics.setColor(new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), opacity));
    graphics.fillRect(x, y - 15, width, 20);
    graphics.setColor(colour);
    graphics.setStroke(relevance > 0 ? SOLID : DOTTED);
    graphics.draw(new Line2D.Double(x, y + 6, x + width, y + 6));
  }

  private static String visible(String token) {
    String shown = token.replace("\r", "").replace("\n", "↵").replace("\t", "⇥");
    return PlainText.of(shown.isBlank() ? shown.replace(' ', '␣') : shown, 200);
  }
}
