package dev.touchstone.guiding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.ReferenceData;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against {@code src/test/python/guiding_oracle.py}, which solves every system to its end. */
class EntropicUpdateTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void inexactStepsRankAsTheWholeSolutionDoes(int number) {
    JsonObject expected =
        ReferenceData.json("guiding.json").getAsJsonArray("cases").get(number).getAsJsonObject();
    ReferenceData data =
        ReferenceData.of(expected.get("data").getAsString(), expected.get("seed").getAsInt());
    double[] s = ReferenceData.numbers(expected.get("settings"));
    GuidingSettings settings = GuidingSettings.of(s[0], s[1], s[2], s[3]);
    BilevelResult result;
    try (HeadProblem problem = Problems.of(data, settings.ridge(), settings.lowerAudit())) {
      result = new EntropicUpdate(problem, data.given(), Problems.trusted(data), settings).run(25);
    }
    assertThat(correlation(ReferenceData.numbers(expected.get("margins")), result.suspicion()))
        .isGreaterThan(0.9999);
    int[] fixes =
        Arrays.stream(ReferenceData.numbers(expected.get("fixes")))
            .mapToInt(c -> (int) c)
            .toArray();
    long same =
        IntStream.range(0, fixes.length).filter(i -> fixes[i] == result.proposed()[i]).count();
    assertThat((double) same / fixes.length).isGreaterThan(0.99);
    assertThat(result.objective()).isCloseTo(expected.get("objective").getAsDouble(), within(1e-3));
    assertThat(result.iterations()).isCloseTo(expected.get("iterations").getAsInt(), within(2));
    assertThat(result.lowerGradient()).isLessThan(1e-3);
    assertThat(result.residual()).isLessThan(1e-3);
    assertThat(result.describe()).contains(result.stopped().toString()).contains("objective");
  }

  /** Without the audit the labels are what the posterior of uniform noise makes of predictions. */
  @Test
  void withoutAnAuditItIsExpectationMaximisation() {
    ReferenceData data = ReferenceData.of("bc", 0);
    GuidingSettings settings = GuidingSettings.expectationMaximisation(0.1);
    try (HeadProblem problem = Problems.of(data, 0.1, 0)) {
      BilevelResult result =
          new EntropicUpdate(problem, data.given(), Problems.trusted(data), settings).run(200);
      assertThat(result.stopped()).isEqualTo(BilevelResult.Stop.CONVERGED);
      for (int i = 0; i < data.given().length; i++) {
        double own = 0.8 * problem.predictions().get(i, data.given()[i]);
        double other = 0.2 * problem.predictions().get(i, 1 - data.given()[i]);
        assertThat(result.targets().get(i, data.given()[i]))
            .isCloseTo(own / (own + other), within(0.01));
      }
    }
  }

  @Test
  void problemsOnTheSameRowsAreIndependent() {
    ReferenceData data = ReferenceData.of("bc", 1);
    Trusted trusted = Problems.trusted(data);
    GuidingSettings settings = GuidingSettings.of(0.03, 0.5, 1, 0.3);
    try (HeadProblem alone = Problems.of(data, 0.03, 0.3);
        HeadProblem rows = Problems.of(data, 0.01, 0)) {
      double[] expected =
          new EntropicUpdate(alone, data.given(), trusted, settings).run(25).suspicion();
      new EntropicUpdate(rows, data.given(), trusted, GuidingSettings.of(0.01, 1, 0, 0)).run(3);
      HeadProblem other = rows.with(0.03, trusted.times(0.3));
      assertThat(new EntropicUpdate(other, data.given(), trusted, settings).run(25).suspicion())
          .usingComparatorWithPrecision(1e-6)
          .containsExactly(expected);
    }
  }

  @Test
  void settingsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> GuidingSettings.of(0, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ridge");
    assertThatThrownBy(() -> new GuidingSettings(1, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(0, 1)");
    assertThat(GuidingSettings.expectationMaximisation(0.1).cost(2))
        .isCloseTo(Math.log(4), within(1e-15));
  }

  private static double correlation(double[] a, double[] b) {
    double ma = Arrays.stream(a).average().orElseThrow();
    double mb = Arrays.stream(b).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - ma) * (b[i] - mb);
      aa += (a[i] - ma) * (a[i] - ma);
      bb += (b[i] - mb) * (b[i] - mb);
    }
    return ab / Math.sqrt(aa * bb);
  }
}
