package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.figure.Thumbnail;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThumbnailsTest {

  private static Dataset one(float[] values, int... shape) {
    return Dataset.named("one")
        .features(FeatureStore.inMemory(values, shape))
        .labels(new int[] {0})
        .classNames(List.of("a", "b"))
        .build();
  }

  private static Thumbnail of(float[] values, int... shape) {
    return Thumbnails.of(one(values, shape), 0).orElseThrow();
  }

  @Test
  void aSmallImageIsShownAsItIs() {
    Thumbnail picture = of(new float[] {0, 0.2f, 0.5f, 1}, 1, 2, 2);

    assertThat(List.of(picture.channels(), picture.height(), picture.width()))
        .containsExactly(1, 2, 2);
    assertThat(picture.levels()).containsExactly(0, 51, 128, 255);
  }

  @Test
  void whatIsNotWithinZeroAndOneIsStretchedFromItsLeastToItsLargest() {
    assertThat(of(new float[] {-1, 0, 3}, 1, 1, 3).levels()).containsExactly(0, 64, 255);
  }

  @Test
  void anImageOfOneValueIsAPictureToo() {
    assertThat(of(new float[] {7, 7}, 1, 1, 2).levels()).containsExactly(0, 0);
  }

  @Test
  void pixelsThatFallTogetherAreAveraged() {
    // Stripes of 0 and 1, two pixels to one: everywhere a half.
    float[] stripes = new float[256 * 32];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = i / 32 % 2;
    }
    Thumbnail picture = of(stripes, 1, 256, 32);

    assertThat(picture.height()).isEqualTo(128);
    assertThat(picture.width()).isEqualTo(16);
    assertThat(picture.levels()).containsOnly(128);
  }

  @Test
  void coloursStayInTheirChannels() {
    float[] red = new float[3 * 50 * 50];
    Arrays.fill(red, 0, 50 * 50, 1);
    Thumbnail picture = of(red, 3, 50, 50);

    assertThat(picture.level(0, 31, 31)).isEqualTo(255);
    assertThat(picture.level(1, 0, 0)).isZero();
    assertThat(picture.level(2, 31, 31)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"1, 28, 28", "1, 1000, 1000", "3, 224, 224", "3, 1080, 1920", "1, 1, 5000"})
  void nothingIsLargerThanThreeKilobytesAndShapesStay(int channels, int height, int width) {
    Thumbnail picture = of(new float[channels * height * width], channels, height, width);

    assertThat(picture.levels()).hasSizeLessThanOrEqualTo(3072);
    if (height > 1) {
      assertThat((double) picture.width() / picture.height())
          .isCloseTo((double) width / height, within(0.1));
    }
  }

  @Test
  void rowsOfATableAndImagesOfOtherChannelsHaveNone() {
    assertThat(Thumbnails.of(one(new float[6], 6), 0)).isEmpty();
    assertThat(Thumbnails.of(one(new float[8], 2, 2, 2), 0)).isEmpty();
  }
}
