package dev.touchstone.check.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Undetermined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyDistinctionTest {
  private static final String[] CONDITIONS = {"normal", "spurious", "random"};

  /** Answers such as {@code "ann normal dog 5"}. */
  private static Dataset answers(String... lines) {
    List<String> participants = new ArrayList<>();
    List<String> items = new ArrayList<>();
    int[] conditions = new int[lines.length];
    float[] ratings = new float[lines.length];
    for (int i = 0; i < lines.length; i++) {
      String[] words = lines[i].split(" ");
      participants.add(words[0]);
      conditions[i] = List.of(CONDITIONS).indexOf(words[1]);
      items.add(words[2]);
      ratings[i] = Float.parseFloat(words[3]);
    }
    return Dataset.named("answers.csv")
        .features(FeatureStore.inMemory(ratings, 1))
        .labels(conditions)
        .classNames(List.of(CONDITIONS))
        .column("participant", participants)
        .column("item", items)
        .build();
  }

  private static Evidence evidence(StudyAnswers answers) {
    return StudyDistinction.of("normal").evaluate(answers, RunContext.current());
  }

  private static Estimate over(String condition, Evidence evidence) {
    return evidence.measurements().stream()
        .filter(m -> m.slice().equals("over " + condition))
        .map(Measurement::estimate)
        .findFirst()
        .orElseThrow();
  }

  /** Ann and Bo rated all; each counts once, by the mean of the items. */
  @Test
  void thoseWhoRatedBothAreCompared() {
    Evidence evidence =
        evidence(
            StudyAnswers.of(
                answers(
                    "ann normal dog 5",
                    "ann normal cat 4",
                    "ann spurious dog 2",
                    "bo normal dog 4",
                    "bo spurious dog 3",
                    "bo spurious cat 1",
                    "ann random dog 1",
                    "bo random dog 1")));
    Estimate spurious = over("spurious", evidence);
    // Ann: 4.5 − 2, Bo: 4 − 2.
    assertThat(spurious.value()).isEqualTo(2.25);
    assertThat(spurious.interval(0.95))
        .isEqualTo(BoundedMean.of(new double[] {2.5, 2}, -4, 4).interval(0.95));
    assertThat(over("random", evidence).value()).isEqualTo(3.25);
    assertThat(spurious.unit()).isEqualTo("participants");
    assertThat(evidence.provenance().subject().name()).isEqualTo("answers of answers.csv");
  }

  @Test
  void thoseWhoRatedOneAreIndependent() {
    Evidence evidence =
        evidence(
            StudyAnswers.of(
                answers(
                    "ann normal dog 5",
                    "bo normal dog 4",
                    "cy spurious dog 2",
                    "di spurious dog 3",
                    "ed random dog 1")));
    Estimate expected =
        IndependentDifference.of(
            BoundedMean.of(new double[] {5, 4}, 1, 5), BoundedMean.of(new double[] {2, 3}, 1, 5));
    assertThat(over("spurious", evidence).interval(0.9)).isEqualTo(expected.interval(0.9));
  }

  @Test
  void whereSomeRatedBothLimitsHoldWhateverTheDependence() {
    Evidence evidence =
        evidence(
            StudyAnswers.of(
                answers(
                    "ann normal dog 5",
                    "bo normal dog 4",
                    "ann spurious dog 2",
                    "cy random dog 1")));
    Estimate expected =
        LimitDifference.of(
            BoundedMean.of(new double[] {5, 4}, 1, 5), BoundedMean.of(new double[] {2}, 1, 5));
    assertThat(over("spurious", evidence).interval(0.9)).isEqualTo(expected.interval(0.9));
  }

  @Test
  void whatNobodyRatedIsUndetermined() {
    Evidence evidence =
        evidence(StudyAnswers.of(answers("ann normal dog 5", "ann spurious dog 2")));
    assertThat(Undetermined.is(over("random", evidence))).isTrue();
    assertThat(Undetermined.is(over("spurious", evidence))).isFalse();
  }

  @Test
  void whoRatesTwiceAndOtherwiseIsLeftOutWhereAsked() {
    Dataset data =
        answers(
            "ann normal dog 5",
            "ann normal dog 4",
            "ann spurious dog 2",
            "ann random dog 1",
            "bo normal dog 1",
            "bo normal dog 5",
            "bo spurious dog 5",
            "bo random dog 5");
    StudyAnswers all = StudyAnswers.of(data);
    // The first rating of a pair counts.
    assertThat(over("spurious", evidence(all)).value()).isEqualTo(((5 - 2) + (1 - 5)) / 2.0);
    Evidence kept = evidence(all.withoutInattentive(1));
    assertThat(over("spurious", kept).value()).isEqualTo(3);
    assertThat(kept.notes()).anyMatch(note -> note.startsWith("1 of 2 participants"));
    assertThatThrownBy(() -> all.withoutInattentive(0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("allow more");
    assertThatThrownBy(() -> StudyAnswers.of(answers("ann normal dog 5")).withoutInattentive(1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("twice");
  }

  /** F by hand: group means 4, 2, 1.5; between 2·(1.5² + .5² + 1²) = 7, within 2 + 2 + .5. */
  @Test
  void theAnalysisOfVarianceStandsBesideIt() {
    Evidence evidence =
        evidence(
            StudyAnswers.of(
                answers(
                    "a normal x 5",
                    "b normal x 3",
                    "c spurious x 1",
                    "d spurious x 3",
                    "e random x 1",
                    "f random x 2")));
    double f = (7 / 2.0) / (4.5 / 3);
    assertThat(f).isCloseTo(2.333, Offset.offset(1e-3));
    assertThat(evidence.notes()).anyMatch(note -> note.contains("F(2, 3) = 2.333"));
    assertThat(evidence.figures())
        .extracting(figure -> figure.name())
        .containsExactly("ratings", "conditions", "pairs");
  }

  @Test
  void readsATableAndLeavesReasonsOut(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("answers.csv");
    Files.writeString(
        file,
        """
        participant,condition,item,rating,reason
        ann,normal,1,5,"looks right, mostly"
        ann,spurious,1,2,
        """);
    StudyAnswers read = StudyAnswers.read(file.toString(), "normal", "spurious");
    assertThat(over("spurious", evidence(read)).value()).isEqualTo(3);
    assertThatThrownBy(() -> StudyAnswers.read(file.toString(), "normal", "random"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("spurious");
    assertThatThrownBy(() -> StudyAnswers.read(file.toString(), "normal"))
        .hasMessageContaining("two conditions");
  }

  @Test
  void refusesRatingsThatAreNone() {
    assertThatThrownBy(() -> StudyAnswers.of(answers("ann normal dog 6")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("1 to 5")
        .hasMessageContaining("onScaleOf");
    assertThatThrownBy(() -> StudyAnswers.of(answers("ann normal dog 2.5")))
        .hasMessageContaining("2.5");
    StudyAnswers five = StudyAnswers.of(answers("ann normal dog 5"));
    assertThatThrownBy(() -> five.onScaleOf(4)).hasMessageContaining("1 to 4");
    assertThat(five.onScaleOf(7).points()).isEqualTo(7);
    assertThatThrownBy(() -> StudyDistinction.of("healthy").evaluate(five, RunContext.current()))
        .hasMessageContaining("healthy")
        .hasMessageContaining("normal");
  }
}
