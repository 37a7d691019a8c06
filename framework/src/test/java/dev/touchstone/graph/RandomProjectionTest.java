package dev.touchstone.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RandomProjectionTest {

  static Stream<RandomProjection> projections() {
    return Stream.of(
        RandomProjection.rademacher(4000, 7),
        RandomProjection.gaussian(4000, 7),
        RandomProjection.gaussian(4001, 8));
  }

  /** ⟨Pᵀa, Pᵀb⟩ has mean ⟨a, b⟩ and at most the variance (‖a‖²‖b‖² + ⟨a, b⟩²)/k; 5 deviations. */
  @ParameterizedTest
  @MethodSource("projections")
  void innerProductsAreKept(RandomProjection projection) {
    double[] a = normal(1);
    double[] b = normal(2);
    Arrays.setAll(b, i -> b[i] + a[i]);

    double[] projectedA = projection.project(a);
    double[] projectedB = projection.project(b);

    double product = product(a, b);
    double variance = (product(a, a) * product(b, b) + product * product) / projection.dimensions();
    assertThat(product(projectedA, projectedB)).isCloseTo(product, within(5 * Math.sqrt(variance)));
  }

  @ParameterizedTest
  @MethodSource("projections")
  void anyRowsOfTheMatrixCanBeMadeAgain(RandomProjection projection) {
    int k = projection.dimensions();
    float[] all = new float[7 * k];
    float[] some = new float[2 * k];

    projection.fill(all, 0, 7);
    projection.fill(some, 4, 2);

    assertThat(some).containsExactly(Arrays.copyOfRange(all, 4 * k, 6 * k));
    double sum = IntStream.range(0, all.length).mapToDouble(i -> all[i]).sum();
    double squares = IntStream.range(0, all.length).mapToDouble(i -> all[i] * all[i]).sum();
    assertThat(sum / Math.sqrt(7)).isCloseTo(0, within(5.0));
    assertThat(squares / 7).isCloseTo(1, within(5 * Math.sqrt(2 / (7.0 * k))));
  }

  /**
   * The first number of SplitMix64 from seed 0 is e220a8397b1dcdaf: its bits 0 to 7, the lowest
   * first, are 1 1 1 1 0 1 0 1.
   */
  @Test
  void signsAreTheBitsOfSplitMix() {
    float[] signs = new float[4];

    RandomProjection.rademacher(4, 0).fill(signs, 0, 1);

    assertThat(signs).containsExactly(-.5f, -.5f, -.5f, -.5f);
    float[] eight = new float[8];
    RandomProjection.rademacher(8, 0).fill(eight, 0, 1);
    float s = (float) Math.sqrt(.125);
    assertThat(eight).containsExactly(-s, -s, -s, -s, s, -s, s, -s);
  }

  @Test
  void anotherSeedIsAnotherMatrix() {
    assertThat(RandomProjection.rademacher(64, 1).project(1))
        .isNotEqualTo(RandomProjection.rademacher(64, 2).project(1));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> RandomProjection.gaussian(0, 1))
        .withMessage("a projection to 0 dimensions");
  }

  private static double[] normal(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return random.doubles(300, -1, 1).toArray();
  }

  private static double product(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }
}
