package dev.touchstone.jupiter;

import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands over a picture.
 *
 * @param title what the picture shows
 * @param outcome of the claim; null where nothing is claimed
 * @param said the model and the claim, or the model and the data
 */
record Heading(String title, @Nullable Outcome outcome, String said) {
  private static final int MARGIN = 8;
  private static final int MOST = 400;
  private static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, 14);
  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  static Heading of(String title, Verdict verdict) {
    String model = verdict.evidence().provenance().subject().name();
    return new Heading(
        PlainText.of(title, MOST),
        verdict.outcome(),
        PlainText.of((model.isEmpty() ? "" : model + ": ") + verdict.claim().statement(), MOST));
  }

  static Heading of(Shown shown) {
    return new Heading(
        PlainText.of(shown.figure().title(), MOST), null, PlainText.of(shown.subject(), MOST));
  }

  /** The picture with the heading above it, as many lines as it takes. */
  BufferedImage over(BufferedImage picture) {
    Graphics2D measuring = picture.createGraphics();
    int room = picture.getWidth() - 2 * MARGIN;
    List<String> titles = wrapped(title, measuring.getFontMetrics(BOLD), room);
    String judged = outcome == null ? said : outcome + ". " + said;
    List<String> claims = wrapped(judged, measuring.getFontMetrics(PLAIN), room);
    int titleLine = measuring.getFontMetrics(BOLD).getHeight();
    int claimLine = measuring.getFontMetrics(PLAIN).getHeight();
    measuring.dispose();
    int top = titles.size() * titleLine + claims.size() * claimLine + 2 * MARGIN;
    BufferedImage whole =
        new BufferedImage(
            picture.getWidth(), top + picture.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = whole.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, whole.getWidth(), top);
    graphics.setColor(Color.BLACK);
    graphics.setFont(BOLD);
    int y = MARGIN + graphics.getFontMetrics().getAscent();
    for (String line : titles) {
      graphics.drawString(line, MARGIN, y);
      y += titleLine;
    }
    graphics.setFont(PLAIN);
    graphics.setColor(outcome == Outcome.FAIL ? new Color(0xA83200) : Color.DARK_GRAY);
    for (String line : claims) {
      graphics.drawString(line, MARGIN, y);
      y += claimLine;
    }
    graphics.drawImage(picture, 0, top, null);
    graphics.dispose();
    return whole;
  }

  /** Lines that fit, broken at blanks; a word that is longer than a line stands out of it. */
  private static List<String> wrapped(String text, FontMetrics metrics, int room) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() > 0 && metrics.stringWidth(line + " " + word) > room) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() > 0 ? " " : "").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
