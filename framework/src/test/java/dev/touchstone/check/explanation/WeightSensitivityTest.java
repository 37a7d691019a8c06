package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.Target;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.attribution.rule.GuidedBackprop;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.figure.IntervalPlot;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Undetermined;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class WeightSensitivityTest {
  private static final WhiteBox BOX =
      OnnxFile.read(Location.of("classpath:attribution/cnn.onnx")).whiteBox("cpu");
  private static final Classifier CNN = Models.whiteBox("cnn.onnx", BOX).emittingLogits();

  private final RunContext context = RunContext.current();

  private static Dataset noise(int n) {
    UniformRandomProvider random = new RandomStreams(1).of("noise");
    float[] values = new float[n * 256];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return Dataset.named("noise")
        .features(FeatureStore.inMemory(values, 1, 16, 16))
        .labels(IntStream.range(0, n).map(i -> i % 5).toArray())
        .build();
  }

  /** A method made of a function of the model and one example. */
  private static AttributionMethod method(
      boolean signed, Function<Model, Function<float[], double[]>> map) {
    return new AttributionMethod() {
      @Override
      public String name() {
        return "made for this test";
      }

      @Override
      public boolean signed() {
        return signed;
      }

      @Override
      public Attribution attribute(
          Model model, Tensor batch, Quantity quantity, RunContext context) {
        double[][] maps = new double[batch.rows()][];
        Arrays.setAll(maps, i -> map.apply(model).apply(batch.row(i)));
        return Attribution.of(maps, batch, quantity, "by hand");
      }
    };
  }

  /** The horizontal difference of neighbouring pixels: it never looks at the model. */
  private static double[] edges(float[] image) {
    double[] edges = new double[image.length];
    for (int i = 1; i < image.length; i++) {
      edges[i] = Math.abs(image[i] - image[i - 1]);
    }
    return edges;
  }

  private static Measurement measured(Evidence evidence, String quantity) {
    return evidence.measurements().stream()
        .filter(m -> m.quantity().equals(quantity))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aMethodThatIgnoresTheWeightsMakesTheSameMapOfUnrelatedNetworks() {
    Evidence evidence =
        WeightSensitivity.of(method(false, model -> WeightSensitivityTest::edges))
            .withExamples(10)
            .evaluate(CNN, noise(12), context);
    Measurement independent = measured(evidence, WeightSensitivity.INDEPENDENT);
    assertThat(independent.estimate().interval(0.95).lower()).isCloseTo(1, within(1e-9));
    assertThat(measured(evidence, WeightSensitivity.QUANTITY).estimate().value())
        .isCloseTo(0, within(1e-9));
  }

  /** As the one below, of a map that is as long as a layer and not as the image is. */
  @Test
  void mapsOfValuesInsideTheModelAreComparedWithEachOther() {
    AttributionMethod inside =
        new AttributionMethod() {
          @Override
          public String name() {
            return "the first convolution's weights";
          }

          @Override
          public boolean signed() {
            return true;
          }

          @Override
          public boolean explainsInputs() {
            return false;
          }

          @Override
          public Attribution attribute(
              Model model, Tensor batch, Quantity quantity, RunContext context) {
            float[] weights = model.capability(WhiteBox.class).orElseThrow().weight("conv1.weight");
            double[] map =
                IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).toArray();
            double[][] maps = new double[batch.rows()][];
            Arrays.fill(maps, map);
            return Attribution.of(maps, batch, quantity, "by hand");
          }
        };
    WeightSensitivity check = WeightSensitivity.of(inside).withExamples(10);
    Evidence above = check.at(new NamedLayer("conv2")).evaluate(CNN, noise(10), context);
    Evidence all = check.at(new NamedLayer("conv1")).evaluate(CNN, noise(10), context);

    assertThat(measured(above, WeightSensitivity.QUANTITY).estimate().value()).isGreaterThan(0.7);
    assertThat(Math.abs(measured(all, WeightSensitivity.QUANTITY).estimate().value()))
        .isLessThan(0.2);
    assertThat(above.figures()).noneMatch(MapStrips.class::isInstance);
  }

  @Test
  void aMapThatOnlyReadsTheInputLayerKeepsAllOfItsSimilarityAboveIt() {
    // The map is the first convolution's weights: equal until that layer's turn comes.
    AttributionMethod readsConv1 =
        method(
            true,
            model ->
                image -> {
                  float[] weights =
                      model.capability(WhiteBox.class).orElseThrow().weight("conv1.weight");
                  double[] map = new double[256];
                  Arrays.setAll(map, j -> j < weights.length ? weights[j] : 0);
                  return map;
                });
    WeightSensitivity check = WeightSensitivity.of(readsConv1).withExamples(10);
    Evidence above = check.at(new NamedLayer("conv2")).evaluate(CNN, noise(10), context);
    Evidence all = check.at(new NamedLayer("conv1")).evaluate(CNN, noise(10), context);
    assertThat(measured(above, WeightSensitivity.QUANTITY).estimate().value()).isGreaterThan(0.7);
    assertThat(Math.abs(measured(all, WeightSensitivity.QUANTITY).estimate().value()))
        .isLessThan(0.2);
  }

  @Test
  void aLayerAloneLeavesAMapThatReadsAnotherOneAsItIs() {
    // The map is the second convolution's weights: only its own turn changes it.
    AttributionMethod readsConv2 =
        method(
            true,
            model ->
                image -> {
                  float[] weights =
                      model.capability(WhiteBox.class).orElseThrow().weight("conv2.weight");
                  double[] map = new double[256];
                  Arrays.setAll(map, j -> j < weights.length ? weights[j] : 0);
                  return map;
                });
    WeightSensitivity check =
        WeightSensitivity.of(readsConv2).withExamples(10).at(new NamedLayer("conv1"));
    Evidence alone = check.eachLayerAlone().evaluate(CNN, noise(10), context);
    Evidence cascading = check.evaluate(CNN, noise(10), context);
    double unrelated = measured(alone, WeightSensitivity.INDEPENDENT).estimate().value();
    assertThat(measured(alone, WeightSensitivity.QUANTITY).estimate().value())
        .isCloseTo(1 - unrelated, within(1e-9));
    assertThat(Math.abs(measured(cascading, WeightSensitivity.QUANTITY).estimate().value()))
        .isLessThan(0.2);
    double own =
        alone.context().stream()
            .filter(m -> m.quantity().equals(WeightSensitivity.QUANTITY))
            .filter(m -> m.slice().equals("conv2"))
            .findFirst()
            .orElseThrow()
            .estimate()
            .value();
    assertThat(Math.abs(own)).isLessThan(0.2);
    assertThat(((IntervalPlot) alone.figures().get(0)).horizontal())
        .isEqualTo("re-initialised alone");
  }

  /** As of rectifiers that never pass anything after a layer below them was drawn anew. */
  @Test
  void aLayerThatSilencesTheNetworkAloneIsUndeterminedBesideTheJudgedOne() {
    float[] first = BOX.weight("conv1.weight");
    float[] second = BOX.weight("conv2.weight");
    AttributionMethod silenced =
        method(
            true,
            model ->
                image -> {
                  WhiteBox box = model.capability(WhiteBox.class).orElseThrow();
                  float[] weights = box.weight("conv2.weight");
                  boolean silent =
                      Arrays.equals(weights, second)
                          && !Arrays.equals(box.weight("conv1.weight"), first);
                  double[] map = new double[256];
                  Arrays.setAll(map, j -> silent || j >= weights.length ? 0 : weights[j]);
                  return map;
                });
    WeightSensitivity alone = WeightSensitivity.of(silenced).withExamples(10).eachLayerAlone();
    Evidence evidence = alone.at(new NamedLayer("fc1")).evaluate(CNN, noise(10), context);
    assertThat(evidence.context())
        .filteredOn(m -> m.quantity().equals(WeightSensitivity.QUANTITY))
        .filteredOn(m -> Undetermined.is(m.estimate()))
        .extracting(Measurement::slice)
        .containsExactly("conv1");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> alone.at(new NamedLayer("conv1")).evaluate(CNN, noise(10), context))
        .withMessageContaining("constant maps for nearly every example (draw 1)");
  }

  @Test
  void theStepsOfLayersAloneAreAllLayersOnce() {
    Cascade cascade = Cascade.of(BOX, null, true, "cnn.onnx");
    assertThat(cascade.steps())
        .extracting(step -> step.fresh().stream().map(layer -> layer.name()).toList())
        .containsExactly(List.of("fc2"), List.of("fc1"), List.of("conv2"), List.of("conv1", "bn1"));
    assertThat(cascade.all()).hasSameSizeAs(BOX.layers());
  }

  @Test
  void guidedBackpropIsLessSensitiveThanTheGradientAtTheTop() {
    WeightSensitivity guided =
        WeightSensitivity.of(GuidedBackprop.withDefaults()).at(new NamedLayer("fc2"));
    WeightSensitivity gradient =
        WeightSensitivity.of(Gradient.withDefaults().keepingSign()).at(new NamedLayer("fc2"));
    Dataset data = noise(12);
    assertThat(excess(guided, data)).isGreaterThan(excess(gradient, data) + 0.1);
  }

  private double excess(WeightSensitivity check, Dataset data) {
    return measured(check.evaluate(CNN, data, context), WeightSensitivity.QUANTITY)
        .estimate()
        .value();
  }

  @Test
  void theMiddleOfTheLayersThatMultiplyIsJudgedByDefault() {
    Evidence evidence =
        WeightSensitivity.of(Gradient.withDefaults())
            .withExamples(10)
            .evaluate(CNN, noise(10), context);
    // fc2, fc1, conv2, conv1 from the top down.
    assertThat(measured(evidence, WeightSensitivity.QUANTITY).slice()).isEqualTo("fc1");
  }

  @Test
  void aPersonSeesHowManyDrawsAreDone() {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    WeightSensitivity.of(Gradient.withDefaults())
        .withExamples(10)
        .evaluate(CNN, noise(10), shownOn(terminal));
    assertThat(terminal.toString(StandardCharsets.UTF_8)).startsWith("\rre-initialisations 1/5");
  }

  private static RunContext shownOn(ByteArrayOutputStream terminal) {
    return RunContext.of(Settings.fromSystem(), RunSession.isolated())
        .with(Progress.on(new PrintStream(terminal, true, StandardCharsets.UTF_8)));
  }

  @Test
  void theWholeCurveAndTheMapsAreAttached() {
    Evidence evidence =
        WeightSensitivity.of(Gradient.withDefaults())
            .withExamples(10)
            .evaluate(CNN, noise(10), context);
    IntervalPlot curve = (IntervalPlot) evidence.figures().get(0);
    assertThat(curve.positions()).containsExactly("fc2", "fc1", "conv2", "conv1");
    assertThat(curve.series())
        .containsOnlyKeys(
            "Spearman to the original",
            "Spearman between independent networks",
            "SSIM to the original");
    MapStrips strips = (MapStrips) evidence.figures().get(1);
    assertThat(strips.columns())
        .containsExactly("original", "fc2", "fc1", "conv2", "conv1", "all, independently");
    assertThat(strips.rows()).hasSize(4);
  }

  @Test
  void aNormalisationMayBeNamedToo() {
    Cascade cascade = Cascade.of(BOX, new NamedLayer("bn1"), false, "cnn.onnx");
    assertThat(cascade.names()).containsExactly("fc2", "fc1", "conv2", "bn1", "conv1");
    assertThat(cascade.judgedName()).isEqualTo("bn1");
    assertThat(cascade.all()).hasSameSizeAs(BOX.layers());
  }

  @Test
  void anUnknownLayerIsRefusedWithTheKnownOnes() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                WeightSensitivity.of(Gradient.withDefaults())
                    .at(new NamedLayer("fc9"))
                    .evaluate(CNN, noise(10), context))
        .withMessage(
            "cnn.onnx has no layer \"fc9\"; from input to output it has"
                + " [conv1, bn1, conv2, fc1, fc2]");
  }

  @Test
  void clusteredExamplesAreRefused() {
    Dataset patients =
        Dataset.named("slides")
            .features(FeatureStore.inMemory(new float[12 * 256], 1, 16, 16))
            .labels(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1)
            .column("patient", IntStream.range(0, 12).mapToObj(i -> "p" + i / 2).toList())
            .build()
            .clusteredBy("patient");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> WeightSensitivity.of(Gradient.withDefaults()).evaluate(CNN, patients, context))
        .withMessage(
            "slides is clustered by patient, and the interval of the similarity of maps is one for"
                + " independent examples; claim it of data.onePerCluster(seed)");
  }

  @Test
  void aModelThatOnlyPredictsIsRefused() {
    Classifier rule =
        Models.function("rule", "1", rows -> new double[rows.rows()][5]).emittingLogits();
    assertThatExceptionOfType(MissingCapabilityException.class)
        .isThrownBy(
            () -> WeightSensitivity.of(Gradient.withDefaults()).evaluate(rule, noise(10), context))
        .withMessageContaining("re-initialising weights needs a white box");
  }

  @Test
  void theSettingsSayWhatWasAskedForWhateverTheModelsMapsAre() {
    // A map that is constant where the first pixel is dark: on some of the examples, not on all.
    AttributionMethod tellingOnSome =
        method(true, model -> image -> image[0] > 0.5 ? edges(image) : new double[256]);
    Evidence some =
        WeightSensitivity.of(tellingOnSome).withExamples(30).evaluate(CNN, noise(60), context);
    assertThat(some.notes())
        .anyMatch(
            note -> note.endsWith("examples were left out: their original maps are constant"));
    assertThat(some.provenance().texts().settings()).containsEntry("examples", "30");
  }

  @Test
  void constantMapsAreRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                WeightSensitivity.of(method(true, model -> image -> new double[256]))
                    .evaluate(CNN, noise(10), context))
        .withMessageContaining("constant map for 10 of 10 examples");
  }

  @Test
  void mapsThatAreNotFiniteAreRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                WeightSensitivity.of(
                        method(
                            true,
                            model ->
                                image -> {
                                  double[] map = edges(image);
                                  map[3] = Double.NaN;
                                  return map;
                                }))
                    .evaluate(CNN, noise(10), context))
        .withMessageContaining("NaN or infinite");
  }

  @Test
  void mapsOfTheWrongSizeAreRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                WeightSensitivity.of(method(true, model -> image -> new double[] {1, 2}))
                    .evaluate(CNN, noise(10), context))
        .withMessageContaining("a map of 2 values for an example of 256");
  }

  @Test
  void tooFewExamplesAreRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> WeightSensitivity.of(Gradient.withDefaults()).evaluate(CNN, noise(9), context))
        .withMessageContaining("at least 10");
  }

  @Test
  void fewerThanFiveDrawsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeightSensitivity.of(Gradient.withDefaults()).withDraws(4))
        .withMessageContaining("was 4");
  }

  @Test
  void theEvidenceSaysHowFarTheMapsAreToBeTrusted() {
    IntegratedGradients method = IntegratedGradients.withDefaults().withSteps(8);
    Dataset data = noise(10);
    Evidence evidence = WeightSensitivity.of(method).withExamples(10).evaluate(CNN, data, context);
    Tensor batch = data.batch(0, 10);
    Predictions predictions = CNN.predict(batch);
    double[] errors =
        method
            .measuringItsError()
            .attribute(CNN, batch, Target.predictedClass().of(predictions, data), context)
            .fidelity(Fidelity.HALVING_ERROR)
            .orElseThrow()
            .relative();
    Arrays.sort(errors);

    Measurement halving =
        evidence.context().stream()
            .filter(m -> m.quantity().equals(Fidelity.HALVING_ERROR))
            .findFirst()
            .orElseThrow();
    assertThat(halving.slice()).isEqualTo("model");
    assertThat(halving.estimate().value())
        .isCloseTo((errors[4] + errors[5]) / 2, within(1e-12))
        .isPositive();
    assertThat(evidence.context())
        .anyMatch(m -> m.quantity().equals(Fidelity.COMPLETENESS_RESIDUAL));
    assertThat(evidence.notes())
        .anyMatch(
            note ->
                note.startsWith(
                    "halving error of the model's maps: worst " + Numbers.format(errors[9])));
    assertThat(evidence.provenance().texts().settings())
        .containsEntry("rule", "secant rule")
        .containsEntry("explained", "the predicted class")
        .containsEntry("scores", "logits");
  }

  @Test
  void anotherTargetIsExplainedAndSaid() {
    Evidence label =
        WeightSensitivity.of(Gradient.withDefaults())
            .withExamples(10)
            .explaining(Target.trueLabel())
            .evaluate(CNN, noise(10), context);
    Evidence predicted =
        WeightSensitivity.of(Gradient.withDefaults())
            .withExamples(10)
            .evaluate(CNN, noise(10), context);

    assertThat(label.provenance().texts().settings()).containsEntry("explained", "the true label");
    assertThat(measured(label, WeightSensitivity.QUANTITY).estimate().value())
        .isNotEqualTo(measured(predicted, WeightSensitivity.QUANTITY).estimate().value());
    assertThat(WeightSensitivity.of(Gradient.withDefaults()).explaining(Target.ofClass(2)).method())
        .isEqualTo("Gradient for class 2");
  }

  @Test
  void theSameSeedGivesTheSameNumbersAndAnotherSeedOthers() {
    assertThat(excessUnderSeed(7)).isEqualTo(excessUnderSeed(7)).isNotEqualTo(excessUnderSeed(8));
  }

  private static double excessUnderSeed(long seed) {
    Settings settings = Settings.fromSystem();
    RunContext seeded =
        RunContext.of(
            new Settings(
                settings.device(),
                seed,
                settings.policy(),
                settings.memoryBytes(),
                settings.reportDirectory()),
            RunSession.isolated());
    Evidence evidence =
        WeightSensitivity.of(Gradient.withDefaults())
            .withExamples(10)
            .evaluate(CNN, noise(10), seeded);
    return measured(evidence, WeightSensitivity.QUANTITY).estimate().value();
  }
}
