package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertAgreesWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertNoUnstableConcepts;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.AnnotationColumns;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.AuditStarter;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.jupiter.AuditData;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.LabelMargins;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model that says which mortgages are denied, beside 150 applications that an expert went
 * through, half of them denied: what each is worth as a reason, and how sure the expert is of each.
 */
@ModelTest
class LendingAuditTest {

  /** Denies from a probability of .12 on: denials are one in eight. */
  @ModelUnderTest(
      value = "classpath:models/hmda-logistic.onnx",
      outputs = LOGITS,
      decidingAt = 0.12)
  static Classifier model;

  @AuditData
  static AuditSet audit =
      AuditSet.read(
          Datasets.csv("classpath:data/hmda/audit.csv").schema("classpath:data/hmda/schema.json"),
          AnnotationColumns.ofConcepts(
                  "pirat", "hirat", "lvrat", "chist", "mhist", "phist", "single")
              .conceptWords("no", "yes")
              .globalImportances(1, 1, 1, 1, 1, 1, 0)
              .confidence("sure"));

  @DatasetUnderTest(
      value = "classpath:data/hmda/train.csv",
      schema = "classpath:data/hmda/schema.json")
  static Dataset train;

  @DatasetUnderTest(
      value = "classpath:data/hmda/test.csv",
      schema = "classpath:data/hmda/schema.json")
  static Dataset candidates;

  @Test
  void saysWhatTheExpertSays() {
    assertAgreesWithAudit(model, audit, atLeast(0.7));
  }

  @Test
  void saysItOfBlackApplicantsAndOfOthers() {
    assertThatModel(model)
        .on(audit.groupedBy("afam"))
        .because("the expert was asked about every applicant")
        .agreesWithExpert(atLeast(0.6));
  }

  @Test
  void reasonsMeanTheSameInBothHalvesOfTheApplications() {
    assertNoUnstableConcepts(
        model,
        train,
        candidates,
        List.of("pirat", "hirat", "lvrat", "chist", "mhist", "phist=yes"),
        atMost(0.25));
  }

  @Test
  void theAuditSetIsFitForWhatItIsUsedFor() {
    audit.checkedAgainst(train).checkedConcepts();

    assertThat(audit.classesWithoutExamples()).isEmpty();
  }

  /**
   * How an audit set begins: a table with empty columns, which is refused until it is filled in.
   */
  @Test
  void anAuditSetBeginsWithTheApplicationsMostWorthALook(@TempDir Path folder) {
    AuditStarter starter =
        AuditStarter.of(candidates, "steady income", "paid in time")
            .withExamples(120)
            .suspecting(LabelMargins.suspicion(model, candidates), "least margin");
    String file = starter.writeTo(folder.resolve("begun.csv")).toString();

    assertThatThrownBy(
            () ->
                AuditSet.among(
                    candidates, Datasets.csv(file).id("id").label("label"), starter.columns()))
        .hasMessageContaining("begun.csv: 480 cells are still empty (line 2: \"label\"");
  }
}
