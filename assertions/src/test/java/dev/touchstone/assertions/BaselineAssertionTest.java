package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertNoRegressionFromBaseline;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.check.comparison.BaselineRegression;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineAssertionTest {
  private static final int N = 2000;

  private static final Dataset DATA =
      Dataset.named("data")
          .features(FeatureStore.inMemory(numbers(), 1))
          .labels(IntStream.range(0, N).map(i -> i % 2).toArray())
          .classNames(List.of("even", "odd"))
          .build();

  @TempDir Path directory;

  private static float[] numbers() {
    float[] numbers = new float[N];
    for (int i = 0; i < N; i++) {
      numbers[i] = i;
    }
    return numbers;
  }

  /** Tells even numbers from odd ones, and errs on the first few. */
  private static Classifier model(int errors) {
    return Models.function(
            "model.onnx",
            "errs " + errors,
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> batch.row(i)[0])
                    .map(x -> (x % 2 == 1) == x >= errors ? 0.75 : 0.25)
                    .map(p -> new double[] {1 - p, p})
                    .toArray(double[][]::new))
        .emittingProbabilities();
  }

  private RunContext.Binding run(boolean update) {
    return RunContext.of(
            new Settings(
                "cpu",
                42,
                Policy.STRICT,
                512L << 20,
                directory.resolve("report"),
                directory.resolve("baseline.json"),
                update,
                false,
                Optional.empty()),
            RunSession.isolated())
        .forTest(new TestIdentity("[id]", "com.acme.ModelTest", "isNoWorse", "isNoWorse()"))
        .bind();
  }

  private Verdict claim(boolean update, Classifier model, Bound tolerance) {
    try (RunContext.Binding binding = run(update)) {
      return assertNoRegressionFromBaseline(model, DATA, ErrorRate.withDefaults(), tolerance);
    }
  }

  @Test
  void aModelThatErrsHardlyMorePasses() {
    claim(true, model(20), byAtMost(0.02));
    Verdict verdict = claim(false, model(22), byAtMost(0.02));
    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo("against the baseline, the error rate increase is at most 0.02");
  }

  @Test
  void aModelThatErrsMuchMoreIsRefuted() {
    claim(true, model(20), byAtMost(0.02));
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> claim(false, model(120), byAtMost(0.02)))
        .withMessageStartingWith("FAIL: error rate increase (overall) is 0.05")
        .withMessageContaining("note         unpaired: ");
  }

  @Test
  void whatOutcomesDecideCountsLeaveOpen() throws IOException {
    BaselineRegression<Classifier> byExample =
        BaselineRegression.in(ErrorRate.withDefaults()).keepingOutcomes();
    try (RunContext.Binding binding = run(true)) {
      assertNoRegressionFromBaseline(model(200), DATA, byExample, byAtMost(0.01));
    }
    try (RunContext.Binding binding = run(false)) {
      Verdict verdict =
          assertThatModel(model(205))
              .on(DATA)
              .hasNotRegressedFromBaseline(byExample, byAtMost(0.01));
      assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    }
    Files.delete(directory.resolve("baseline.json"));
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> claim(true, model(200), byAtMost(0.01)))
        .withMessageStartingWith("INCONCLUSIVE: error rate increase (overall) is 0 [-0.0");
  }

  @Test
  void anApprovalThatIsWorseThanTheLineItReplacesIsWrittenAndRefuted() {
    claim(true, model(20), byAtMost(0.02));
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> claim(true, model(120), byAtMost(0.02)))
        .withMessageStartingWith("FAIL: error rate increase (overall) is 0.05");
    assertThat(Baseline.read(directory.resolve("baseline.json")).entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.modelSha256()).isEqualTo(model(120).sha256()));
  }

  @Test
  void onlyTheClaimsOwnLineIsWritten() {
    claim(true, model(20), byAtMost(0.02));
    assertThat(Baseline.read(directory.resolve("baseline.json")).entries())
        .singleElement()
        .satisfies(
            entry -> assertThat(entry.key().claim()).isEqualTo("no regression in error rate"));
  }

  @Test
  void everyOtherClaimOfARunThatUpdatesIsWrittenWhateverItsOutcome() {
    try (RunContext.Binding binding = run(true)) {
      assertErrorRateWithin(model(20), DATA, 0.05);
      assertThatThrownBy(() -> assertErrorRateWithin(model(200), DATA, 0.01))
          .isInstanceOf(ModelAssertionError.class);
    }
    assertThat(Baseline.read(directory.resolve("baseline.json")).entries())
        .extracting(e -> e.value("error rate", "overall").orElseThrow().count().orElseThrow())
        .containsExactly(200L, 20L);
  }

  @Test
  void aToleranceThatEveryModelMeetsIsRefused() {
    assertThatThrownBy(() -> claim(true, model(20), byAtMost(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("no model can be worse by more than 1 in the error rate");
    assertThat(directory.resolve("baseline.json")).doesNotExist();
  }

  @Test
  void aWorseningThatIsNoneIsRefused() {
    for (Bound bound : List.of(byAtMost(-0.01), atLeast(0.01))) {
      assertThatThrownBy(() -> claim(true, model(20), bound))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("write byAtMost(0.01)");
    }
    assertThat(atMost(0.01)).isEqualTo(byAtMost(0.01));
  }
}
