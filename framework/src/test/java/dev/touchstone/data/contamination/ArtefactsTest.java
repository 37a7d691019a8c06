package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What compressing and resizing leave, beside Pillow's (src/test/python/artefacts.py). */
class ArtefactsTest {

  record Case(String what, int[] shape, float[] before, float[] after) {
    @Override
    public String toString() {
      return what + " of " + Arrays.toString(shape);
    }

    int number(int index) {
      return Integer.parseInt(what.split(" ")[index]);
    }
  }

  static Stream<Case> jpegs() throws IOException {
    return cases("jpeg");
  }

  static Stream<Case> jpegsThatAreKnown() throws IOException {
    return jpegs().filter(one -> one.shape()[0] == 1 || one.number(1) >= 75);
  }

  static Stream<Case> sizes() throws IOException {
    return cases("size");
  }

  private static Stream<Case> cases(String kind) throws IOException {
    try (InputStream in = ArtefactsTest.class.getResourceAsStream("/images/artefacts.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(kind))
          .map(line -> line.split(","))
          .map(
              cells ->
                  new Case(
                      cells[0],
                      Arrays.stream(cells[1].split(" ")).mapToInt(Integer::parseInt).toArray(),
                      numbers(cells[2]),
                      numbers(cells[3])));
    }
  }

  private static float[] numbers(String text) {
    String[] words = text.split(" ");
    float[] numbers = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = Float.parseFloat(words[i]);
    }
    return numbers;
  }

  @ParameterizedTest
  @MethodSource("jpegs")
  void compressesAsPillowDoes(Case one) {
    Dataset data = TestImages.of(one.shape(), one.before());
    float[] made = TestImages.first(JpegArtefacts.ofQuality(one.number(1)).withRange(0, 255), data);
    assertThat(distance(one.before(), one.after())).isGreaterThan(1);
    if (one.shape()[0] == 1) {
      assertThat(made).containsExactly(one.after());
    } else {
      // Colours are enlarged by the JDK's libjpeg 6 and by libjpeg-turbo.
      assertThat(distance(made, one.after())).isLessThan(1);
    }
  }

  @Test
  void knowsTheRangeByWhatOccursUnlessItIsSaid() throws IOException {
    Case one = jpegs().findFirst().orElseThrow();
    float[] scaled = new float[one.before().length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = one.before()[i] / 255;
    }
    Dataset data = TestImages.of(one.shape(), scaled);
    float[] made = TestImages.first(JpegArtefacts.ofQuality(one.number(1)).withRange(0, 1), data);
    for (int i = 0; i < made.length; i++) {
      assertThat(made[i]).isCloseTo(one.after()[i] / 255, Offset.offset(1e-6f));
    }
    float[] stretched = TestImages.first(JpegArtefacts.ofQuality(one.number(1)), data);
    float least = Float.POSITIVE_INFINITY;
    for (float value : scaled) {
      least = Math.min(least, value);
    }
    for (float value : stretched) {
      assertThat(value).isGreaterThanOrEqualTo(least);
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void enlargesAsPillowDoes(Case one) {
    Dataset data = TestImages.of(one.shape(), one.before());
    float[] made = TestImages.first(LowResolution.of(one.number(1), one.number(2)), data);
    for (int i = 0; i < made.length; i++) {
      assertThat(made[i]).isCloseTo(one.after()[i], Offset.offset(2e-4f));
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void lowResolutionIsPresentOnceItWasAdded(Case one) {
    Dataset data = TestImages.of(one.shape(), one.before());
    LowResolution signal = LowResolution.of(one.number(1), one.number(2));
    SpuriousSignal.Fitted fitted = signal.fitTo(data);
    assertThat(fitted.isPresentIn(0, one.before().clone())).isFalse();
    assertThat(fitted.isPresentIn(0, TestImages.first(signal, data))).isTrue();
  }

  /** Of colours at low qualities a second time takes less than half of the first. */
  @ParameterizedTest
  @MethodSource("jpegsThatAreKnown")
  void jpegIsPresentOnceItWasAdded(Case one) {
    Dataset data = TestImages.of(one.shape(), one.before());
    JpegArtefacts signal = JpegArtefacts.ofQuality(one.number(1)).withRange(0, 255);
    SpuriousSignal.Fitted fitted = signal.fitTo(data);
    assertThat(fitted.isPresentIn(0, one.before().clone())).isFalse();
    assertThat(fitted.isPresentIn(0, TestImages.first(signal, data))).isTrue();
  }

  @Test
  void everyPixelIsOfTheSignal() {
    Dataset data = TestImages.almostBlack(9, 9);
    assertThat(JpegArtefacts.ofQuality(50).fitTo(data).mask(0, new float[81])).containsOnly(true);
    assertThat(LowResolution.of(3, 3).fitTo(data).mask(0, new float[81])).containsOnly(true);
  }

  @Test
  void refusesWhatCannotBeDone() {
    Dataset data = TestImages.almostBlack(9, 9);
    assertThatThrownBy(() -> LowResolution.of(9, 9).fitTo(data))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("lose no detail");
    assertThatThrownBy(() -> LowResolution.of(10, 3).fitTo(data)).hasMessageContaining("smaller");
    assertThatThrownBy(() -> LowResolution.of(0, 3)).hasMessageContaining("at least one pixel");
    assertThatThrownBy(() -> JpegArtefacts.ofQuality(0)).hasMessageContaining("1 to 100");
    assertThatThrownBy(() -> JpegArtefacts.ofQuality(30).withRange(1, 1))
        .hasMessageContaining("from black up to white");
    assertThatThrownBy(
            () -> JpegArtefacts.ofQuality(30).fitTo(TestImages.of(new int[] {2, 1, 1}, 0, 1)))
        .hasMessageContaining("one channel or three");
    assertThatThrownBy(
            () -> JpegArtefacts.ofQuality(30).fitTo(TestImages.of(new int[] {1, 1, 2}, 1, 1)))
        .hasMessageContaining("withRange");
  }

  private static double distance(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += (double) (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares / a.length);
  }
}
