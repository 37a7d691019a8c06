package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.jupiter.api.Test;

class FrameTest {
  private static final Dataset TWO_CHANNELS =
      TestImages.of(
          new int[] {2, 3, 4},
          1,
          2,
          3,
          4,
          5,
          6,
          7,
          8,
          9,
          10,
          11,
          12,
          13,
          14,
          15,
          16,
          17,
          18,
          19,
          20,
          21,
          22,
          23,
          24);

  @Test
  void replacesTheEdgesOfEveryChannel() {
    assertThat(TestImages.first(Frame.ofWidth(1).withValue(0), TWO_CHANNELS))
        .containsExactly(0, 0, 0, 0, 0, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 18, 19, 0, 0, 0, 0, 0);
  }

  @Test
  void masksItsEdgesAndNothingElse() {
    boolean[] mask = Frame.ofWidth(1).fitTo(TWO_CHANNELS).mask(0, new float[24]);
    for (int i = 0; i < mask.length; i++) {
      assertThat(mask[i]).as("feature %d", i).isEqualTo(i % 12 != 5 && i % 12 != 6);
    }
  }

  @Test
  void isPresentWhereEveryPixelOfItIs() {
    SpuriousSignal.Fitted frame = Frame.ofWidth(1).fitTo(TWO_CHANNELS);
    float[] framed = TestImages.first(Frame.ofWidth(1), TWO_CHANNELS);
    assertThat(frame.isPresentIn(0, framed)).isTrue();
    framed[3] = 0;
    assertThat(frame.isPresentIn(0, framed)).isFalse();
  }

  @Test
  void refusesOneThatLeavesNothing() {
    assertThatThrownBy(() -> Frame.ofWidth(2).fitTo(TWO_CHANNELS))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("3 x 4")
        .hasMessageContaining("narrower");
    assertThatThrownBy(() -> Frame.ofWidth(0)).hasMessageContaining("at least one pixel");
    assertThatThrownBy(() -> Frame.ofWidth(1).withValue(Float.NaN)).hasMessageContaining("NaN");
  }
}
