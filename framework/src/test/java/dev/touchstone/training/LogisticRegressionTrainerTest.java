package dev.touchstone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Representation;
import dev.touchstone.model.ScoreKind;
import dev.touchstone.model.Scored;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LogisticRegressionTrainerTest {
  private static final RunContext CONTEXT =
      RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static Classifier trained(Dataset data) {
    return LogisticRegressionTrainer.withDefaults().train(data, "once", CONTEXT);
  }

  private static Dataset cancer() {
    return ReferenceData.of("bc", 0).cleanTrainingData("breast cancer");
  }

  @Test
  void theClosedFormOfOneBinaryFeatureIsFound() {
    // Without ridge the probability of class 1 given the feature is its share there: 1/4 and 3/4.
    Dataset data =
        Dataset.named("coins")
            .features(FeatureStore.inMemory(new float[] {0, 0, 0, 0, 1, 1, 1, 1}, 1))
            .labels(0, 0, 0, 1, 0, 1, 1, 1)
            .build();
    Predictions predictions =
        LogisticRegressionTrainer.withDefaults()
            .withRidge(1e-9)
            .train(data, "once", CONTEXT)
            .predict(Tensor.of(new float[] {0, 1}, 2, 1));
    assertThat(predictions.probability(0, 1)).isCloseTo(0.25, within(1e-6));
    assertThat(predictions.probability(1, 1)).isCloseTo(0.75, within(1e-6));
  }

  @Test
  void breastCancerIsToldFromBenignTissue() {
    Dataset data = cancer();
    Predictions predictions = trained(data).predictAll(data, 1 << 20);
    int right = 0;
    for (int i = 0; i < data.size(); i++) {
      right += predictions.predicted(i) == data.label(i) ? 1 : 0;
    }
    assertThat((double) right / data.size()).isGreaterThan(0.96);
  }

  @Test
  void theSameDataGiveTheSameModelAndOtherLabelsAnother() {
    Dataset data = cancer();
    int[] flipped = data.labels();
    flipped[0] = 1 - flipped[0];
    assertThat(trained(data).sha256()).isEqualTo(trained(data).sha256());
    assertThat(trained(data.withLabels(flipped, "flipped")).sha256())
        .isNotEqualTo(trained(data).sha256());
  }

  /** Their weights on z-scores are the same, and what they predict is not. */
  @Test
  void aModelOfShiftedDataIsAnother() {
    Classifier here = trained(line(0));
    Classifier there = trained(line(10));
    Tensor five = Tensor.of(new float[] {5}, 1, 1);
    assertThat(here.predict(five).predicted(0)).isEqualTo(1);
    assertThat(there.predict(five).predicted(0)).isZero();
    assertThat(here.sha256()).isNotEqualTo(there.sha256());
  }

  private static Dataset line(float from) {
    return Dataset.named("line")
        .features(FeatureStore.inMemory(new float[] {from, from + 1, from + 2, from + 3}, 1))
        .labels(0, 0, 1, 1)
        .build();
  }

  @Test
  void theLastLayerSeesTheFeatures() {
    Dataset data = cancer();
    double[][] seen =
        trained(data)
            .capability(Representation.class)
            .orElseThrow()
            .representation(data.batch(3, 5));
    assertThat(seen).hasDimensions(2, 30);
    assertThat(seen[1][7]).isEqualTo((double) data.batch(4, 5).values()[7]);
  }

  @Test
  void gradientsAreTheSlopesOfLogOdds() {
    Dataset data = cancer();
    Classifier model = trained(data);
    float[] x = data.batch(0, 1).values();
    float[] moved = x.clone();
    moved[2] += 0.5f;
    Predictions before = model.predict(Tensor.of(x, 1, 30));
    Predictions after = model.predict(Tensor.of(moved, 1, 30));
    double change = logOdds(after) - logOdds(before);
    double[][] gradients =
        model
            .capability(InputGradients.class)
            .orElseThrow()
            .inputGradients(Tensor.of(concatenated(x, x), 2, 30), Quantity.ofClass(0, 1));
    assertThat((gradients[1][2] - gradients[0][2]) * (moved[2] - x[2]))
        .isCloseTo(change, within(1e-9));
  }

  @Test
  void scoresAreTheLogitsThatItsGradientsAreOf() {
    Dataset data = cancer();
    Classifier model = trained(data);
    Tensor batch = data.batch(0, 5);
    Scored scored = CheckedAnswers.scores(model, batch);
    Predictions predictions = model.predict(batch);

    assertThat(scored.kind()).isEqualTo(ScoreKind.LOGITS);
    assertThat(scored.rows()[3][1] - scored.rows()[3][0])
        .isCloseTo(
            Math.log(predictions.probability(3, 1) / predictions.probability(3, 0)), within(1e-9));
    double[][] difference =
        CheckedAnswers.gradients(
            model.capability(InputGradients.class).orElseThrow(), batch, Quantity.difference(1, 0));
    double[][] ofClasses =
        CheckedAnswers.gradients(
            model.capability(InputGradients.class).orElseThrow(),
            data.batch(new int[] {0, 0}),
            Quantity.ofClass(0, 1));
    assertThat(difference[0][2]).isCloseTo(ofClasses[1][2] - ofClasses[0][2], within(1e-12));
  }

  @Test
  void aSingleClassIsRefused() {
    Dataset data = cancer();
    Dataset benign = data.where(i -> data.label(i) == 1, "benign");
    assertThatThrownBy(() -> trained(benign))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("a classifier needs two classes to tell apart");
  }

  @Test
  void anotherShapeIsRefused() {
    assertThatThrownBy(() -> trained(cancer()).predict(Tensor.of(new float[5], 1, 5)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("takes examples of shape [30], was given [5]");
  }

  private static double logOdds(Predictions predictions) {
    return Math.log(predictions.probability(0, 1) / predictions.probability(0, 0));
  }

  private static float[] concatenated(float[] a, float[] b) {
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
