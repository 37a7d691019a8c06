package dev.touchstone.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LeastFavourableLimitTest {
  private static final double Z = 1.959963984540054;

  private static Stream<JsonObject> oracle(String of) throws Exception {
    try (InputStream in = LeastFavourableLimitTest.class.getResourceAsStream("limit-oracle.json");
        Reader reader = new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray(of).asList().stream()
          .map(JsonElement::getAsJsonObject);
    }
  }

  static Stream<JsonObject> limits() throws Exception {
    return oracle("limits");
  }

  static Stream<JsonObject> probabilities() throws Exception {
    return oracle("probabilities");
  }

  private static double[] numbers(JsonObject oracle, String name) {
    JsonArray numbers = oracle.getAsJsonArray(name);
    return numbers.asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
  }

  /** The lattice is the finest that NumPy has time for, and the search its exact end. */
  @ParameterizedTest
  @MethodSource("limits")
  void theLimitIsThatOfTheReference(JsonObject oracle) {
    double[] variances = numbers(oracle, "variances");
    LeastFavourableLimit limit = LeastFavourableLimit.of(numbers(oracle, "sums"), variances);
    double deviation = Math.sqrt(Arrays.stream(variances).sum());
    double tail = oracle.get("tail").getAsDouble();
    double expected = oracle.get("limit").getAsDouble();

    assertThat(limit.at(tail)).isCloseTo(expected, within(0.01 * deviation + 1e-9));
    assertThat(limit.isWithin(expected + 0.02 * deviation + 1e-9, tail)).isTrue();
    assertThat(limit.isWithin(expected - 0.02 * deviation - 1e-9, tail)).isFalse();
  }

  @ParameterizedTest
  @MethodSource("probabilities")
  void theProbabilityIsThatOfADoubleIntegral(JsonObject oracle) {
    double[] means = numbers(oracle, "means");
    FoldedNormalSum sum =
        new FoldedNormalSum(numbers(oracle, "variances"), oracle.get("total").getAsDouble());

    // The lattice adds up to a tenth of a per cent to the variance.
    assertThat(sum.probability(means, new double[means.length]))
        .isCloseTo(oracle.get("probability").getAsDouble(), within(2e-4));
  }

  @Test
  void theProbabilityOfOneTermIsThatOfANormalVariable() {
    NormalDistribution normal = NormalDistribution.of(3, 2);
    FoldedNormalSum sum = new FoldedNormalSum(new double[] {4}, 5);

    assertThat(sum.probability(new double[] {3}, new double[1]))
        .isCloseTo(normal.probability(-5, 5), within(2e-4));
  }

  @Test
  void theGradientIsThatOfTheProbability() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 50; i++) {
      int terms = random.nextInt(1, 12);
      double[] variances = random.doubles(terms, 0.01, 9).toArray();
      double[] means = random.doubles(terms, 0.01, 4).toArray();
      FoldedNormalSum sum = new FoldedNormalSum(variances, random.nextDouble(1, 20));
      double[] gradient = new double[terms];
      sum.probability(means, gradient);
      int changed = random.nextInt(terms);
      double step = 1e-5;
      means[changed] += step;
      double above = sum.probability(means, new double[terms]);
      means[changed] -= 2 * step;
      double below = sum.probability(means, new double[terms]);

      assertThat(gradient[changed]).isCloseTo((above - below) / (2 * step), within(1e-7));
    }
  }

  @Test
  void withoutResidualsTheLimitIsThatOfNoEvent() {
    assertThat(LeastFavourableLimit.of(new double[] {0, 0}, new double[] {0, 0}).at(0.025))
        .isCloseTo(0.5 + Z * Z, within(1e-9));
  }

  @Test
  void oneSumsLimitIsNormalAndSkewed() {
    // P(|N(s, 25)| ≤ 40.5) = P(N(s, 25) ≤ 40.5) as far as double knows.
    double skew = Z * Z / 2 + Math.sqrt(Z * Z * 25 + Math.pow(Z, 4) / 4) - Z * 5;

    assertThat(LeastFavourableLimit.of(new double[] {-40}, new double[] {25}).at(0.025))
        .isCloseTo(40.5 + 5 * Z + skew, within(0.01));
  }

  @Test
  void aSumTooSmallForAnyMeansIsItsOwnLimitAndTheSkew() {
    // Ten bins of variance 25 whose sums are all 0.
    double[] variances = new double[10];
    Arrays.fill(variances, 25);
    double v = 250;
    double skew = Z * Z / 2 + Math.sqrt(Z * Z * v + Math.pow(Z, 4) / 4) - Z * Math.sqrt(v);

    assertThat(LeastFavourableLimit.of(new double[10], variances).at(0.025))
        .isCloseTo(0.5 + skew, within(1e-9));
  }

  @Test
  void theLimitNeverExceedsThatOfHalfASpace() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 50; i++) {
      int bins = random.nextInt(1, 16);
      double[] variances = random.doubles(bins, 0, 9).toArray();
      double[] sums = random.doubles(bins, -9, 9).toArray();
      double v = Arrays.stream(variances).sum();
      double t = Arrays.stream(sums).map(Math::abs).sum() + 0.5;

      assertThat(LeastFavourableLimit.of(sums, variances).at(0.025))
          .isGreaterThanOrEqualTo(t + Z * Z / 2)
          .isLessThanOrEqualTo(t + Z * Z / 2 + Math.sqrt(Z * Z * v + Math.pow(Z, 4) / 4) + 1e-9);
    }
  }

  @Test
  void aTransformAndItsInverseGiveBackWhatWasGiven() {
    SplittableRandom random = new SplittableRandom(4);
    double[] real = random.doubles(64).toArray();
    double[] imaginary = random.doubles(64).toArray();
    double[] transformed = real.clone();
    double[] other = imaginary.clone();
    FastFourier fourier = new FastFourier(64);
    fourier.forward(transformed, other);
    // The third coefficient by its definition.
    double third = 0;
    for (int j = 0; j < 64; j++) {
      double angle = -2 * Math.PI * 3 * j / 64;
      third += real[j] * Math.cos(angle) - imaginary[j] * Math.sin(angle);
    }
    assertThat(transformed[3]).isCloseTo(third, within(1e-12));
    fourier.inverse(transformed, other);
    assertThat(transformed).containsExactly(real, within(1e-14));
    assertThat(other).containsExactly(imaginary, within(1e-14));
  }
}
