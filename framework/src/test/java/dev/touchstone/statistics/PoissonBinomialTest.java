package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoissonBinomialTest {

  static Stream<JsonObject> cases() {
    return Oracle.cases("poissonBinomials").stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theMassesAreSciPys(JsonObject oracle) {
    PoissonBinomial distribution = PoissonBinomial.of(Oracle.numbers(oracle, "p"));
    double[] masses = Oracle.numbers(oracle, "masses");

    assertThat(distribution.mean()).isCloseTo(oracle.get("mean").getAsDouble(), within(1e-9));
    assertThat(distribution.variance())
        .isCloseTo(oracle.get("variance").getAsDouble(), within(1e-9));
    for (int k = 0; k < masses.length; k++) {
      assertThat(distribution.probability(k)).isCloseTo(masses[k], within(1e-12));
    }
    assertThat(distribution.probability(-1)).isZero();
    assertThat(distribution.probability(masses.length)).isZero();
  }

  @Test
  void equalProbabilitiesMakeTheBinomialDistributionAlsoForManyTrials() {
    PoissonBinomial distribution = PoissonBinomial.binomial(20_000, 0.83);
    BinomialDistribution binomial = BinomialDistribution.of(20_000, 0.83);

    for (int k = 16_000; k < 17_200; k++) {
      assertThat(distribution.probability(k)).isCloseTo(binomial.probability(k), within(1e-13));
    }
  }

  @Test
  void theMassesSumToOneAlthoughTheirTailsAreCutOff() {
    PoissonBinomial distribution = PoissonBinomial.binomial(20_000, 0.5);

    double sum = IntStream.rangeClosed(0, 20_000).mapToDouble(distribution::probability).sum();

    assertThat(sum).isCloseTo(1, within(1e-12));
  }

  @Test
  void samplesHaveTheirProbabilities() {
    PoissonBinomial distribution = PoissonBinomial.of(0.1, 0.5, 0.9, 0.3, 0.3);
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(6);
    long[] counts = new long[6];
    for (int i = 0; i < 60_000; i++) {
      counts[distribution.sample(random)]++;
    }
    double[] expected = IntStream.range(0, 6).mapToDouble(distribution::probability).toArray();

    assertThat(ChiSquareTest.withDefaults().test(expected, counts).getPValue())
        .isGreaterThan(0.001);
  }

  @Test
  void certainTrialsLeaveNothingToChance() {
    PoissonBinomial distribution = PoissonBinomial.of(1, 1, 0);

    assertThat(distribution.sample(RandomSource.XO_SHI_RO_256_PP.create(7))).isEqualTo(2);
    assertThat(distribution.variance()).isZero();
  }

  @Test
  void noTrialsMakeNoSuccess() {
    assertThat(PoissonBinomial.of().probability(0)).isEqualTo(1);
  }

  @Test
  void aProbabilityOutsideTheScaleIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PoissonBinomial.of(0.5, 1.5))
        .withMessage("a probability must lie in [0, 1], was 1.5");
  }
}
