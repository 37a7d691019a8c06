package dev.touchstone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.touchstone.check.training.MislabelledDetection;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.influence.EstimatedInfluence;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.OutOfFold;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.influence.tree.BoostIn;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.DecisionTrees;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class XgboostTrainerTest {
  private static final RunContext CONTEXT =
      RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static Classifier trained(XgboostTrainer trainer, Dataset data) {
    return trainer.train(data, "once", CONTEXT);
  }

  private static Dataset cancer() {
    return ReferenceData.of("bc", 0).cleanTrainingData("breast cancer");
  }

  /** Of four with the feature 0 one is of class 1, of four with the feature 1 three. */
  private static Dataset coins() {
    return Dataset.named("coins")
        .features(FeatureStore.inMemory(new float[] {0, 0, 0, 0, 1, 1, 1, 1}, 1))
        .labels(0, 0, 0, 1, 0, 1, 1, 1)
        .build();
  }

  private static XgboostTrainer oneStump() {
    return XgboostTrainer.withDefaults().withRounds(1).withDepth(1).withLearningRate(1);
  }

  private static Predictions ofBoth(Classifier model) {
    return model.predict(Tensor.of(new float[] {0, 1}, 2, 1));
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  @Test
  void oneStumpIsItsClosedForm() {
    // From p = 1/2: G = 4/2 - 1 = 1 and H = 4/4 = 1 on the left, and -G/(H + λ) is the leaf.
    Predictions half = ofBoth(trained(oneStump(), coins()));
    assertThat(half.probability(0, 1)).isCloseTo(sigmoid(-0.5), within(1e-6));
    assertThat(half.probability(1, 1)).isCloseTo(sigmoid(0.5), within(1e-6));
    Predictions whole = ofBoth(trained(oneStump().withRidge(0), coins()));
    assertThat(whole.probability(0, 1)).isCloseTo(sigmoid(-1), within(1e-6));
    Predictions slow = ofBoth(trained(oneStump().withLearningRate(0.25), coins()));
    assertThat(slow.probability(1, 1)).isCloseTo(sigmoid(0.125), within(1e-6));
    Predictions none = ofBoth(trained(oneStump().withLeastHessian(1.5), coins()));
    assertThat(none.probability(1, 1)).isCloseTo(0.5, within(1e-6));
  }

  @Test
  void aWeightCountsAsSoManyExamples() {
    Dataset data = coins();
    Classifier weighted =
        oneStump()
            .train(TrainingTask.of(data, "once", CONTEXT).weightedBy(1, 2, 1, 1, 0, 1, 3, 1))
            .model();
    Classifier copied =
        trained(oneStump(), data.select(new int[] {0, 1, 1, 2, 3, 5, 6, 6, 6, 7}, "copied"));
    assertThat(ofBoth(weighted).probability(0, 1))
        .isCloseTo(ofBoth(copied).probability(0, 1), within(1e-6));
    assertThat(ofBoth(weighted).probability(1, 1))
        .isCloseTo(ofBoth(copied).probability(1, 1), within(1e-6))
        .isNotCloseTo(ofBoth(trained(oneStump(), data)).probability(1, 1), within(1e-2));
  }

  @Test
  void threeClassesAreLearntEachByItsTrees() {
    Dataset data =
        Dataset.named("three")
            .features(FeatureStore.inMemory(new float[] {0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}, 1))
            .labels(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2)
            .build();
    Predictions told =
        trained(XgboostTrainer.withDefaults().withLeastHessian(0), data)
            .predict(Tensor.of(new float[] {0, 1, 2}, 3, 1));
    for (int i = 0; i < 3; i++) {
      assertThat(told.probability(i, i)).isGreaterThan(0.9);
    }
  }

  @Test
  void aClassWithoutAnExampleStaysImprobable() {
    Dataset data =
        Dataset.named("two of three")
            .features(FeatureStore.inMemory(new float[] {0, 0, 0, 0, 1, 1, 1, 1}, 1))
            .labels(0, 0, 0, 2, 0, 2, 2, 2)
            .classNames(List.of("a", "b", "c"))
            .build();
    Predictions told = ofBoth(trained(XgboostTrainer.withDefaults(), data));
    assertThat(told.probability(0, 1)).isLessThan(0.01);
    assertThat(told.probability(0, 0)).isGreaterThan(0.5);
    assertThat(told.probability(1, 2)).isGreaterThan(0.5);
  }

  @Test
  void aMissingValueIsAValueToIt() {
    float nan = Float.NaN;
    Dataset data =
        Dataset.named("gaps")
            .features(FeatureStore.inMemory(new float[] {nan, nan, nan, nan, 1, 1, 1, 1}, 1))
            .allowingMissing()
            .labels(0, 0, 0, 1, 0, 1, 1, 1)
            .build();
    Predictions told = trained(oneStump(), data).predict(Tensor.of(new float[] {nan, 1}, 2, 1));
    assertThat(told.probability(1, 1)).isGreaterThan(0.5);
  }

  @Test
  void breastCancerIsToldFromBenignTissue() {
    Dataset data = cancer();
    Dataset.Split split = data.stratifiedSplit(0.7, 3);
    Predictions predictions =
        trained(XgboostTrainer.withDefaults(), split.first()).predictAll(split.second(), 1 << 20);
    int right = 0;
    for (int i = 0; i < split.second().size(); i++) {
      right += predictions.predicted(i) == split.second().label(i) ? 1 : 0;
    }
    assertThat((double) right / split.second().size()).isGreaterThan(0.92);
  }

  @Test
  void theSameDataGiveTheSameModelAndOtherLabelsAnother() {
    Dataset data = cancer();
    int[] flipped = data.labels();
    flipped[0] = 1 - flipped[0];
    XgboostTrainer trainer = XgboostTrainer.withDefaults().withRounds(10);
    assertThat(trained(trainer, data).sha256()).isEqualTo(trained(trainer, data).sha256());
    assertThat(trained(trainer, data.withLabels(flipped, "flipped")).sha256())
        .isNotEqualTo(trained(trainer, data).sha256());
  }

  @Test
  void drawsFollowTheStream() {
    Dataset data = cancer();
    XgboostTrainer trainer =
        XgboostTrainer.withDefaults().withRounds(5).drawingRows(0.5).drawingColumns(0.5);
    String once = trainer.train(data, "one", CONTEXT).sha256();
    assertThat(trainer.train(data, "one", CONTEXT).sha256()).isEqualTo(once);
    assertThat(trainer.train(data, "two", CONTEXT).sha256()).isNotEqualTo(once);
  }

  @Test
  void theModelShowsItsTrees() {
    Dataset data = cancer();
    Classifier model = trained(XgboostTrainer.withDefaults().withRounds(7).withDepth(2), data);
    DecisionTrees trees = model.capability(DecisionTrees.class).orElseThrow();
    assertThat(trees.ensemble().trees()).hasSize(7);
    Models.release(model);
    assertThat(model.predict(data.batch(0, 2)).size()).isEqualTo(2);
  }

  /** A model of named columns binds by these, wherever they stand. */
  @Test
  void columnsAreBoundByTheNamesOfTheTrainingData() {
    Dataset data =
        Dataset.named("named")
            .features(FeatureStore.inMemory(new float[] {0, 9, 0, 9, 1, 9, 1, 9}, 2))
            .featureNames(List.of("age < 30 [years]", "other"))
            .labels(0, 0, 1, 1)
            .build();
    Classifier model = trained(oneStump().withLeastHessian(0), data);
    Dataset turned =
        Dataset.named("turned")
            .features(FeatureStore.inMemory(new float[] {9, 0, 9, 1}, 2))
            .featureNames(List.of("other", "age < 30 [years]"))
            .labels(0, 1)
            .build();
    Predictions told = model.predict(turned.inputs(0, 2));
    assertThat(told.predicted(0)).isZero();
    assertThat(told.predicted(1)).isEqualTo(1);
  }

  @Test
  void everySettingCounts() {
    XgboostTrainer trainer = XgboostTrainer.withDefaults();
    assertThat(
            Stream.of(
                trainer,
                trainer.withRounds(101),
                trainer.withLearningRate(0.2),
                trainer.withDepth(5),
                trainer.withRidge(2),
                trainer.withLeastHessian(2),
                trainer.drawingRows(0.5),
                trainer.drawingColumns(0.5)))
        .doesNotHaveDuplicates()
        .extracting(XgboostTrainer::sha256)
        .allMatch(Optional::isPresent)
        .doesNotHaveDuplicates();
    assertThat(trainer).isEqualTo(XgboostTrainer.withDefaults().withRounds(100));
  }

  @Test
  void provenanceHoldsEverySettingAndTheLibrary() {
    assertThat(XgboostTrainer.withDefaults().facts().texts())
        .containsEntry("rounds", "100")
        .containsEntry("depth", "6")
        .containsEntry("learning rate", "0.3")
        .containsEntry("ridge", "1.0")
        .containsEntry("library", "XGBoost4J 3.4.0");
  }

  @Test
  void settingsThatCannotTrainAreRefused() {
    XgboostTrainer trainer = XgboostTrainer.withDefaults();
    assertThatThrownBy(() -> trainer.withRounds(0)).hasMessageContaining("rounds");
    assertThatThrownBy(() -> trainer.withLearningRate(1.5))
        .hasMessage("learning rate 1.5 is outside (0, 1]; give a number inside");
    assertThatThrownBy(() -> trainer.drawingRows(0))
        .hasMessage("share of the rows 0.0 is outside (0, 1]; give a number inside");
    assertThatThrownBy(() -> trainer.withRidge(Double.NaN)).hasMessageContaining("ridge");
  }

  @Test
  void aSingleClassIsRefused() {
    Dataset data = coins();
    Dataset tails = data.where(i -> data.label(i) == 0, "tails");
    assertThatThrownBy(() -> trained(oneStump(), tails))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("a classifier needs two classes to tell apart");
    TrainingTask task = TrainingTask.of(data, "once", CONTEXT).weightedBy(1, 1, 1, 0, 1, 0, 0, 0);
    assertThatThrownBy(() -> oneStump().train(task))
        .hasMessageContaining("alone that weigh something; a classifier needs two classes");
  }

  @Test
  void warmStartsAndCheckpointsAreRefused() {
    TrainingTask task = TrainingTask.of(coins(), "once", CONTEXT);
    TrainedModel before = oneStump().train(task);
    assertThatThrownBy(() -> oneStump().train(task.startingAt(before)))
        .hasMessageContaining("leave startingAt out");
    assertThatThrownBy(() -> oneStump().train(task.keepingCheckpoints(1)))
        .hasMessageContaining("keepingCheckpoints");
  }

  /** Against {@code src/test/python/boosted_trainer_oracle.py}. */
  @Test
  void itLearnsWhatXgboostsOwnPythonLearns() throws IOException {
    JsonObject file;
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(
                XgboostTrainerTest.class.getResourceAsStream("/training/xgboost.json")),
            StandardCharsets.UTF_8)) {
      file = new Gson().fromJson(json, JsonObject.class);
    }
    float[] training = values(file, "training");
    float[] asked = values(file, "asked");
    double[] weights = new Gson().fromJson(file.get("weights"), double[].class);
    for (JsonElement element : file.getAsJsonArray("cases")) {
      JsonObject expected = element.getAsJsonObject();
      double[][] probabilities =
          new Gson().fromJson(expected.get("probabilities"), double[][].class);
      Dataset data =
          Dataset.named("training")
              .features(FeatureStore.inMemory(training, 5))
              .allowingMissing()
              .labels(new Gson().fromJson(expected.get("labels"), int[].class))
              .classNames(List.of("a", "b", "c").subList(0, probabilities[0].length))
              .build();
      XgboostTrainer trainer =
          expected.get("settings").getAsString().equals("defaults")
              ? XgboostTrainer.withDefaults()
              : XgboostTrainer.withDefaults()
                  .withRounds(30)
                  .withLearningRate(0.1)
                  .withDepth(3)
                  .withRidge(2.5)
                  .withLeastHessian(4);
      TrainingTask task = TrainingTask.of(data, "once", CONTEXT);
      Predictions told =
          trainer
              .train(expected.get("weighted").getAsBoolean() ? task.weightedBy(weights) : task)
              .model()
              .predict(Tensor.of(asked, probabilities.length, 5));
      for (int i = 0; i < probabilities.length; i++) {
        assertThat(told.probabilities(i)).containsExactly(probabilities[i], within(2e-6));
      }
    }
  }

  private static float[] values(JsonObject file, String which) {
    Double[][] rows = new Gson().fromJson(file.get(which), Double[][].class);
    float[] values = new float[rows.length * 5];
    for (int i = 0; i < values.length; i++) {
      Double value = rows[i / 5][i % 5];
      values[i] = value == null ? Float.NaN : value.floatValue();
    }
    return values;
  }

  @Test
  void wrongLabelsAreFoundThroughItsLeavesAndOutOfItsFolds() {
    PlantedErrors planted = LabelNoise.uniform(0.1).plantedIn(cancer()).withPlantings(6);
    XgboostTrainer trainer = XgboostTrainer.withDefaults().withRounds(20).withDepth(3);
    for (MislabelDetector detector :
        List.of(OutOfFold.by(trainer), EstimatedInfluence.by(BoostIn.withDefaults()))) {
      Evidence evidence =
          MislabelledDetection.withDefaults().evaluate(trainer, planted, detector, CONTEXT);
      assertThat(evidence.measurements().get(0).estimate().value())
          .as(detector.name())
          .isGreaterThan(0.8);
    }
  }
}
