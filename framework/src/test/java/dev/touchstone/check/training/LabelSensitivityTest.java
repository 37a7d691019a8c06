package dev.touchstone.check.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.influence.GeneralisedFalsePositiveRate;
import dev.touchstone.influence.GroupBrierScore;
import dev.touchstone.influence.GroupCalibrationError;
import dev.touchstone.influence.GroupDisparity;
import dev.touchstone.influence.GroupErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Undetermined;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSensitivityTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final Classifier model =
      Models.function("as given", "1", LabelSensitivityTest::asGiven).emittingProbabilities();

  private static double[][] asGiven(Tensor batch) {
    double[][] output = new double[batch.rows()][];
    for (int i = 0; i < output.length; i++) {
      output[i] = new double[] {1 - batch.row(i)[0], batch.row(i)[0]};
    }
    return output;
  }

  /** Probabilities p, and labels of chance p moved towards a half. */
  private static Dataset data(int n, double overconfident, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] p = new float[n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      p[i] = random.nextInt(1, 1000) / 1000f;
      double truth = .5 + (p[i] - .5) * (1 - overconfident);
      labels[i] = random.nextDouble() < truth ? 1 : 0;
    }
    return Dataset.named("people")
        .features(FeatureStore.inMemory(p, 1))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .ids(IntStream.range(0, n).mapToObj(i -> seed + "-" + i).toList())
        .column("sex", IntStream.range(0, n).mapToObj(i -> i % 5 == 0 ? "f" : "m").toList())
        .build();
  }

  /** Of a model that is always right a share r of flips makes r of the answers wrong. */
  @Test
  void errorsOfAPerfectModelAreTheFlips() {
    Dataset data = data(200, 0, 1);
    Dataset right =
        data.withLabels(
            IntStream.range(0, 200).map(i -> data.batch(i).values()[0] >= .5f ? 1 : 0).toArray(),
            "as answered");
    Evidence evidence =
        LabelSensitivity.of(GroupErrorRate.withDefaults())
            .flipping(.2)
            .atTestTime(model, right, context);
    assertThat(evidence.measurements().get(0).quantity()).isEqualTo("change of error rate");
    assertThat(evidence.measurements().get(0).estimate().value()).isCloseTo(.2, within(1e-12));
  }

  /** In the mean over flips each example counts as flipped with the chance r. */
  @Test
  void brierScoresChangeAsTheirExpectationDoes() {
    Dataset data = data(2000, 0, 2);
    double rate = .3;
    double expected = 0;
    for (int i = 0; i < data.size(); i++) {
      double p = data.batch(i).values()[0];
      int y = data.label(i);
      double other = p - (1 - y);
      expected += rate * (other * other - (p - y) * (p - y)) / data.size();
    }
    Measurement measured =
        LabelSensitivity.of(GroupBrierScore.withDefaults())
            .flipping(rate)
            .withDraws(20)
            .atTestTime(model, data, context)
            .measurements()
            .get(0);
    assertThat(measured.estimate().value()).isCloseTo(expected, within(.012));
    assertThat(measured.estimate().interval(.95).contains(expected)).isTrue();
  }

  @Test
  void groupsAreMeasuredByThemselves() {
    Evidence evidence =
        LabelSensitivity.withDefaults()
            .atTestTime(model, data(1000, .5, 3).groupedBy("sex"), context);
    assertThat(evidence.measurements())
        .extracting(Measurement::slice)
        .containsExactly("overall", "sex=f", "sex=m");
    Interval few = evidence.measurements().get(1).estimate().interval(.95);
    Interval many = evidence.measurements().get(2).estimate().interval(.95);
    assertThat(few.upper() - few.lower()).isGreaterThan(many.upper() - many.lower());
  }

  /** Against the mean of what 600 data sets with flips of their own measure. */
  @ParameterizedTest
  @CsvSource({"0, .1", "0, .3", ".5, .1", ".5, .3"})
  void limitsHoldOverFlipsAndExamples(double overconfident, double rate) {
    int n = 200;
    GroupDisparity metric = GroupCalibrationError.withDefaults().ofPositiveClass();
    double truth = 0;
    int sets = 600;
    for (int set = 0; set < sets; set++) {
      Dataset data = data(n, overconfident, 10_000 + set);
      double[] p = new double[n];
      float[] values = data.batch(0, n).values();
      Arrays.setAll(p, i -> values[i]);
      int[] flipped = LabelNoise.uniform(rate).relabelled(data, new RandomStreams(set).of("truth"));
      truth += (metric.of(p, flipped) - metric.of(p, data.labels())) / sets;
    }
    int missed = 0;
    int trials = 40;
    for (int trial = 0; trial < trials; trial++) {
      Interval interval =
          LabelSensitivity.withDefaults()
              .flipping(rate)
              .atTestTime(model, data(n, overconfident, trial), context)
              .measurements()
              .get(0)
              .estimate()
              .interval(.95);
      missed += interval.contains(truth) ? 0 : 1;
    }
    assertThat(missed).isLessThanOrEqualTo(4);
  }

  @Test
  void trainingWithFlipsChangesLittleOfAWellPosedRegression() {
    Dataset training = data(800, 0, 4);
    Evidence evidence =
        LabelSensitivity.withDefaults()
            .flipping(.3)
            .atTrainingTime(
                LogisticRegressionTrainer.withDefaults().withRidge(1e-4),
                training,
                data(800, 0, 5),
                context);
    // P(y) becomes .4 P(y) + .3: at p uniform in (0, 1) the gap is .3 |1 − 2p|, .15 in the mean.
    assertThat(evidence.measurements().get(0).estimate().value()).isCloseTo(.13, within(.05));
    assertThat(evidence.provenance().settings()).containsEntry("flipped at", "training time");
  }

  @Test
  void sharedExamplesAreRefused() {
    Dataset training = data(100, 0, 4);
    assertThatThrownBy(
            () ->
                LabelSensitivity.withDefaults()
                    .atTrainingTime(
                        LogisticRegressionTrainer.withDefaults(),
                        training,
                        training.first(50),
                        context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("50 of the 50 examples of the data")
        .hasMessageContaining("4-0");
  }

  @Test
  void labelsThatAreAllTheSameAreRefused() {
    Dataset data = data(100, 0, 4);
    assertThatThrownBy(
            () ->
                LabelSensitivity.withDefaults()
                    .atTestTime(model, data.withLabels(new int[100], "alike"), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("are \"no\"");
  }

  @Test
  void smallGroupsAreUndetermined() {
    Dataset data = data(100, 0, 4).where(i -> i < 60, "part").groupedBy("sex");
    Evidence evidence = LabelSensitivity.withDefaults().atTestTime(model, data, context);
    assertThat(evidence.measurements().get(1).estimate()).isInstanceOf(Undetermined.class);
    assertThat(evidence.measurements().get(1).estimate().method()).contains("at least 40");
  }

  @Test
  void aRateOfAnAbsentClassIsUndetermined() {
    Dataset data = data(400, 0, 4);
    Dataset split =
        data.withLabels(IntStream.range(0, 400).map(i -> i % 5 == 0 ? 1 : 0).toArray(), "by sex")
            .groupedBy("sex");
    Evidence evidence =
        LabelSensitivity.of(GeneralisedFalsePositiveRate.withDefaults())
            .atTestTime(model, split, context);
    assertThat(evidence.measurements().get(1).estimate().method())
        .contains("none of the 80 of the group is");
  }

  @Test
  void fewDrawsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LabelSensitivity.withDefaults().withDraws(5))
        .withMessageContaining("at least 6 times");
  }
}
