package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.runtime.TouchstoneException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  @TempDir Path folder;

  private static final byte[] IMAGES = idx(0x803, new int[] {2, 1, 2}, 0, 128, 255, 7);
  private static final byte[] LABELS = idx(0x801, new int[] {2}, 1, 0);

  private static byte[] idx(int magic, int[] dimensions, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dimensions.length + values.length);
    bytes.putInt(magic);
    Arrays.stream(dimensions).forEach(bytes::putInt);
    Arrays.stream(values).forEach(value -> bytes.put((byte) value));
    return bytes.array();
  }

  private Datasets.Idx source(byte[] images, byte[] labels) throws IOException {
    return Datasets.idx(
        Files.write(folder.resolve("images"), images).toString(),
        Files.write(folder.resolve("labels"), labels).toString());
  }

  private void refused(byte[] images, byte[] labels, String message) throws IOException {
    Datasets.Idx source = source(images, labels);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(source::load)
        .withMessage(
            message
                .replace("IMAGES", folder.resolve("images").toString())
                .replace("LABELS", folder.resolve("labels").toString()));
  }

  @Test
  void bytesAreUnsignedPixels() throws IOException {
    Dataset data = source(IMAGES, LABELS).load();

    assertThat(data.shape()).containsExactly(1, 1, 2);
    assertThat(data.batch(0, 2).values()).containsExactly(0, 128, 255, 7);
    assertThat(data.labels()).containsExactly(1, 0);
  }

  @Test
  void gzippedFilesAreTheSameData() throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(IMAGES);
    }
    assertThat(source(zipped.toByteArray(), LABELS).load().sha256())
        .isEqualTo(source(IMAGES, LABELS).load().sha256());
  }

  @Test
  void aWrongMagicNumberIsRefused() throws IOException {
    refused(
        "PNG!".getBytes(StandardCharsets.US_ASCII),
        LABELS,
        "IMAGES is not an IDX file of unsigned bytes: it begins with 0x504e4721");
  }

  @Test
  void aTruncatedHeaderIsRefused() throws IOException {
    refused(
        Arrays.copyOf(IMAGES, 10), LABELS, "IMAGES ends within its header: the file is truncated");
  }

  private static byte[] zipped(byte[] content) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(content);
    }
    return zipped.toByteArray();
  }

  @Test
  void bytesAfterThePromisedOnesAreRefused() throws IOException {
    byte[] longer = Arrays.copyOf(IMAGES, IMAGES.length + 1);
    String message =
        "IMAGES promises 4 bytes and goes on after them: the header is wrong, or another file was"
            + " appended; fetch it again";
    refused(longer, LABELS, message);
    refused(zipped(longer), LABELS, message);
  }

  @Test
  void aWrongChecksumOfCompressedDataIsRefused() throws IOException {
    byte[] damaged = zipped(IMAGES);
    damaged[damaged.length - 8] ^= 1;
    refused(damaged, LABELS, "IMAGES is a damaged gzip file: Corrupt GZIP trailer; fetch it again");
  }

  @Test
  void truncatedCompressedDataAreRefused() throws IOException {
    byte[] whole = zipped(IMAGES);
    refused(
        Arrays.copyOf(whole, whole.length - 4),
        LABELS,
        "IMAGES ends within its compressed data: the file is truncated");
  }

  @Test
  void bytesAfterCompressedDataAreRefusedHoweverMany() throws IOException {
    byte[] whole = zipped(IMAGES);
    for (int more : new int[] {1, 2, 9, 100, 70_000}) {
      refused(
          Arrays.copyOf(whole, whole.length + more),
          LABELS,
          "IMAGES is a damaged gzip file: something follows its compressed data; fetch it again");
    }
  }

  @Test
  void compressedDataOfSeveralMembersAreOneFile() throws IOException {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(zipped(Arrays.copyOf(IMAGES, 7)));
    members.write(zipped(Arrays.copyOfRange(IMAGES, 7, IMAGES.length)));
    assertThat(source(members.toByteArray(), LABELS).load().sha256())
        .isEqualTo(source(IMAGES, LABELS).load().sha256());
  }

  @Test
  void truncatedPixelsAreRefused() throws IOException {
    refused(
        Arrays.copyOf(IMAGES, IMAGES.length - 1),
        LABELS,
        "IMAGES promises 4 bytes and ends after 3");
  }

  @Test
  void aHeaderThatPromisesToFillTheMemoryIsRefused() throws IOException {
    refused(
        idx(0x803, new int[] {1 << 20, 1 << 10, 1 << 10}),
        LABELS,
        "IMAGES promises more than the accepted 1073741824 bytes");
  }

  @Test
  void aNegativeDimensionIsRefused() throws IOException {
    refused(
        idx(0x803, new int[] {-1, 1, 2}),
        LABELS,
        "IMAGES promises more than the accepted 1073741824 bytes");
  }

  @Test
  void asManyLabelsAsImagesAreNeeded() throws IOException {
    refused(
        IMAGES,
        idx(0x801, new int[] {3}, 1, 0, 1),
        "IMAGES holds 2 images and LABELS holds 3 labels");
  }
}
