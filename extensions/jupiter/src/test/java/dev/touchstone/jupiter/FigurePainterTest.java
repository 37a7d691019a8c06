package dev.touchstone.jupiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Figure;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class FigurePainterTest {
  private static final Figure.Thumbnail BLUE =
      new Figure.Thumbnail(1, 1, 3, new byte[] {0, 0, (byte) 255});
  private static final Figure.Thumbnail GREY =
      new Figure.Thumbnail(1, 1, 1, new byte[] {(byte) 100});

  private static BufferedImage drawn(Figure.Ranking.Item... items) throws IOException {
    return ImageIO.read(
        new ByteArrayInputStream(
            FigurePainter.png(new Figure.Ranking("ranking", "Ranking", List.of(items)))));
  }

  @Test
  void picturesOfRankedItemsStandBelowTheirChart() throws IOException {
    BufferedImage rows = drawn(new Figure.Ranking.Item("a", 2, true));
    BufferedImage pictured =
        drawn(
            new Figure.Ranking.Item("a", 2, true, Optional.of(BLUE)),
            new Figure.Ranking.Item("b", 1, false, Optional.of(GREY)),
            new Figure.Ranking.Item("c", 0.5, false));

    assertThat(pictured.getWidth()).isEqualTo(rows.getWidth());
    // One row of cells, an eighth as wide as the chart, with a line for the captions.
    assertThat(pictured.getHeight()).isEqualTo(rows.getHeight() + rows.getWidth() / 8 + 18);
    int middle = rows.getHeight() + rows.getWidth() / 16;
    assertThat(pictured.getRGB(rows.getWidth() / 16, middle) & 0xFFFFFF).isEqualTo(0x0000FF);
    assertThat(pictured.getRGB(rows.getWidth() * 3 / 16, middle) & 0xFFFFFF).isEqualTo(0x646464);
    assertThat(pictured.getRGB(rows.getWidth() * 5 / 16, middle) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  @Test
  void markedPicturesAreFramed() throws IOException {
    BufferedImage rows = drawn(new Figure.Ranking.Item("a", 2, true));
    BufferedImage pictured =
        drawn(
            new Figure.Ranking.Item("a", 2, true, Optional.of(BLUE)),
            new Figure.Ranking.Item("b", 1, false, Optional.of(BLUE)));

    int top = rows.getHeight() + 2;
    assertThat(pictured.getRGB(20, top) & 0xFFFFFF).isEqualTo(0xE69F00);
    assertThat(pictured.getRGB(rows.getWidth() / 8 + 20, top) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }
}
