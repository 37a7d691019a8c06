package dev.touchstone.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which of a verdict's judgements is shown where there is room for one. */
class DecidingJudgementTest {
  private static String deciding(Map<String, Integer> errorsOfHundred) {
    return Verdicts.verdict(Verdicts.claim(), errorsOfHundred).deciding().measurement().slice();
  }

  @Test
  void aRefutedSliceDecidesBeforeAnUndecidedOneBeforeOneThatHolds() {
    assertThat(deciding(Map.of("holds", 1, "undecided", 12, "refuted", 30))).isEqualTo("refuted");
    assertThat(deciding(Map.of("holds", 1, "undecided", 12))).isEqualTo("undecided");
  }

  @Test
  void ofOneOutcomeTheLeastPValueDecides() {
    assertThat(deciding(Map.of("a", 30, "b", 40))).isEqualTo("b");
  }

  @Test
  void ofThoseThatSpeakEquallyTheNearestToItsToleranceDecides() {
    // Both p-values are one after Holm's correction; "a" is the farther inside.
    assertThat(deciding(Map.of("a", 1, "b", 2))).isEqualTo("b");
  }

  @Test
  void ofEqualOnesTheFirstByNameDecidesWhateverTheirOrder() {
    assertThat(deciding(Map.of("b", 30, "a", 30))).isEqualTo("a");
  }
}
