package dev.touchstone.samples.extending;

import static dev.touchstone.assertions.ModelAssertions.assertMetric;
import static dev.touchstone.assertions.ModelAssertions.assertNoRegression;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.assertions.ModelAssertionError;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.samples.Defective;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examples' classes come first, second, third and fourth, as often each. */
@Tag("library")
class OwnMetricTest {
  private static final int EXAMPLES = 400;

  private static final Dataset DATA = data();

  /** Its four scores are the four features, the largest first. */
  private static final Classifier AS_ORDERED = scoring("as ordered", 1);

  private static final Classifier IN_REVERSE = scoring("in reverse", -1);

  private static Dataset data() {
    float[] values = new float[4 * EXAMPLES];
    int[] labels = new int[EXAMPLES];
    for (int i = 0; i < values.length; i++) {
      values[i] = 4 - i % 4 + i / 4 / 1024f;
      labels[i / 4] = i / 4 % 4;
    }
    return Dataset.named("ranks").features(FeatureStore.inMemory(values, 4)).labels(labels).build();
  }

  private static Classifier scoring(String name, int sign) {
    return Models.function(
            name,
            "1",
            rows -> {
              double[][] scores = new double[rows.rows()][4];
              for (int i = 0; i < scores.length; i++) {
                for (int j = 0; j < 4; j++) {
                  scores[i][j] = sign * rows.row(i)[j];
                }
              }
              return scores;
            })
        .emittingLogits();
  }

  @Test
  void anExampleCountsWhoseClassComesTooLate() {
    double[] probabilities = {0.3, 0.3, 0.1, 0.3};

    assertThat(new TopErrorRate(1).outcome(probabilities, 0)).containsExactly(0);
    assertThat(new TopErrorRate(1).outcome(probabilities, 1)).containsExactly(1);
    assertThat(new TopErrorRate(2).outcome(probabilities, 1)).containsExactly(0);
    assertThat(new TopErrorRate(3).outcome(probabilities, 3)).containsExactly(0);
    assertThat(new TopErrorRate(3).outcome(probabilities, 2)).containsExactly(1);
  }

  @Test
  void halfOfTheClassesAreNotAmongTheFirstTwo() {
    Verdict verdict = assertMetric(AS_ORDERED, DATA, new TopErrorRate(2), atMost(0.6));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.evidence().measurements().get(0).estimate().value()).isEqualTo(0.5);
  }

  @Test
  void aTighterClaimIsRefuted() {
    try (RunContext.Binding binding = Defective.reports()) {
      assertThatExceptionOfType(ModelAssertionError.class)
          .isThrownBy(() -> assertMetric(AS_ORDERED, DATA, new TopErrorRate(2), atMost(0.4)))
          .withMessageStartingWith("FAIL: ")
          .withMessageContaining("top-2 error rate");
    }
  }

  @Test
  void aModelThatErrsAtTheOtherHalfIsNoWorse() {
    assertThat(
            assertNoRegression(IN_REVERSE, AS_ORDERED, DATA, new TopErrorRate(2), byAtMost(0.2))
                .outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void whatEveryModelKeepsIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertMetric(AS_ORDERED, DATA, new TopErrorRate(4), atMost(0.1)))
        .withMessageContaining("take a smaller k");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> assertMetric(AS_ORDERED, DATA, new TopErrorRate(2), atMost(1)))
        .withMessageContaining("every model keeps");
  }
}
