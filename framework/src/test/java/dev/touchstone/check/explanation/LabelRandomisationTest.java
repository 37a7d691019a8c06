package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LabelRandomisationTest {
  private static final int EXAMPLES = 400;

  /** Twelve columns of which the first ones raise the odds and the last ones lower them. */
  private static Dataset data(int seed) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
    float[] values = new float[12 * EXAMPLES];
    int[] labels = new int[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      double odds = 0;
      for (int j = 0; j < 12; j++) {
        values[12 * i + j] = (float) random.nextGaussian();
        odds += (5.5 - j) / 4 * values[12 * i + j];
      }
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? 1 : 0;
    }
    return Dataset.named("columns " + seed)
        .features(FeatureStore.inMemory(values, 12))
        .labels(labels)
        .build();
  }

  private static Classifier trained(Dataset data) {
    return LogisticRegressionTrainer.withDefaults().train(data, "seed", RunContext.current());
  }

  /** All sound models rank the columns alike; one on shuffled labels does not. */
  @Test
  void theFallIsTheSimilarityThatSoundModelsHaveAboveIt() {
    RunContext context = RunContext.current();
    Classifier model = trained(data(1));
    Classifier shuffled = trained(LabelRandomisation.shuffled(data(1), context));
    Classifier sound = trained(data(2));
    Evidence evidence =
        LabelRandomisation.of(Gradient.withDefaults(), model, HealthyModels.of(sound))
            .evaluate(shuffled, data(3), context);
    double similarity = evidence.context().get(0).estimate().value();
    double healthy = evidence.context().get(1).estimate().value();
    assertThat(healthy).isGreaterThan(0.9);
    assertThat(evidence.measurements().get(0).estimate().value())
        .isEqualTo(similarity - healthy, org.assertj.core.api.Assertions.within(1e-12))
        .isLessThan(-0.2);
    assertThat(evidence.provenance().subject().name()).isEqualTo(model.name());
  }

  @Test
  void shuffledLabelsAreAsFrequentAndOthers() {
    Dataset data = data(1);
    Dataset shuffled = LabelRandomisation.shuffled(data, RunContext.current());
    assertThat(shuffled.classCounts()).isEqualTo(data.classCounts());
    assertThat(shuffled.labels()).isNotEqualTo(data.labels());
    assertThat(LabelRandomisation.shuffled(data, RunContext.current()).labels())
        .isEqualTo(shuffled.labels());
    int[] same = new int[EXAMPLES];
    Arrays.fill(same, 1);
    assertThatThrownBy(
            () ->
                LabelRandomisation.shuffled(data.withLabels(same, "all one"), RunContext.current()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("one class");
  }
}
