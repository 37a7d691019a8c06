package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.guiding.GuidingSettings;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The class is 1 where the size is positive. In training the colour goes along with the class in 95
 * of 100, and one label in ten is wrong; what is right the test knows, and the expert.
 */
class GuidingSchemeTest {
  private static final RunContext CONTEXT = RunContext.current();
  private static final int N = 400;
  private static final int FEATURES = 5;
  private static final Dataset TRUTH = data("training", N, .95, 1);
  private static final Dataset GIVEN = flipped();
  private static final Classifier MODEL =
      LogisticRegressionTrainer.withDefaults().train(GIVEN, "first", CONTEXT);
  private static final RepairTask TASK =
      RepairTask.of(MODEL, GIVEN, AuditSet.of(data("audit", 80, .5, 2)), concepts(), "colour");
  private static final GuidingScheme SCHEME =
      GuidingScheme.withDefaults().withBudget(15).using(GuidingSettings.of(.03, .5, 1, .3));

  private static Dataset data(String name, int n, double along, long seed) {
    Random random = new Random(seed);
    Matrix x = Matrix.zeros(n, FEATURES);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      labels[i] = random.nextInt(2);
      x.set(i, 0, (labels[i] == 1 ? 1.2 : -1.2) + .6 * random.nextGaussian());
      boolean with = random.nextDouble() < along;
      x.set(i, 1, (with == (labels[i] == 1) ? 1 : -1) + .2 * random.nextGaussian());
      for (int j = 2; j < FEATURES; j++) {
        x.set(i, j, random.nextGaussian());
      }
    }
    return Tables.of(name, x, labels);
  }

  private static Dataset flipped() {
    Random random = new Random(3);
    int[] labels = TRUTH.labels().clone();
    for (int i = 0; i < N; i++) {
      labels[i] = random.nextDouble() < .1 ? 1 - labels[i] : labels[i];
    }
    return TRUTH.withLabels(labels, "with errors");
  }

  private static AnnotatedConcepts concepts() {
    Dataset examples = data("examples", 200, .5, 4);
    double[][] values =
        IntStream.range(0, examples.size())
            .mapToObj(
                i -> {
                  float[] x = examples.batch(i).values();
                  return new double[] {x[0] > 0 ? 1 : 0, x[1] > 0 ? 1 : 0};
                })
            .toArray(double[][]::new);
    return AnnotatedConcepts.of(examples, List.of("size", "colour"), Matrix.ofRows(values));
  }

  private static double worstGroup(Classifier model) {
    Dataset test = data("test", 600, .5, 5);
    Predictions answers = CheckedAnswers.ofSome(model, test, CONTEXT.settings().memoryBytes());
    int[] right = new int[4];
    int[] sizes = new int[4];
    for (int i = 0; i < test.size(); i++) {
      int group = 2 * test.label(i) + (test.batch(i).values()[1] > 0 ? 1 : 0);
      sizes[group]++;
      right[group] += answers.predicted(i) == test.label(i) ? 1 : 0;
    }
    return IntStream.range(0, 4).mapToDouble(g -> (double) right[g] / sizes[g]).min().orElseThrow();
  }

  private static int wrong(Dataset training) {
    return (int) IntStream.range(0, N).filter(i -> training.label(i) != TRUTH.label(i)).count();
  }

  @Test
  void aRoundFindsLabelErrorsAndWhatTheyShouldBe() {
    GuidingRound round = SCHEME.round(TASK, CONTEXT);

    assertThat(round.labelErrors()).hasSize(15);
    assertThat(round.labelErrors())
        .filteredOn(error -> GIVEN.label(error.index()) != TRUTH.label(error.index()))
        .hasSizeGreaterThanOrEqualTo(13);
    for (GuidingRound.LabelError error : round.labelErrors()) {
      assertThat(error.given()).isEqualTo(GIVEN.label(error.index()));
      assertThat(error.proposed()).isEqualTo(1 - error.given());
      assertThat(error.id()).isEqualTo(GIVEN.id(error.index()));
      assertThat(error.moved()).isBetween(.5, 1.);
    }
    assertThat(round.labelErrors())
        .isSortedAccordingTo((a, b) -> Double.compare(b.moved(), a.moved()));
  }

  /** The colour speaks for the label where both are 1 or neither is. */
  @Test
  void aRoundFindsExamplesThatAreDecidedByWhatShouldNotMatter() {
    GuidingRound round = SCHEME.round(TASK, CONTEXT);

    assertThat(round.reliances()).hasSize(15);
    for (GuidingRound.Reliance reliance : round.reliances()) {
      int i = reliance.index();
      boolean along = GIVEN.batch(i).values()[1] > 0 == (GIVEN.label(i) == 1);
      assertThat(reliance.forLabel() > 0).isEqualTo(along);
      assertThat(reliance.change()).isEqualTo(Math.abs(reliance.forLabel()));
    }
    int colour = round.before().concepts().indexOf("colour");
    assertThat(Math.abs(round.after().weights().get(colour, 1)))
        .isLessThan(Math.abs(round.before().weights().get(colour, 1)) / 4);
  }

  @Test
  void anExpertIsAskedOnceAboutEachExample() {
    Set<String> seen = new HashSet<>();
    GuidedReview review =
        SCHEME.rounds(
            3,
            TASK,
            (training, i) -> {
              assertThat(seen.add(training.id(i))).as(training.id(i)).isTrue();
              return TRUTH.label(i);
            },
            CONTEXT);

    assertThat(review.inspected()).isEqualTo(seen.size()).isLessThanOrEqualTo(3 * 2 * 15);
    for (int i = 0; i < N; i++) {
      assertThat(review.corrected().label(i))
          .isEqualTo(seen.contains(GIVEN.id(i)) ? TRUTH.label(i) : GIVEN.label(i));
    }
    assertThat(wrong(review.corrected())).isLessThan(wrong(GIVEN) / 3);
  }

  @Test
  void theUpdatedModelNeedsNoColour() {
    GuidedReview review = SCHEME.rounds(2, TASK, (training, i) -> TRUTH.label(i), CONTEXT);

    assertThat(worstGroup(MODEL)).isLessThan(.9);
    assertThat(worstGroup(review.updated().model()))
        .isGreaterThan(worstGroup(MODEL) + .05)
        .isGreaterThan(.92);
    assertThat(worstGroup(SCHEME.round(TASK, CONTEXT).updated().model())).isGreaterThan(.9);
  }

  @Test
  void roundsEndWhereNothingIsLeftToInspect() {
    GuidedReview review =
        SCHEME
            .withLabelTolerance(.9999)
            .withRelianceTolerance(1e3)
            .rounds(5, TASK, (training, i) -> TRUTH.label(i), CONTEXT);

    assertThat(review.rounds()).hasSize(1);
    assertThat(review.isFinished()).isTrue();
    assertThat(review.inspected()).isZero();
    assertThat(review.corrected().labels()).isEqualTo(GIVEN.labels());
  }

  @Test
  void whatIsNoSettingIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> SCHEME.withBudget(0));
    assertThatIllegalArgumentException().isThrownBy(() -> SCHEME.withLabelTolerance(1));
    assertThatIllegalArgumentException().isThrownBy(() -> SCHEME.withRelianceTolerance(-1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SCHEME.rounds(0, TASK, (training, i) -> 0, CONTEXT));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SCHEME.rounds(1, TASK, (training, i) -> 7, CONTEXT))
        .withMessageContaining("the label 7; the classes are [class 0, class 1]");
  }
}
