package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.assertThatTrainer;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.guiding.GuidingSettings;
import dev.touchstone.guiding.ModelGuiding;
import dev.touchstone.jupiter.AuditData;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.training.LogisticRegressionTrainer;
import org.junit.jupiter.api.Test;

/**
 * Would we notice wrong labels, with a hundred examples that somebody has looked at? Also such as
 * fit together: of four digits everything that is written in one way is labelled as another digit.
 */
@ModelTest
class AuditedLabelsTest {

  @DatasetUnderTest(
      value = "classpath:data/digits/train.csv.gz",
      label = "digit",
      classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
  static Dataset train;

  @AuditData(
      value = "classpath:data/digits/audit.csv.gz",
      label = "digit",
      classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})
  static AuditSet audit;

  @Test
  void labelErrorsWouldBeFound() {
    assertMislabelledDetected(
        LogisticRegressionTrainer.withDefaults(),
        LabelNoise.uniform(0.20).plantedIn(train.first(400)),
        ModelGuiding.with(audit),
        aurocAtLeast(0.90));
  }

  /** The training loss ranks these right in seven of ten cases; chance does in five. */
  @Test
  void errorsThatFitTogetherWouldBeFound() {
    assertThatTrainer(LogisticRegressionTrainer.withDefaults())
        .on(LabelNoise.systematic(4).plantedIn(train))
        .because("a habit of one of our labellers is no noise")
        .withBudget(100)
        .detectsMislabelledBy(
            ModelGuiding.with(audit).using(GuidingSettings.of(0.1, 0.25, 1, 0.3)),
            aurocAtLeast(0.85));
  }
}
