package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertAgreesWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValueAgreementAssertionTest {
  private static final int M = 100;

  private static final AuditSet AUDIT =
      AuditSet.of(
          Dataset.named("audit")
              .features(FeatureStore.inMemory(numbers(), 1))
              .values(IntStream.range(0, M).mapToDouble(i -> 10 * i).toArray(), "DM")
              .column("half", IntStream.range(0, M).mapToObj(i -> i < 50 ? "1" : "2").toList())
              .build());

  /** Off by 3 DM, and by 60 at the first thirty. */
  private static final Regressor MODEL =
      Models.function(
              "model",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> batch.row(i)[0])
                      .map(x -> new double[] {10 * x + (x < 30 ? 60 : 3)})
                      .toArray(double[][]::new))
          .emittingValues();

  private static float[] numbers() {
    float[] numbers = new float[M];
    for (int i = 0; i < M; i++) {
      numbers[i] = i;
    }
    return numbers;
  }

  @Test
  void whatIsNearEnoughAgrees() {
    Verdict verdict = assertAgreesWithAudit(MODEL, AUDIT, 60, atLeast(0.9));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo(
            "the share of the expert's values that the model meets to within 60 DM is at least"
                + " 0.9");
  }

  @Test
  void aGroupThatIsFarOffFailsTheClaim() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertThatModel(MODEL)
                    .on(AUDIT.groupedBy("half"))
                    .because("clerks were told so")
                    .agreesWithExpertWithin(5, atLeast(0.6)))
        .withMessageStartingWith("FAIL: agreement with the expert (half=1) is 0.4 [")
        .withMessageContaining("because      clerks were told so");
  }

  @Test
  void whatIsNoShareIsRefused() {
    assertThatThrownBy(() -> assertAgreesWithAudit(MODEL, AUDIT, 5, atMost(0.5)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("the tolerance was at most 0.5; write atLeast(0.9)");
    assertThatThrownBy(() -> assertThatModel(MODEL).on(AUDIT).holdsExpertInIntervals(atLeast(0.5)))
        .hasMessageContaining("model gives no intervals");
    assertThatThrownBy(() -> assertThatModel(MODEL).on((AuditSet) null))
        .hasMessage("the audit set is null; give the one that the claim is about");
  }
}
