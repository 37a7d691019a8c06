package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.image.Resampling;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The images of a folder in files that {@code parquet_images.py} had Hugging Face's datasets,
 * pandas and pyarrow write; the tensors beside the folder are torchvision's.
 */
class ParquetImagesTest {
  private static final String IMAGES = "src/test/resources/images/";

  private static ParquetSource file(String name) {
    return Datasets.parquet("classpath:parquet/images/%s.parquet".formatted(name));
  }

  private static ParquetImages birds() {
    return file("birds").id("row").label("label").images("image");
  }

  private static Dataset folder() {
    return Datasets.imageFolder(IMAGES + "trained").classes("a", "b").resizedTo(16, 16).load();
  }

  private static List<String> ids(Dataset data) {
    return IntStream.range(0, data.size()).mapToObj(data::id).toList();
  }

  private static void refused(ParquetImages images, String... parts) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(images::load)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  private static void assertSamePixels(Dataset data, Dataset expected) {
    int[] all = IntStream.range(0, expected.size()).toArray();
    assertThat(data.inputs(all).features().values())
        .containsExactly(expected.inputs(all).features().values());
    assertThat(data.shape()).containsExactly(expected.shape());
  }

  @Test
  void imagesInTheFileAreReadAsTorchvisionReadsThoseOfAFolder() {
    birds()
        .resizedToShorterSide(18)
        .centreCropped(16, 16)
        .load()
        .scaledBy(1 / 255.0)
        .matchingReference(IMAGES + "scaled.npy", 1e-7);
    birds()
        .resizedTo(12, 20, Resampling.bicubic())
        .load()
        .matchingReference(IMAGES + "bicubic.npy", 0);
    birds()
        .applyingOrientation()
        .resizedTo(16, 16)
        .load()
        .matchingReference(IMAGES + "upright.npy", 0);
  }

  /** The same ids and pixels have the same hash, wherever they lie. */
  @Test
  void aFolderAndAFileOfTheSameImagesAreTheSameData() {
    Dataset data =
        file("birds")
            .id("row")
            .label("label", "wren", "heron", "owl")
            .images("image")
            .resizedTo(16, 16)
            .load();

    assertThat(ids(data)).isEqualTo(ids(folder()));
    assertSamePixels(data, folder());
    assertThat(data.facts().texts())
        .containsEntry("columns", "images of \"image\"")
        .containsEntry("resized", folder().facts().texts().get("resized"))
        .containsEntry("decoded", folder().facts().texts().get("decoded"));
  }

  /** No image is an owl: the file states the classes all the same, in its order. */
  @Test
  void classesAreThoseThatTheFileStates() {
    Dataset data = birds().resizedTo(16, 16).load();

    assertThat(data.classNames()).containsExactly("wren", "heron", "owl");
    assertThat(IntStream.range(0, 4).map(data::label)).containsExactly(0, 0, 1, 1);
    assertThat(data.facts().texts())
        .containsEntry("classes", "those that the file states, in its order");
  }

  @ParameterizedTest
  @CsvSource({"owl heron wren, 2 2 1 1", "0 1 2, 0 0 1 1", "1 0, 1 1 0 0"})
  void declaredClassesAreNamesOrNumbers(String classes, String labels) {
    Dataset data =
        file("birds").label("label", classes.split(" ")).images("image").resizedTo(16, 16).load();

    assertThat(data.classNames()).containsExactly(classes.split(" "));
    assertThat(IntStream.range(0, 4).mapToObj(i -> Integer.toString(data.label(i))))
        .containsExactly(labels.split(" "));
  }

  @Test
  void otherColumnsAreGroupsWeightsAndValues() {
    Dataset grouped =
        file("birds").label("label").groups("camera").images("image").resizedTo(16, 16).load();
    Dataset valued =
        file("raw").value("weight", "g").groups("kind").images("png").resizedTo(16, 16).load();

    assertThat(grouped.groupedBy("camera").slices())
        .extracting(Dataset.Slice::value)
        .contains("north", "south");
    assertThat(valued.targets()).containsExactly(1.5, 2.5, 30, 40);
    assertThat(ids(valued)).containsExactly("0", "1", "2", "3");
    assertSamePixels(valued, folder());
  }

  @Test
  void recordsOfWhichNothingMayBeMissingAreReadToo() {
    assertSamePixels(
        file("required").label("y", "0", "1").images("image").resizedTo(16, 16).load(), folder());
  }

  @Test
  void imagesBeyondTheMemoryLieInATemporaryFile() {
    Dataset data =
        file("birds")
            .id("row")
            .label("label")
            .keepingInMemory(1_500)
            .images("image")
            .resizedTo(16, 16)
            .load();

    assertSamePixels(data, folder());
    assertThat(data.sha256()).isEqualTo(birds().resizedTo(16, 16).load().sha256());
  }

  @Test
  void whatIsNotInTheFileIsToldHowToGetThere() {
    refused(
        file("paths").label("label").images("image").resizedTo(16, 16),
        "paths.parquet, row 1, column \"image\": \"a/1.jpg\" is the path of an image that is not in"
            + " this file",
        "data.with_format(\"arrow\").map(datasets.table.embed_table_storage, batched=True)");
    refused(
        file("gaps").label("label").images("image").resizedTo(16, 16),
        "row 2, column \"image\": the value is missing; drop the example");
    refused(
        file("unlabelled").label("label").images("image").resizedTo(16, 16),
        "row 4, column \"label\": \"-1\" stands for none of the classes [wren, heron, owl] that the"
            + " file states; the example has no label; drop it, or label it");
  }

  @Test
  void whatIsNoImageIsRefusedByName() {
    refused(
        file("birds").label("label").images("camera"),
        "the column \"camera\" holds no images: it is neither bytes nor a record");
    refused(
        birds(), "birds.parquet, the image of row 2, has", "pixels and", "say .resizedTo(height,");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> file("birds").label("label").numeric("row").images("image"))
        .withMessageContaining("the images of \"image\" are the features");
  }

  @Test
  void aTableIsToldThatItHoldsImages() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> file("birds").label("label").without("row", "camera").load())
        .withMessageContaining("say .images(\"image\") if it holds images");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> file("raw").label("kind").load())
        .withMessageContaining("encoded images are said by .images(\"png\")");
    assertThat(file("raw").label("kind").without("png").load().classNames())
        .isEqualTo(List.of("heron", "wren"));
  }
}
