package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertAgreesWithAudit;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.AnnotationColumns;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Datasets;
import dev.touchstone.jupiter.AuditData;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/**
 * The mortgage model as it came out of training: it denies where a denial is more likely than not,
 * errs on one in nine, and approves three of four applications that were denied.
 */
@ModelTest
@CaughtOnPurpose
public class MortgagesThatExpertsDeny {

  @ModelUnderTest(value = "classpath:models/hmda-logistic.onnx", outputs = LOGITS)
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

  @Test
  void saysWhatTheExpertSays() {
    assertAgreesWithAudit(model, audit, atLeast(0.8));
  }
}
