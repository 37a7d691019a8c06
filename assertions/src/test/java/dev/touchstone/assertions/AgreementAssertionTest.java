package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertAgreesWith;
import static dev.touchstone.assertions.ModelAssertions.assertExplanationsAgree;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtLeast;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgreementAssertionTest {
  private static final int N = 1000;

  private static final Dataset DATA =
      Dataset.named("data")
          .features(FeatureStore.inMemory(numbers(), 1))
          .labels(IntStream.range(0, N).map(i -> i % 2).toArray())
          .classNames(List.of("even", "odd"))
          .column("half", IntStream.range(0, N).mapToObj(i -> i < N / 2 ? "1" : "2").toList())
          .build();

  private static float[] numbers() {
    float[] numbers = new float[N];
    for (int i = 0; i < N; i++) {
      numbers[i] = i;
    }
    return numbers;
  }

  /** Tells even numbers from odd ones, and takes the first few for the other kind. */
  private static Classifier model(String name, int wrong) {
    return Models.function(
            name,
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> batch.row(i)[0])
                    .map(x -> new double[] {0, (x % 2 == 1) == x >= wrong ? 1 : -1})
                    .toArray(double[][]::new))
        .emittingLogits();
  }

  private static final Classifier REFERENCE = model("reference", 0);
  private static final Classifier COPY = model("copy", 5);

  @Test
  void aCopyThatChangesFewPredictionsPasses() {
    Verdict verdict = assertAgreesWith(COPY, REFERENCE, DATA, atLeast(0.98));
    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo("the share of examples predicted as by reference is at least 0.98");
  }

  @Test
  void aGroupThatTheCopyChangesFailsTheClaimThatHoldsOverall() {
    Classifier copy = model("other copy", 30);
    assertThatModel(copy).on(DATA).agreesWith(REFERENCE, atLeast(0.95));
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertThatModel(copy)
                    .on(DATA.groupedBy("half"))
                    .because("it replaces the reference on phones")
                    .agreesWith(REFERENCE, atLeast(0.98)))
        .withMessageStartingWith("FAIL: agreement (half=1) is 0.94")
        .withMessageContaining("because      it replaces the reference on phones");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1.1})
  void aShareThatIsNoneIsRefused(double share) {
    assertThatThrownBy(() -> assertAgreesWith(COPY, REFERENCE, DATA, atLeast(share)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write atLeast(0.99)");
  }

  @Test
  void anUpperBoundIsRefused() {
    assertThatThrownBy(() -> assertAgreesWith(COPY, REFERENCE, DATA, atMost(0.99)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("the tolerance was at most 0.99; write atLeast(0.99)");
  }

  @Test
  void explanationsOfAModelThatOnlyPredictsAreRefused() {
    assertThatThrownBy(() -> explained(excessSimilarityAtLeast(0.3)))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("Gradient needs input gradients; copy");
  }

  @Test
  void anExcessThatCannotBeClaimedIsRefused() {
    for (Bound bound :
        List.of(
            excessSimilarityAtLeast(0),
            excessSimilarityAtLeast(1),
            atMost(0.3),
            atLeast(0.3).on("AUROC"))) {
      assertThatThrownBy(() -> explained(bound))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("give excessSimilarityAtLeast(x) with x in (0, 1)");
    }
  }

  private static Verdict explained(Bound bound) {
    return assertExplanationsAgree(
        COPY,
        REFERENCE,
        DATA,
        Gradient.withDefaults(),
        HealthyModels.of(model("healthy", 50)),
        bound);
  }
}
