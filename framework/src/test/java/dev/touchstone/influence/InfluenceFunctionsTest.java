package dev.touchstone.influence;

import static dev.touchstone.influence.ReferenceData.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against the dense Hessian in NumPy ({@code mislabelled_reference.py}) and the head's own sums.
 */
class InfluenceFunctionsTest {
  private final ReferenceData data = ReferenceData.of("digits", 0);
  private final Dataset training = dataset("training", data.train(), data.given());
  private final Dataset audit = dataset("audit", data.audit(), data.auditTruth());

  private InfluenceContext context(long memory) {
    return context(memory, data.fitted());
  }

  private InfluenceContext context(long memory, FittedHead head) {
    RunContext run =
        RunContext.of(
            new Settings("cpu", 1, Policy.STRICT, memory, Path.of("target")),
            RunSession.isolated());
    return new InfluenceContext(
        training,
        head,
        given -> RowSource.of(given == audit ? data.audit() : data.train()),
        List.of(),
        run);
  }

  private static Dataset dataset(String name, Matrix features, int... labels) {
    float[] values = new float[features.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) features.values()[i];
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, features.columns()))
        .labels(labels)
        .build();
  }

  @Test
  void theMeanIsThatOfTheDenseHessian() {
    double[] mean = InfluenceFunctions.withDefaults().scores(context(1 << 30), audit).mean();
    double[] expected = numbers(ReferenceData.expected("digits", 0).get("auditInfluence"));
    for (int i = 0; i < expected.length; i++) {
      assertThat(mean[i]).isCloseTo(expected[i], within(1e-7));
    }
  }

  /** Blocks of every size hold the same scores, and their mean is the one solve's for all. */
  @ParameterizedTest
  @ValueSource(longs = {1, 20 << 20, 1 << 30})
  void scoresDoNotDependOnTheirBlocks(long memory) {
    InfluenceScores scores = InfluenceFunctions.withDefaults().scores(context(memory), audit);
    List<InfluenceScores.Block> blocks = new ArrayList<>();
    scores.forEach(blocks::add);
    int next = 0;
    for (InfluenceScores.Block block : blocks) {
      assertThat(block.from()).isEqualTo(next);
      assertThat(block.scores().rows()).isEqualTo(1200);
      assertThat(block.largestResidual()).isLessThan(1e-9);
      next += block.scores().columns();
    }
    assertThat(next).isEqualTo(100);
    assertThat(blocks).hasSizeGreaterThan(memory < 1 << 30 ? 1 : 0);
    Matrix all = scores.toMatrix();
    double[] mean = scores.mean();
    for (int i = 0; i < 1200; i += 7) {
      double sum = 0;
      for (int j = 0; j < 100; j++) {
        sum += all.get(i, j) / 100;
      }
      assertThat(mean[i]).isCloseTo(sum, within(1e-12));
    }
  }

  @Test
  void aToleranceIsASettingAndScoresAreNotFurtherFromTheOthersThanIt() {
    InfluenceFunctions loose = InfluenceFunctions.withDefaults().withTolerance(1e-2);
    assertThat(loose.settings()).containsEntry("largest residual", "0.01");
    assertThat(loose.withLeverage().settings()).containsEntry("largest residual", "0.01");
    assertThat(InfluenceFunctions.withDefaults().settings()).containsOnlyKeys("order");
    FittedHead unfactored =
        LogisticHead.withDefaults()
            .fit(HeadData.of(RowSource.of(data.train()), data.given(), data.fitted().classes()));
    InfluenceContext context = context(1 << 30, unfactored);
    double[] one = loose.scores(context, audit).mean();
    double[] exact = InfluenceFunctions.withDefaults().scores(context, audit).mean();
    double gap = 0;
    double norm = 0;
    for (int i = 0; i < exact.length; i++) {
      gap += Math.pow(one[i] - exact[i], 2);
      norm += exact[i] * exact[i];
    }
    assertThat(Math.sqrt(gap / norm)).isBetween(1e-6, 5e-2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -1, Double.NaN})
  void aToleranceThatIsNoneIsRefused(double tolerance) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InfluenceFunctions.withDefaults().withTolerance(tolerance))
        .withMessageContaining("such as 1e-6")
        .withMessageContaining(Double.toString(tolerance));
  }

  @Test
  void withLeverageItIsTheEffectOfRemoval() {
    double[] mean =
        InfluenceFunctions.withDefaults().withLeverage().scores(context(1 << 30), audit).mean();
    assertThat(mean)
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(data.fitted().removalEffectOnLoss(data.audit(), data.auditTruth()));
  }

  /** The score of a training example for itself is its self-influence. */
  @Test
  void onTheTrainingDataTheDiagonalIsSelfInfluence() {
    double[] self = data.fitted().selfInfluence();
    InfluenceScores scores = InfluenceFunctions.withDefaults().scores(context(1 << 30), training);
    int[] seen = new int[1];
    scores.forEach(
        block -> {
          for (int j = 0; j < block.scores().columns(); j += 5) {
            int i = block.from() + j;
            assertThat(block.scores().get(i, j)).isCloseTo(self[i], within(1e-9));
            seen[0]++;
          }
        });
    assertThat(seen[0]).isGreaterThan(200);
  }

  @Test
  void opponentsComeFirst() {
    assertThat(InfluenceScores.opponentsFirst(0.1, -2, 0.5, -2)).containsExactly(1, 3, 0, 2);
  }

  /** To first order, relabelling is what the difference of two columns says. */
  @Test
  void proposalsAreTheLabelsUnderWhichTheAuditLossFallsMost() {
    ReferenceData few = ReferenceData.of("bc", 0);
    Matrix targets = HeadData.oneHot(few.auditTruth(), 2);
    FittedHead head = few.fitted();
    Matrix effects = head.relabellingEffects(RowSource.of(few.audit()), targets);
    double step = 1e-4;
    for (int i : new int[] {0, 11, 200}) {
      double[] losses = new double[2];
      for (int sign = 0; sign < 2; sign++) {
        Matrix moved = HeadData.oneHot(few.given(), 2);
        double share = sign == 0 ? step : 0;
        moved.set(i, few.given()[i], 1 - share);
        moved.set(i, 1 - few.given()[i], share);
        Matrix logits =
            LogisticHead.withDefaults()
                .fit(HeadData.of(RowSource.of(few.train()), moved))
                .logits(few.audit());
        for (int j = 0; j < 100; j++) {
          losses[sign] +=
              SoftmaxLoss.INSTANCE.predict(logits.values(), 2 * j, targets.values(), 2 * j, 2)
                  / 100;
        }
      }
      double expected = effects.get(i, 1 - few.given()[i]) - effects.get(i, few.given()[i]);
      assertThat((losses[0] - losses[1]) / step)
          .isCloseTo(expected, within(1e-6 + 1e-2 * Math.abs(expected)));
    }
  }

  /** Of 20 % uniform flips a head that did not see a point knows the right label of most. */
  @Test
  void detectorsProposeTheRightLabels() {
    LabelIssues issues = LeaveOneOutConfidence.withDefaults().detect(context(1 << 30));
    int wrong = 0;
    int mended = 0;
    for (int i = 0; i < 1200; i++) {
      if (data.wrong()[i]) {
        wrong++;
        mended += issues.proposed(i).getAsInt() == data.truth()[i] ? 1 : 0;
        assertThat(issues.confidence(i).getAsDouble()).isBetween(0.0, 1.0);
      }
    }
    assertThat((double) mended / wrong).isGreaterThan(0.85);
    assertThat(issues.size()).isEqualTo(1200);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelIssues.ranked(1, 2).proposing(new int[1], new double[2]))
        .withMessage("2 suspicions, 1 proposed labels and 2 confidences");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelIssues.ranked(1, 2).proposing(new int[2], new double[] {0.5, 2}))
        .withMessage("a confidence lies from 0 to 1, was 2.0");
    assertThat(LabelIssues.ranked(1, 2).proposed()).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new InfluenceContext(
                    audit,
                    data.fitted(),
                    d -> RowSource.of(data.train()),
                    List.of(),
                    context(1).run()))
        .withMessageStartingWith("a head of 10 classes on 1200 examples for the 100 examples");
    Dataset two = dataset("two", Matrix.zeros(2, 64), 0, 1);
    assertThatThrownBy(() -> InfluenceFunctions.withDefaults().scores(context(1 << 30), two))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("read both with the same classes");
  }
}
