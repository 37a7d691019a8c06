package dev.touchstone.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

class ResamplingTest {

  private static int[] numbers(String[] cells, int from, int to) {
    return Arrays.stream(cells, from, to).mapToInt(Integer::parseInt).toArray();
  }

  private static Resampling named(String name) {
    return switch (name) {
      case "nearest" -> Resampling.nearest();
      case "box" -> Resampling.box();
      case "bilinear" -> Resampling.bilinear();
      case "hamming" -> Resampling.hamming();
      case "bicubic" -> Resampling.bicubic();
      case "lanczos" -> Resampling.lanczos();
      case "plain" -> Resampling.bilinearWithoutAntialiasing();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Pixels drawn(int seed, int height, int width, int channels) {
    return Pixels.of(height, width, channels, Expected.drawn(seed, height * width * channels));
  }

  @Test
  void everyKernelMakesOfEveryImageWhatPillowMakes() {
    List<String[]> rows = Expected.rows("resized.csv");
    assertThat(rows).hasSizeGreaterThan(400);
    SoftAssertions softly = new SoftAssertions();
    for (String[] row : rows) {
      int[] at = numbers(row, 1, 7);
      Pixels made = named(row[0]).resized(drawn(at[0], at[1], at[2], at[3]), at[4], at[5]);
      softly
          .assertThat(Expected.told(made.bytes()))
          .as(String.join(",", Arrays.copyOf(row, 7)))
          .isEqualTo(row[7]);
    }
    softly.assertAll();
  }

  @Test
  void unroundedResultsArePyTorchs() {
    List<String[]> rows = Expected.rows("unrounded.csv");
    assertThat(rows).hasSizeGreaterThan(30);
    for (String[] row : rows) {
      int[] at = numbers(row, 1, 6);
      Pixels made = named(row[0]).unrounded().resized(drawn(at[0], at[1], at[2], 3), at[3], at[4]);
      float[] planes = new float[3 * at[3] * at[4]];
      made.write(3, false, planes, 0);
      String[] some = row[6].split(" ");
      int step = Math.max(1, planes.length / 24);
      // PyTorch has Keys' cubic of slope -1/2 only where it makes images smaller or larger with
      // antialiasing.
      for (int i = 0; i < some.length; i++) {
        assertThat(planes[i * step])
            .as("%s, %d", String.join(",", Arrays.copyOf(row, 6)), i)
            .isCloseTo(Float.parseFloat(some[i]), within(2e-3f));
      }
    }
  }

  @Test
  void aConstantImageStaysConstantWhateverTheKernel() {
    byte[] grey = new byte[23 * 17];
    Arrays.fill(grey, (byte) 201);
    for (String kernel : List.of("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")) {
      Pixels made = named(kernel).resized(Pixels.of(23, 17, 1, grey), 9, 40);
      assertThat(made.bytes()).as(kernel).containsOnly((byte) 201);
    }
  }

  @Test
  void rowsAndColumnsAreTreatedAlike() {
    Pixels image = drawn(3, 1, 40, 1);
    Pixels turned = Pixels.of(40, 1, 1, image.bytes());
    for (String kernel : List.of("nearest", "box", "bilinear", "bicubic", "lanczos", "plain")) {
      assertThat(named(kernel).resized(turned, 13, 1).numbers())
          .as(kernel)
          .containsExactly(named(kernel).resized(image, 1, 13).numbers());
    }
  }

  @Test
  void withoutAntialiasingFinePatternsBecomeCoarseOnes() {
    byte[] stripes = new byte[64];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = (byte) (i % 4 < 2 ? 255 : 0);
    }
    Pixels image = Pixels.of(1, 64, 1, stripes);
    for (float value : Resampling.bilinear().resized(image, 1, 16).numbers()) {
      assertThat(value).isCloseTo(127.5f, within(48f));
    }
    assertThat(Resampling.bilinearWithoutAntialiasing().resized(image, 1, 12).numbers())
        .contains(255f, 0f);
  }

  @Test
  void provenanceTellsTheKernelsApart() {
    assertThat(Resampling.bicubic()).hasToString("bicubic, antialiased");
    assertThat(Resampling.bicubic().unrounded()).hasToString("bicubic, antialiased, unrounded");
    assertThat(Resampling.nearest()).hasToString("nearest").isEqualTo(Resampling.nearest());
    assertThat(Resampling.bilinearWithoutAntialiasing())
        .hasToString("bilinear without antialiasing")
        .isNotEqualTo(Resampling.bilinear());
  }
}
