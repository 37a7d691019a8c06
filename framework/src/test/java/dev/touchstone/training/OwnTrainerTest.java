package dev.touchstone.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import org.junit.jupiter.api.Test;

/** The example of {@link Trainer}'s documentation: any function from data to a model is one. */
class OwnTrainerTest {

  /** Predicts the class whose mean is nearest; a line of any other library would do. */
  static final class NearestMean implements Trainer {
    @Override
    public String name() {
      return "nearest mean";
    }

    @Override
    public TrainerFacts facts() {
      return TrainerFacts.of(name());
    }

    @Override
    public Classifier train(Dataset data, String stream, RunContext context) {
      double[] sum = new double[data.classNames().size()];
      int[] count = new int[sum.length];
      for (int i = 0; i < data.size(); i++) {
        sum[data.label(i)] += data.batch(i).values()[0];
        count[data.label(i)]++;
      }
      return Models.function(
              name() + " trained on " + data.name(),
              data.sha256(), // the same data, the same model
              batch -> logits(batch, sum, count))
          .emittingLogits();
    }

    private static double[][] logits(Tensor batch, double[] sum, int[] count) {
      double[][] logits = new double[batch.rows()][sum.length];
      for (int i = 0; i < batch.rows(); i++) {
        for (int c = 0; c < sum.length; c++) {
          logits[i][c] = -Math.pow(batch.row(i)[0] - sum[c] / count[c], 2);
        }
      }
      return logits;
    }
  }

  @Test
  void anyFunctionCanBeATrainer() {
    Dataset data =
        Dataset.named("line")
            .features(FeatureStore.inMemory(new float[] {0, 1, 9, 10}, 1))
            .labels(0, 0, 1, 1)
            .build();
    Classifier model = new NearestMean().train(data, "first", RunContext.current());
    assertThat(model.predict(Tensor.of(new float[] {2, 8}, 2, 1)))
        .satisfies(p -> assertThat(p.predicted(0)).isZero())
        .satisfies(p -> assertThat(p.predicted(1)).isEqualTo(1));
  }
}
