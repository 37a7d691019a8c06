package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.image.Resampling;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The folder {@code trained} and the tensors beside it are torchvision's: {@code
 * src/test/python/images.py}.
 */
class ReferenceCheckTest {
  private static final String IMAGES = "src/test/resources/images/trained";
  private static final double[] MEAN = {.485, .456, .406};
  private static final double[] DEVIATION = {.229, .224, .225};
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  private static String reference(String name) {
    return "src/test/resources/images/" + name + ".npy";
  }

  private static ImageFolder images() {
    return Datasets.imageFolder(IMAGES);
  }

  private static ImageFolder framed() {
    return images().resizedToShorterSide(18).centreCropped(16, 16);
  }

  private static Dataset normalised(ImageFolder images) {
    return images.load().scaledBy(1 / 255.0).normalising(MEAN, DEVIATION);
  }

  private static void refused(Dataset data, String reference, String... parts) {
    assertThatThrownBy(() -> data.matchingReference(reference(reference), TOLERANCE))
        .isInstanceOf(TouchstoneException.class)
        .message()
        .contains(parts);
  }

  @Test
  void imagesReadAsTorchvisionReadsThemAreEqual() {
    Dataset data = normalised(framed());
    Dataset checked = data.matchingReference(reference("normalised"), TOLERANCE);
    assertThat(checked.sha256()).isEqualTo(data.sha256());
    assertThat(checked.facts().texts().get("compared with a reference"))
        .startsWith("the first 4 examples differ by at most 1.0E-5 from normalised.npy, SHA-256 ");
    framed().load().scaledBy(1 / 255.0).matchingReference(reference("scaled"), 1e-7);
    framed().grey().load().scaledBy(1 / 255.0).matchingReference(reference("grey"), 1e-7);
    images()
        .resizedTo(12, 20, Resampling.bicubic())
        .load()
        .matchingReference(reference("bicubic"), 0);
    images()
        .applyingOrientation()
        .resizedTo(16, 16)
        .load()
        .matchingReference(reference("upright"), 0);
  }

  @Test
  void channelsMayStandLastInTheReference() {
    images()
        .resizedTo(12, 20, Resampling.bicubic())
        .load()
        .matchingReference(reference("channels-last"), 0);
  }

  @Test
  void aForgottenScaleIsNamed() {
    refused(
        framed().load(),
        "scaled",
        "trained: the first 4 examples are not those of src/test/resources/images/scaled.npy: ",
        " values differ by more than 1.0E-5, most by ",
        "they are equal within the tolerance with the values scaled to 0..1 (.scaledBy(1 /"
            + " 255.0))");
  }

  @Test
  void aForgottenNormalisationIsNamedWithItsNumbers() {
    refused(
        framed().load().scaledBy(1 / 255.0),
        "normalised",
        "they are equal within the tolerance with the values normalised (.normalising(new double[]"
            + " {0.48500, 0.45600, 0.40600}, new double[] {0.22900, 0.22400, 0.22500}))");
  }

  @Test
  void exchangedChannelsAreNamed() {
    refused(
        framed().blueGreenRed().load().scaledBy(1 / 255.0),
        "scaled",
        "with the channels in the other order (.blueGreenRed(), or without it)");
  }

  @Test
  void twoMistakesAreNamedTogether() {
    refused(
        framed().blueGreenRed().load(),
        "scaled",
        "with the channels in the other order (.blueGreenRed(), or without it) and the values"
            + " scaled to 0..1 (.scaledBy(1 / 255.0))");
  }

  @Test
  void anotherKernelIsNamed() {
    refused(
        images().resizedTo(12, 20).load(),
        "bicubic",
        "with .resizedTo(12, 20, Resampling.bicubic())");
    refused(
        normalised(
            images()
                .resizedToShorterSide(18, Resampling.bilinearWithoutAntialiasing())
                .centreCropped(16, 16)),
        "normalised",
        "with .resizedToShorterSide(18, Resampling.bilinear())");
  }

  @Test
  void anotherFrameIsNamed() {
    refused(
        normalised(images().resizedTo(16, 16)),
        "normalised",
        "with .resizedToShorterSide(18, Resampling.bilinear()).centreCropped(16, 16)");
    refused(normalised(framed()), "stretched", "with .resizedTo(16, 16, Resampling.bilinear())");
  }

  @Test
  void anotherOrientationIsNamed() {
    refused(images().resizedTo(16, 16).load(), "upright", "with .applyingOrientation()");
    refused(
        images().applyingOrientation().resizedTo(16, 16).load(),
        "lying",
        "with the images as they lie (without .applyingOrientation())");
  }

  @Test
  void whatNothingExplainsIsSaidWithWhatComesNearest() {
    refused(
        images().resizedTo(12, 20).load().select(new int[] {3, 2, 1, 0}, "turned round"),
        "bicubic",
        "none of the usual mistakes explains it (scale, normalisation, order of channels, and of"
            + " images resizing, cropping and orientation)",
        "Are the examples in the same order, and the files the same?");
  }

  private Dataset table(float... values) {
    return Dataset.named("table")
        .features(FeatureStore.inMemory(values, 2))
        .labels(0, 1)
        .classNames(List.of("a", "b"))
        .build();
  }

  private String npy(String shape, float... values) throws IOException {
    return Files.write(
            folder.resolve("r.npy"),
            NpyReaderTest.npy("<f4", false, shape, NpyReaderTest.floats(values)))
        .toString();
  }

  @Test
  void theLargestDifferenceIsSaidWhereItIs() throws IOException {
    String reference = npy("2, 2", 1, 2, 3.5f, 7);
    assertThatThrownBy(() -> table(1, 2, 3, 4).matchingReference(reference, 0.5))
        .hasMessageStartingWith(
            "table: the first 2 examples are not those of "
                + reference
                + ": 1 of 4 values differ by more than 0.5, most by 3.0000 at feature 1 of example"
                + " 1, which is 4.0000 in the data and 7.0000 in the reference; ");
    assertThat(table(1, 2, 3, 4).matchingReference(npy("1, 2", 1, 2), 0.1).size()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2,   | save a batch, examples along the first axis",
        "1, 3 | read the data as the trainer saw them",
        "3, 2 | holds 3 examples, and the data table 2; save the first ones of these data"
      })
  void otherShapesAreRefused(String shape, String message) throws IOException {
    float[] values = {1, 2, 3, 4, 5, 6};
    int size = shape.equals("2,") ? 2 : shape.equals("1, 3") ? 3 : 6;
    String reference = npy(shape, Arrays.copyOf(values, size));
    assertThatThrownBy(() -> table(1, 2, 3, 4).matchingReference(reference, 0.1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aToleranceThatTellsNothingIsRefused() throws IOException {
    String reference = npy("2, 2", 0, 1, 0, 1);
    assertThatThrownBy(() -> table(0, 1, 0, 1).matchingReference(reference, 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(
            "has values within 1.0000 of each other, of which a tolerance of 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table(0, 1, 0, 1).matchingReference(reference, Double.NaN));
  }
}
