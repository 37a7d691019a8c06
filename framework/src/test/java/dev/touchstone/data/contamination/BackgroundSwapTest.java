package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.jupiter.api.Test;

class BackgroundSwapTest {
  private static final ItemMask ITEM_ABOVE_5 = ItemMask.above(5);

  @Test
  void repeatsATextureFromTheTopLeftBehindTheItem() {
    Dataset image = TestImages.of(new int[] {1, 3, 3}, 0, 0, 0, 0, 9, 9, 0, 0, 0);
    assertThat(
            TestImages.first(
                BackgroundSwap.to(new float[][] {{1, 2}, {3, 4}}).behind(ITEM_ABOVE_5), image))
        .containsExactly(
            1, 2, 1, //
            3, 9, 9, //
            1, 2, 1);
  }

  @Test
  void cutsALargerImageAndKeepsItsChannels() {
    Dataset image = TestImages.of(new int[] {2, 1, 2}, 0, 0, 9, 0);
    Tensor background = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 1, 3);
    assertThat(TestImages.first(BackgroundSwap.to(background).behind(ITEM_ABOVE_5), image))
        .containsExactly(0, 2, 9, 5);
  }

  @Test
  void isPresentWhereTheBackgroundIsTheNewOneAlready() {
    Dataset image = TestImages.of(new int[] {1, 1, 3}, 0, 0, 9);
    SpuriousSignal.Fitted swap =
        BackgroundSwap.to(new float[][] {{2}}).behind(ITEM_ABOVE_5).fitTo(image);
    assertThat(swap.isPresentIn(0, new float[] {2, 2, 9})).isTrue();
    assertThat(swap.isPresentIn(0, new float[] {2, 0, 9})).isFalse();
    assertThat(swap.mask(0, new float[] {2, 0, 9})).containsExactly(true, true, false);
  }

  @Test
  void refusesABackgroundOfOtherChannelsAndBatches() {
    Dataset image = TestImages.of(new int[] {3, 1, 1}, 0, 0, 9);
    Tensor two = Tensor.of(new float[2], 1, 2, 1, 1);
    assertThatThrownBy(() -> BackgroundSwap.to(two).behind(ITEM_ABOVE_5).fitTo(image))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("a background of 2 channels")
        .hasMessageContaining("which have 3");
    assertThatThrownBy(() -> BackgroundSwap.to(Tensor.of(new float[2], 2, 1, 1, 1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("one image, [1, channels, height, width]");
    assertThatThrownBy(() -> BackgroundSwap.to(new float[][] {{Float.NaN}}))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("NaN");
  }

  @Test
  void differsInDescriptionWhereTheTextureDiffers() {
    assertThat(BackgroundSwap.to(new float[][] {{1, 2}}).behind(ITEM_ABOVE_5).describe())
        .isNotEqualTo(BackgroundSwap.to(new float[][] {{2, 1}}).behind(ITEM_ABOVE_5).describe())
        .isNotEqualTo(
            BackgroundSwap.to(new float[][] {{1, 2}}).behind(ItemMask.above(6)).describe());
  }
}
