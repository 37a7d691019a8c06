package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertNoReliance;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.check.explanation.ColumnReliance;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ColumnRelianceAssertionTest {
  private static final Dataset PEOPLE = people();

  /** Score: age plus so much of sex. */
  private static Classifier deciding(double bySex) {
    return Models.function(
            "by sex " + bySex,
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> new double[] {0, batch.row(i)[0] + bySex * batch.row(i)[1]})
                    .toArray(double[][]::new))
        .emittingLogits();
  }

  private static Dataset people() {
    int n = 400;
    float[] values = new float[2 * n];
    for (int i = 0; i < n; i++) {
      values[2 * i] = (float) Math.sin(i);
      values[2 * i + 1] = i % 2;
    }
    return Dataset.named("people")
        .features(FeatureStore.inMemory(values, 2))
        .featureNames(List.of("age", "sex"))
        .labels(IntStream.range(0, n).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static KernelShap method() {
    return KernelShap.against(PEOPLE.first(20));
  }

  @Test
  void aModelThatDoesNotLookAtTheColumnPasses() {
    Verdict verdict = assertNoReliance(deciding(0), PEOPLE, List.of("sex"), method(), atMost(0.05));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo("the share of attribution on sex by KernelShap is at most 0.05");
  }

  @Test
  void aModelThatDecidesByItFails() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertThatModel(deciding(1))
                    .on(PEOPLE)
                    .because("it is not to be decided by")
                    .doesNotRelyOnColumns(
                        ColumnReliance.on(List.of("sex"), method()).withExamples(300),
                        atMost(0.05)))
        .withMessageStartingWith("FAIL: share of attribution")
        .withMessageContaining("because      it is not to be decided by");
  }

  @Test
  void whatIsNoShareToStayBelowIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> assertNoReliance(deciding(0), PEOPLE, List.of("sex"), method(), atLeast(0.05)))
        .withMessageContaining("at least 0.05; write atMost(0.05)");
  }

  @Test
  void withoutAMethodTreesAreNeeded() {
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(() -> assertNoReliance(deciding(0), PEOPLE, List.of("sex"), atMost(0.05)))
        .withMessageContaining("TreeShap")
        .withMessageContaining("KernelShap");
  }
}
