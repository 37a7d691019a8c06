package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.runtime.TouchstoneException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  private Path image(String name, int type, int height, int width, int... rgb) throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int i = 0; i < height * width; i++) {
      int value = rgb[i % rgb.length];
      if (type == BufferedImage.TYPE_BYTE_GRAY) {
        image.getRaster().setSample(i % width, i / width, 0, value);
      } else {
        image.setRGB(i % width, i / width, value);
      }
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile());
    return file;
  }

  private Path grey(String name, int height, int width, int... samples) throws IOException {
    return image(name, BufferedImage.TYPE_BYTE_GRAY, height, width, samples);
  }

  private ImageFolder images() {
    return Datasets.imageFolder(folder.toString());
  }

  private void refused(ImageFolder source, String message) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessage(message);
  }

  @Test
  void subFoldersAreClassesAndPathsAreIds() throws IOException {
    grey("dog/2.png", 1, 2, 10, 20);
    grey("cat/1.png", 1, 2, 30, 40);
    grey("dog/1.png", 1, 2, 50, 60);
    Files.writeString(folder.resolve("dog/.DS_Store"), "");

    Dataset data = images().grey().load();

    assertThat(data.classNames()).containsExactly("cat", "dog");
    assertThat(data.labels()).containsExactly(0, 1, 1);
    assertThat(data.id(0)).isEqualTo("cat/1.png");
    assertThat(data.id(2)).isEqualTo("dog/2.png");
    assertThat(data.shape()).containsExactly(1, 1, 2);
    assertThat(data.batch(0, 3).values()).containsExactly(30, 40, 50, 60, 10, 20);
  }

  @Test
  void declaredClassesGiveTheOrderAndMayBeAbsent() throws IOException {
    grey("dog/1.png", 1, 2, 50, 60);
    grey("cat/1.png", 1, 2, 30, 40);

    Dataset data = images().grey().classes("dog", "bird", "cat").load();

    assertThat(data.classNames()).containsExactly("dog", "bird", "cat");
    assertThat(data.id(0)).isEqualTo("cat/1.png");
    assertThat(data.labels()).containsExactly(2, 0);
    assertThat(data.facts().texts()).doesNotContainKey("classes were taken");
    assertThat(images().grey().load().facts().texts())
        .containsEntry(
            "classes were taken",
            "in alphabetical order: cat, dog; declare them in the order of the model's outputs,"
                + " Datasets.imageFolder(…).classes(\"…\", …)");
    refused(
        images().classes("dog", "bird"),
        folder
            + ": the sub-folder \"cat\" is none of the declared classes [dog, bird]; correct its"
            + " name or .classes(…)");
  }

  @Test
  void coloursAreChannelsInTheOrderRedGreenBlue() throws IOException {
    image("a/1.png", BufferedImage.TYPE_INT_RGB, 1, 2, 0x010203, 0xfffe80);
    grey("b/1.png", 1, 2, 7, 9);

    Dataset data = images().load();

    assertThat(data.shape()).containsExactly(3, 1, 2);
    assertThat(data.batch(0).values()).containsExactly(1, 255, 2, 254, 3, 128);
    assertThat(data.batch(1).values()).containsExactly(7, 9, 7, 9, 7, 9);
  }

  @Test
  void coloursBecomeGreyByTheirLuma() throws IOException {
    image("a/1.png", BufferedImage.TYPE_INT_RGB, 1, 1, 0x640a32);

    assertThat(images().grey().load().batch(0).values()[0])
        .isCloseTo(0.299f * 100 + 0.587f * 10 + 0.114f * 50, within(1e-4f));
  }

  @Test
  void resizingIsBilinearBetweenPixelCentres() throws IOException {
    grey("a/1.png", 1, 2, 0, 100);

    // PyTorch: interpolate([[0, 100]], size=(1, 4), mode="bilinear") is 0, 25, 75, 100.
    assertThat(images().grey().resizedTo(1, 4).load().batch(0).values())
        .containsExactly(0, 25, 75, 100);
  }

  @Test
  void imagesOfDifferentSizesAreRefusedUnlessResized() throws IOException {
    grey("a/1.png", 2, 2, 1);
    grey("a/2.png", 2, 3, 1);

    refused(images(), "a/2.png has 2 × 3 pixels and a/1.png 2 × 2; say .resizedTo(height, width)");
    assertThat(images().resizedTo(2, 2).load().size()).isEqualTo(2);
  }

  @Test
  void jpegImagesAreDecoded() throws IOException {
    image("a/1.jpg", BufferedImage.TYPE_INT_RGB, 8, 8, 0x808080);

    for (float value : images().load().batch(0).values()) {
      assertThat(value).isCloseTo(128, within(2f));
    }
  }

  @Test
  void theHashChangesWithAPixel() throws IOException {
    grey("a/1.png", 1, 2, 1, 2);
    String before = images().load().sha256();
    grey("a/1.png", 1, 2, 1, 3);

    assertThat(images().load().sha256()).isNotEqualTo(before);
  }

  @Test
  void aFolderWithoutClassesIsRefused() throws IOException {
    Files.writeString(folder.resolve("1.png"), "");
    refused(
        images(), folder + " has no sub-folders; expected one per class, with its images inside");
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.zip"), "");
    refused(
        Datasets.imageFolder(file.toString()),
        file + " is no folder on disk; expected one with a sub-folder per class");
  }

  @Test
  void aClassWithoutImagesIsRefused() throws IOException {
    grey("a/1.png", 1, 1, 1);
    Files.createDirectory(folder.resolve("b"));
    refused(images(), folder + ": the class b has no images; remove its folder");
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    grey("a/1.png", 1, 1, 1);
    Files.writeString(folder.resolve("a/notes.txt"), "");
    refused(
        images(),
        folder + ": a/notes.txt is neither .png nor .jpg nor .jpeg; convert or remove it");
  }

  @Test
  void linksAreRefused() throws IOException {
    Path image = grey("a/1.png", 1, 1, 1);
    Files.createSymbolicLink(folder.resolve("a/2.png"), image);
    refused(images(), folder + ": a/2.png is a symbolic link; put the image itself there");
  }

  @Test
  void aClassThatIsALinkIsNotLeftOut() throws IOException {
    grey("a/1.png", 1, 1, 1);
    Path elsewhere = Files.createDirectory(folder.resolve(".elsewhere"));
    Files.createSymbolicLink(folder.resolve("b"), elsewhere);
    refused(
        images(),
        folder
            + ": the class b is a link to a folder, and would be left out; put the folder itself"
            + " there");
  }

  @Test
  void aFolderInsideAClassIsNotLeftOut() throws IOException {
    grey("a/1.png", 1, 1, 1);
    grey("a/inner/2.png", 1, 1, 1);
    refused(
        images(),
        folder
            + ": the class a holds the folder inner, whose images would be left out; put them"
            + " beside the others, or remove it");
  }

  @Test
  void aTextWithTheNameOfAnImageIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("a"));
    Files.writeString(folder.resolve("a/1.png"), "no image");
    refused(images(), "a/1.png is no PNG or JPEG image, whatever its name says");
  }

  @Test
  void aTransparentImageIsRefused() throws IOException {
    image("a/1.png", BufferedImage.TYPE_INT_ARGB, 1, 1, 0x80ffffff);
    refused(images(), "a/1.png is transparent; flatten it onto a background");
  }

  @Test
  void aTruncatedImageIsRefused() throws IOException {
    Path image = grey("a/1.png", 60, 60, 1, 77, 13, 200, 5);
    byte[] bytes = Files.readAllBytes(image);
    Files.write(image, Arrays.copyOf(bytes, bytes.length / 2));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> images().load())
        .withMessageMatching(
            "(?s)a/1.png cannot be decoded: .*; is it truncated, or a colour space other than grey"
                + " or RGB\\?");
  }

  @Test
  void anImageThatPromisesToFillTheMemoryIsRefusedByItsHeader() throws IOException {
    Path image = grey("a/1.png", 1, 1, 1);
    byte[] bytes = Files.readAllBytes(image);
    ByteBuffer png = ByteBuffer.wrap(bytes);
    png.putInt(16, 60_000).putInt(20, 60_000);
    CRC32 crc = new CRC32();
    crc.update(bytes, 12, 17);
    png.putInt(29, (int) crc.getValue());
    Files.write(image, bytes);

    refused(
        images(),
        "a/1.png promises 60000 × 60000 pixels, more than the accepted 33554432; scale it down");
  }
}
