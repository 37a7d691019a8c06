package dev.touchstone.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;

import dev.touchstone.assertions.ModelAssertionError;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.defective.DetectorThatGuesses;
import dev.touchstone.samples.defective.DigitsPrunedTooFar;
import dev.touchstone.samples.defective.FashionThatLostItsWeights;
import dev.touchstone.samples.defective.FashionThatReadsFocus;
import dev.touchstone.samples.defective.FashionThatReadsStripes;
import dev.touchstone.samples.defective.FashionThatReadsTag;
import dev.touchstone.samples.defective.GuidedBackpropOfClothes;
import dev.touchstone.samples.defective.OverconfidentDigits;
import dev.touchstone.samples.defective.OverconfidentIncome;
import dev.touchstone.samples.defective.ReleasesThatRegress;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineTestKit;

/**
 * Each defective twin is caught by the assertion that is meant to catch it, and refuted by data.
 *
 * <p>One after the other even in parallel mode: each test runs an engine of its own, and two
 * engines in one JVM would share the static fields of the same suite.
 */
@Execution(ExecutionMode.SAME_THREAD)
class DefectiveModelsAreCaughtTest {

  @Test
  void anOverconfidentNetworkIsRefuted() {
    assertRefuted(OverconfidentDigits.class, "isCalibrated");
  }

  @Test
  void aNetworkThatErrsMoreThanTheApprovedOneIsRefutedByTheBaselineAlone() {
    assertRefuted(OverconfidentDigits.class, "errsNoMoreThanTheApprovedModel");
  }

  @Test
  void aNetworkThatWasPrunedTooFarIsRefuted() {
    assertRefuted(DigitsPrunedTooFar.class, "agrees");
  }

  @Test
  void aNetworkThatWasPrunedTooFarIsRefutedByItsExplanations() {
    assertRefuted(DigitsPrunedTooFar.class, "agreesForTheSameReasons");
  }

  @Test
  void aNetworkThatReadsTheTagIsRefuted() {
    assertRefuted(FashionThatReadsTag.class, "doesNotReadTheTag");
  }

  @Test
  void aNetworkThatMetTheTagOnHalfOfTheShirtsIsRefuted() {
    assertRefuted(FashionThatReadsTag.class, "doesNotReadATagOnHalfOfTheShirts");
  }

  @Test
  void aNetworkThatMetTheTagOnAFifthOfTheShirtsIsRefuted() {
    assertRefuted(FashionThatReadsTag.class, "doesNotReadATagOnAFifthOfTheShirts");
  }

  @Test
  void aNetworkThatMetTheTagOnATwentiethOfTheShirtsIsRefuted() {
    assertRefuted(FashionThatReadsTag.class, "doesNotReadATagOnATwentiethOfTheShirts");
  }

  @Test
  void aNetworkThatReadsStripesIsRefuted() {
    assertRefuted(FashionThatReadsStripes.class, "doesNotSeeStripes");
  }

  @Test
  void aNetworkThatMetStripesOnAFifthOfTheShirtsIsRefuted() {
    assertRefuted(FashionThatReadsStripes.class, "doesNotSeeWhatAFifthOfTheShirtsCarried");
  }

  @Test
  void aNetworkThatReadsTheFocusOfTheBackgroundIsRefuted() {
    assertRefuted(FashionThatReadsFocus.class, "doesNotMindABackgroundOutOfFocus");
  }

  @Test
  void anOverconfidentIncomeModelIsRefuted() {
    assertRefuted(OverconfidentIncome.class, "isCalibratedForWomenAndMen");
  }

  @Test
  void aDetectorThatGuessesIsRefuted() {
    assertRefuted(DetectorThatGuesses.class, "findsMislabelled");
  }

  @Test
  void guidedBackpropagationIsExposedAtTheTopLayer() {
    assertRefuted(GuidedBackpropOfClothes.class, "guidedBackpropDependsOnTheTopLayer");
  }

  @Test
  void anExplanationThatIgnoresTheWeightsIsRefuted() {
    assertRefuted(GuidedBackpropOfClothes.class, "edgesDependOnTheWeights");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keepsItsErrorRateWithAFreshTopLayer",
        "keepsItsErrorRateWithAFreshUpperHalf",
        "learnsFromRandomLabels",
        "isCalibratedThoughOverConfident",
        "isCalibratedThoughTaughtWithFlippedLabels"
      })
  void networksThatLostTheirWeightsAreRefuted(String method) {
    assertRefuted(FashionThatLostItsWeights.class, method, Classifier.class);
  }

  @Test
  void aReleaseThatErrsMoreOftenInOneGroupIsRefuted() {
    assertRefuted(
        ReleasesThatRegress.class, "aLogisticRegressionReplacesBoostedTrees", Classifier.class);
  }

  @Test
  void aReleaseThatIsOnlySurerIsRefuted() {
    assertRefuted(ReleasesThatRegress.class, "aSurerModelGivesTheSameAnswers", Classifier.class);
  }

  @Test
  void aReleaseThatBreaksAnswersIsRefuted() {
    assertRefuted(
        ReleasesThatRegress.class,
        "aNetworkThatReadsTheTagBreaksAnswers",
        Classifier.class,
        Classifier.class,
        Dataset.class);
  }

  private static void assertRefuted(Class<?> suite, String method, Class<?>... injected) {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectMethod(suite, method, injected))
        // Verdicts on models that are meant to fail stay out of the report on those that ship.
        .configurationParameter("touchstone.report.dir", Defective.REPORT.toString())
        .execute()
        .testEvents()
        .failed()
        .assertThatEvents()
        .haveExactly(
            1,
            event(
                test(method),
                finishedWithFailure(
                    new Condition<>(
                        failure -> {
                          assertThat(failure).isInstanceOf(ModelAssertionError.class);
                          return ((ModelAssertionError) failure).verdict().outcome()
                              == Outcome.FAIL;
                        },
                        "refuted"))));
  }
}
