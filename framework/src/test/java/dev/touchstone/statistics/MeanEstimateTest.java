package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MeanEstimateTest {

  static Stream<JsonObject> cases() {
    return Oracle.cases("means").stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void intervalAndPValuesAreSciPys(JsonObject oracle) {
    MeanEstimate mean = MeanEstimate.of(Oracle.numbers(oracle, "values"));
    Interval interval = mean.interval(oracle.get("level").getAsDouble());

    assertThat(interval.lower()).isCloseTo(oracle.get("lower").getAsDouble(), within(1e-9));
    assertThat(interval.upper()).isCloseTo(oracle.get("upper").getAsDouble(), within(1e-9));
    for (JsonObject test : Oracle.objects(oracle.getAsJsonArray("tests"))) {
      double bound = test.get("bound").getAsDouble();
      assertThat(mean.pValueAbove(bound)).isCloseTo(test.get("above").getAsDouble(), within(1e-9));
      assertThat(mean.pValueBelow(bound)).isCloseTo(test.get("below").getAsDouble(), within(1e-9));
    }
  }

  @Test
  void pValuesAgreeWithTheInterval() {
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      double[] values = random.doubles(2 + random.nextInt(20)).toArray();
      EstimateProperties.assertIntervalsAndPValuesAgree(
          MeanEstimate.of(values), 0, 0.3, random.nextDouble(), 0.7, 1);
    }
  }

  @Test
  void theIntervalCoversTheMeanOfANormalPopulation() {
    Random random = new Random(3);
    int covered = 0;
    for (int i = 0; i < 4000; i++) {
      double[] values = random.doubles(5).map(u -> random.nextGaussian()).toArray();
      covered += MeanEstimate.of(values).interval(0.95).contains(0) ? 1 : 0;
    }
    assertThat(Proportion.of(covered, 4000).interval(0.999).contains(0.95)).isTrue();
  }

  @Test
  void equalReplicatesAreCertain() {
    MeanEstimate mean = MeanEstimate.of(0.5, 0.5, 0.5);

    assertThat(mean.interval(0.95)).isEqualTo(new Interval(0.5, 0.5, 0.95));
    assertThat(mean.pValueAbove(0.4)).isZero();
    assertThat(mean.pValueAbove(0.5)).isEqualTo(1);
    assertThat(mean.pValueBelow(0.6)).isZero();
    assertThat(mean.pValueBelow(0.5)).isEqualTo(1);
  }

  @Test
  void oneReplicateHasNoInterval() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MeanEstimate.of(0.5))
        .withMessage("an interval for a mean needs at least two replicates, was 1");
  }

  @Test
  void replicatesThatAreNotFiniteAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MeanEstimate.of(0.5, Double.NaN))
        .withMessage("replicates must be finite, was NaN");
  }
}
