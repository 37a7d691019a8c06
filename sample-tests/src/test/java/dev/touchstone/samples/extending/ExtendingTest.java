package dev.touchstone.samples.extending;

import static dev.touchstone.assertions.ModelAssertions.assertClaim;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOG_PROBABILITIES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.assertions.ModelAssertionError;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.VerdictListener;
import dev.touchstone.evidence.figure.BoxPlot;
import dev.touchstone.evidence.record.VerdictListeners;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.samples.Defective;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A check of one's own, claimed and heard like any other.
 *
 * <p>A claim in one's own words is a static method around {@code assertClaim}, as {@link
 * #assertAbstentionWithin} is: the verdict is judged, told to every listener, written to {@code
 * verdicts.json} and thrown by the same code as the built-in ones.
 */
@ModelTest
class ExtendingTest {

  @ModelUnderTest(
      value = "classpath:org/tribuo/interop/onnx/cnn_mnist.onnx",
      outputs = LOG_PROBABILITIES)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/mnist/test-images-idx3-ubyte.gz",
      labels = "classpath:data/mnist/test-labels-idx1-ubyte.gz")
  static Dataset test;

  private final List<String> sent = new CopyOnWriteArrayList<>();

  /**
   * A listener of one's own. In production it is named in {@code
   * META-INF/services/dev.touchstone.evidence.VerdictListener} and found by ServiceLoader; here it
   * is added for one test. It may be called by several threads at once, before an assertion throws.
   */
  private final VerdictListener toTheDashboard =
      (verdict, context) -> sent.add(verdict.outcome() + " " + verdict.claim().statement());

  @BeforeEach
  void listen() {
    VerdictListeners.of(RunSession.shared()).add(toTheDashboard);
  }

  @AfterEach
  void listenNoMore() {
    VerdictListeners.of(RunSession.shared()).remove(toTheDashboard);
  }

  static Verdict assertAbstentionWithin(Classifier model, Dataset data, double tolerance) {
    Claim claim =
        Claim.of("at most " + tolerance + " of the digits go to a clerk", atMost(tolerance));
    return assertClaim(claim, context -> AbstentionRate.below(0.9).evaluate(model, data, context));
  }

  @Test
  void fewDigitsGoToAClerk() {
    Verdict verdict = assertAbstentionWithin(model, test, 0.10);
    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(sent).contains("PASS at most 0.1 of the digits go to a clerk");
    assertThat(verdict.evidence().provenance().texts().settings())
        .containsEntry("least confidence", "0.9");
  }

  @Test
  void theRateIsCountedByHand() {
    long unsure = 0;
    for (int i = 0; i < 1000; i++) {
      double[] probabilities = model.predict(test.batch(i, i + 1)).probabilities(0);
      unsure += Arrays.stream(probabilities).max().orElse(0) < 1.0 ? 1 : 0;
    }
    double rate =
        AbstentionRate.below(1.0)
            .evaluate(model, test.first(1000), RunContext.current())
            .measurements()
            .get(0)
            .estimate()
            .value();
    assertThat(unsure).isPositive();
    assertThat(rate).isEqualTo(unsure / 1000.0);
  }

  @Test
  void theFigureShowsHowSureTheModelIs() {
    double[] confidences = new double[1000];
    for (int i = 0; i < confidences.length; i++) {
      double[] probabilities = model.predict(test.batch(i, i + 1)).probabilities(0);
      confidences[i] = Arrays.stream(probabilities).max().orElse(0);
    }
    Arrays.sort(confidences);
    BoxPlot plot =
        (BoxPlot)
            AbstentionRate.below(0.9)
                .evaluate(model, test.first(1000), RunContext.current())
                .figures()
                .get(0);
    assertThat(plot.boxes()).hasSize(1);
    BoxPlot.Box box = plot.boxes().get(0);
    assertThat(box.count()).isEqualTo(1000);
    // Between the two in the middle; one example alone and many together differ in the last digits.
    assertThat(box.median()).isBetween(confidences[499] - 1e-6, confidences[500] + 1e-6);
  }

  @Test
  void aClaimThatDoesNotHoldIsHeardBeforeItIsThrown() {
    try (RunContext.Binding binding = Defective.reports()) {
      assertThatExceptionOfType(ModelAssertionError.class)
          .isThrownBy(
              () ->
                  assertClaim(
                      Claim.of("nobody is asked: confidence 1 at every digit", atMost(0.001)),
                      context -> AbstentionRate.below(1.0).evaluate(model, test, context)))
          .withMessageStartingWith("FAIL: abstention rate (overall) is ");
    }
    assertThat(sent).contains("FAIL nobody is asked: confidence 1 at every digit");
  }
}
