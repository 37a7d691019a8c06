package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertSurrogateFidelity;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.SurrogateTree;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SurrogateFidelityAssertionTest {
  private static final Dataset.Split NUMBERS = numbers().split(0.5, 1);
  private static final SurrogateTree TREE = SurrogateTree.fittedOn(NUMBERS.first());

  private static Dataset numbers() {
    int n = 2000;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return Dataset.named("numbers")
        .features(FeatureStore.inMemory(values, 1))
        .labels(IntStream.range(0, n).map(i -> i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .column("half", IntStream.range(0, n).mapToObj(i -> i < n / 2 ? "1" : "2").toList())
        .build();
  }

  /** Changes its mind every so many numbers. */
  private static Classifier changing(int every) {
    return Models.function(
            "changes every " + every,
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .map(i -> (int) batch.row(i)[0] / every % 2)
                    .mapToObj(yes -> new double[] {0, yes == 1 ? 1 : -1})
                    .toArray(double[][]::new))
        .emittingLogits();
  }

  @Test
  void aModelThatFewLeavesTellPasses() {
    Verdict verdict = assertSurrogateFidelity(changing(300), NUMBERS.second(), TREE, atLeast(0.95));
    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo(
            "the share of examples that a tree of at most 8 leaves answers as the model does is at"
                + " least 0.95");
  }

  @Test
  void aModelThatManyLeavesWouldTellFailsInItsGroup() {
    Classifier model = changing(40);
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertThatModel(model)
                    .on(NUMBERS.second().groupedBy("half"))
                    .because("it is to be told to those it decides about")
                    .hasSurrogateFidelity(TREE, atLeast(0.95)))
        .withMessageStartingWith("FAIL: surrogate fidelity")
        .withMessageContaining("because      it is to be told to those it decides about");
  }

  @Test
  void whatIsNoShareToReachIsRefused() {
    for (double share : new double[] {0, 1.1}) {
      assertThatThrownBy(
              () -> assertSurrogateFidelity(changing(300), NUMBERS.second(), TREE, atLeast(share)))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("write atLeast(0.9)");
    }
    assertThatThrownBy(
            () -> assertSurrogateFidelity(changing(300), NUMBERS.second(), TREE, atMost(0.9)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("the tolerance was at most 0.9; write atLeast(0.9)");
  }
}
