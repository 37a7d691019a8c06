package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.SurrogateRules;
import dev.touchstone.surrogate.SurrogateTree;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SurrogateFidelityTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Says yes above 10, and of 3 to 5. */
  private final Classifier model =
      Models.function(
              "two ranges",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToDouble(i -> batch.row(i)[0])
                      .mapToObj(
                          x ->
                              x > 10 || x >= 3 && x <= 5
                                  ? new double[] {0.2, 0.8}
                                  : new double[] {0.9, 0.1})
                      .toArray(double[][]::new))
          .emittingProbabilities();

  private static Dataset numbers(String name, int from, int to) {
    int n = to - from;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = from + i;
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, 1))
        .featureNames(List.of("x"))
        .ids(IntStream.range(0, n).mapToObj(i -> name + " " + i).toList())
        .labels(IntStream.range(0, n).map(i -> 1).toArray())
        .classNames(List.of("no", "yes"))
        .column("half", IntStream.range(0, n).mapToObj(i -> i < n / 2 ? "low" : "high").toList())
        .build();
  }

  private final Dataset training = numbers("training", 0, 21);
  private final Dataset test = numbers("test", 0, 20);

  /** Of two leaves the best question is x ≤ 10.5, which misses 3, 4 and 5. */
  @Test
  void countsOtherExamplesThatBothAnswerAlikeOverallAndPerGroup() {
    Evidence evidence =
        SurrogateFidelity.of(SurrogateTree.fittedOn(training).withLeaves(2))
            .evaluate(model, test.groupedBy("half"), context);
    assertThat(evidence.measurements())
        .extracting(m -> m.quantity() + " " + m.slice(), m -> m.estimate().toString())
        .containsExactly(
            tuple("surrogate fidelity overall", "17/20"),
            tuple("surrogate fidelity half=high", "10/10"),
            tuple("surrogate fidelity half=low", "7/10"));
    assertThat(evidence.worst())
        .extracting(finding -> finding.subject())
        .containsExactly("test 3", "test 4", "test 5");
    assertThat(evidence.worst().get(0).facts())
        .containsEntry("predicted", "yes (0.8)")
        .containsEntry("by the surrogate", "no")
        .containsEntry("since", "x ≤ 10.5");
  }

  @Test
  void theRulesStandInTheEvidence() {
    Evidence evidence =
        SurrogateFidelity.of(SurrogateTree.fittedOn(training).withLeaves(2))
            .evaluate(model, test, context);
    assertThat(evidence.figures()).hasSize(1);
    Table table = (Table) evidence.figures().get(0);
    assertThat(table.rows())
        .extracting(
            row -> row.head(),
            row -> row.cells().get(0).text(),
            row -> row.cells().get(1).number().orElseThrow())
        .containsExactlyInAnyOrder(tuple("x ≤ 10.5", "no", 11.0), tuple("x > 10.5", "yes", 9.0));
    assertThat(evidence.notes()).noneMatch(note -> note.contains("no rule holds"));
  }

  @Test
  void aLargerBudgetTellsAll() {
    Evidence evidence =
        SurrogateFidelity.of(SurrogateTree.fittedOn(training)).evaluate(model, test, context);
    assertThat(evidence.measurements().get(0).estimate().toString()).isEqualTo("20/20");
  }

  /** The quartiles of 0 to 20 are 5, 10 and 15: x > 10 is one rule, and 3 to 5 none. */
  @Test
  void ruleSetsLeaveExamplesToTheOthersAnswer() {
    Evidence evidence =
        SurrogateFidelity.of(SurrogateRules.fittedOn(training).withRules(1).withConditions(1))
            .evaluate(model, test, context);
    assertThat(evidence.measurements().get(0).estimate().toString()).isEqualTo("17/20");
    assertThat(((Table) evidence.figures().get(0)).rows())
        .extracting(row -> row.head())
        .containsExactly("x > 10", "otherwise");
    assertThat(evidence.notes())
        .contains(
            "no rule holds for 11 of 20 examples, and rules that hold contradict each other at 0");
  }

  @Test
  void refusesTheExamplesThatItWasFittedOn() {
    assertThatThrownBy(
            () ->
                SurrogateFidelity.of(SurrogateTree.fittedOn(training))
                    .evaluate(model, training, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("split the data, data.split(0.5, 1)");
  }

  /** Some of the examples, and others of which they are half. */
  @Test
  void refusesDataOfWhichHalfWereFittedTo() {
    for (Dataset data :
        List.of(
            training.first(8),
            training.where(i -> i % 2 == 0, "even").groupedBy("half"),
            numbers("training", 0, 42).withLabels(new int[42], "all no"))) {
      assertThatThrownBy(
              () ->
                  SurrogateFidelity.of(SurrogateTree.fittedOn(training))
                      .evaluate(model, data, context))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining(
              "was fitted on %d of the %d examples"
                  .formatted(Math.min(21, data.size()), data.size()));
    }
  }

  @Test
  void refusesAModelThatAConstantStandsInFor() {
    assertThatThrownBy(
            () ->
                SurrogateFidelity.of(SurrogateTree.fittedOn(numbers("above", 11, 30)))
                    .evaluate(model, test, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("two ranges predicts the same class for every example of above");
  }

  @Test
  void refusesDataOfOtherColumnsAndWhatIsNoTable() {
    Dataset images = training.reshapedTo(1, 1, 1);
    assertThatThrownBy(
            () ->
                SurrogateFidelity.of(SurrogateTree.fittedOn(images)).evaluate(model, test, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("rules are of a table's columns");
    Dataset others =
        Dataset.named("others")
            .features(FeatureStore.inMemory(new float[40], 2))
            .labels(new int[20])
            .classNames(List.of("no", "yes"))
            .build();
    assertThatThrownBy(
            () ->
                SurrogateFidelity.of(SurrogateTree.fittedOn(training))
                    .evaluate(model, others, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("fitted on the columns [x], and others has [feature 0, feature 1]");
  }
}
