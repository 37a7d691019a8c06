package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.touchstone.check.comparison.Agreement;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Warning;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Models that say nothing, on 200 examples of which a quarter is of class "yes". */
class MajorityGuessTest {
  private static final int N = 200;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Income and age; who earns more than 60 is a yes. */
  private static final Dataset CREDIT =
      Dataset.named("credit")
          .features(FeatureStore.inMemory(features(), 2))
          .labels(IntStream.range(0, N).map(i -> i % 4 == 0 ? 1 : 0).toArray())
          .classNames(List.of("no", "yes"))
          .column("region", IntStream.range(0, N).mapToObj(i -> i < 100 ? "n" : "s").toList())
          .build();

  private static float[] features() {
    float[] features = new float[2 * N];
    for (int i = 0; i < N; i++) {
      features[2 * i] = i % 4 == 0 ? 61 + i % 30 : 59 - i % 30;
      features[2 * i + 1] = 20 + i % 50;
    }
    return features;
  }

  /** A model of one logit. */
  private static Classifier logit(String name, ToDoubleFunction<float[]> ofRow) {
    Function<Tensor, double[][]> outputs =
        batch -> {
          double[][] output = new double[batch.rows()][];
          for (int i = 0; i < output.length; i++) {
            output[i] = new double[] {ofRow.applyAsDouble(batch.row(i))};
          }
          return output;
        };
    return Models.function(name, "1", outputs).emittingLogits();
  }

  private static final Classifier GOOD = logit("good", row -> row[0] - 60);

  private Verdict errorRateWithin(double tolerance, Classifier model) {
    return Claim.of("a claim", Bound.upper(tolerance))
        .judge(
            MetricValue.of(ErrorRate.withDefaults()).evaluate(model, CREDIT, context),
            Policy.STRICT);
  }

  @Test
  void aConstantAndAModelWithSwappedColumnsAreWarnedOf() {
    Classifier constant = logit("constant", row -> -1);
    Classifier swapped = logit("swapped columns", row -> Math.rint((row[1] - 90) / 10));
    for (Classifier model : List.of(constant, swapped)) {
      Verdict verdict = errorRateWithin(0.35, model);

      assertThat(verdict.outcome()).as(model.name()).isEqualTo(Outcome.PASS);
      assertThat(verdict.warnings())
          .as(model.name())
          .extracting(Warning::kind)
          .containsExactly(Warning.ONE_CLASS, Warning.MET_BY_A_GUESS);
      assertThat(verdict.warnings().get(0).text())
          .startsWith(
              model.name()
                  + " predicts \"no\" for all 200 examples, which have 2 different labels");
    }
  }

  @Test
  void aRegressionReadAsALogitIsAskedAbout() {
    Classifier income = logit("expected income, no logit", row -> -row[0]);

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> errorRateWithin(0.35, income))
        .withMessageContaining("Is it a prediction?");
  }

  @Test
  void aGoodModelIsWarnedOfOnlyWhereItsToleranceAsksForNothing() {
    assertThat(errorRateWithin(0.24, GOOD).warnings()).isEmpty();
    assertThat(errorRateWithin(0.25, GOOD).warnings())
        .extracting(Warning::kind)
        .containsExactly(Warning.MET_BY_A_GUESS);
  }

  @Test
  void evidenceShowsTheGuessOfEveryGroupAndHowOftenEachClassWasPredicted() {
    Evidence evidence =
        MetricValue.of(ErrorRate.withDefaults())
            .evaluate(GOOD, CREDIT.groupedBy("region"), context);

    Optional<Guess> no = Optional.of(new Guess("always answering \"no\"", 0.25));
    assertThat(evidence.measurements())
        .extracting(Measurement::slice, Measurement::guess)
        .containsExactly(tuple("overall", no), tuple("region=n", no), tuple("region=s", no));
    assertThat(evidence.notes())
        .contains("predicted, and in brackets labelled: no 150 (of 150), yes 50 (of 50)");
  }

  @Test
  void theGuessOfAModelBugIsSureOfTheMostFrequentClass() {
    // All on "no" lies 1 from a "yes" in the largest norm: as far as a bug of 0.9 needs.
    Evidence evidence =
        MetricValue.of(ErrorRate.of(ModelBug.withNorm(Double.POSITIVE_INFINITY).tolerance(0.9)))
            .evaluate(GOOD, CREDIT, context);
    assertThat(evidence.measurements().get(0).guess())
        .contains(new Guess("always answering \"no\"", 0.25));
  }

  @Test
  void agreementIsHeldAgainstWhatTheReferencePredictsMostOften() {
    Classifier constant = logit("constant", row -> -1);
    Evidence evidence = Agreement.with(GOOD).evaluate(constant, CREDIT, context);

    assertThat(evidence.measurements().get(0).guess())
        .contains(new Guess("always answering \"no\"", 0.75));
    assertThat(evidence.warnings()).extracting(Warning::kind).containsExactly(Warning.ONE_CLASS);
  }

  @Test
  void ofManyClassesTheMostFrequentAreShown() {
    int classes = 30;
    Dataset data =
        Dataset.named("thirty")
            .features(FeatureStore.inMemory(new float[2 * classes], 1))
            .labels(IntStream.range(0, 2 * classes).map(i -> i % classes).toArray())
            .build();
    Classifier last =
        Models.function(
                "last",
                "1",
                batch -> {
                  double[][] output = new double[batch.rows()][classes];
                  for (double[] row : output) {
                    row[classes - 1] = 1;
                  }
                  return output;
                })
            .emittingProbabilities();
    Evidence evidence = MetricValue.of(Calibration.withDefaults()).evaluate(last, data, context);
    assertThat(evidence.notes())
        .contains(
            "predicted, and in brackets labelled: 0 0 (of 2), 1 0 (of 2), 2 0 (of 2), 3 0 (of 2), 4"
                + " 0 (of 2), 5 0 (of 2), 6 0 (of 2), 7 0 (of 2), 8 0 (of 2), 29 60 (of 2), and 20"
                + " rarer classes");
    assertThat(evidence.warnings()).extracting(Warning::kind).containsExactly(Warning.ONE_CLASS);
  }
}
