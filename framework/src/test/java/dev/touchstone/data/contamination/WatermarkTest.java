package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.jupiter.api.Test;

class WatermarkTest {
  private static final Dataset DARK = TestImages.almostBlack(9, 9);

  @Test
  void laysLettersOverTheMiddleOfTheImage() {
    float[] marked = TestImages.first(Watermark.of("T").withOpacity(1), DARK);
    assertThat(TestImages.drawn(marked, 9))
        .isEqualTo(
            """
            .........
            ..#####..
            ....#....
            ....#....
            ....#....
            ....#....
            ....#....
            ....#....
            ........#
            """);
  }

  @Test
  void letsTheImageShine() {
    Dataset half = TestImages.of(new int[] {1, 7, 5}, grey(0.5f));
    float[] marked = TestImages.first(Watermark.of("I").withOpacity(0.25).withInk(1), half);
    assertThat(marked).contains(0.5f, 0.625f).doesNotContain(1f);
    boolean[] mask = Watermark.of("I").withInk(1).fitTo(half).mask(0, new float[35]);
    for (int i = 0; i < mask.length; i++) {
      assertThat(marked[i]).as("pixel %d", i).isEqualTo(mask[i] ? 0.625f : 0.5f);
    }
  }

  @Test
  void growsWithTheImage() {
    boolean[] mask =
        Watermark.of("I").withInk(1).fitTo(TestImages.almostBlack(28, 28)).mask(0, new float[784]);
    boolean[] small =
        Watermark.of("I").withInk(1).fitTo(TestImages.almostBlack(7, 7)).mask(0, new float[49]);
    assertThat(count(mask)).isEqualTo(16 * count(small));
  }

  @Test
  void isPresentOnceItWasAddedOnWhateverImage() {
    Watermark watermark = Watermark.of("COPY").withInk(1);
    for (float level : new float[] {0, 0.3f, 0.8f}) {
      float[] image = new float[28 * 28];
      java.util.Arrays.fill(image, level);
      SpuriousSignal.Fitted fitted = watermark.fitTo(TestImages.almostBlack(28, 28));
      assertThat(fitted.isPresentIn(0, image)).isFalse();
      fitted.apply(0, image);
      assertThat(fitted.isPresentIn(0, image)).isTrue();
    }
  }

  @Test
  void refusesATextThatDoesNotFitAndOpacitiesThatAreNone() {
    assertThatThrownBy(() -> Watermark.of("TEN LETTERS").fitTo(TestImages.almostBlack(28, 28)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("TEN LETTERS")
        .hasMessageContaining("fewer letters");
    assertThatThrownBy(() -> Watermark.of("A").withOpacity(0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> Watermark.of("A").withOpacity(1.1)).hasMessageContaining("at most 1");
    assertThatThrownBy(() -> Watermark.of("A").withInk(Float.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> Watermark.of("")).isInstanceOf(TouchstoneException.class);
  }

  private static float[] grey(float level) {
    float[] image = new float[35];
    java.util.Arrays.fill(image, level);
    return image;
  }

  private static int count(boolean[] mask) {
    int count = 0;
    for (boolean there : mask) {
      count += there ? 1 : 0;
    }
    return count;
  }
}
