package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertNoSpuriousReliance;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.assertions.ModelAssertionError;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SetColumn;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/**
 * A column of a table as a signal: does setting it, and nothing else, move people to another
 * prediction? This model was never told sex or race, and its calibration by both is good; what it
 * makes of the country of birth, calibration does not show.
 */
@ModelTest
class IncomeColumnsTest {

  @ModelUnderTest(value = "classpath:models/adult-logistic.onnx", outputs = LOGITS)
  static Classifier model;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  @Test
  void doesNotMindAPrivateEmployer() {
    assertNoSpuriousReliance(model, test, SetColumn.of("workclass", "Private"), atMost(0.10));
  }

  /** A third of those with a predicted high income would lose it by this alone. */
  @Test
  void mindsBirthInMexico() {
    try (RunContext.Binding binding = Defective.reports()) {
      assertMindsBirthInMexico();
    }
  }

  private static void assertMindsBirthInMexico() {
    assertThatThrownBy(
            () ->
                assertThatModel(model)
                    .on(test)
                    .because("national origin may not decide about credit: ECOA, 15 U.S.C. 1691")
                    .forClass("<=50K")
                    .doesNotRelyOn(SetColumn.of("native_country", "Mexico"), atMost(0.10)))
        .asInstanceOf(InstanceOfAssertFactories.type(ModelAssertionError.class))
        .extracting(error -> error.verdict().outcome())
        .isEqualTo(Outcome.FAIL);
  }
}
