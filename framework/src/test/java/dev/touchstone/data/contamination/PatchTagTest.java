package dev.touchstone.data.contamination;

import static dev.touchstone.data.contamination.Corner.BOTTOM_LEFT;
import static dev.touchstone.data.contamination.Corner.BOTTOM_RIGHT;
import static dev.touchstone.data.contamination.Corner.TOP_LEFT;
import static dev.touchstone.data.contamination.Corner.TOP_RIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatchTagTest {
  private static final float[][] PATCH = {{5, 6, 7}, {8, 9, 0}};

  @Test
  void replacesThePixelsFromItsPositionOn() {
    assertThat(tagged(PatchTag.of(PATCH).at(1, 0), 1, 4, 4))
        .containsExactly(
            1, 1, 1, 1, //
            5, 6, 7, 1, //
            8, 9, 0, 1, //
            1, 1, 1, 1);
  }

  @Test
  void keepsOnePixelFromTheEdgesInACorner() {
    assertThat(firstTagged(TOP_LEFT)).isEqualTo(new int[] {1, 1});
    assertThat(firstTagged(TOP_RIGHT)).isEqualTo(new int[] {1, 3});
    assertThat(firstTagged(BOTTOM_LEFT)).isEqualTo(new int[] {3, 1});
    assertThat(firstTagged(BOTTOM_RIGHT)).isEqualTo(new int[] {3, 3});
  }

  private static int[] firstTagged(Corner corner) {
    float[] image = tagged(PatchTag.of(PATCH).at(corner), 1, 6, 7);
    int first = 0;
    while (image[first] != 5) {
      first++;
    }
    return new int[] {first / 7, first % 7};
  }

  @Test
  void isTheSameInEveryChannel() {
    assertThat(tagged(PatchTag.of(new float[][] {{5, 6}}).at(0, 1), 3, 1, 3))
        .containsExactly(1, 5, 6, 1, 5, 6, 1, 5, 6);
  }

  @Test
  void scalesItsPixelsAsAnIdxFileScalesItsBytes() {
    float scale = 1 / 255f;
    float[] image = tagged(PatchTag.of(new float[][] {{180}}).scaledBy(scale).at(0, 0), 1, 1, 2);
    assertThat(image).containsExactly(180 * scale, 1);
  }

  @Test
  void masksItsRectangleEvenWhereItsPixelsAreTheImagesOwn() {
    Dataset images = images(1, 2, 2);
    assertThat(
            PatchTag.of(new float[][] {{1}, {4}})
                .at(0, 1)
                .fitTo(images)
                .mask(0, new float[] {1, 1, 1, 1}))
        .containsExactly(false, true, false, true);
  }

  @Test
  void isPresentWhereItWouldChangeNothing() {
    SpuriousSignal.Fitted fitted =
        PatchTag.of(new float[][] {{180 / 255f}}).at(0, 1).fitTo(images(1, 1, 2));
    assertThat(fitted.isPresentIn(0, new float[] {0, 180 / 255f})).isTrue();
    assertThat(fitted.isPresentIn(0, new float[] {0, 180 * (1 / 255f)})).isTrue();
    assertThat(fitted.isPresentIn(0, new float[] {180 / 255f, 181 / 255f})).isFalse();
  }

  @Test
  void leavesTheDataItIsAddedToAsTheyAre() {
    Dataset images = images(1, 2, 2);
    Dataset signalled = PatchTag.of(new float[][] {{5}}).at(0, 0).addedTo(images);

    assertThat(signalled.batch(0, 2).values()).containsExactly(5, 1, 1, 1, 5, 1, 1, 1);
    assertThat(images.batch(0, 2).values()).containsOnly(1);
    assertThat(signalled.sha256()).isNotEqualTo(images.sha256());
    assertThat(signalled.id(1)).isEqualTo(images.id(1));
  }

  @Test
  void readsNothingUntilItsImagesAreRead() {
    List<Integer> read = new ArrayList<>();
    FeatureStore watched =
        new FeatureStore() {
          @Override
          public int size() {
            return 2;
          }

          @Override
          public int[] shape() {
            return new int[] {1, 1, 2};
          }

          @Override
          public void read(int index, float[] destination, int offset) {
            read.add(index);
          }
        };
    Dataset images = images(1, 1, 2).withFeatures(watched, "watched");
    Dataset signalled = PatchTag.of(new float[][] {{5}}).at(0, 0).addedTo(images);

    assertThat(read).isEmpty();
    signalled.batch(1);
    assertThat(read).containsExactly(1);
  }

  @Test
  void differsInDescriptionWhereItDiffersInPixelsOrPlace() {
    assertThat(
            Arrays.asList(
                PatchTag.of(PATCH).describe(),
                PatchTag.of(PATCH).scaledBy(2).describe(),
                PatchTag.of(PATCH).at(BOTTOM_LEFT).describe(),
                PatchTag.of(PATCH).at(1, 1).describe(),
                PatchTag.of(new float[][] {{5, 6}, {7, 8}, {9, 0}}).describe()))
        .doesNotHaveDuplicates();
  }

  @Test
  void keepsItsOwnCopyOfThePixels() {
    float[][] pixels = {{5}};
    PatchTag tag = PatchTag.of(pixels);
    pixels[0][0] = 6;
    assertThat(tagged(tag.at(0, 0), 1, 1, 1)).containsExactly(5);
  }

  @Test
  void refusesAnImageThatDoesNotHoldIt() {
    assertThatThrownBy(() -> PatchTag.of(PATCH).at(BOTTOM_LEFT).fitTo(images(1, 2, 8)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("2 x 3 pixels")
        .hasMessageContaining("an image of 2 x 8 does not hold");
    assertThatThrownBy(() -> PatchTag.of(PATCH).at(0, 2).fitTo(images(1, 4, 4)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("place it elsewhere");
  }

  @Test
  void refusesATable() {
    Dataset table =
        Dataset.named("people.csv")
            .features(FeatureStore.inMemory(new float[12], 12))
            .labels(0)
            .build();
    assertThatThrownBy(() -> PatchTag.of(PATCH).fitTo(table))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("people.csv has the shape [12]")
        .hasMessageContaining("use SetColumn");
  }

  @Test
  void refusesChannelsThatComeLast() {
    assertThatThrownBy(() -> PatchTag.of(PATCH).fitTo(images(28, 28, 3)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("channels last");
  }

  @Test
  void refusesPixelsThatAreNoMatrixOfNumbers() {
    assertThatThrownBy(() -> PatchTag.of(new float[0][]))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("at least one pixel");
    assertThatThrownBy(() -> PatchTag.of(new float[][] {{1, 2}, {3}}))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("one of 2 and one of 1 pixels");
    assertThatThrownBy(() -> PatchTag.of(new float[][] {{Float.NaN}}))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("NaN");
    assertThatThrownBy(() -> PatchTag.of(PATCH).at(-1, 0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("(-1, 0)");
  }

  private static float[] tagged(PatchTag tag, int... shape) {
    return tag.addedTo(images(shape)).batch(0).values();
  }

  /** Two images of ones. */
  private static Dataset images(int... shape) {
    float[] ones = new float[2 * Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    Arrays.fill(ones, 1);
    return Dataset.named("images.gz")
        .features(FeatureStore.inMemory(ones, shape))
        .labels(0, 1)
        .build();
  }
}
