package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.LogisticRegressionTrainer;
import org.junit.jupiter.api.Test;

/** The layer against SciPy's minimiser ({@code src/test/python/repair_oracle.py}). */
class LastLayerRetrainingTest {
  private static final Json REFERENCE = Json.of("repair.json");
  private static final RunContext CONTEXT = RunContext.current();

  private static Dataset data(String name, String rows, int[] labels, double... there) {
    return Tables.builder(name, REFERENCE.matrix(rows), labels)
        .column("background", Tables.texts("land", "water", there))
        .build();
  }

  private static RepairTask task(AuditSet audit) {
    Dataset training =
        data("training", "training", REFERENCE.labels("labels"), REFERENCE.numbers("there"));
    Classifier model = LogisticRegressionTrainer.withDefaults().train(training, "first", CONTEXT);
    AnnotatedConcepts concepts = AnnotatedConcepts.ofColumns(training, "background=water");
    return RepairTask.of(model, training, audit, concepts, "background");
  }

  private static AuditSet audit() {
    return AuditSet.of(
        data("audit", "audit", REFERENCE.labels("auditLabels"), REFERENCE.numbers("auditThere")));
  }

  @Test
  void agreesWithScipy() {
    RepairTask task = task(audit());

    LinearLayer layer = LastLayerRetraining.withDefaults().repair(task, CONTEXT).layer();

    Represented represented = Represented.by(task.model(), "a test", CONTEXT);
    Matrix scores = layer.scores(represented.of(task.audit().data()));
    Matrix expected = REFERENCE.matrix("retrained");
    for (int i = 0; i < expected.rows(); i++) {
      for (int c = 1; c < 3; c++) {
        // The data are of single precision.
        assertThat(scores.get(i, c) - scores.get(i, 0))
            .isCloseTo(expected.get(i, c) - expected.get(i, 0), within(1e-5));
      }
    }
  }

  @Test
  void aClassThatNobodyAuditedIsRefused() {
    AuditSet two = AuditSet.of(audit().data().where(i -> audit().data().label(i) != 2, "two"));

    assertThatThrownBy(() -> LastLayerRetraining.withDefaults().repair(task(two), CONTEXT))
        .hasMessageContaining("has no example of [class 2], and LastLayerRetraining learns from")
        .hasMessageContaining("repair with GuidedErasure");
  }
}
