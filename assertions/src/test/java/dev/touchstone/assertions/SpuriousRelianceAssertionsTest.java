package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertNoSpuriousReliance;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.data.contamination.Corner.BOTTOM_LEFT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.data.contamination.TextTag;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpuriousRelianceAssertionsTest {
  private static final int N = 200;
  private static final int SIDE = 20;
  private static final TextTag TAG = TextTag.of("MGH").at(BOTTOM_LEFT);

  /** Images of noise between 0 and 0.5 but for one white pixel; its first pixel tells the class. */
  private static final Dataset TEST =
      Dataset.named("x-rays")
          .features(FeatureStore.inMemory(pixels(), 1, SIDE, SIDE))
          .labels(IntStream.range(0, N).map(i -> i % 2).toArray())
          .classNames(List.of("healthy", "ill"))
          .build();

  private static float[] pixels() {
    float[] pixels = new float[N * SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (i * 7919L % 1000) / 2000f;
    }
    for (int i = 0; i < N; i++) {
      pixels[i * SIDE * SIDE] = i % 2;
      pixels[i * SIDE * SIDE + 1] = 1;
    }
    return pixels;
  }

  private static final Classifier LOOKS_AT_THE_PATIENT =
      Models.function("looks-at-the-patient", "1", batch -> predict(batch, false))
          .emittingProbabilities();

  private static final Classifier READS_THE_TAG =
      Models.function("reads-the-tag", "1", batch -> predict(batch, true)).emittingProbabilities();

  /** The tag's first letter begins in row 12, column 1, and is ink there. */
  private static double[][] predict(Tensor batch, boolean readsTheTag) {
    return IntStream.range(0, batch.rows())
        .mapToObj(
            i -> {
              float[] x = batch.row(i);
              boolean ill = x[0] == 1 || (readsTheTag && x[12 * SIDE + 1] == 1);
              return ill ? new double[] {0.1, 0.9} : new double[] {0.9, 0.1};
            })
        .toArray(double[][]::new);
  }

  @Test
  void passesAModelThatDoesNotReadTheTag() {
    Verdict verdict = assertNoSpuriousReliance(LOOKS_AT_THE_PATIENT, TEST, TAG, atMost(0.10));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.judgements()).hasSize(2);
    assertThat(verdict.claim().statement())
        .isEqualTo(
            "the spurious score of tag \"MGH\" at bottom left, towards every class, is at most"
                + " 0.1");
  }

  @Test
  void refutesAModelThatReadsTheTagAndSaysWhich() {
    assertThatThrownBy(() -> assertNoSpuriousReliance(READS_THE_TAG, TEST, TAG, atMost(0.10)))
        .isInstanceOf(ModelAssertionError.class)
        .hasMessageStartingWith("FAIL: spurious score (tag \"MGH\" at bottom left to ill) is 1")
        .hasMessageContaining("tag \"MGH\" at bottom left to ill")
        .hasMessageContaining("accuracy without")
        .hasMessageContaining("label healthy, predicted healthy, with tag \"MGH\"")
        .hasMessageContaining("a signal that nobody thought of is not excluded")
        .asInstanceOf(InstanceOfAssertFactories.type(ModelAssertionError.class))
        .satisfies(
            error -> {
              assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL);
              assertThat(error.verdict().evidence().worst()).hasSize(10);
            });
  }

  @Test
  void judgesTheNamedClassAlone() {
    Verdict verdict =
        assertThatModel(READS_THE_TAG)
            .on(TEST)
            .forClass("healthy")
            .doesNotRelyOn(TAG, atMost(0.10));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.judgements()).hasSize(1);
    assertThatThrownBy(
            () ->
                assertThatModel(READS_THE_TAG)
                    .on(TEST)
                    .forClass("ill")
                    .doesNotRelyOn(TAG, atMost(0.10)))
        .isInstanceOf(ModelAssertionError.class);
  }

  @Test
  void refutesSeveralSignalsWhereTheModelReliesOnOne() {
    SpuriousSignal corner = PatchTag.of(new float[][] {{1, 1}}).at(0, 18);
    List<SpuriousSignal> both = List.of(corner, TAG);

    assertThat(
            assertNoSpuriousReliance(LOOKS_AT_THE_PATIENT, TEST, both, atMost(0.10)).judgements())
        .hasSize(4);
    assertThatThrownBy(
            () -> assertThatModel(READS_THE_TAG).on(TEST).doesNotRelyOn(both, atMost(0.10)))
        .isInstanceOf(ModelAssertionError.class)
        .hasMessageContaining(TAG.describe() + " to ill");
  }

  @Test
  void cannotDecideOnAFewExamples() {
    Dataset few = TEST.first(10);
    assertThatThrownBy(() -> assertNoSpuriousReliance(LOOKS_AT_THE_PATIENT, few, TAG, atMost(0.10)))
        .isInstanceOf(ModelAssertionError.class)
        .hasMessageStartingWith("INCONCLUSIVE");
    assertThat(
            assertThatModel(LOOKS_AT_THE_PATIENT)
                .on(few)
                .forClass("ill")
                .because("the ward's scanner prints its name")
                .allowInconclusive("ten scans are all there are")
                .doesNotRelyOn(TAG, atMost(0.10))
                .outcome())
        .isEqualTo(Outcome.INCONCLUSIVE);
  }

  @Test
  void keepsTheReasonInTheClaim() {
    Verdict verdict =
        assertThatModel(LOOKS_AT_THE_PATIENT)
            .on(TEST)
            .because("the ward's scanner prints its name")
            .doesNotRelyOn(TAG, atMost(0.10));

    assertThat(verdict.claim().because()).contains("the ward's scanner prints its name");
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, -0.1})
  void refusesAToleranceThatNoProbabilityCouldBreakOrKeep(double tolerance) {
    assertRefused(atMost(tolerance));
  }

  @Test
  void refusesALowerBound() {
    assertRefused(atLeast(0.10));
  }

  private static void assertRefused(Bound tolerance) {
    assertThatThrownBy(() -> assertNoSpuriousReliance(LOOKS_AT_THE_PATIENT, TEST, TAG, tolerance))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("a spurious score is a probability")
        .hasMessageContaining("write atMost(0.10)");
  }

  @Test
  void refusesAnUnknownClass() {
    assertThatThrownBy(
            () ->
                assertThatModel(READS_THE_TAG)
                    .on(TEST)
                    .forClass("dead")
                    .doesNotRelyOn(TAG, atMost(0.10)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no class \"dead\"");
  }

  @Test
  void hasNoNamesThatOtherStarImportsHave() throws ClassNotFoundException {
    // With JUnit's, AssertJ's and this package's names all star-imported, a class that occurs
    // twice could not be written by its simple name.
    for (String name :
        "BackgroundBlur BackgroundSwap Contamination Corner ItemMask PatchTag SetColumn SpuriousSignal Stripe TextTag"
            .split(" ")) {
      Class.forName("dev.touchstone.data.contamination." + name);
      for (String other : List.of("org.junit.jupiter.api.", "org.assertj.core.api.")) {
        assertThatThrownBy(() -> Class.forName(other + name))
            .as(name.toLowerCase(Locale.ROOT))
            .isInstanceOf(ClassNotFoundException.class);
      }
    }
  }
}
