package dev.touchstone.evidence.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MapStripsTest {
  private static final Thumbnail INPUT = new Thumbnail(1, 2, 1, new byte[2]);

  @Test
  void aMapKeepsItsSignsAndItsScale() {
    MapStrips.Heat heat = MapStrips.Heat.of(1, 4, 0.5f, -0.25f, 0, 0.001f);
    assertThat(heat.strongest()).isEqualTo(0.5);
    assertThat(heat.share(0, 0)).isEqualTo(1);
    // Half the strongest: within half a level of 127.
    assertThat(heat.share(0, 1)).isCloseTo(-0.5, within(0.5 / 127));
    assertThat(heat.share(0, 2)).isZero();
    assertThat(heat.levels()).containsExactly(127, -63, 0, 0);
  }

  @Test
  void aLargeMapIsAveragedAsItsImageIs() {
    int edge = 2 * Thumbnail.LONGEST_EDGE;
    float[] values = new float[edge * edge];
    float[] pixels = new float[edge * edge];
    for (int i = 0; i < values.length; i++) {
      // Columns in pairs: 0 and 2 on the left half, 0 and -1 on the right.
      int column = i % edge;
      values[i] = column % 2 == 0 ? 0 : column < edge / 2 ? 2 : -1;
      pixels[i] = column % 2 == 0 ? 1 : 0;
    }
    MapStrips.Heat heat = MapStrips.Heat.of(edge, edge, values);
    Thumbnail picture = Thumbnail.of(pixels, 1, edge, edge);
    assertThat(heat.height()).isEqualTo(Thumbnail.LONGEST_EDGE).isEqualTo(picture.height());
    assertThat(heat.width()).isEqualTo(Thumbnail.LONGEST_EDGE).isEqualTo(picture.width());
    assertThat(heat.strongest()).isEqualTo(1);
    assertThat(heat.share(5, 0)).isEqualTo(1);
    assertThat(heat.share(5, heat.width() - 1)).isCloseTo(-0.5, within(0.5 / 127));
    assertThat(picture.level(0, 5, 5)).isEqualTo(128);
  }

  @Test
  void aMapThatIsZeroIsShown() {
    assertThat(MapStrips.Heat.of(1, 1, 0).strongest()).isZero();
    assertThat(MapStrips.Heat.of(1, 1, 0).share(0, 0)).isZero();
  }

  @Test
  void whatIsNoMapIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MapStrips.Heat.of(1, 2, 1))
        .withMessageContaining("a map of 1 x 2 has 1 values");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MapStrips.Heat.of(1, 1, Float.NaN))
        .withMessageContaining("a map's value is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MapStrips.Heat(1, 1, 1, new byte[] {-128}))
        .withMessageContaining("-127 to 127");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MapStrips.Heat(1, 1, -1, new byte[1]))
        .withMessageContaining("is -1.0; it is 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MapStrips.Heat(1, 129, 1, new byte[129]))
        .withMessageContaining("at most 128 x 128");
  }

  @Test
  void aStripHasAMapForEachColumnOfTheSizeOfItsInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MapStrips.Strip("a", INPUT, List.of(MapStrips.Heat.of(2, 1, 0, 0))))
        .withMessage("a map of 2 x 1 for a, whose input is 1 x 2");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new MapStrips(
                    "n",
                    "t",
                    List.of("one", "two"),
                    List.of(
                        new MapStrips.Strip("a", INPUT, List.of(MapStrips.Heat.of(1, 2, 0, 0))))))
        .withMessageContaining("the row a has 1 maps for 2 columns");
  }

  @Test
  void morePixelsThanAFileShouldHoldAreRefused() {
    float[] values = new float[128 * 128];
    Arrays.fill(values, 1);
    MapStrips.Strip strip =
        new MapStrips.Strip(
            "a",
            Thumbnail.of(values, 1, 128, 128),
            Collections.nCopies(60, MapStrips.Heat.of(128, 128, values)));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new MapStrips(
                    "n", "t", Collections.nCopies(60, "c"), Collections.nCopies(3, strip)))
        .withMessageContaining("2,998,272 pixels are more than a figure holds (2,097,152)");
  }

  @Test
  void levelsCannotBeChangedFromOutside() {
    byte[] levels = {1};
    MapStrips.Heat heat = new MapStrips.Heat(1, 1, 1, levels);
    levels[0] = 2;
    heat.levels()[0] = 3;
    assertThat(heat.levels()).containsExactly(1);
  }
}
