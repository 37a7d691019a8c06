package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.assertThatTrainer;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtMost;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Torch;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every fluent claim may be accepted as known to fail, by a name of its own. */
class KnownFailuresTest {
  private static final LocalDate UNTIL = LocalDate.MAX;

  /** Eight columns of numbers without a pattern; the first tells the class. */
  private static final Dataset DATA = data(8);

  private static Dataset data(int... shape) {
    int n = 100;
    float[] x = new float[n * 8];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i * 7919L % 1000) / 500f - 1;
    }
    int[] labels = IntStream.range(0, n).map(i -> i % 2).toArray();
    for (int i = 0; i < n; i++) {
      x[i * 8] = 4 * labels[i] - 2;
    }
    return Dataset.named("table")
        .features(FeatureStore.inMemory(x, shape))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static void assertKnown(Verdict verdict) {
    assertThat(verdict.claim().id()).contains("mine");
    assertThat(verdict.claim().known())
        .hasValueSatisfying(
            known -> {
              assertThat(known.reason()).isEqualTo("MODEL-17");
              assertThat(known.until()).isEqualTo(UNTIL);
            });
    assertThat(verdict.known().why()).isEqualTo("the claim holds now: remove .acceptKnown(…)");
  }

  @Test
  void ofOneClass() {
    Classifier byFirstColumn =
        Models.function(
                "by first column",
                "1",
                batch ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(i -> new double[] {0, batch.row(i)[0]})
                        .toArray(double[][]::new))
            .emittingLogits();
    assertKnown(
        assertThatModel(byFirstColumn)
            .on(data(1, 2, 4))
            .forClass("yes")
            .identifiedAs("mine")
            .acceptKnown("MODEL-17", UNTIL)
            .doesNotRelyOn(PatchTag.of(new float[][] {{1}}).at(1, 1), atMost(0.2)));
  }

  @Test
  void ofATrainer() {
    assertKnown(
        assertThatTrainer(LogisticRegressionTrainer.withDefaults())
            .on(LabelNoise.uniform(0.2).plantedIn(DATA))
            .identifiedAs("mine")
            .acceptKnown("MODEL-17", UNTIL)
            .detectsMislabelledBy(TrainingLoss.withDefaults(), aurocAtLeast(0.7)));
  }

  @Test
  void ofAnAttributionMethod() {
    try (NDManager manager = Torch.manager("cpu")) {
      Torch.seed(1);
      Block block =
          new SequentialBlock()
              .add(Linear.builder().setUnits(16).build())
              .add(Activation.reluBlock())
              .add(Linear.builder().setUnits(2).build());
      block.initialize(manager, DataType.FLOAT32, new Shape(1, 8));
      Classifier model = Models.block("network", block, 8).emittingLogits();
      assertKnown(
          assertThatModel(model)
              .on(DATA)
              .explainedBy(Gradient.withDefaults().keepingSign())
              .withExamples(20)
              .withDraws(20)
              .identifiedAs("mine")
              .acceptKnown("MODEL-17", UNTIL)
              .isSensitiveToWeights(excessSimilarityAtMost(0.5)));
      Models.release(model);
    }
  }
}
