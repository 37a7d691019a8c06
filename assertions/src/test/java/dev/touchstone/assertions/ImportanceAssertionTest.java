package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertImportancesAgreeWithAudit;
import static dev.touchstone.assertions.ModelAssertions.assertNoUnnamedReliance;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.guiding.repair.AnnotatedConcepts;
import dev.touchstone.guiding.repair.CarvedModel;
import dev.touchstone.guiding.repair.Carving;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The first of two features is the class's; the second is noise, and a concept of importance 0. */
class ImportanceAssertionTest {
  private static final Dataset TRAINING = data("training", 300, 1);
  private static final Dataset EXAMPLES = data("examples", 120, 2);
  private static final Dataset TEST = data("test", 400, 3);
  private static final Classifier MODEL =
      LogisticRegressionTrainer.withDefaults().train(TRAINING, "first", RunContext.current());

  private static Dataset data(String name, int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[2 * n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(2);
      x[2 * i] = (float) (3 * labels[i] + random.nextGaussian());
      x[2 * i + 1] = (float) random.nextGaussian();
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, 2))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static double[][] values(Dataset data) {
    double[][] values = new double[data.size()][];
    for (int i = 0; i < values.length; i++) {
      float[] x = data.batch(i).values();
      values[i] = new double[] {x[0], x[1]};
    }
    return values;
  }

  private static AuditSet audit(int... importances) {
    Dataset data = data("audit", 150, 4);
    return AuditSet.of(data)
        .annotatedBy(
            Annotations.of(List.of("size", "noise"), values(data))
                .withGlobalImportances(importances));
  }

  private static CarvedModel carved() {
    return Carving.withDefaults()
        .carve(
            MODEL,
            TRAINING,
            AnnotatedConcepts.of(
                EXAMPLES, List.of("size", "noise"), Matrix.ofRows(values(EXAMPLES))),
            RunContext.current());
  }

  @Test
  void passesWhereConceptsMatterAsTheExpertSays() {
    Verdict verdict =
        assertImportancesAgreeWithAudit(
            carved().requiringFidelity(0.9, TEST), audit(1, 0), atLeast(0.7));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo(
            "the share of the expert's importances that concepts have in the model is at least"
                + " 0.7");
  }

  @Test
  void failsWhereTheyMatterOtherwise() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertImportancesAgreeWithAudit(
                    carved().requiringFidelity(0.9, TEST), audit(0, 1), atLeast(0.7)))
        .withMessageStartingWith("FAIL: agreement on importances (overall)");
  }

  @Test
  void isInconclusiveWhereTheCarvedModelDoesNotSpeakForTheOriginal() {
    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(
            () ->
                assertImportancesAgreeWithAudit(
                    carved().requiringFidelity(0.9999, TEST), audit(1, 0), atLeast(0.7)))
        .withMessageStartingWith("INCONCLUSIVE")
        .withMessageContaining("has to in at least 0.9999 to speak for it");
  }

  @Test
  void refusesWhatSaysNothing() {
    CarvedModel carved = carved().requiringFidelity(0.9, TEST);
    for (Bound tolerance : List.of(atMost(0.5), atLeast(0), atLeast(1.5))) {
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(() -> assertImportancesAgreeWithAudit(carved, audit(1, 0), tolerance))
          .withMessageEndingWith("write atLeast(0.8)");
    }
    Classifier other =
        LogisticRegressionTrainer.withDefaults()
            .withRidge(1)
            .train(TRAINING, "other", RunContext.current());
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> assertThatModel(other).on(audit(1, 0)).agreesOnImportances(carved, atLeast(0.7)))
        .withMessageContaining("carve the model that the claim is about");
  }

  /** Of two classes that overlap: what the second feature says in training is noise. */
  @Test
  void relianceOnWhatTheAuditSetTakesBackIsRefuted() {
    Dataset training = along("training", 600, .95, 5);
    Classifier model =
        LogisticRegressionTrainer.withDefaults().train(training, "first", RunContext.current());
    CarvedModel carved =
        Carving.withDefaults()
            .carve(
                model,
                training,
                AnnotatedConcepts.of(
                    EXAMPLES, List.of("size", "noise"), Matrix.ofRows(values(EXAMPLES))),
                RunContext.current())
            .requiringFidelity(0.8, along("test", 400, .95, 6));
    AuditSet audit = AuditSet.of(along("audit", 200, .5, 7));

    assertThatExceptionOfType(ModelAssertionError.class)
        .isThrownBy(() -> assertNoUnnamedReliance(carved, training, audit, atMost(0.1)))
        .withMessageStartingWith("FAIL: unnamed reliance (noise)");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                assertThatModel(MODEL).on(audit).hasNoUnnamedReliance(carved, training, atMost(.1)))
        .withMessageContaining("carve the model that the claim is about");
  }

  @Test
  void relianceOnWhatTheAuditSetConfirmsIsNone() {
    Dataset training = along("training", 600, .85, 5);
    Dataset test = along("test", 400, .85, 6);
    AuditSet audit = AuditSet.of(along("audit", 400, .85, 7));
    CarvedModel carved =
        Carving.withDefaults()
            .carve(
                LogisticRegressionTrainer.withDefaults()
                    .train(training, "first", RunContext.current()),
                training,
                AnnotatedConcepts.of(
                    EXAMPLES, List.of("size", "noise"), Matrix.ofRows(values(EXAMPLES))),
                RunContext.current())
            .requiringFidelity(0.8, test);

    Verdict verdict = assertNoUnnamedReliance(carved, training, audit, atMost(0.4));

    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.claim().statement())
        .isEqualTo(
            "the share of contributions that a concept makes and the audit set takes back is at"
                + " most 0.4 for each");
    for (Bound tolerance : List.of(atLeast(0.5), atMost(0), atMost(1))) {
      assertThatExceptionOfType(TouchstoneException.class)
          .isThrownBy(() -> assertNoUnnamedReliance(carved, training, audit, tolerance))
          .withMessageEndingWith("write atMost(0.1)");
    }
  }

  /** Classes overlap in the first feature; the second goes along with them in such a share. */
  private static Dataset along(String name, int n, double share, long seed) {
    Random random = new Random(seed);
    float[] x = new float[2 * n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(2);
      x[2 * i] = (float) (2 * labels[i] + random.nextGaussian());
      boolean with = random.nextDouble() < share;
      x[2 * i + 1] = (float) ((with == (labels[i] == 1) ? 2 : -2) + .3 * random.nextGaussian());
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, 2))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .build();
  }
}
