package dev.touchstone.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.touchstone.runtime.Location;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against scikit-image and SciPy: {@code src/test/python/attribution_oracle.py}. */
class SimilarityTest {

  record Pair(int height, int width, double[] a, double[] b, double ssim, double spearman) {}

  static Pair[] pairs() {
    byte[] json = Location.of("classpath:attribution/similarity.json").read(1 << 20);
    return new Gson().fromJson(new String(json, StandardCharsets.UTF_8), Pair[].class);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void structuralSimilarityIsScikitImages(Pair pair) {
    assertThat(Ssim.of(pair.a(), pair.b(), pair.height(), pair.width()))
        .isCloseTo(pair.ssim(), within(1e-10));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void rankCorrelationIsSciPysWithSharedRanks(Pair pair) {
    assertThat(Spearman.of(pair.a(), pair.b())).isCloseTo(pair.spearman(), within(1e-12));
  }

  @Test
  void rankCorrelationLooksAtOrderOnly() {
    double[] a = {-2, 0.5, 3, 100};
    assertThat(Spearman.of(a, new double[] {1, 2, 3, 4})).isEqualTo(1);
    assertThat(Spearman.of(a, new double[] {9, 4, 1, 0})).isEqualTo(-1);
  }

  @Test
  void aConstantMapHasNoRankCorrelation() {
    assertThat(Spearman.of(new double[] {1, 2, 3}, new double[] {5, 5, 5})).isNaN();
    assertThat(Spearman.isConstant(new double[] {5, 5, 5})).isTrue();
    assertThat(Spearman.isConstant(new double[] {5, 5, 6})).isFalse();
  }

  @Test
  void mapsWithNaNAreRefused() {
    double[] broken = {1, Double.NaN, 3};
    double[] whole = {1, 2, 3};
    assertThatIllegalArgumentException().isThrownBy(() -> Spearman.of(whole, broken));
    assertThatIllegalArgumentException().isThrownBy(() -> TopOverlap.of(broken, whole, 1));
  }

  @Test
  void mapsOfDifferentLengthsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Spearman.of(new double[3], new double[4]))
        .withMessageContaining("were 3 and 4");
  }

  @Test
  void overlapCountsSharedPlacesOfTheLargest() {
    double[] a = {9, 8, 7, 0, 0, 0};
    double[] b = {0, 8, 9, 7, 0, 0};
    assertThat(TopOverlap.of(a, b, 3)).isEqualTo(2 / 3.0);
    assertThat(TopOverlap.of(a, b, 1)).isZero();
    assertThat(TopOverlap.of(a, b, 6)).isEqualTo(1);
  }

  @Test
  void theTopOfNothingIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TopOverlap.of(new double[3], new double[3], 0))
        .withMessageContaining("top 0 of 3");
  }

  @Test
  void anImageSmallerThanTheWindowIsRefused() {
    assertThat(Ssim.fits(10, 28)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ssim.of(new double[64], new double[64], 8, 8))
        .withMessageContaining("at least 11");
  }

  @Test
  void aMapBecomesAnImageOfAbsoluteValuesSummedOverChannels() {
    assertThat(Ssim.image(new double[] {1, -2, -3, 0}, 2)).containsExactly(1, 0.5);
    assertThat(Ssim.image(new double[] {0, 0}, 1)).containsExactly(0, 0);
  }
}
