package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.gradient.SmoothGrad;
import dev.touchstone.check.comparison.Agreement;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.check.comparison.Regression;
import dev.touchstone.check.signal.SpuriousReliance;
import dev.touchstone.check.training.MislabelledDetection;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.metric.AveragePrecision;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.metric.SampleSize;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.training.FrozenRepresentation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No check believes what is no answer, of a classifier that shares no code with the built-in ones.
 */
class EveryAnswerIsCheckedTest {
  private static final int N = 60;
  private static final int[] LABELS = IntStream.range(0, N).map(i -> i % 2).toArray();

  /** Images of 2 × 2, of which the first pixel tells the class. */
  private static final Dataset DATA =
      Dataset.named("sixty")
          .features(FeatureStore.inMemory(pixels(), 1, 2, 2))
          .labels(LABELS)
          .column("sex", IntStream.range(0, N).mapToObj(i -> i % 3 == 0 ? "f" : "m").toList())
          .build();

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static float[] pixels() {
    float[] pixels = new float[4 * N];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i % 4 == 0 ? (i / 4) % 2 : (i * 37 % 100) / 100f;
    }
    return pixels;
  }

  /**
   * CheckedAnswers with what the first pixel says; every tenth answer of a call may be replaced.
   */
  private static class Own implements Classifier, InputGradients, Representation {
    private final double[] everyTenth;
    private final double inside;

    Own(double[] everyTenth, double inside) {
      this.everyTenth = everyTenth;
      this.inside = inside;
    }

    @Override
    public String name() {
      return "own";
    }

    @Override
    public String sha256() {
      return "own " + everyTenth[0] + inside;
    }

    @Override
    public ModelFacts facts() {
      return facts("own");
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return type == InputGradients.class || type == Representation.class
          ? Optional.of(type.cast(this))
          : Optional.empty();
    }

    @Override
    public OutputKind outputs() {
      return OutputKind.PROBABILITIES;
    }

    @Override
    public Predictions predict(Tensor batch) {
      return Predictions.of(
          IntStream.range(0, batch.rows())
              .mapToObj(
                  i ->
                      i % 10 == 9
                          ? everyTenth
                          : batch.row(i)[0] > 0.5 ? new double[] {.1, .9} : new double[] {.9, .1})
              .toArray(double[][]::new));
    }

    @Override
    public int batchSize(long budgetBytes) {
      return N;
    }

    @Override
    public double[][] inputGradients(Tensor batch, Quantity quantity) {
      double[][] gradients = new double[batch.rows()][batch.rowSize()];
      gradients[batch.rows() - 1][1] = inside;
      return gradients;
    }

    @Override
    public int gradientBatchSize(long budgetBytes) {
      return N;
    }

    @Override
    public double[][] representation(Tensor batch) {
      return inputGradients(batch, Quantity.ofClass(0));
    }
  }

  private static final Classifier RIGHT =
      Models.function(
              "right",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> new double[] {1 - batch.row(i)[0], batch.row(i)[0]})
                      .toArray(double[][]::new))
          .emittingProbabilities();

  static List<Function<Classifier, Evidence>> checks() {
    RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
    Map<String, Function<Classifier, Evidence>> checks = new LinkedHashMap<>();
    return List.of(
        model -> MetricValue.of(ErrorRate.withDefaults()).evaluate(model, DATA, context),
        model ->
            MetricValue.of(ErrorRate.of(ModelBug.withNorm(2).tolerance(.5)))
                .evaluate(model, DATA.groupedBy("sex"), context),
        model -> MetricValue.of(Calibration.withDefaults()).evaluate(model, DATA, context),
        model ->
            MetricValue.of(Calibration.withDefaults().ofClass(1)).evaluate(model, DATA, context),
        model -> Agreement.with(RIGHT).evaluate(model, DATA, context),
        model -> Agreement.with(model).evaluate(RIGHT, DATA, context),
        model -> Regression.in(BrierScore.withDefaults()).evaluate(model, RIGHT, DATA, context),
        model -> Regression.in(AreaUnderRoc.ofClass(1)).evaluate(RIGHT, model, DATA, context),
        model -> MetricValue.of(AveragePrecision.ofClass(1)).evaluate(model, DATA, context),
        model ->
            SpuriousReliance.on(PatchTag.of(new float[][] {{1}}).at(1, 1))
                .evaluate(model, DATA, context),
        model -> {
          SampleSize.forCalibrationWithin(.05, model, DATA);
          throw new AssertionError("a pilot that is believed");
        });
  }

  @ParameterizedTest
  @MethodSource("checks")
  void noCheckBelievesNaN(Function<Classifier, Evidence> check) {
    assertThatThrownBy(() -> check.apply(new Own(new double[] {Double.NaN, Double.NaN}, 0)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("own answers with class probabilities", "row 9 of sixty", "NaN");
  }

  @ParameterizedTest
  @MethodSource("checks")
  void noCheckBelievesWhatIsNoDistribution(Function<Classifier, Evidence> check) {
    assertThatThrownBy(() -> check.apply(new Own(new double[] {.9, .85}, 0)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("own", "row 9 of sixty", "1.75");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void noAttributionIsMadeOfGradientsThatAreNone(double bad) {
    Own model = new Own(new double[] {.5, .5}, bad);
    Tensor batch = DATA.batch(0, 4);
    for (var method :
        List.of(
            Gradient.withDefaults(),
            IntegratedGradients.withDefaults(),
            SmoothGrad.withDefaults())) {
      assertThatThrownBy(
              () -> method.attribute(model, batch, Quantity.ofClass(0), context), method.name())
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContainingAll("own made a gradient with a value that is " + bad);
    }
  }

  @Test
  void noDetectorIsFedARepresentationThatIsNone() {
    assertThatThrownBy(
            () ->
                MislabelledDetection.withDefaults()
                    .evaluate(
                        FrozenRepresentation.of(new Own(new double[] {.5, .5}, Double.NaN)),
                        LabelNoise.uniform(.2).plantedIn(DATA),
                        TrainingLoss.withDefaults(),
                        context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("own made a representation with a value that is NaN");
  }

  /** {@code src/test/python/forest_calibration.py}: 167 of 600 largest probabilities exceed 1. */
  @Test
  void aForestIsCalibratedAsItsVotesAre() {
    Classifier forest = Models.onnx("classpath:answers/forest.onnx").emittingProbabilities();
    Dataset data = Datasets.csv("classpath:answers/forest.csv.gz").label("y").load();
    Evidence evidence = MetricValue.of(Calibration.withDefaults()).evaluate(forest, data, context);
    Models.release(forest);

    assertThat(evidence.measurements().get(0).estimate().value())
        .isCloseTo(0.017344320, within(1e-6));
    assertThat(Claim.of("calibrated", Bound.upper(.5)).judge(evidence, Policy.STRICT).outcome())
        .isEqualTo(Outcome.PASS);
  }
}
