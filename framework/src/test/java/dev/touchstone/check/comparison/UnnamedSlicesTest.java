package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.metric.Accuracy;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.MultipleTesting;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnnamedSlicesTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Says what the last feature says, and knows neither age nor hours. */
  private final Classifier model =
      Models.function("as given", "1", UnnamedSlicesTest::asGiven).emittingProbabilities();

  private static double[][] asGiven(Tensor batch) {
    double[][] output = new double[batch.rows()][];
    for (int i = 0; i < output.length; i++) {
      output[i] = new double[] {1 - batch.row(i)[2], batch.row(i)[2]};
    }
    return output;
  }

  /** A share of the answers is wrong, another one where age is above .7. */
  private static Dataset data(int n, double share, double shareOfOld, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[3 * n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      x[3 * i] = random.nextInt(1000) / 1000f;
      x[3 * i + 1] = random.nextInt(1000) / 1000f;
      labels[i] = random.nextInt(2);
      boolean wrong = random.nextDouble() < (x[3 * i] > .7 ? shareOfOld : share);
      x[3 * i + 2] = labels[i] == 1 ^ wrong ? .8f : .2f;
    }
    return Dataset.named("people")
        .features(FeatureStore.inMemory(x, 3))
        .featureNames(List.of("age", "hours", "said"))
        .labels(labels)
        .classNames(List.of("no", "yes"))
        .column("house", IntStream.range(0, n).mapToObj(i -> i % 2 == 0 ? "A" : "B").toList())
        .build();
  }

  @Test
  void whereErrorsAreFrequentIsFoundAndMeasuredOnTheOtherHalf() {
    Evidence evidence =
        UnnamedSlices.in(ErrorRate.withDefaults(), 50)
            .withQuestions(1)
            .evaluate(model, data(2000, .05, .45, 1), context);
    Measurement worst = evidence.measurements().get(0);
    assertThat(worst.quantity()).isEqualTo("excess of error rate");
    assertThat(worst.slice()).startsWith("age > 0.7");
    // .45 against .05, where the slice is the whole of it; 300 of 1,000 examples.
    assertThat(worst.estimate().value()).isCloseTo(.4, within(.12));
    assertThat(worst.estimate().pValueAbove(.2)).isLessThan(.01);
  }

  @Test
  void whatIsGoodIsLessThere() {
    Dataset data = data(2000, .05, .45, 1);
    double errors =
        UnnamedSlices.in(ErrorRate.withDefaults(), 50)
            .evaluate(model, data, context)
            .measurements()
            .get(0)
            .estimate()
            .value();
    double accuracy =
        UnnamedSlices.in(Accuracy.withDefaults(), 50)
            .evaluate(model, data, context)
            .measurements()
            .get(0)
            .estimate()
            .value();
    assertThat(accuracy).isCloseTo(errors, within(1e-12));
  }

  @Test
  void lossesOfProbabilitiesFindItToo() {
    Evidence evidence =
        UnnamedSlices.in(BrierScore.ofClass(1), 50)
            .evaluate(model, data(2000, .05, .45, 1), context);
    assertThat(evidence.measurements().get(0).slice()).startsWith("age > 0.7");
  }

  @Test
  void groupsAreAskedAbout() {
    Dataset all = data(2000, 0, 0, 3);
    Dataset data =
        all.withLabels(
            IntStream.range(0, 2000)
                .map(i -> i % 10 == 0 ? 1 - all.label(i) : all.label(i))
                .toArray(),
            "wrong in house A");
    Evidence evidence =
        UnnamedSlices.in(ErrorRate.withDefaults(), 50).evaluate(model, data, context);
    assertThat(evidence.measurements().get(0).slice()).contains("house is");
  }

  /** Where errors fall anywhere, a slice is held for worse in 5 % of data sets at most. */
  @Test
  void slicesFoundInOneHalfAreNoWorseOnTheOtherByChance() {
    int held = 0;
    for (int seed = 0; seed < 60; seed++) {
      Evidence evidence =
          UnnamedSlices.in(ErrorRate.withDefaults(), 25)
              .evaluate(model, data(400, .2, .2, 100 + seed), context);
      double[] p =
          MultipleTesting.holm(
              evidence.measurements().stream()
                  .filter(m -> !Undetermined.is(m.estimate()))
                  .mapToDouble(m -> m.estimate().pValueAbove(0))
                  .toArray());
      held += p.length > 0 && Arrays.stream(p).min().orElseThrow() <= .05 ? 1 : 0;
    }
    assertThat(held).isLessThanOrEqualTo(7);
  }

  @Test
  void noSliceIsNoPass() {
    Evidence evidence =
        UnnamedSlices.in(ErrorRate.withDefaults(), 50).evaluate(model, data(400, 0, 0, 5), context);
    assertThat(evidence.measurements()).hasSize(1);
    assertThat(evidence.measurements().get(0).estimate()).isInstanceOf(Undetermined.class);
    assertThat(evidence.measurements().get(0).estimate().method()).contains("no slice");
  }

  @Test
  void tooFewExamplesAreRefused() {
    assertThatThrownBy(
            () ->
                UnnamedSlices.in(ErrorRate.withDefaults(), 50)
                    .evaluate(model, data(199, .1, .1, 5), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("people has 199 examples")
        .hasMessageContaining("take 200");
  }

  /** Two blobs of images; a model that answers by one pixel errs on a part of the second. */
  private static Dataset images(boolean withColumn) {
    SplittableRandom random = new SplittableRandom(5);
    int n = 1200;
    float[] x = new float[n * 16];
    int[] labels = new int[n];
    List<String> places = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      boolean dark = random.nextDouble() < .25;
      labels[i] = random.nextInt(2);
      boolean wrong = random.nextDouble() < (dark ? .5 : .04);
      for (int j = 1; j < 16; j++) {
        x[i * 16 + j] = (float) ((dark ? -3 : 3) + random.nextDouble());
      }
      x[i * 16] = labels[i] == 1 ^ wrong ? .8f : .2f;
      places.add(dark ? "cellar" : "street");
    }
    Dataset.Builder data =
        Dataset.named("pictures")
            .features(FeatureStore.inMemory(x, 1, 4, 4))
            .labels(labels)
            .classNames(List.of("no", "yes"));
    return (withColumn ? data.column("place", places) : data).build();
  }

  private record Seeing(Classifier by) implements Classifier, Representation {
    @Override
    public String name() {
      return by.name();
    }

    @Override
    public String sha256() {
      return by.sha256();
    }

    @Override
    public ModelFacts facts() {
      return by.facts();
    }

    @Override
    public OutputKind outputs() {
      return by.outputs();
    }

    @Override
    public Predictions predict(Tensor batch) {
      return by.predict(batch);
    }

    @Override
    public int batchSize(long budgetBytes) {
      return by.batchSize(budgetBytes);
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return type == Representation.class ? Optional.of(type.cast(this)) : by.capability(type);
    }

    @Override
    public double[][] representation(Tensor batch) {
      double[][] rows = new double[batch.rows()][16];
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j < 16; j++) {
          rows[i][j] = batch.row(i)[j];
        }
      }
      return rows;
    }
  }

  private static Classifier byFirstPixel() {
    return Models.function(
            "by a pixel",
            "1",
            (Tensor batch) -> {
              double[][] output = new double[batch.rows()][];
              for (int i = 0; i < output.length; i++) {
                output[i] = new double[] {1 - batch.row(i)[0], batch.row(i)[0]};
              }
              return output;
            })
        .emittingProbabilities();
  }

  @Test
  void imagesAreToldByWhatTheyLookLikeToTheModel() {
    Evidence evidence =
        UnnamedSlices.in(ErrorRate.withDefaults(), 20)
            .evaluate(new Seeing(byFirstPixel()), images(false), context);
    Measurement worst = evidence.measurements().get(0);
    assertThat(worst.slice()).contains("looks like example");
    assertThat(worst.estimate().value()).isGreaterThan(.2);
    assertThat(evidence.notes())
        .anyMatch(note -> note.contains("which of 12 examples they look like"));
  }

  @Test
  void imagesAreToldByTheColumnsBesideThem() {
    Evidence evidence =
        UnnamedSlices.in(ErrorRate.withDefaults(), 20)
            .evaluate(byFirstPixel(), images(true), context);
    Measurement worst = evidence.measurements().get(0);
    assertThat(worst.slice()).contains("place");
    assertThat(worst.estimate().value()).isCloseTo(.46, within(.12));
    assertThat(evidence.notes()).anyMatch(note -> note.contains("by \"place\""));
  }

  @Test
  void imagesThatNothingTellsApartAreRefused() {
    assertThatThrownBy(
            () ->
                UnnamedSlices.in(ErrorRate.withDefaults(), 20)
                    .evaluate(byFirstPixel(), images(false), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("shows no representation")
        .hasMessageContaining("give data with columns");
  }
}
