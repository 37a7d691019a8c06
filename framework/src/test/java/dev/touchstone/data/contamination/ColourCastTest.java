package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.jupiter.api.Test;

class ColourCastTest {
  private static final Dataset COLOURS =
      TestImages.of(new int[] {3, 1, 2}, 0.5f, 0.75f, 0.25f, 1, 0, 0.5f);

  @Test
  void multipliesChannelsAndStopsAtTheLargestValueThatOccurs() {
    assertThat(TestImages.first(ColourCast.of(1.5, 1, 0.5), COLOURS))
        .containsExactly(0.75f, 1, 0.25f, 1, 0, 0.25f);
  }

  @Test
  void multipliesLightWhereImagesAreStandardised() {
    double[] mean = {0.5, 0.4, 0.3};
    double deviation = 0.25;
    Dataset standardised = COLOURS.normalising(mean, new double[] {0.25, 0.25, 0.25});
    double[] black = new double[3];
    double[] white = new double[3];
    for (int channel = 0; channel < 3; channel++) {
      black[channel] = -mean[channel] / deviation;
      white[channel] = (1 - mean[channel]) / deviation;
    }
    ColourCast cast = ColourCast.of(1.5, 1, 0.5);
    float[] expected =
        cast.addedTo(COLOURS).normalising(mean, new double[] {0.25, 0.25, 0.25}).batch(0).values();
    float[] actual = TestImages.first(cast.between(black, white), standardised);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-6f));
    }
    assertThatThrownBy(() -> cast.fitTo(standardised))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("between(black, white)");
  }

  @Test
  void masksTheChannelsThatItChanges() {
    assertThat(ColourCast.of(1.5, 1, 0.5).fitTo(COLOURS).mask(0, new float[6]))
        .containsExactly(true, true, false, false, true, true);
  }

  @Test
  void refusesGreyImagesFactorsThatDoNothingAndWhiteBelowBlack() {
    assertThatThrownBy(
            () -> ColourCast.of(1.2, 1, 1).fitTo(TestImages.of(new int[] {1, 1, 2}, 0, 1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("3 channels")
        .hasMessageContaining("have 1");
    assertThatThrownBy(() -> ColourCast.of(1, 1, 1)).hasMessageContaining("not all 1");
    assertThatThrownBy(() -> ColourCast.of(-1, 1, 1)).hasMessageContaining("positive");
    ColourCast cast = ColourCast.of(2, 1, 1);
    double[] three = new double[3];
    assertThatThrownBy(() -> cast.between(three, three))
        .hasMessageContaining("from black to white");
    assertThatThrownBy(() -> cast.between(new double[1], new double[] {1}))
        .hasMessageContaining("each of three channels");
  }

  @Test
  void differsInDescriptionWhereItDiffers() {
    ColourCast cast = ColourCast.of(2, 1, 1);
    assertThat(cast.describe())
        .isNotEqualTo(ColourCast.of(1, 2, 1).describe())
        .isNotEqualTo(cast.between(new double[3], new double[] {1, 1, 1}).describe());
  }
}
