package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.image.Resampling;
import dev.touchstone.runtime.TouchstoneException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
    assertThat(data.facts().texts())
        .doesNotContainKey("classes were taken")
        .containsEntry("classes without an image", "bird");
    assertThat(images().grey().load().facts().texts())
        .containsEntry(
            "classes were taken",
            "in alphabetical order: cat, dog; declare them in the order of the model's outputs,"
                + " Datasets.imageFolder(…).classes(\"…\", …)");
    refused(
        images().classes("dog", "bird"),
        folder
            + ": no declared class are the sub-folders \"cat\"; the classes are [dog, bird]."
            + " Correct their names or .classes(…), or remove them");
  }

  @Test
  void everyStrayFolderIsNamedBeforeItsImagesAreRead() throws IOException {
    grey("dog/1.png", 1, 2, 50, 60);
    Files.createDirectories(folder.resolve("Cats/inner"));
    Files.createDirectories(folder.resolve("__MACOSX/dog"));
    refused(
        images().classes("dog", "cat"),
        folder
            + ": no declared class are the sub-folders \"Cats\", \"__MACOSX\"; the classes are"
            + " [dog, cat] (was \"cat\" meant?). Correct their names or .classes(…), or remove"
            + " them");
    refused(
        images(),
        folder
            + ": the sub-folder \"__MACOSX\" is one of an operating system's and would be a class;"
            + " remove it, or declare the classes: .classes(\"…\", …)");
  }

  @Test
  void anImageBesideTheFoldersIsNotLeftOut() throws IOException {
    grey("dog/1.png", 1, 2, 50, 60);
    Files.writeString(folder.resolve("README.md"), "no image");
    assertThat(images().load().size()).isEqualTo(1);
    grey("2.png", 1, 2, 50, 60);
    refused(
        images(),
        folder
            + ": the image 2.png lies beside the sub-folders of the classes, and would be left out;"
            + " put it into one of them, or remove it");
  }

  @Test
  void foldersOfNumbersSayThatLibrariesOrderThemAsTexts() throws IOException {
    for (int i : new int[] {0, 1, 2, 10}) {
      grey(i + "/1.png", 1, 2, 50, 60);
    }
    Dataset numbered = images().load();
    assertThat(numbered.classNames()).containsExactly("0", "1", "2", "10");
    assertThat(numbered.facts().texts())
        .containsEntry(
            "classes were taken",
            "by their numbers, and not in alphabetical order: 0, 1, 10, 2; declare them in the"
                + " order of the model's outputs, Datasets.imageFolder(…).classes(\"…\", …), or as"
                + " torchvision and Keras find them, .classesOf(\"data/train\")");
    // torchvision.datasets.ImageFolder(folder).classes is ["0", "1", "10", "2"].
    Dataset asTexts = images().classesOf(folder.toString()).load();
    assertThat(asTexts.classNames()).containsExactly("0", "1", "10", "2");
    assertThat(asTexts.id(2)).isEqualTo("10/1.png");
    assertThat(asTexts.label(2)).isEqualTo(2);
    assertThat(asTexts.facts().texts()).doesNotContainKey("classes were taken");
  }

  @Test
  void classesOfATrainingFolderMayBeAbsent() throws IOException {
    grey("dog/1.png", 1, 2, 50, 60);
    for (String name : List.of("bird", "cat", "dog")) {
      Files.createDirectories(folder.resolve(".train").resolve(name));
    }
    Dataset data = images().classesOf(folder.resolve(".train").toString()).load();
    assertThat(data.classNames()).containsExactly("bird", "cat", "dog");
    assertThat(data.labels()).containsExactly(2);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> images().classesOf(folder.resolve(".train/dog").toString()))
        .withMessage(
            folder.resolve(".train/dog")
                + " has the sub-folders []; expected one per class, two at least");
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

    // (19595 · 100 + 38470 · 10 + 7471 · 50 + 32768) / 65536 = 41.97, cut to a whole grey level.
    assertThat(images().grey().load().batch(0).values()[0]).isEqualTo(41);
  }

  @Test
  void resizingIsBilinearBetweenPixelCentres() throws IOException {
    grey("a/1.png", 1, 2, 0, 100);

    // PyTorch: interpolate([[0, 100]], size=(1, 4), mode="bilinear") is 0, 25, 75, 100, and
    // Pillow's.
    assertThat(images().grey().resizedTo(1, 4).load().batch(0).values())
        .containsExactly(0, 25, 75, 100);
  }

  @Test
  void smallerImagesAreAntialiasedUnlessSaidOtherwise() throws IOException {
    grey("a/1.png", 1, 8, 0, 0, 255, 255);
    ImageFolder images = images().grey();

    // Pillow: Image.resize((2, 1), BILINEAR); weights 5, 7, 7, 5, 3, 1 of 28.
    assertThat(images.resizedTo(1, 2).load().batch(0).values()).containsExactly(109, 146);
    assertThat(
            images
                .resizedTo(1, 2, Resampling.bilinearWithoutAntialiasing())
                .load()
                .batch(0)
                .values())
        .containsExactly(127.5f, 127.5f);
  }

  @Test
  void stepsStandInProvenanceAsTheyWereWritten() throws IOException {
    image("a/1.png", BufferedImage.TYPE_INT_RGB, 30, 20, 0x010203);
    image("b/1.png", BufferedImage.TYPE_INT_RGB, 25, 40, 0xfffe80);

    Dataset data =
        images()
            .resizedToShorterSide(10)
            .resizedTo(8, 9, Resampling.bicubic())
            .centreCropped(4, 6)
            .blueGreenRed()
            .load()
            .scaledBy(0.5);

    assertThat(data.shape()).containsExactly(3, 4, 6);
    assertThat(data.batch(0).row(0)).startsWith(1.5f).endsWith(0.5f);
    assertThat(data.facts().preparation().stream().map(Object::toString))
        .containsExactly(
            "decoded = as stored, 8 bits a sample; 0 of 2 images have a colour profile, which is"
                + " not applied",
            "orientation = 0 of 2 images have one in their metadata, which is not applied",
            "resized = shorter side to 10, bilinear, antialiased",
            "resized (2) = 8 × 9, bicubic, antialiased",
            "cropped = 4 × 6 in the centre",
            "channels = blue, green, red",
            "scaled by = 0.5");
  }

  @Test
  void anImageThatIsTooSmallToCropIsRefusedByItsName() throws IOException {
    grey("a/1.png", 6, 6, 1);
    grey("a/2.png", 3, 6, 1);
    refused(
        images().centreCropped(5, 5),
        "a/2.png is 3 × 6 where 5 × 5 are cut out of its middle; resize it before, such as"
            + " .resizedToShorterSide(5)");
  }

  @Test
  void anImageThatWasExchangedSinceIsRefused() throws IOException {
    grey("a/1.png", 2, 2, 1);
    Dataset data = images().load();
    grey("a/1.png", 2, 3, 1);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> data.batch(0))
        .withMessage("a/1.png has changed since the data set was loaded; load it again");
  }

  @Test
  void manyImagesKeepTheirOrderOnAllProcessors() throws IOException {
    for (int i = 0; i < 150; i++) {
      grey("a/%03d.png".formatted(i), 40, 40, i);
    }
    Dataset data = images().grey().load();
    float[] all = data.batch(0, 150).values();
    double[] exact = data.inputs(0, 150).exactFeatures().values();
    for (int i = 0; i < 150; i++) {
      assertThat(all[i * 1600 + 7]).isEqualTo(i);
      assertThat(exact[i * 1600 + 1599]).isEqualTo(i);
    }
    Dataset same =
        Dataset.named("same")
            .features(FeatureStore.inMemory(all, 1, 40, 40))
            .ids(IntStream.range(0, 150).mapToObj(data::id).toList())
            .labels(data.labels())
            .classNames(List.of("a"))
            .build();
    assertThat(same.sha256()).isEqualTo(data.sha256());
  }

  @Test
  void imagesOfDifferentSizesAreRefusedUnlessResized() throws IOException {
    grey("a/1.png", 2, 2, 1);
    grey("a/2.png", 2, 3, 1);

    refused(
        images(),
        "a/2.png has 2 × 3 pixels and a/1.png 2 × 2; say .resizedTo(height, width), or"
            + " .resizedToShorterSide(length).centreCropped(height, width)");
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
    refused(
        images(),
        folder
            + ": the class b has no images; remove its folder, or declare the classes if it is one:"
            + " .classes(\"…\", …)");
    assertThat(images().classes("a", "b").load().facts().texts())
        .containsEntry("classes without an image", "b");
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    grey("a/1.png", 1, 1, 1);
    Files.writeString(folder.resolve("a/notes.txt"), "");
    refused(
        images(),
        folder
            + ": a/notes.txt has no ending of an image (.png, .jpg, .jpeg, .bmp, .gif); convert or"
            + " remove it");
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
            + " beside the others, or remove it. If a is no class but a part of the data, give its"
            + " own folder");
  }

  @Test
  void aTextWithTheNameOfAnImageIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("a"));
    Files.writeString(folder.resolve("a/1.png"), "no image");
    refused(
        images(),
        "a/1.png is no PNG, JPEG, BMP or GIF image, whatever its name says; remove it, or make a"
            + " PNG of it as the model's trainer read it, in Python"
            + " Image.open(file).convert(\"RGB\").save(\"….png\")");
  }

  @Test
  void aTransparentImageIsRefused() throws IOException {
    image("a/1.png", BufferedImage.TYPE_INT_ARGB, 1, 1, 0x80ffffff);
    refused(
        images(),
        "a/1.png is transparent; flatten it onto a background, or write .ignoringTransparency(), as"
            + " Pillow's convert(\"RGB\") does");
    assertThat(images().ignoringTransparency().load().facts().texts())
        .containsEntry(
            "decoded",
            "as stored, 8 bits a sample; 0 of 1 images have a colour profile, which is not applied;"
                + " transparency left out");
  }

  @Test
  void aTruncatedImageIsRefused() throws IOException {
    Path image = grey("a/1.png", 60, 60, 1, 77, 13, 200, 5);
    byte[] bytes = Files.readAllBytes(image);
    Files.write(image, Arrays.copyOf(bytes, bytes.length / 2));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> images().load())
        .withMessageMatching(
            "(?s)a/1.png cannot be decoded: .*; is it truncated, or damaged\\? Fetch or export it"
                + " again");
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
