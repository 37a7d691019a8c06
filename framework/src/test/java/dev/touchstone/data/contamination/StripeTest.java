package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StripeTest {
  private static final Dataset TWO_CHANNELS =
      TestImages.of(new int[] {2, 2, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

  @Test
  void replacesWholeColumnsInEveryChannel() {
    assertThat(TestImages.first(Stripe.vertical(0, 2).withValue(-1), TWO_CHANNELS))
        .containsExactly(-1, 2, -1, -1, 5, -1, -1, 8, -1, -1, 11, -1);
  }

  @Test
  void replacesWholeRowsInEveryChannel() {
    assertThat(TestImages.first(Stripe.horizontal(1), TWO_CHANNELS))
        .containsExactly(1, 2, 3, 1, 1, 1, 7, 8, 9, 1, 1, 1);
  }

  @Test
  void masksItsLines() {
    assertThat(Stripe.vertical(1).fitTo(TWO_CHANNELS).mask(0, new float[12]))
        .containsExactly(
            false, true, false, false, true, false, false, true, false, false, true, false);
  }

  @Test
  void isPresentOnlyWhereEveryPixelOfItsLinesHasItsValue() {
    Dataset one = TestImages.of(new int[] {1, 2, 2}, 0, 0, 0, 0);
    SpuriousSignal.Fitted stripe = Stripe.vertical(1).withValue(180 / 255f).fitTo(one);
    float value = 180 * (1 / 255f);
    assertThat(stripe.isPresentIn(0, new float[] {0, value, 1, value})).isTrue();
    assertThat(stripe.isPresentIn(0, new float[] {0, value, 1, 0})).isFalse();
  }

  @Test
  void refusesALineOutsideTheImage() {
    assertThatThrownBy(() -> Stripe.vertical(0, 3).fitTo(TWO_CHANNELS))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("column 3")
        .hasMessageContaining("2 x 3")
        .hasMessageContaining("counted from 0");
    assertThatThrownBy(() -> Stripe.horizontal(2).fitTo(TWO_CHANNELS))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("row 2");
  }

  @Test
  void refusesNoLinesNegativeOnesAndAValueThatIsNoNumber() {
    assertThatThrownBy(Stripe::vertical)
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("at least one line");
    assertThatThrownBy(() -> Stripe.horizontal(-1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("[-1]");
    assertThatThrownBy(() -> Stripe.vertical(0).withValue(Float.NaN))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("NaN");
  }

  @Test
  void differsInDescriptionWhereItDiffers() {
    assertThat(
            List.of(
                Stripe.vertical(1).describe(),
                Stripe.horizontal(1).describe(),
                Stripe.vertical(2).describe(),
                Stripe.vertical(1).withValue(2).describe()))
        .doesNotHaveDuplicates();
  }
}
