package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtMost;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.attribution.Gradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A tolerance that the claim cannot mean is refused before anything is computed. */
class AttributionAssertTest {
  private static final Classifier RULE =
      Models.function("rule", "1", rows -> new double[rows.rows()][2]).emittingLogits();

  private static final Dataset DATA =
      Dataset.named("two")
          .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
          .labels(0, 1)
          .build();

  static Bound[] unusable() {
    return new Bound[] {
      atLeast(0.1), atMost(0.1).on("ECE"), excessSimilarityAtMost(1), excessSimilarityAtMost(-0.1)
    };
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void aToleranceOfAnotherKindIsRefusedWithTheCure(Bound tolerance) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertThatModel(RULE)
                    .on(DATA)
                    .explainedBy(Gradient.withDefaults())
                    .isSensitiveToWeights(tolerance))
        .withMessageContaining("give excessSimilarityAtMost(x) with x in [0, 1)");
  }
}
