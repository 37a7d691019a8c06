package dev.touchstone.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageStepsTest {

  @Test
  void shorterSidesAndMiddlesAreTorchvisions() {
    List<String[]> rows = Expected.rows("sides.csv");
    assertThat(rows).hasSizeGreaterThan(30);
    for (String[] row : rows) {
      int height = Integer.parseInt(row[0]);
      int width = Integer.parseInt(row[1]);
      int crop = Integer.parseInt(row[5]);
      ImageSteps resized =
          ImageSteps.NONE.resizedToShorterSide(Integer.parseInt(row[2]), Resampling.nearest());
      Size to = new Size(Integer.parseInt(row[3]), Integer.parseInt(row[4]));
      assertThat(resized.sizeOf(new Size(height, width)))
          .as("%s × %s", row[0], row[1])
          .isEqualTo(to);

      float[] places = new float[to.height() * to.width()];
      for (int i = 0; i < places.length; i++) {
        places[i] = i;
      }
      Pixels cut =
          ImageSteps.NONE
              .centreCropped(new Size(crop, crop), false)
              .of(Pixels.ofNumbers(to.height(), to.width(), 1, places));
      assertThat(cut.sample(0, 0))
          .as("%d of %s", crop, to)
          .isEqualTo(Integer.parseInt(row[6]) * to.width() + Integer.parseInt(row[7]));
      assertThat(cut.sample(crop * crop - 1, 0) - cut.sample(0, 0))
          .isEqualTo((crop - 1) * to.width() + crop - 1);
    }
  }

  @Test
  void middlesRoundedDownAreKerass() {
    // keras.layers.CenterCrop(2, 2) and transformers.image_transforms.center_crop of n × n pixels
    // numbered row by row begin with 6, 16 and 30 for n = 5, 7 and 9 (Keras 3.15.1, transformers
    // 5.24.0); torchvision's with 12, 16 and 40.
    int[] down = {6, 16, 30};
    int[] even = {12, 16, 40};
    for (int i = 0; i < down.length; i++) {
      int side = 5 + 2 * i;
      float[] places = new float[side * side];
      for (int j = 0; j < places.length; j++) {
        places[j] = j;
      }
      Pixels image = Pixels.ofNumbers(side, side, 1, places);
      Size to = new Size(2, 2);
      assertThat(ImageSteps.NONE.centreCropped(to, true).of(image).sample(0, 0)).isEqualTo(down[i]);
      assertThat(ImageSteps.NONE.centreCropped(to, false).of(image).sample(0, 0))
          .isEqualTo(even[i]);
    }
    assertThat(ImageSteps.NONE.centreCropped(new Size(2, 2), true).facts().get(0))
        .hasToString("cropped = 2 × 2 in the centre, rounded down");
  }

  @Test
  void aCropLargerThanTheImageIsRefusedWithTheCure() {
    ImageSteps steps = ImageSteps.NONE.centreCropped(new Size(224, 200), false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> steps.sizeOf(new Size(300, 100)))
        .withMessage(
            "is 300 × 100 where 224 × 200 are cut out of its middle; resize it before, such as"
                + " .resizedToShorterSide(224)");
  }

  @Test
  void turningIsSaidBeforeTheStepsThatWouldSeeIt() {
    ImageSteps steps = ImageSteps.NONE.resized(new Size(2, 2), Resampling.box());
    assertThatIllegalArgumentException()
        .isThrownBy(steps::turningUpright)
        .withMessage(
            "images are turned where they are decoded; write .applyingOrientation() before the"
                + " other steps");
  }

  @Test
  void stepsAreTakenInTheirOrder() {
    // Two red pixels and two blue ones: grey and then halved rounds twice.
    Pixels image = Pixels.of(1, 2, 3, new byte[] {(byte) 255, 0, 0, 0, 0, (byte) 255});
    ImageSteps greyFirst = ImageSteps.NONE.madeGrey().resized(new Size(1, 1), Resampling.box());
    ImageSteps greyLast = ImageSteps.NONE.resized(new Size(1, 1), Resampling.box()).madeGrey();
    // (76 + 29) / 2 = 52.5 → 53; (128, 0, 128) → 0.299 · 128 + 0.114 · 128 = 52.9 → 53.
    assertThat(greyFirst.of(image).numbers()).containsExactly(53);
    assertThat(greyLast.of(image).numbers()).containsExactly(53);
    assertThat(greyFirst.facts().toString())
        .isEqualTo(
            "[made grey = 0.299 red + 0.587 green + 0.114 blue, rounded, resized = 1 × 1, box,"
                + " antialiased, channels = grey]");
    assertThat(greyLast.facts().get(0).name()).isEqualTo("resized");
  }
}
