package dev.touchstone.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.evidence.figure.Ranking;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class TilesTest {
  private static final Verdict ANY =
      Verdicts.errorRate("a.onnx", new Verdicts.Group("overall", 1, 10)).verdict();

  @Test
  void greyInputsKeepTheirValues() throws IOException {
    BufferedImage image = decoded(shown(1, new float[] {0, 0.5f, 1}).input());
    assertThat(image.getRaster().getPixels(0, 0, 3, 1, (int[]) null)).containsExactly(0, 128, 255);
  }

  @Test
  void colourInputsKeepTheirValues() throws IOException {
    // Channel by channel: red 1 0 0, green 0 1 0, blue 0 0 1.
    BufferedImage image = decoded(shown(3, new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}).input());
    assertThat(image.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFF0000);
    assertThat(image.getRGB(1, 0) & 0xFFFFFF).isEqualTo(0x00FF00);
    assertThat(image.getRGB(2, 0) & 0xFFFFFF).isEqualTo(0x0000FF);
  }

  @Test
  void valuesOutsideAreClipped() throws IOException {
    BufferedImage image = decoded(shown(1, new float[] {-3, Float.NaN, 7}).input());
    assertThat(image.getRaster().getPixels(0, 0, 3, 1, (int[]) null)).containsExactly(0, 0, 255);
  }

  @Test
  void theStrongestAttributionHasTheFullColourAndHalfOfItHalf() throws IOException {
    Tiles.Shown shown = Tiles.shown(Verdicts.overlays("c").tiles().get(0));
    BufferedImage map = decoded(shown.map());
    assertThat(map.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xE69F00);
    // White faded is white; half of 0x0072B2 over it: (255 + 0) / 2, (255 + 114) / 2, (255 + 178) /
    // 2.
    assertThat(map.getRGB(1, 0) & 0xFFFFFF).isEqualTo(128 << 16 | 185 << 8 | 217);
    assertThat(shown.strongest()).isEqualTo("2");
  }

  @Test
  void thumbnailsKeepTheirLevels() throws IOException {
    List<Ranking.Item> items = Verdicts.pictured("first").items();
    BufferedImage grey = decoded(Tiles.thumbnail(items.get(0).picture().orElseThrow()));
    assertThat(grey.getRaster().getPixels(0, 0, 2, 1, (int[]) null)).containsExactly(0, 200);
    BufferedImage colour = decoded(Tiles.thumbnail(items.get(1).picture().orElseThrow()));
    assertThat(colour.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFF8000);
  }

  @Test
  void aRankingsPicturesComeFirstAndOnlyTheOthersAsRows() {
    Picture picture = Picture.of(Verdicts.pictured("a\u202eb"), ANY);
    assertThat(picture.thumbnails())
        .extracting(thumbnail -> thumbnail.rank().inWords())
        .containsExactly(
            "rank 1: " + Inert.text("a\u202eb") + ", score 4, planted",
            "rank 2: 18, score 2, not planted");
    assertThat(picture.ranks()).extracting(Picture.Rank::place).containsExactly(3);
  }

  @Test
  void aTileWithoutAttributionHasNoMap() {
    assertThat(shown(1, new float[] {0, 0, 0}).map()).isEmpty();
  }

  @Test
  void aMapOfNothingIsNeutral() throws IOException {
    Tiles.Shown shown =
        Tiles.shown(new Overlays.Tile("c", 1, 1, 1, new float[] {1}, new float[] {Float.NaN}));
    assertThat(decoded(shown.map()).getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  private static Tiles.Shown shown(int channels, float[] pixels) {
    return Tiles.shown(new Overlays.Tile("c", 1, 3, channels, pixels, new float[0]));
  }

  private static BufferedImage decoded(String uri) throws IOException {
    assertThat(uri).startsWith("data:image/png;base64,");
    return ImageIO.read(
        new ByteArrayInputStream(Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1))));
  }
}
