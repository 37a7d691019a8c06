package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertStudyDistinguishes;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;

import dev.touchstone.check.study.StudyAnswers;
import dev.touchstone.jupiter.ModelTest;
import org.junit.jupiter.api.Test;

/**
 * Testers who rate a network that reads the background like the sound one: its labels are right.
 */
@ModelTest
@CaughtOnPurpose
public class ExplanationsThatNobodyReads {

  @Test
  void testersNoticeWhatTheNetworkLooksAt() {
    StudyAnswers answers =
        StudyAnswers.read("classpath:data/study/spurious.csv", "normal", "spurious")
            .withoutInattentive(1);
    assertStudyDistinguishes(answers, "normal", byAtLeast(1));
  }
}
