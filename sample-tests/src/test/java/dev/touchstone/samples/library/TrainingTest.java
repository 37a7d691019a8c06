package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a check that plants errors and trains again relies on. */
@Tag("library")
class TrainingTest {
  private static final String FASHION = "classpath:data/fashion/";

  /**
   * Rounding moves what is learnt: with SSE 4.1, AVX2, AVX-512 and AMX, one thread and two, .7975
   * to .8085 of the clothes were right. A network that does not learn gets .1, one epoch .7.
   */
  @Test
  void aSmallNetworkLearnsFashionInFewEpochs() {
    Dataset train = fashion("train");
    Dataset test = fashion("test");
    Trainer trainer = DjlTrainer.of("small CNN", () -> Cnn.small(10)).withEpochs(5);

    Classifier model = trainer.train(train, "first", RunContext.current());

    Predictions predictions = model.predictAll(test, 64 << 20);
    int right = 0;
    for (int i = 0; i < test.size(); i++) {
      right += predictions.predicted(i) == test.label(i) ? 1 : 0;
    }
    Models.release(model);
    assertThat(right / (double) test.size()).isBetween(0.75, 0.90);
  }

  private static Dataset fashion(String part) {
    return Datasets.idx(
            FASHION + part + "-images-idx3-ubyte.gz", FASHION + part + "-labels-idx1-ubyte.gz")
        .scaledBy(1 / 255f)
        .load();
  }
}
