package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class DiscoveriesTest {

  private static Verdict withErrors(int errorsOfHundred) {
    return Verdicts.verdict(Verdicts.claim(), Map.of("overall", errorsOfHundred));
  }

  @Test
  void aFailureThatIsClearAmongAllClaimsIsADiscovery() {
    Verdict clear = withErrors(40);
    Discoveries discoveries = Discoveries.among(List.of(clear, withErrors(5), withErrors(8)), 0.05);
    assertThat(discoveries.contains(clear)).isTrue();
    assertThat(discoveries.count()).isEqualTo(1);
    // Benjamini-Yekutieli for the smallest of three: p x 3 x (1 + 1/2 + 1/3).
    assertThat(discoveries.adjustedPValue(clear))
        .isCloseTo(clear.pValue() * 5.5, within(1e-12 * clear.pValue()));
  }

  @Test
  void correctionsAreFoundByTheirNames() {
    assertThat(Discoveries.Correction.named(" benjamini-hochberg"))
        .isSameAs(Discoveries.Correction.BENJAMINI_HOCHBERG);
    assertThat(Discoveries.Correction.named("Benjamini-Yekutieli"))
        .isSameAs(Discoveries.Correction.BENJAMINI_YEKUTIELI);
    assertThatThrownBy(() -> Discoveries.Correction.named("bonferroni"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith(
            "\"bonferroni\" is no correction over all claims; say benjamini-yekutieli");
  }

  @Test
  void aFailureThatManyClaimsExplainIsNone() {
    Verdict narrow = withErrors(17); // P(X >= 17 | n = 100, p = .1) = .0206
    assertThat(narrow.outcome()).isEqualTo(Outcome.FAIL);
    List<Verdict> run = new ArrayList<>(List.of(narrow));
    for (int i = 0; i < 30; i++) {
      run.add(withErrors(4));
    }
    assertThat(Discoveries.among(run, 0.05).contains(narrow)).isFalse();
    assertThat(Discoveries.among(List.of(narrow), 0.05).contains(narrow)).isTrue();
  }

  @Test
  void anInconclusiveClaimIsNeverADiscovery() {
    Verdict undecided = withErrors(15); // P(X >= 15) = .0726 alone, and no FAIL
    assertThat(undecided.outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(Discoveries.among(List.of(undecided), 0.5).contains(undecided)).isFalse();
  }

  @Test
  void aClaimOnSeveralSlicesCountsOnceWithItsSmallestCorrectedPValue() {
    Verdict verdict = Verdicts.verdict(Verdicts.claim(), Map.of("a", 30, "b", 5));
    double alone = Proportion.of(30, 100).pValueAbove(0.1);
    assertThat(verdict.pValue()).isCloseTo(2 * alone, within(1e-12 * alone));
  }

  @Test
  void aVerdictThatWasNotAmongThemIsRefused() {
    assertThatThrownBy(
            () -> Discoveries.among(List.of(withErrors(1)), 0.05).contains(withErrors(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Discoveries.among(List.of(), 1.5))
        .hasMessageContaining("must lie in (0, 1)");
  }

  /**
   * 2,000 runs of 40 claims that share their data: the examples of a run are right or wrong
   * together for all models. Ten claims are false. The share of discoveries that are claims that
   * hold stays below the rate on average, within two standard errors.
   */
  @Test
  void theFalseDiscoveryRateOfCorrelatedClaimsIsKept() {
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(20261122);
    int runs = 2000;
    double[] falseShare = new double[runs];
    int discovered = 0;
    for (int run = 0; run < runs; run++) {
      List<Verdict> verdicts = correlatedClaims(random);
      Discoveries discoveries = Discoveries.among(verdicts, 0.05);
      int wrong = 0;
      for (Verdict holds : verdicts.subList(10, 40)) {
        wrong += discoveries.contains(holds) ? 1 : 0;
      }
      discovered += (int) discoveries.count();
      falseShare[run] = wrong / Math.max(1.0, discoveries.count());
    }
    double mean = java.util.Arrays.stream(falseShare).average().orElseThrow();
    double variance =
        java.util.Arrays.stream(falseShare).map(x -> (x - mean) * (x - mean)).sum() / (runs - 1);
    assertThat(discovered).as("the test has power").isGreaterThan(runs);
    assertThat(mean).isLessThanOrEqualTo(0.05 + 2 * Math.sqrt(variance / runs));
  }

  /**
   * The first ten models err on 16 % of all examples, the others on 10 %, exactly the tolerance.
   * Whether an example is hard for everyone carries half of the variance.
   */
  private static List<Verdict> correlatedClaims(RandomGenerator random) {
    int n = 300;
    int[] errors = new int[40];
    for (int example = 0; example < n; example++) {
      double shared = random.nextGaussian();
      for (int model = 0; model < errors.length; model++) {
        double latent = Math.sqrt(0.5) * shared + Math.sqrt(0.5) * random.nextGaussian();
        // Standard normal quantiles of 1 - .16 and 1 - .10.
        errors[model] += latent > (model < 10 ? 0.994457883 : 1.281551566) ? 1 : 0;
      }
    }
    List<Verdict> verdicts = new ArrayList<>();
    for (int e : errors) {
      verdicts.add(
          Verdicts.claim()
              .judge(
                  Evidence.of("error rate", "a model")
                      .measured(new Measurement("error rate", "overall", Proportion.of(e, n)))
                      .from(Verdicts.provenance()),
                  Policy.STRICT));
    }
    return verdicts;
  }
}
