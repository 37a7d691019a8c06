package dev.touchstone.check.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.statistics.Estimate;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against SciPy ({@code src/test/python/reliance_oracle.py}), and simulations. */
class WithdrawnContributionTest {
  private record Reference(
      double[][] scores,
      double[][] concept,
      int[] labels,
      double[] confidence,
      double[] shares,
      double[] evidence) {}

  @Test
  void agreesWithScipy() throws Exception {
    Reference reference;
    try (Reader reader =
        new InputStreamReader(
            Objects.requireNonNull(
                WithdrawnContributionTest.class.getResourceAsStream("/reference/reliance.json")),
            StandardCharsets.UTF_8)) {
      reference = new Gson().fromJson(reader, Reference.class);
    }
    WithdrawnContribution ours =
        new WithdrawnContribution(
            Matrix.ofRows(reference.scores()),
            Matrix.ofRows(reference.concept()),
            reference.labels(),
            reference.confidence());

    for (int i = 0; i < reference.shares().length; i++) {
      assertThat(ours.evidenceForMoreThan(reference.shares()[i]))
          .isCloseTo(reference.evidence()[i], within(1e-6));
    }
  }

  /** Labels of 1/(1 + e⁻ᶻ), z = s (rest + (1 − r) C), of a model that takes rest + C for it. */
  private static WithdrawnContribution drawn(
      Random random, int m, double r, double s, double ofConcept) {
    Matrix scores = Matrix.zeros(m, 2);
    Matrix concept = Matrix.zeros(m, 2);
    int[] labels = new int[m];
    for (int j = 0; j < m; j++) {
      double rest = 2 * random.nextGaussian();
      double c = ofConcept * (random.nextBoolean() ? 1 : -1);
      concept.set(j, 1, c);
      scores.set(j, 1, rest + c);
      double p = 1 / (1 + Math.exp(-s * (rest + (1 - r) * c)));
      labels[j] = random.nextDouble() < p ? 1 : 0;
    }
    double[] sure = new double[m];
    Arrays.fill(sure, 1);
    return new WithdrawnContribution(scores, concept, labels, sure);
  }

  /**
   * 1,000 audit sets: a one-sided test that is wrong in 2.5 % is so in 43 or more of them once in a
   * thousand times.
   */
  @ParameterizedTest
  @CsvSource({"100, 0, 1, 1.5", "100, 1, 1, 1.5", "25, 0, 1, 1.5", "40, .5, 5, 2"})
  void theTestOfTheTruthIsSeldomWrong(int m, double r, double s, double ofConcept) {
    Random random = new Random(5);
    int runs = 1000;
    int above = 0;
    int below = 0;
    for (int run = 0; run < runs; run++) {
      double z = drawn(random, m, r, s, ofConcept).evidenceForMoreThan(r);
      above += z > 1.959963985 ? 1 : 0;
      below += z < -1.959963985 ? 1 : 0;
    }
    assertThat(above).isLessThan(43);
    assertThat(below).isLessThan(43);
  }

  @Test
  void whatMeansNothingIsWithdrawnAndWhatIsMeantStays() {
    Random random = new Random(6);
    Estimate nothing = drawn(random, 300, 1, 1, 2).estimate(.5);
    Estimate meant = drawn(random, 300, 0, 1, 2).estimate(.5);

    assertThat(nothing.interval(.95).lower()).isGreaterThan(.25);
    assertThat(nothing.interval(.95).upper()).isEqualTo(.5);
    assertThat(meant.interval(.95).upper()).isLessThan(.25);
    assertThat(meant.interval(.95).lower()).isZero();
  }

  /** A model that is twice as sure as it should be does not rely on the concept for that. */
  @Test
  void aModelThatIsTooSureIsNotTakenForOneThatRelies() {
    Estimate estimate = drawn(new Random(7), 400, 0, .5, 2).estimate(1);

    assertThat(estimate.interval(.95).lower()).isZero();
  }

  /** All of it but the last crumb may be withdrawn: s makes up for it. */
  @Test
  void ofAConceptThatIsAllTheModelGoesByLittleIsKnown() {
    Matrix scores = Matrix.ofRows(new double[][] {{0, 1}, {0, -1}, {0, 1}, {0, -1}, {0, 1}});
    Estimate estimate =
        new WithdrawnContribution(scores, scores, new int[] {1, 0, 0, 0, 1}, 1, 1, 1, 1, 1)
            .estimate(1);

    assertThat(estimate.interval(.8).lower()).isZero();
    assertThat(estimate.interval(.8).upper()).isGreaterThan(.98);
  }
}
