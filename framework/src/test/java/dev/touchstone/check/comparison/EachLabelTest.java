package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.MultiLabelDataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.model.MultiLabelModel;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EachLabelTest {
  private static final int N = 3_000;
  private static final List<String> LABELS = List.of("toxic", "obscene", "threat");

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final AtomicInteger asked = new AtomicInteger();

  /** Answers each label by the feature at its place, and counts what it is asked about. */
  private MultiLabelModel counted(String version) {
    return Models.function(
            "comments",
            version,
            batch -> {
              asked.addAndGet(batch.rows());
              return rows(batch);
            })
        .emittingProbabilitiesOf("toxic", "obscene", "threat");
  }

  private static double[][] rows(Tensor batch) {
    return IntStream.range(0, batch.rows())
        .mapToObj(i -> IntStream.range(0, 3).mapToDouble(label -> batch.row(i)[label]).toArray())
        .toArray(double[][]::new);
  }

  private static MultiLabelDataset comments() {
    Random random = new Random(11);
    float[] said = new float[3 * N];
    int[][] labels = new int[N][3];
    for (int i = 0; i < said.length; i++) {
      said[i] = random.nextFloat();
      labels[i / 3][i % 3] = random.nextFloat() < said[i] ? 1 : 0;
    }
    return MultiLabelDataset.of(
        Dataset.named("comments.csv")
            .features(FeatureStore.inMemory(said, 3))
            .labels(new int[N])
            .classNames(List.of("a", "b"))
            .build(),
        LABELS,
        labels);
  }

  private Evidence errorRates(MultiLabelModel model, MultiLabelDataset data) {
    return EachLabel.evaluate(
        model,
        data,
        (classifier, examples) ->
            MetricValue.of(ErrorRate.withDefaults()).evaluate(classifier, examples, context));
  }

  /** Whoever asks for one label alone asks the model for that label. */
  @Test
  void aModelOfThreeLabelsIsAskedOnceForAll() {
    MultiLabelDataset data = comments();
    Evidence alone =
        MetricValue.of(ErrorRate.withDefaults())
            .evaluate(
                counted("1").ofLabel("toxic"),
                data.ofLabel("toxic"),
                RunContext.of(Settings.fromSystem(), RunSession.isolated()));
    int askedAgain = asked.getAndSet(0) - N;

    Evidence each = errorRates(counted("1"), data);

    assertThat(askedAgain).as("a sample is asked again").isPositive().isLessThan(N);
    assertThat(asked.get()).isGreaterThan(N).isLessThanOrEqualTo(N + 3 * askedAgain);
    assertThat(each.measurements().get(0).estimate().toString())
        .isEqualTo(alone.measurements().get(0).estimate().toString());
  }

  @Test
  void besideAnApprovedModelEachIsAskedOnce() {
    MultiLabelDataset data = comments();
    MultiLabelModel model = counted("1");
    EachLabel.evaluate(
        model,
        counted("approved"),
        data,
        (classifier, approved, examples) ->
            Regression.in(NegativeFlips.withDefaults())
                .evaluate(classifier, approved, examples, context));
    int both = asked.getAndSet(0);

    assertThat(both).isGreaterThan(2 * N).isLessThan(4 * N);
    model.ofLabel("threat").predict(Tensor.of(new float[3], 1, 3));
    model.ofLabel("toxic").predict(Tensor.of(new float[3], 1, 3));
    assertThat(asked.get()).as("nothing is kept afterwards").isEqualTo(2);
  }

  /** Of one label, whichever it is: what the others were answered does not hide it. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void whatDrawsAtRandomIsStillFound(int drawn) {
    Random random = new Random(3);
    MultiLabelModel model =
        Models.function(
                "comments",
                "1",
                batch -> {
                  double[][] rows = rows(batch);
                  for (double[] row : rows) {
                    row[drawn] = random.nextDouble();
                  }
                  return rows;
                })
            .emittingProbabilitiesOf("toxic", "obscene", "threat");

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> errorRates(model, comments()))
        .withMessageStartingWith(
            "label %s: comments gives two answers to one question".formatted(LABELS.get(drawn)));
  }

  @ParameterizedTest
  @CsvSource({"0, toxic", "2, threat"})
  void whatIsRefusedOfOneLabelStaysAnExceptionOfItsKind(int refused, String label) {
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(
            () ->
                EachLabel.evaluate(
                    counted("1"),
                    comments(),
                    (classifier, examples) -> {
                      if (examples.name().contains(LABELS.get(refused))) {
                        gradients(classifier);
                      }
                      return MetricValue.of(ErrorRate.withDefaults())
                          .evaluate(classifier, examples, context);
                    }))
        .withMessageStartingWith(
            "label %s: this test needs input gradients; comments ".formatted(label))
        .withNoCause();
  }

  private static void gradients(Classifier classifier) {
    classifier.require(InputGradients.class, "this test", "take another");
  }
}
