package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BackgroundBlurTest {
  /** A neighbour's weight exp(-1/2σ²) is one half, a diagonal one's a quarter. */
  private static final BackgroundBlur.Width HALF =
      BackgroundBlur.of(1 / Math.sqrt(2 * Math.log(2))).withRadius(1);

  private static final ItemMask ITEM_ABOVE_50 = ItemMask.above(50);
  private static final Offset<Float> FLOAT = within(1e-6f);

  @Test
  void averagesNeighboursByTheirWeightsAndNothingOutsideTheImage() {
    Dataset row = TestImages.of(new int[] {1, 1, 3}, 0, 0, 9);
    // (0 + 0/2) / 1.5, (0/2 + 0 + 9/2) / 2, (0/2 + 9) / 1.5
    assertThat(TestImages.first(HALF.behind(ITEM_ABOVE_50), row))
        .containsExactly(new float[] {0, 2.25f, 6}, FLOAT);
  }

  @Test
  void isSeparableInRowsAndColumns() {
    Dataset image = TestImages.of(new int[] {1, 2, 2}, 0, 0, 0, 9);
    // Weights 1, ½, ½, ¼ sum to 2.25 around every pixel.
    assertThat(TestImages.first(HALF.behind(ITEM_ABOVE_50), image))
        .containsExactly(new float[] {1, 2, 2, 4}, FLOAT);
  }

  @Test
  void neitherChangesTheItemNorLetsItShineIntoTheBackground() {
    Dataset image = TestImages.of(new int[] {1, 2, 2}, 3, 100, 0, 9);
    // The top left: (3 + 0/2 + 9/4) / 1.75; the bottom left: (0 + 3/2 + 9/2) / 2; the bottom
    // right: (9 + 0/2 + 3/4) / 1.75.
    assertThat(TestImages.first(HALF.behind(ITEM_ABOVE_50), image))
        .containsExactly(new float[] {3, 100, 3, 9.75f / 1.75f}, FLOAT);
  }

  @Test
  void blursEveryChannelByItself() {
    Dataset image = TestImages.of(new int[] {2, 1, 2}, 0, 6, 3, 0);
    assertThat(TestImages.first(HALF.behind(ITEM_ABOVE_50), image))
        .containsExactly(new float[] {2, 4, 2, 1}, FLOAT);
  }

  @Test
  void masksTheBackgroundInEveryChannel() {
    Dataset image = TestImages.of(new int[] {2, 1, 3}, 0, 6, 60, 70, 0, 0);
    // A pixel is item where any channel is.
    assertThat(HALF.behind(ITEM_ABOVE_50).fitTo(image).mask(0, new float[] {0, 6, 60, 70, 0, 0}))
        .containsExactly(false, true, false, false, true, false);
  }

  @Test
  void isPresentInABackgroundWithoutStructureAndInAnImageWithoutBackground() {
    Dataset image = TestImages.of(new int[] {1, 1, 4}, 0, 0, 0, 0);
    SpuriousSignal.Fitted blur = HALF.behind(ITEM_ABOVE_50).fitTo(image);
    assertThat(blur.isPresentIn(0, new float[] {0, 0, 0, 100})).isTrue();
    assertThat(blur.isPresentIn(0, new float[] {60, 70, 80, 90})).isTrue();
    assertThat(blur.isPresentIn(0, new float[] {0, 20, 0, 100})).isFalse();
  }

  @Test
  void findsMasksByIdSoThatTheyFitPartsOfTheData() {
    Dataset images = TestImages.of(new int[] {1, 1, 2}, 1, 5, 1, 5);
    Dataset masks = TestImages.of(new int[] {1, 1, 2}, 1, 0, 0, 255);
    Dataset second = images.where(i -> i == 1, "second");
    // Of the second image the second pixel is item, and the first has no neighbour in the
    // background; a blur without item gives (1 + 5/2) / 1.5.
    assertThat(TestImages.first(HALF.behind(ItemMask.from(masks)), second)).containsExactly(1, 5);
    assertThat(HALF.behind(ItemMask.from(masks)).fitTo(second).mask(0, new float[2]))
        .containsExactly(true, false);
  }

  @Test
  void refusesMasksThatAreMissingOrOfAnotherSize() {
    Dataset images = TestImages.of(new int[] {1, 1, 2}, 1, 5, 1, 5);
    Dataset oneMask = TestImages.of(new int[] {1, 1, 2}, 1, 0);
    assertThatThrownBy(() -> HALF.behind(ItemMask.from(oneMask)).fitTo(images))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no mask with the id \"1\"")
        .hasMessageContaining("matched by id");
    Dataset wide = TestImages.of(new int[] {1, 1, 3}, 1, 0, 0, 1, 1, 1);
    assertThatThrownBy(() -> HALF.behind(ItemMask.from(wide)).fitTo(images))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("[1, 1, 3]")
        .hasMessageContaining("1 x 2");
  }

  @Test
  void refusesAWidthOrRadiusThatBlursNothing() {
    for (double sigma : new double[] {0, -1, Double.NaN}) {
      assertThatThrownBy(() -> BackgroundBlur.of(sigma))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("positive number of pixels, was " + sigma);
    }
    assertThatThrownBy(() -> BackgroundBlur.of(1).withRadius(0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("at least one pixel");
  }

  @Test
  void refusesATable() {
    Dataset table = TestImages.of(new int[] {3}, 1, 2, 3);
    assertThatThrownBy(() -> HALF.behind(ITEM_ABOVE_50).fitTo(table))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("BackgroundBlur needs images");
  }

  @Test
  void differsInDescriptionWhereItDiffers() {
    assertThat(
            List.of(
                HALF.behind(ITEM_ABOVE_50).describe(),
                HALF.behind(ItemMask.above(51)).describe(),
                HALF.withRadius(2).behind(ITEM_ABOVE_50).describe(),
                BackgroundBlur.of(1).withRadius(1).behind(ITEM_ABOVE_50).describe()))
        .doesNotHaveDuplicates();
  }
}
