package dev.touchstone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Example weights, warm starts and checkpoints, each against what it must be equal to. */
class TrainingTaskTest {
  private static final Dataset STEPS = steps(60);
  private static final Dataset CANCER =
      ReferenceData.of("bc", 0).cleanTrainingData("breast cancer");

  /** Class 1 right of the origin, class 0 left of it. */
  private static Dataset steps(int n) {
    float[] points = new float[2 * n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      points[2 * i] = (i % 10 - 4.5f) / 3;
      points[2 * i + 1] = (i * 7 % 5 - 2) / 2f;
      labels[i] = points[2 * i] > 0 ? 1 : 0;
    }
    return Dataset.named("steps").features(FeatureStore.inMemory(points, 2)).labels(labels).build();
  }

  private static Block network(int hidden) {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(hidden).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(2).build());
  }

  private static DjlTrainer trainer() {
    return DjlTrainer.of("steps network", () -> network(6))
        .withBatchSize(20)
        .withEpochs(4)
        .withLearningRateDecay(0.5, 2)
        .withOptimiser(Sgd.withDefaults().withLearningRate(0.1));
  }

  private static RunContext seeded() {
    return RunContext.of(new Settings("cpu", 4, Policy.STRICT, 64 << 20, Path.of("target")));
  }

  private static TrainingTask task(Dataset data) {
    return TrainingTask.of(data, "first", seeded());
  }

  private static String hash(TrainedModel trained) {
    trained.release();
    return trained.model().sha256();
  }

  @Test
  void aCheckpointIsTheModelOfAShorterTraining() {
    TrainedModel trained = trainer().train(task(STEPS).keepingCheckpoints(2));
    assertThat(trained.trainer()).isEqualTo(trainer());
    assertThat(trained.checkpoints()).extracting(Checkpoint::epoch).containsExactly(2, 4);
    assertThat(trained.checkpoints())
        .extracting(Checkpoint::learningRate)
        .containsExactly(0.1, 0.05);
    Classifier shorter = trainer().withEpochs(2).train(STEPS, "first", seeded());
    assertThat(trained.checkpoints().get(0).model().sha256()).isEqualTo(shorter.sha256());
    assertThat(trained.checkpoints().get(1).model().sha256()).isEqualTo(trained.model().sha256());
    assertThat(shorter.sha256()).isNotEqualTo(trained.model().sha256());
    Models.release(shorter);
    trained.release();
  }

  @Test
  void weightsOfOneChangeNothing() {
    double[] ones = new double[STEPS.size()];
    Arrays.fill(ones, 1);
    assertThat(hash(trainer().train(task(STEPS).weightedBy(ones))))
        .isEqualTo(hash(trainer().train(task(STEPS))));
  }

  /** Without its examples, a class is never right: all is taken for the other. */
  @Test
  void aNetworkDoesNotLearnFromExamplesOfWeightZero() {
    double[] weights = new double[STEPS.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = STEPS.label(i) == 0 ? 2 : 0;
    }
    TrainedModel trained = trainer().withEpochs(15).train(task(STEPS).weightedBy(weights));
    Predictions predictions = trained.model().predict(STEPS.batch(0, STEPS.size()));
    for (int i = 0; i < STEPS.size(); i++) {
      assertThat(predictions.predicted(i)).isZero();
    }
    trained.release();
  }

  /** At a rate of nearly nothing the model stays where it starts. */
  @Test
  void aWarmStartBeginsWhereTheOtherEnded() {
    TrainedModel first = trainer().train(task(STEPS));
    DjlTrainer still = trainer().withOptimiser(Sgd.withDefaults().withLearningRate(1e-30));
    assertThat(hash(still.train(task(STEPS).startingAt(first)))).isEqualTo(hash(first));
    assertThat(hash(still.train(task(STEPS)))).isNotEqualTo(hash(first));
  }

  @Test
  void aStartOfAnotherArchitectureIsRefused() {
    TrainedModel first = trainer().train(task(STEPS));
    DjlTrainer wider = DjlTrainer.of("wider", () -> network(7)).withEpochs(1);
    assertThatThrownBy(() -> wider.train(task(STEPS).startingAt(first)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("wider trained on steps cannot start at weights of the shapes")
        .hasMessageContaining("(7, 2)");
    TrainedModel other = LogisticRegressionTrainer.withDefaults().train(task(STEPS));
    assertThatThrownBy(() -> wider.train(task(STEPS).startingAt(other)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("give what a DjlTrainer of the same architecture has trained");
    first.release();
  }

  @Test
  void aRegressionIsTheWeightedHead() {
    double[] weights = new double[CANCER.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % 3;
    }
    TrainedModel trained =
        LogisticRegressionTrainer.withDefaults().train(task(CANCER).weightedBy(weights));
    ReferenceData data = ReferenceData.of("bc", 0);
    double[] rounded = data.train().values().clone();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (float) rounded[i];
    }
    FittedHead head =
        LogisticHead.withDefaults()
            .fit(
                HeadData.of(
                        RowSource.of(
                            Matrix.of(data.train().rows(), data.train().columns(), rounded)),
                        data.truth(),
                        2)
                    .weightedBy(weights));
    assertThat(trained.state(FittedHead.class).orElseThrow().sha256()).isEqualTo(head.sha256());
    assertThat(trained.model().capability(FittedHead.class)).isPresent();
  }

  @Test
  void aRegressionStartsWarmAndEndsAtItsOneOptimum() {
    LogisticRegressionTrainer trainer = LogisticRegressionTrainer.withDefaults();
    TrainedModel cold = trainer.train(task(CANCER));
    TrainedModel warm = trainer.train(task(CANCER).startingAt(cold));
    FittedHead from = cold.state(FittedHead.class).orElseThrow();
    FittedHead to = warm.state(FittedHead.class).orElseThrow();
    assertThat(to.steps()).isZero();
    assertThat(to.weights().values())
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(from.weights().values());
    assertThatThrownBy(() -> trainer.train(task(CANCER).keepingCheckpoints(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("keeps no checkpoints");
  }

  private static double[] everyThird(Dataset data) {
    double[] weights = new double[data.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i % 3;
    }
    return weights;
  }

  @Test
  void theWeightsOfTheDataAreThoseOfTheTask() {
    Dataset weighted = STEPS.withTrainingWeights(everyThird(STEPS), "every third");

    assertThat(task(weighted).weights().orElseThrow()).containsExactly(everyThird(STEPS));
    double[] others = new double[60];
    others[7] = 3;
    assertThat(task(weighted).weightedBy(others).weights().orElseThrow()).containsExactly(others);
    assertThat(task(weighted).unweighted().weights()).isEmpty();
    assertThat(task(STEPS).weights()).isEmpty();
  }

  /** By a task and by data alone, of a network and of a regression. */
  @Test
  void trainersWeighByTheWeightsOfTheData() {
    Dataset weighted = STEPS.withTrainingWeights(everyThird(STEPS), "every third");
    String byTask = hash(trainer().train(task(STEPS).weightedBy(everyThird(STEPS))));
    assertThat(hash(trainer().train(task(weighted)))).isEqualTo(byTask);
    Classifier byData = trainer().train(weighted, "first", seeded());
    assertThat(byData.sha256()).isEqualTo(byTask);
    Models.release(byData);
    assertThat(hash(trainer().train(task(weighted).unweighted())))
        .isEqualTo(hash(trainer().train(task(STEPS))))
        .isNotEqualTo(byTask);

    LogisticRegressionTrainer regression = LogisticRegressionTrainer.withDefaults();
    assertThat(head(regression.train(task(weighted))))
        .isEqualTo(head(regression.train(task(STEPS).weightedBy(everyThird(STEPS)))))
        .isNotEqualTo(head(regression.train(task(STEPS))));
  }

  private static String head(TrainedModel trained) {
    return trained.state(FittedHead.class).orElseThrow().sha256();
  }

  @Test
  void aPartOfTheDataThatWeighsNothingIsRefused() {
    Dataset none =
        STEPS
            .withTrainingWeights(everyThird(STEPS), "every third")
            .where(i -> i % 3 == 0, "of weight 0");
    assertThatThrownBy(() -> task(none))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("every example of steps, of weight 0 has the weight 0");
  }

  @Test
  void aFixedModelTakesDataOfAnyWeights() {
    Classifier fixed = trainer().train(STEPS, "first", seeded());
    Dataset weighted = STEPS.withTrainingWeights(everyThird(STEPS), "every third");
    TrainedModel same = FrozenRepresentation.of(fixed).train(task(weighted));
    assertThat(same.model()).isSameAs(fixed);
    Models.release(fixed);
  }

  @Test
  void aTrainerThatCannotSaysSo() {
    Trainer own =
        new Trainer() {
          @Override
          public String name() {
            return "own";
          }

          @Override
          public TrainerFacts facts() {
            return TrainerFacts.of(name());
          }

          @Override
          public Classifier train(Dataset data, String stream, RunContext context) {
            return Models.function("half", "1", batch -> new double[batch.rows()][2])
                .emittingLogits();
          }
        };
    assertThat(own.train(task(STEPS)).trainer()).isSameAs(own);
    Dataset weighted = STEPS.withTrainingWeights(everyThird(STEPS), "every third");
    assertThatThrownBy(() -> own.train(task(weighted)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "own trains from scratch and all examples alike, and was asked for example weights; use"
                + " DjlTrainer or LogisticRegressionTrainer, or override"
                + " Trainer.train(TrainingTask), or train on data.withoutTrainingWeights()");
    assertThat(own.train(task(STEPS)).checkpoints()).isEqualTo(List.of());
    assertThatThrownBy(
            () -> own.train(task(STEPS).weightedBy(new double[60]).keepingCheckpoints(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("every example of steps has the weight 0");
    double[] weights = new double[60];
    weights[7] = 1;
    assertThatThrownBy(() -> own.train(task(STEPS).weightedBy(weights).keepingCheckpoints(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("was asked for example weights and checkpoints");
    weights[7] = Double.NaN;
    assertThatThrownBy(() -> task(STEPS).weightedBy(weights))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("is NaN; give 0 or a positive number");
    assertThatThrownBy(() -> task(STEPS).weightedBy(1, 2))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("2 weights for the 60 examples of steps");
    assertThatThrownBy(() -> task(STEPS).keepingCheckpoints(0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("checkpoints every 0 epochs");
  }

  @Test
  void trainersOfFeaturesRefuseFurtherInputs() {
    Dataset data =
        Dataset.named("people")
            .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
            .labels(0, 1)
            .input("job", new TypedTensor.Texts(new String[] {"nurse", "smith"}, 2, 1))
            .build();
    TrainingTask task = TrainingTask.of(data, "0", RunContext.current());

    assertThatThrownBy(() -> LogisticRegressionTrainer.withDefaults().train(task))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("takes features alone", "[job]");
  }
}
