package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertStudyDistinguishes;
import static dev.touchstone.assertions.ModelAssertions.byAtLeast;

import dev.touchstone.check.study.StudyAnswers;
import dev.touchstone.jupiter.ModelTest;
import org.junit.jupiter.api.Test;

/** Do testers notice a broken network by its labels and explanations? (The answers are drawn.) */
@ModelTest
class PeopleTest {

  @Test
  void testersNoticeBrokenNetworks() {
    StudyAnswers answers =
        StudyAnswers.read(
                "classpath:data/study/defects.csv", "normal", "top layer random", "random labels")
            .withoutInattentive(1);
    assertStudyDistinguishes(answers, "normal", byAtLeast(2));
  }
}
