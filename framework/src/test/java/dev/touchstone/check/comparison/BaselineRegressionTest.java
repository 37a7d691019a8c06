package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.baseline.Baseline;
import dev.touchstone.evidence.baseline.InvalidBaselineException;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.metric.AveragePrecision;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.FalseNegativeRate;
import dev.touchstone.metric.FalsePositiveRate;
import dev.touchstone.metric.MeanLoss;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.RateDifference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineRegressionTest {
  private static final int N = 200;
  private static final BaselineRegression<Classifier> ERRORS =
      BaselineRegression.in(ErrorRate.withDefaults());
  private static final BaselineRegression<Classifier> ERRORS_BY_EXAMPLE = ERRORS.keepingOutcomes();

  /** Says "odd" of its number's parity, and errs on the first few numbers. */
  private static final Classifier APPROVED = model("model.onnx", "1", 4);

  /** Errs on the same and six more. */
  private static final Classifier CANDIDATE = model("model.onnx", "2", 10);

  private static final Dataset DATA = data("data", 0);

  @TempDir Path directory;

  private static Classifier model(String name, String version, int errors) {
    return Models.function(name, version, batch -> probabilities(batch, errors))
        .emittingProbabilities();
  }

  private static double[][] probabilities(Tensor batch, int errors) {
    return IntStream.range(0, batch.rows())
        .mapToObj(i -> batch.row(i)[0])
        .map(x -> (x % 2 == 1) == x >= errors ? 0.75 : 0.25)
        .map(p -> new double[] {1 - p, p})
        .toArray(double[][]::new);
  }

  private static Dataset data(String name, float second) {
    float[] x = new float[2 * N];
    for (int i = 0; i < N; i++) {
      x[2 * i] = i;
      x[2 * i + 1] = second;
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, 2))
        .ids(IntStream.range(0, N).mapToObj(i -> "n" + i).toList())
        .labels(IntStream.range(0, N).map(i -> i % 2).toArray())
        .classNames(List.of("even", "odd"))
        .column("half", IntStream.range(0, N).mapToObj(i -> i < N / 2 ? "1" : "2").toList())
        .column("pair", IntStream.range(0, N).mapToObj(i -> "" + i / 2).toList())
        .build();
  }

  private Path file() {
    return directory.resolve("baseline.json");
  }

  private RunContext context(boolean update, boolean ci) {
    return RunContext.of(
        new Settings(
            "cpu", 42, Policy.STRICT, 512L << 20, directory, file(), update, ci, Optional.empty()),
        RunSession.isolated());
  }

  private Evidence approve(
      BaselineRegression<Classifier> regression, Classifier model, Dataset data) {
    return regression.evaluate(model, data, Optional.of("id"), context(true, false));
  }

  private Evidence compare(
      BaselineRegression<Classifier> regression, Classifier model, Dataset data) {
    return regression.evaluate(model, data, Optional.of("id"), context(false, false));
  }

  private static Estimate only(Evidence evidence) {
    assertThat(evidence.measurements()).hasSize(1);
    return evidence.measurements().get(0).estimate();
  }

  @Test
  void fromCountsTheDifferenceIsThatOfIndependentRates() {
    approve(ERRORS, APPROVED, DATA);
    Evidence evidence = compare(ERRORS, CANDIDATE, DATA);
    assertThat(only(evidence)).isInstanceOf(RateDifference.class).hasToString("10/200 − 4/200");
    assertThat(evidence.context())
        .extracting(Measurement::quantity, m -> m.estimate().toString())
        .containsExactly(
            tuple("error rate, approved", "4/200"), tuple("error rate, candidate", "10/200"));
    assertThat(evidence.notes()).hasSize(1).allMatch(note -> note.startsWith("unpaired: "));
    assertThat(evidence.worst()).isEmpty();
  }

  @Test
  void fromOutcomesTheComparisonIsThePairedOne() {
    approve(ERRORS_BY_EXAMPLE, APPROVED, DATA);
    Evidence evidence = compare(ERRORS_BY_EXAMPLE, CANDIDATE, DATA);
    Evidence paired =
        Regression.in(ErrorRate.withDefaults())
            .evaluate(CANDIDATE, APPROVED, DATA, context(false, false));
    assertThat(only(evidence)).isInstanceOf(BoundedMean.class);
    assertThat(only(evidence).value()).isCloseTo(6.0 / N, within(1e-12));
    assertThat(only(evidence).interval(0.95)).isEqualTo(only(paired).interval(0.95));
    assertThat(evidence.notes()).hasSize(1).allMatch(note -> note.startsWith("paired: "));
    assertThat(evidence.worst())
        .extracting(Finding::subject)
        .containsExactly("n4", "n5", "n6", "n7", "n8", "n9");
    assertThat(evidence.worst().get(0).facts())
        .isEqualTo(Map.of("label", "even", "now", "odd (0.75)", "worse by", "1"));
  }

  @Test
  void thePairedIntervalIsTheNarrowerOne() {
    approve(ERRORS_BY_EXAMPLE, APPROVED, DATA);
    Interval paired = only(compare(ERRORS_BY_EXAMPLE, CANDIDATE, DATA)).interval(0.95);
    approve(ERRORS, APPROVED, DATA);
    Interval unpaired = only(compare(ERRORS, CANDIDATE, DATA)).interval(0.95);
    assertThat(paired.upper() - paired.lower()).isLessThan(unpaired.upper() - unpaired.lower());
  }

  @Test
  void onlyExamplesThatDifferFromMostAreNamedInTheFile() throws IOException {
    approve(ERRORS_BY_EXAMPLE, APPROVED, DATA);
    assertThat(Files.readString(file()))
        .contains(
            "\"outcomes\":{\"otherwise\":[0.0],\"examples\":"
                + "{\"n0\":[1.0],\"n1\":[1.0],\"n2\":[1.0],\"n3\":[1.0]}}");
  }

  @Test
  void everyGroupIsCompared() {
    Dataset grouped = DATA.groupedBy("half");
    approve(ERRORS, APPROVED, grouped);
    assertThat(compare(ERRORS, CANDIDATE, grouped).measurements())
        .extracting(Measurement::slice, m -> m.estimate().toString())
        .containsExactly(
            tuple("overall", "10/200 − 4/200"),
            tuple("half=1", "10/100 − 4/100"),
            tuple("half=2", "0/100 − 0/100"));
  }

  @Test
  void aGroupThatTheBaselineDoesNotKnowIsRefused() {
    approve(ERRORS, APPROVED, DATA);
    assertThatThrownBy(() -> compare(ERRORS, CANDIDATE, DATA.groupedBy("half")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("knows no error rate of the slice \"half=1\"")
        .hasMessageContaining("-Dtouchstone.baseline=update");
  }

  @Test
  void aMetricThatIsNoRateIsComparedByBothIntervals() {
    BaselineRegression<Classifier> brier = BaselineRegression.in(BrierScore.withDefaults());
    approve(brier, APPROVED, DATA);
    Evidence evidence = compare(brier, CANDIDATE, DATA);
    assertThat(only(evidence)).isInstanceOf(IndependentDifference.class);
    assertThat(only(evidence).value())
        .isCloseTo(6 * (2 * 0.75 * 0.75 - 2 * 0.25 * 0.25) / N, within(1e-8));
  }

  @Test
  void calibrationErrorsAreComparedByTheirLimitsWhateverTheirDependence() {
    BaselineRegression<Classifier> calibration = BaselineRegression.in(Calibration.withDefaults());
    approve(calibration, APPROVED, DATA);
    Evidence evidence = compare(calibration, CANDIDATE, DATA);
    Interval approved = beside(evidence, "ECE, approved").interval(0.95);
    Interval candidate = beside(evidence, "ECE, candidate").interval(0.95);
    assertThat(only(evidence)).isInstanceOf(LimitDifference.class);
    assertThat(only(evidence).interval(0.95))
        .isEqualTo(
            new Interval(
                candidate.lower() - approved.upper(), candidate.upper() - approved.lower(), 0.95));
  }

  private static Estimate beside(Evidence evidence, String quantity) {
    return evidence.context().stream()
        .filter(measurement -> measurement.quantity().equals(quantity))
        .findFirst()
        .orElseThrow()
        .estimate();
  }

  @Test
  void clusteredRatesAreComparedByTheirIntervals() {
    Dataset pairs = DATA.clusteredBy("pair").withClustersOfAtMost(2);
    approve(ERRORS, APPROVED, pairs);
    Evidence evidence = compare(ERRORS, CANDIDATE, pairs);
    assertThat(only(evidence)).isInstanceOf(IndependentDifference.class);
    approve(ERRORS, APPROVED, DATA);
    assertThat(only(evidence).interval(0.95).upper())
        .isGreaterThan(only(compare(ERRORS, CANDIDATE, DATA)).interval(0.95).upper());
  }

  /** More is better; its interval, as far as this test goes, is that of a rate. */
  private static final ClassificationMetric ACCURACY =
      new ClassificationMetric() {
        @Override
        public String quantity() {
          return "accuracy";
        }

        @Override
        public boolean moreIsBetter() {
          return true;
        }

        @Override
        public double[] outcome(double[] probabilities, int label) {
          return new double[] {probabilities[label] > 0.5 ? 1 : 0};
        }

        @Override
        public Optional<Estimate> value(Outcomes outcomes) {
          return Optional.of(outcomes.rate(i -> outcomes.get(i, 0) > 0));
        }

        @Override
        public Estimate regression(Outcomes candidate, Outcomes approved) {
          return approved.meanIncrease(candidate, 0, 1);
        }

        @Override
        public String toString() {
          return "accuracy";
        }
      };

  @Test
  void ofAMetricOfWhichMoreIsBetterALossIsMeasured() {
    BaselineRegression<Classifier> accuracy = BaselineRegression.in(ACCURACY);
    approve(accuracy, APPROVED, DATA);
    assertThat(only(compare(accuracy, CANDIDATE, DATA))).hasToString("196/200 − 190/200");
    approve(accuracy.keepingOutcomes(), APPROVED, DATA);
    assertThat(only(compare(accuracy, CANDIDATE, DATA)).value()).isCloseTo(6.0 / N, within(1e-12));
  }

  @Test
  void aLossOfAurocIsPositive() {
    BaselineRegression<Classifier> auroc = BaselineRegression.in(AreaUnderRoc.ofClass(1));
    approve(auroc, APPROVED, DATA);
    // Scores are 0.25 and 0.75: with 5 of 100 wrong on either side, 1 − 0.05.
    assertThat(only(compare(auroc, CANDIDATE, DATA)).value()).isCloseTo(0.98 - 0.95, within(1e-8));
    approve(auroc.keepingOutcomes(), APPROVED, DATA);
    assertThat(only(compare(auroc, CANDIDATE, DATA)).value()).isCloseTo(0.98 - 0.95, within(1e-8));
  }

  @Test
  void flipsNeedOutcomes() {
    BaselineRegression<Classifier> flips = BaselineRegression.in(NegativeFlips.withDefaults());
    assertThatThrownBy(() -> approve(flips, APPROVED, DATA))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(
            "the negative-flip rate takes two models, and has no value that a baseline could keep;"
                + " say BaselineRegression.in(…).keepingOutcomes()");
    approve(flips.keepingOutcomes(), APPROVED, DATA);
    assertThat(only(compare(flips.keepingOutcomes(), CANDIDATE, DATA)))
        .isInstanceOfSatisfying(
            Proportion.class, rate -> assertThat(rate.successes()).isEqualTo(6));
  }

  @Test
  void aClaimsFirstLineIsComparedWithItselfAndSaysSo() {
    Evidence evidence = approve(ERRORS, APPROVED, DATA);
    assertThat(only(evidence).value()).isZero();
    assertThat(evidence.provenance().comparesWithItself()).isTrue();
    assertThat(evidence.notes())
        .contains(
            "the model is compared with itself: the baseline's line is its own",
            "the baseline was written by this run; as it was before, it has no line \"no regression"
                + " in error rate\" of \"id\", model \"model.onnx\", data \"data\"");
  }

  @Test
  void beforeALineIsReplacedTheModelIsComparedWithIt() {
    approve(ERRORS, APPROVED, DATA);
    Evidence evidence = approve(ERRORS, CANDIDATE, DATA);
    assertThat(only(evidence)).hasToString("10/200 − 4/200");
    assertThat(evidence.provenance().comparesWithItself()).isFalse();
    assertThat(evidence.notes())
        .contains("the baseline was written by this run, after the comparison with what it held");
    assertThat(Baseline.read(file()).entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.modelSha256()).isEqualTo(CANDIDATE.sha256()));
  }

  @Test
  void everyClaimOfALineIsComparedWithTheOneFromBeforeTheRun() {
    Dataset grouped = DATA.groupedBy("half");
    approve(ERRORS, APPROVED, grouped);
    RunContext run = context(true, false);
    for (int i = 0; i < 2; i++) {
      Evidence overall = ERRORS.evaluate(CANDIDATE, DATA, Optional.of("id"), run);
      assertThat(only(overall)).hasToString("10/200 − 4/200");
      Evidence groups = ERRORS.evaluate(CANDIDATE, grouped, Optional.of("id"), run);
      assertThat(groups.measurements())
          .extracting(measurement -> measurement.estimate().toString())
          .containsExactly("10/200 − 4/200", "10/100 − 4/100", "0/100 − 0/100");
      for (Evidence evidence : List.of(overall, groups)) {
        assertThat(evidence.provenance().comparesWithItself()).isFalse();
        assertThat(evidence.notes())
            .contains(
                "the baseline was written by this run, after the comparison with what it held");
      }
    }
    assertThat(compare(ERRORS, CANDIDATE, grouped).measurements())
        .extracting(measurement -> measurement.estimate().toString())
        .containsExactly("10/200 − 10/200", "10/100 − 10/100", "0/100 − 0/100");
  }

  @Test
  void aClaimThatHadNoLineHasNoneWhenItIsMadeAgain() {
    RunContext run = context(true, false);
    Evidence first = ERRORS.evaluate(APPROVED, DATA, Optional.of("id"), run);
    Evidence again = ERRORS.evaluate(APPROVED, DATA, Optional.of("id"), run);
    assertThat(again.notes())
        .isEqualTo(first.notes())
        .anyMatch(note -> note.contains("as it was before, it has no line"));
    assertThat(again.provenance().comparesWithItself()).isTrue();
  }

  @Test
  void aModelUnderAnotherNameIsComparedWithTheLineFromBeforeTheRunInAnyOrder() throws IOException {
    approve(ERRORS, APPROVED, DATA);
    String before = Files.readString(file());
    Classifier next = model("second.onnx", "2", 10);
    Classifier rerun = model("model.onnx", "3", 7);
    for (List<Classifier> order : List.of(List.of(rerun, next), List.of(next, rerun))) {
      Files.writeString(file(), before);
      RunContext run = context(true, false);
      assertThat(order.stream().map(m -> ERRORS.evaluate(m, DATA, Optional.of("id"), run)))
          .extracting(evidence -> only(evidence).toString())
          .containsExactlyInAnyOrder("7/200 − 4/200", "10/200 − 4/200");
    }
  }

  @Test
  void aLineThatCannotBeComparedWithIsReplacedByOneThatSaysSo() {
    approve(ERRORS, APPROVED, DATA);
    Evidence evidence = approve(ERRORS_BY_EXAMPLE, CANDIDATE, DATA);
    assertThat(only(evidence).value()).isZero();
    assertThat(evidence.provenance().comparesWithItself()).isTrue();
    assertThat(evidence.notes())
        .contains(
            "the baseline was written by this run; as it was before, it keeps no outcomes of"
                + " \"id\", and the claim asks for them");
    assertThat(compare(ERRORS_BY_EXAMPLE, CANDIDATE, DATA).provenance().comparesWithItself())
        .isTrue();
  }

  @Test
  void aLineThatWasEditedIsReplacedToo() throws IOException {
    approve(ERRORS_BY_EXAMPLE, APPROVED, DATA);
    Files.writeString(file(), Files.readString(file()).replace("\"n3\"", "\"x3\""));
    assertThat(approve(ERRORS_BY_EXAMPLE, CANDIDATE, DATA).notes())
        .anyMatch(note -> note.endsWith("an example that the data do not have, \"x3\""));
    assertThat(only(compare(ERRORS_BY_EXAMPLE, CANDIDATE, DATA)).value()).isZero();
  }

  @Test
  void theNextReleaseUnderAnotherFileNameIsComparedWithTheOneBeforeIt() {
    approve(ERRORS, APPROVED, DATA);
    Evidence evidence = approve(ERRORS, model("second.onnx", "2", 10), DATA);
    assertThat(only(evidence)).hasToString("10/200 − 4/200");
    assertThat(evidence.notes())
        .contains(
            "the baseline also holds this claim's line of \"model.onnx\"; delete it if that model"
                + " is no longer approved");
  }

  @Test
  void modelsThatAreApprovedSideBySideAreNotComparedWithEachOther() {
    RunContext run = context(true, false);
    ERRORS.evaluate(APPROVED, DATA, Optional.of("id"), run);
    Classifier beside = model("beside.onnx", "2", 10);
    Evidence evidence = ERRORS.evaluate(beside, DATA, Optional.of("id"), run);
    assertThat(evidence.provenance().comparesWithItself()).isTrue();
    assertThat(only(compare(ERRORS, APPROVED, DATA))).hasToString("4/200 − 4/200");
    assertThat(only(compare(ERRORS, beside, DATA))).hasToString("10/200 − 10/200");
  }

  @Test
  void theApprovedModelIsASettingThatPoliciesCanPin() {
    approve(ERRORS, APPROVED, DATA);
    assertThat(compare(ERRORS, CANDIDATE, DATA).provenance().texts().settings())
        .containsEntry("approved sha256", APPROVED.sha256());
  }

  @Test
  void theApprovedModelsHashIsPartOfTheProvenance() {
    approve(ERRORS, APPROVED, DATA);
    assertThat(compare(ERRORS, CANDIDATE, DATA).provenance().texts().model())
        .containsEntry("sha256", CANDIDATE.sha256())
        .containsEntry("approved name", "model.onnx")
        .containsEntry("approved sha256", APPROVED.sha256());
  }

  @Test
  void nothingIsWrittenOnCi() {
    assertThatThrownBy(
            () -> ERRORS.evaluate(APPROVED, DATA, Optional.of("id"), context(true, true)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("touchstone.baseline = update on CI");
    assertThat(file()).doesNotExist();
  }

  @Test
  void aMissingFileSaysHowToMakeIt() {
    assertThatThrownBy(() -> compare(ERRORS, CANDIDATE, DATA))
        .isInstanceOf(InvalidBaselineException.class)
        .hasMessageContaining("is not there; run this test with -Dtouchstone.baseline=update");
  }

  @Test
  void otherDataOfTheSameNameAreRefused() {
    approve(ERRORS, APPROVED, DATA);
    assertThatThrownBy(() -> compare(ERRORS, CANDIDATE, data("data", 1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has the error rate of \"model.onnx\" on other data of the name")
        .hasMessageContaining("with which nothing can be compared; approve a model on these data");
  }

  @Test
  void aMergeOfTheSameDataIsToldFromOtherData() {
    approve(ERRORS, APPROVED, DATA);
    Dataset merged = DATA.withMerged("pair", "first", "0", "1").groupedBy("half");
    assertThatThrownBy(() -> compare(ERRORS, CANDIDATE, merged))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(
            "on these data, but with other values of a group taken together (none, and now in"
                + " \"pair\" \"first\" for \"0\", \"1\"), with which nothing can be compared")
        .hasMessageNotContaining("on other data");
  }

  /** The hash of the data is the same, and a group's name does not say who is in it. */
  @Test
  void groupsThatWereMergedOtherwiseAreRefused() {
    approve(ERRORS, APPROVED, DATA.withMerged("pair", "first", "0", "1").groupedBy("half"));
    Dataset otherwise = DATA.withMerged("pair", "first", "0", "2").groupedBy("half");
    assertThatThrownBy(() -> compare(ERRORS, CANDIDATE, otherwise))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("on other data of the name")
        .hasMessageContaining("or with other values of a group taken together");
    assertThat(
            compare(ERRORS, CANDIDATE, DATA.withMerged("pair", "first", "1", "0").groupedBy("half"))
                .measurements())
        .hasSize(3);
  }

  @Test
  void aLineOfAnotherClaimIsRefusedAndNamed() {
    approve(ERRORS, APPROVED, DATA);
    assertThatThrownBy(
            () -> compare(BaselineRegression.in(BrierScore.withDefaults()), CANDIDATE, DATA))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has no line \"no regression in Brier score\" of \"id\"")
        .hasMessageContaining("it has of this test \"no regression in error rate\"");
  }

  @Test
  void aCandidateWithAnotherFileNameIsComparedWithTheClaimsOnlyLine() {
    approve(ERRORS, APPROVED, DATA);
    Evidence evidence = compare(ERRORS, model("candidate.onnx", "2", 10), DATA);
    assertThat(only(evidence)).hasToString("10/200 − 4/200");
    assertThat(evidence.notes()).contains("the baseline is that of \"model.onnx\"");
  }

  @Test
  void oneOfSeveralModelsIsNotGuessedAndTheCureIsNoFurtherLine() {
    approve(ERRORS, APPROVED, DATA);
    approve(ERRORS, model("second.onnx", "1", 3), DATA);
    assertThatThrownBy(() -> compare(ERRORS, model("candidate.onnx", "2", 10), DATA))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has no line")
        .hasMessageEndingWith(
            "; it has one each of \"model.onnx\", \"second.onnx\", and which of them this model"
                + " shall replace cannot be told; delete the lines of models that are no longer"
                + " approved, or give the candidate the name of the model that it shall replace");
  }

  @Test
  void outcomesThatAreAskedForAndNotThereAreRefused() {
    approve(ERRORS, APPROVED, DATA);
    assertThatThrownBy(() -> compare(ERRORS_BY_EXAMPLE, CANDIDATE, DATA))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("keeps no outcomes of \"id\", and the claim asks for them");
  }

  @Test
  void outcomesThatWereEditedAreRefused() throws IOException {
    approve(ERRORS_BY_EXAMPLE, APPROVED, DATA);
    String good = Files.readString(file());
    refused(good.replace("\"n3\"", "\"x3\""), "an example that the data do not have, \"x3\"");
    refused(good.replace("\"otherwise\":[0.0],", ""), "lacks the outcome of example \"n4\"");
    refused(
        good.replace("[0.0]", "[0.0,1]"), "keeps outcomes that are not those of \"error rate\"");
    refused(good.replace("\"n3\":[1.0]", "\"n3\":[\"a\"]"), "must be a finite number");
    refused(good.replace("\"n3\":[1.0]", "\"n3\":1"), "must be a list of numbers");
    for (String impossible : List.of("7.0", "0.5", "-1.0")) {
      refused(
          good.replace("\"n3\":[1.0]", "\"n3\":[" + impossible + "]"),
          "keeps outcomes that are not those of \"error rate\", as of example \"n3\"");
    }
  }

  @Test
  void outcomesThatSayAnotherLabelAreRefused() throws IOException {
    BaselineRegression<Classifier> missed =
        BaselineRegression.in(FalseNegativeRate.ofClass(1)).keepingOutcomes();
    approve(missed, APPROVED, DATA);
    String good = Files.readString(file());
    // n1 and n3 are "odd" and were missed; n0 is "even" and cannot be.
    assertThat(good).contains("\"n1\":[1.0,1.0]").contains("\"n3\":[1.0,1.0]");
    for (String edited :
        List.of(
            good.replace("\"n1\":[1.0,1.0]", "\"n1\":[1.0,0.0]"),
            good.replace("\"n1\":[1.0,1.0]", "\"n1\":[0.0,0.0]"),
            good.replace("\"n1\":[1.0,1.0]", "\"n1\":[0.0,0.0],\"n0\":[0.0,1.0]"))) {
      assertThat(edited).isNotEqualTo(good);
      Files.writeString(file(), edited);
      assertThatThrownBy(() -> compare(missed, CANDIDATE, DATA))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("keeps outcomes that are not those of");
    }
  }

  @Test
  void everyMetricTakesTheOutcomesThatItGave() {
    for (ClassificationMetric metric :
        List.of(
            ErrorRate.withDefaults(),
            NegativeFlips.withDefaults(),
            BrierScore.withDefaults(),
            Calibration.withDefaults(),
            Calibration.withDefaults().ofClass(0),
            AreaUnderRoc.ofClass(0),
            AveragePrecision.ofClass(0),
            FalseNegativeRate.ofClass(0),
            FalsePositiveRate.ofClass(0),
            MeanLoss.of("cost", -1, 3, (p, label) -> 3 * p[label]))) {
      BaselineRegression<Classifier> regression = BaselineRegression.in(metric).keepingOutcomes();
      approve(regression, APPROVED, DATA);
      assertThat(compare(regression, CANDIDATE, DATA).provenance().comparesWithItself()).isFalse();
      // A number out of every range: no metric has seven, nor −2.
      for (double number : new double[] {-2, 7}) {
        double[] outcome = metric.outcome(new double[] {0.25, 0.75}, 1);
        assertThat(metric.isPossible(outcome, 1)).isTrue();
        outcome[0] = number;
        assertThat(metric.isPossible(outcome, 1)).as("%s of %s", number, metric).isFalse();
      }
    }
  }

  @Test
  void aLossMadeAgainFindsItsLine() {
    approve(BaselineRegression.in(cost()), APPROVED, DATA);
    Evidence evidence = compare(BaselineRegression.in(cost()), CANDIDATE, DATA);
    // Ten errors for four, of which each costs 2.
    assertThat(only(evidence).value()).isCloseTo(6 * 2.0 / N, within(1e-8));
    approve(BaselineRegression.in(cost()).keepingOutcomes(), APPROVED, DATA);
    assertThat(
            only(compare(BaselineRegression.in(cost()).keepingOutcomes(), CANDIDATE, DATA)).value())
        .isCloseTo(6 * 2.0 / N, within(1e-12));
  }

  private static ClassificationMetric cost() {
    return MeanLoss.of("cost", 0, 3, (p, label) -> p[label] < 0.5 ? 2 : 0);
  }

  @Test
  void aMetricWithoutAStableNameIsRefused() {
    ClassificationMetric nameless =
        new ClassificationMetric() {
          @Override
          public String quantity() {
            return "cost";
          }

          @Override
          public double[] outcome(double[] probabilities, int label) {
            return cost().outcome(probabilities, label);
          }

          @Override
          public Optional<Estimate> value(Outcomes outcomes) {
            return cost().value(outcomes);
          }

          @Override
          public Estimate regression(Outcomes candidate, Outcomes approved) {
            return cost().regression(candidate, approved);
          }
        };
    assertThatThrownBy(() -> approve(BaselineRegression.in(nameless), APPROVED, DATA))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("a baseline knows the metric cost by its toString()")
        .hasMessageEndingWith("override toString()");
  }

  @Test
  void valuesOfIndependentExamplesAreNoneOfClusteredOnes() {
    Dataset pairs = DATA.clusteredBy("pair").withClustersOfAtMost(2);
    approve(ERRORS, APPROVED, DATA);
    assertThatThrownBy(() -> compare(ERRORS, CANDIDATE, pairs))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(
            "has the error rate of independent examples, and these are examples clustered by"
                + " \"pair\": their limits are not of one kind; approve a model on the data");
    approve(ERRORS, APPROVED, pairs);
    assertThatThrownBy(() -> compare(ERRORS, CANDIDATE, DATA))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has the error rate of examples clustered by \"pair\"");
    assertThat(only(compare(ERRORS, CANDIDATE, pairs)).value()).isCloseTo(6.0 / N, within(1e-8));
  }

  @Test
  void outcomesServeWhateverTheClustersAre() {
    Dataset pairs = DATA.clusteredBy("pair").withClustersOfAtMost(2);
    approve(ERRORS_BY_EXAMPLE, APPROVED, DATA);
    Evidence evidence = compare(ERRORS_BY_EXAMPLE, CANDIDATE, pairs);
    approve(ERRORS_BY_EXAMPLE, APPROVED, pairs);
    assertThat(only(compare(ERRORS_BY_EXAMPLE, CANDIDATE, pairs)).interval(0.95))
        .isEqualTo(only(evidence).interval(0.95));
  }

  private void refused(String edited, String message) throws IOException {
    Files.writeString(file(), edited);
    assertThatThrownBy(() -> compare(ERRORS_BY_EXAMPLE, CANDIDATE, DATA))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(message);
  }

  @Test
  void outsideATestTheClaimNeedsAName() {
    assertThatThrownBy(
            () -> ERRORS.evaluate(APPROVED, DATA, Optional.empty(), context(true, false)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("say .identifiedAs(\"…\")");
  }
}
