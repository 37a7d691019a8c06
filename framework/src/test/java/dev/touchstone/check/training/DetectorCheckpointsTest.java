package dev.touchstone.check.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.DjlTrainer;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a detector sees of the training. */
class DetectorCheckpointsTest {
  private static final Dataset TRAINING =
      ReferenceData.of("bc", 0).cleanTrainingData("breast cancer").first(80);
  private static final PlantedErrors PLANTED = LabelNoise.uniform(0.2).plantedIn(TRAINING);

  private final RunContext context =
      RunContext.of(
          new Settings("cpu", 1, Policy.STRICT, 64L << 20, Path.of("target")),
          RunSession.isolated());

  /** The mean loss over all checkpoints. */
  private static final class LossOnTheWay implements MislabelDetector {
    private final List<InfluenceContext> seen = new ArrayList<>();

    @Override
    public String name() {
      return "loss on the way";
    }

    @Override
    public int checkpointsEvery() {
      return 2;
    }

    @Override
    public LabelIssues detect(InfluenceContext given) {
      seen.add(given);
      double[] losses = new double[given.training().size()];
      for (Checkpoint checkpoint : given.checkpoints()) {
        for (int i = 0; i < losses.length; i++) {
          double[] p =
              checkpoint.model().predict(given.training().batch(i, i + 1)).probabilities(0);
          losses[i] -= Math.log(p[given.training().label(i)]);
        }
      }
      return LabelIssues.ranked(losses);
    }
  }

  @Test
  void aDetectorThatAsksForCheckpointsGetsThose() {
    LossOnTheWay detector = new LossOnTheWay();
    DjlTrainer trainer =
        DjlTrainer.of(
                "small network",
                () ->
                    new SequentialBlock()
                        .add(Linear.builder().setUnits(4).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(2).build()))
            .withEpochs(4)
            .withBatchSize(20);
    MislabelledDetection.withDefaults().evaluate(trainer, PLANTED, detector, context);
    assertThat(detector.seen).hasSize(6);
    for (InfluenceContext given : detector.seen) {
      assertThat(given.checkpoints()).extracting(Checkpoint::epoch).containsExactly(2, 4);
      assertThat(given.head().size()).isEqualTo(80);
      assertThat(given.run()).isSameAs(context);
      assertThat(given.training().labels()).isNotEqualTo(TRAINING.labels());
    }
  }

  @Test
  void aTrainerThatKeepsNoneRefuses() {
    LossOnTheWay detector = new LossOnTheWay();
    assertThatThrownBy(
            () ->
                MislabelledDetection.withDefaults()
                    .evaluate(LogisticRegressionTrainer.withDefaults(), PLANTED, detector, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("keeps no checkpoints");
  }
}
