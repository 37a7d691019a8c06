package dev.touchstone.check.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelErrorRateTest {
  private static final int N = 1000;

  /** Every 25th label is wrong. */
  private static final Dataset GIVEN =
      Dataset.named("letters")
          .features(FeatureStore.inMemory(new float[N], 1))
          .labels(IntStream.range(0, N).map(i -> i % 25 == 0 ? 1 : 0).toArray())
          .classNames(List.of("a", "b"))
          .ids(IntStream.range(0, N).mapToObj(i -> "id" + i).toList())
          .column("writer", IntStream.range(0, N).mapToObj(i -> i < 500 ? "x" : "y").toList())
          .build();

  private static final Dataset RIGHT = GIVEN.withLabels(new int[N], "right");

  private static Evidence evaluated(LabelAudit audit) {
    return LabelErrorRate.withDefaults().evaluate(audit, RunContext.current());
  }

  private static LabelIssues issues() {
    return LabelIssues.ranked(
        IntStream.range(0, N).mapToDouble(i -> i % 25 == 0 ? 10 + i : i % 7).toArray());
  }

  @Test
  void aRandomSampleIsAProportion() {
    LabelAudit audit = LabelAudit.ofRandom(GIVEN, 200, 3).answeredBy(RIGHT);
    int wrong = (int) Arrays.stream(audit.examples()).filter(i -> i % 25 == 0).count();
    Evidence evidence = evaluated(audit);
    assertThat(evidence.measurements().get(0).estimate().value()).isEqualTo(wrong / 200.0);
    assertThat(evidence.measurements().get(0).estimate().interval(.95).upper())
        .isCloseTo(Proportion.of(wrong, 200).interval(.95).upper(), within(1e-12));
    assertThat(evidence.worst()).hasSize(Math.min(10, wrong));
    assertThat(evidence.worst().get(0).facts())
        .containsEntry("given", "b")
        .containsEntry("right", "a");
  }

  @Test
  void strataNarrowTheInterval() {
    LabelAudit plain = LabelAudit.ofRandom(GIVEN, 200, 3).answeredBy(RIGHT);
    LabelAudit strata = LabelAudit.bySuspicion(GIVEN, issues(), 200, 3).answeredBy(RIGHT);
    var wide = evaluated(plain).measurements().get(0).estimate().interval(.95);
    var near = evaluated(strata).measurements().get(0).estimate().interval(.95);
    assertThat(near.lower()).isLessThanOrEqualTo(.04);
    assertThat(near.upper()).isGreaterThanOrEqualTo(.04);
    assertThat(strata.examples()).hasSize(200).doesNotHaveDuplicates();
    // All 40 wrong labels are in the most suspicious tenth, of which four fifths are looked at.
    assertThat(near.lower()).isGreaterThan(wide.lower());
  }

  @Test
  void groupsHaveRatesOfTheirOwn() {
    LabelAudit audit = LabelAudit.ofRandom(GIVEN.groupedBy("writer"), 200, 3).answeredBy(RIGHT);
    Evidence evidence = evaluated(audit);
    assertThat(evidence.measurements())
        .extracting(m -> m.slice())
        .containsExactly("overall", "writer=x", "writer=y");
    int ofX = (int) Arrays.stream(audit.examples()).filter(i -> i < 500).count();
    assertThat(evidence.measurements().get(1).estimate().sampleSize()).isEqualTo(ofX);
  }

  @Test
  void withoutALookNothingIsKnown() {
    Evidence evidence = evaluated(LabelAudit.bySuspicion(GIVEN, issues(), 100, 3));
    assertThat(evidence.measurements().get(0).estimate()).isInstanceOf(Undetermined.class);
    assertThat(evidence.measurements().get(0).estimate().method())
        .contains("nobody has looked at the labels; look at the 100 examples");
    Ranking suspects = (Ranking) evidence.figures().get(0);
    assertThat(suspects.items().get(0).id()).isEqualTo("id975");
  }

  @Test
  void theSameSeedDrawsTheSameExamples() {
    assertThat(LabelAudit.ofRandom(GIVEN, 50, 3).examples())
        .containsExactly(LabelAudit.ofRandom(GIVEN, 50, 3).examples());
    assertThat(LabelAudit.ofRandom(GIVEN, 50, 4).examples())
        .isNotEqualTo(LabelAudit.ofRandom(GIVEN, 50, 3).examples());
  }

  @Test
  void examplesThatWereLeftOutAreRefused() {
    LabelAudit audit = LabelAudit.ofRandom(GIVEN, 50, 3);
    int first = audit.examples()[0];
    assertThatThrownBy(() -> audit.answeredBy(RIGHT.where(i -> i != first, "without one")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has no label for 1 of the 50 examples")
        .hasMessageContaining("[id" + first + "]");
  }

  @Test
  void anotherNumberOfAnswersIsRefused() {
    assertThatThrownBy(() -> LabelAudit.ofRandom(GIVEN, 50, 3).answered(0, 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("2 labels were given for the 50 examples");
  }

  @Test
  void moreExamplesThanThereAreAreRefused() {
    assertThatThrownBy(() -> LabelAudit.ofRandom(GIVEN, N + 1, 3))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("give from 1 to 1000");
  }
}
