package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertAgreesWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditAgreementAssertionTest {
  private static final int M = 100;

  private static final Dataset EXAMPLES =
      Dataset.named("audit")
          .features(FeatureStore.inMemory(numbers(), 1))
          .labels(IntStream.range(0, M).map(i -> i % 2).toArray())
          .classNames(List.of("even", "odd"))
          .column("half", IntStream.range(0, M).mapToObj(i -> i < M / 2 ? "1" : "2").toList())
          .build();

  /** Takes the first thirty for the other kind; of these the expert is not sure. */
  private static final Classifier MODEL =
      Models.function(
              "model",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> batch.row(i)[0])
                      .map(x -> new double[] {0, (x % 2 == 1) == x >= 30 ? 1 : -1})
                      .toArray(double[][]::new))
          .emittingLogits();

  private static float[] numbers() {
    float[] numbers = new float[M];
    for (int i = 0; i < M; i++) {
      numbers[i] = i;
    }
    return numbers;
  }

  private static AuditSet audit(double ofTheFirst) {
    double[] sure = new double[M];
    Arrays.fill(sure, 1);
    Arrays.fill(sure, 0, 30, ofTheFirst);
    double[][] values = new double[M][];
    Arrays.setAll(values, i -> new double[] {i});
    return AuditSet.of(EXAMPLES)
        .annotatedBy(Annotations.of(List.of("size"), values).withConfidence(sure));
  }

  @Test
  void whatTheExpertIsNotSureOfRefutesNothing() {
    Verdict verdict = assertAgreesWithAudit(MODEL, audit(0.05), atLeast(0.9));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo(
            "the share of the expert's labels that the model predicts, weighed by the expert's"
                + " confidence, is at least 0.9");
  }

  @Test
  void whatTheExpertIsSureOfDoes() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> assertAgreesWithAudit(MODEL, audit(1), atLeast(0.9)))
        .withMessageStartingWith("FAIL: agreement with the expert (overall) is 0.7 [");
  }

  @Test
  void aGroupThatTheModelGetsWrongFailsTheClaimThatHoldsOverall() {
    assertThatModel(MODEL).on(audit(0.25)).agreesWithExpert(atLeast(0.75));
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertThatModel(MODEL)
                    .on(audit(1).groupedBy("half"))
                    .because("it is to be put beside the expert")
                    .agreesWithExpert(atLeast(0.75)))
        .withMessageStartingWith("FAIL: agreement with the expert (half=1) is 0.4 [")
        .withMessageContaining("because      it is to be put beside the expert");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.1})
  void aShareThatIsNoneIsRefused(double share) {
    assertThatThrownBy(() -> assertAgreesWithAudit(MODEL, audit(1), atLeast(share)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write atLeast(0.9)");
  }

  @Test
  void anUpperBoundIsRefused() {
    assertThatThrownBy(() -> assertAgreesWithAudit(MODEL, audit(1), atMost(0.9)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("the tolerance was at most 0.9; write atLeast(0.9)");
  }

  @Test
  void anAuditSetThatNobodyGaveIsSaid() {
    assertThatThrownBy(() -> assertAgreesWithAudit(MODEL, null, atLeast(0.9)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("the audit set is null; give the one that the claim is about");
  }
}
