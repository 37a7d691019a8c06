package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.assertThatTrainer;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.assertions.ModelAssertions.frozenRepresentation;
import static dev.touchstone.assertions.ModelAssertions.precisionAtLeast;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Two well separated clouds of points on a line, so that a wrong label is plain to see. */
class MislabelledAssertionTest {
  private static final Dataset CLOUDS = clouds();
  private static final PlantedErrors PLANTED = LabelNoise.uniform(0.2).plantedIn(CLOUDS);
  private static final Trainer TRAINER = LogisticRegressionTrainer.withDefaults();

  private static Dataset clouds() {
    float[] x = new float[200];
    int[] labels = new int[200];
    for (int i = 0; i < x.length; i++) {
      labels[i] = i % 2;
      x[i] = 10 * labels[i] + i / 200f;
    }
    return Dataset.named("clouds").features(FeatureStore.inMemory(x, 1)).labels(labels).build();
  }

  /** Ranks by position in the file, which has nothing to do with what was planted. */
  private static final MislabelDetector BY_POSITION =
      new MislabelDetector() {
        @Override
        public String name() {
          return "by position";
        }

        @Override
        public LabelIssues detect(InfluenceContext context) {
          double[] positions = new double[context.training().size()];
          Arrays.setAll(positions, i -> i);
          return LabelIssues.ranked(positions);
        }
      };

  @Test
  void plainErrorsAreFound() {
    Verdict verdict =
        assertMislabelledDetected(
            TRAINER,
            PLANTED,
            LeaveOneOutConfidence.withDefaults(),
            // Six times 40 errors without a miss show .985, and no more.
            aurocAtLeast(0.97),
            precisionAtLeast(0.97));
    assertThat(verdict.outcome()).isEqualTo(Outcome.PASS);
    assertThat(verdict.judgements()).hasSize(2);
  }

  @Test
  void theFluentFormSaysTheSame() {
    Verdict fluent =
        assertThatTrainer(TRAINER)
            .on(PLANTED)
            .detectsMislabelledBy(TrainingLoss.withDefaults(), aurocAtLeast(0.9));
    Verdict direct =
        assertMislabelledDetected(TRAINER, PLANTED, TrainingLoss.withDefaults(), aurocAtLeast(0.9));
    assertThat(fluent.fingerprint()).isEqualTo(direct.fingerprint());
  }

  @Test
  void aDetectorThatKnowsNothingIsRefuted() {
    ModelAssertionError error =
        catchThrowableOfType(
            ModelAssertionError.class,
            () ->
                // Two bounds, of which Holm's correction asks for 1.25 %: 2⁻⁷, and not 2⁻⁶.
                assertThatTrainer(TRAINER)
                    .on(PLANTED.withPlantings(7))
                    .because("the labels come from two clerks")
                    .detectsMislabelledBy(BY_POSITION, aurocAtLeast(0.9), precisionAtLeast(0.8)));
    assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL);
    assertThat(error)
        .hasMessageContaining("FAIL")
        .hasMessageContaining(
            "by position finds planted label errors after retraining, median of 7 plantings: AUROC"
                + " at least 0.9, precision at budget at least 0.8")
        .hasMessageContaining("the labels come from two clerks")
        .hasMessageContaining("uniform label noise at rate 0.2 in clouds (n = 200)")
        .hasMessageContaining("rank ");
  }

  @Test
  void theMessageOfAFrozenRepresentationSaysOptimistic() {
    Trainer frozen = frozenRepresentation(TRAINER.train(CLOUDS, "clean", RunContext.current()));
    ModelAssertionError error =
        catchThrowableOfType(
            ModelAssertionError.class,
            () -> assertMislabelledDetected(frozen, PLANTED, BY_POSITION, aurocAtLeast(0.9)));
    assertThat(error)
        .hasMessageContaining("on a frozen representation")
        .hasMessageContaining("OPTIMISTIC");
  }

  @Test
  void theBudgetIsPartOfTheClaim() {
    // 40 of 200 are planted: the best that 80 points can do is one half.
    Verdict verdict =
        assertThatTrainer(TRAINER)
            .on(PLANTED)
            .withBudget(80)
            .detectsMislabelledBy(TrainingLoss.withDefaults(), precisionAtLeast(0.4));
    assertThat(verdict.judgements().get(0).measurement().estimate().value()).isEqualTo(0.5);
  }

  @Test
  void aBoundOutsideZeroAndOneClaimsNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> aurocAtLeast(0));
    assertThatIllegalArgumentException().isThrownBy(() -> precisionAtLeast(1.01));
  }
}
