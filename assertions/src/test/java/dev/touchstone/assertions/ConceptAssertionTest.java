package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertConceptNotUsed;
import static dev.touchstone.assertions.ModelAssertions.assertConceptUsed;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.between;
import static dev.touchstone.assertions.ModelAssertions.layer;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConceptAssertionTest {
  private static final Classifier FUNCTION =
      Models.function("function", "1", batch -> new double[batch.rows()][2]).emittingLogits();
  private static final ConceptExamples CONCEPT =
      ConceptExamples.of("tall", data("tall", 1)).againstRandomSetsOf(data("pool", 2));

  private static Dataset data(String name, int first) {
    float[] values = new float[40];
    for (int i = 0; i < values.length; i++) {
      values[i] = first * 100 + i;
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, 2))
        .labels(IntStream.range(0, 20).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .build();
  }

  @Test
  void aBandThatEveryModelKeepsAndOneWithoutZeroAreRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertConceptNotUsed(
                    FUNCTION, data("test", 3), CONCEPT, layer("fc1"), between(-0.5, 0.5)))
        .withMessageContaining("between(-0.3, 0.3)");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertThatModel(FUNCTION)
                    .on(data("test", 3))
                    .forClass("yes")
                    .doesNotUse(CONCEPT, layer("fc1"), between(0.1, 0.3)))
        .withMessageContaining("around 0");
  }

  @Test
  void aToleranceThatIsNoUseIsRefused() {
    for (var tolerance : List.of(atLeast(0), atLeast(0.5), atMost(0.2), atLeast(-0.2))) {
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(
              () ->
                  assertConceptUsed(
                      FUNCTION, data("test", 3), "yes", CONCEPT, layer("fc1"), tolerance))
          .withMessageContaining("atLeast(0.2)");
    }
  }

  @Test
  void aModelThatIsNoWhiteBoxIsRefused() {
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(
            () ->
                assertConceptUsed(
                    FUNCTION, data("test", 3), "yes", CONCEPT, layer("fc1"), atMost(-0.2)))
        .withMessageContaining("the use of a concept");
  }
}
