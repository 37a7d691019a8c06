package dev.touchstone.check.shift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.figure.Scatter;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Undetermined;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OutOfDistributionDetectionTest {
  private static final Gson GSON = new Gson();
  private static final JsonObject ORACLE = oracle();
  private static final Dataset TRAINING = images("training", labels());
  private static final Dataset KNOWN = images("known", new int[40]);
  private static final Dataset FOREIGN = images("foreign", new int[30]);
  private static final Classifier POOLED = pooled(4);

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** What foreign_oracle.py wrote. */
  private static JsonObject oracle() {
    try (Reader json =
        new InputStreamReader(
            Objects.requireNonNull(
                OutOfDistributionDetectionTest.class.getResourceAsStream("/shift/foreign.json")),
            StandardCharsets.UTF_8)) {
      return GSON.fromJson(json, JsonObject.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] labels() {
    return GSON.fromJson(ORACLE.get("labels"), int[].class);
  }

  private static Dataset images(String name, int... labels) {
    float[][] rows = GSON.fromJson(ORACLE.get(name), float[][].class);
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(all, 4, 2, 3))
        .labels(labels)
        .classNames(List.of("one", "two", "three"))
        .ids(IntStream.range(0, labels.length).mapToObj(i -> name + i).toList())
        .build();
  }

  /** Each channel's mean, and a linear layer of it: what the reference computes. */
  private static Classifier pooled(int channels) {
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, channels, 2, 3)
            .weights("w", GSON.fromJson(ORACLE.get("weights"), float[].class), channels, 3)
            .weights("b", GSON.fromJson(ORACLE.get("bias"), float[].class), 3)
            .node("Identity", List.of("x"), "copy")
            .node("GlobalAveragePool", List.of("copy"), "pool")
            .node("Flatten", List.of("pool"), "seen")
            .node("Gemm", List.of("seen", "w", "b"), "logits")
            .output("logits", 0, 3)
            .bytes();
    return Models.whiteBox("net", OnnxFile.of(file, "net.onnx").whiteBox("cpu")).emittingLogits();
  }

  private static int neighbours() {
    return ORACLE.get("neighbours").getAsInt();
  }

  static List<OutOfDistributionDetector> detectors() {
    return List.of(
        MaxProbability.withDefaults(),
        Energy.withDefaults(),
        Energy.withDefaults().withTemperature(2.5),
        Mahalanobis.of(TRAINING),
        NearestTrainingExamples.of(TRAINING).withNeighbours(neighbours()));
  }

  private static double[] expected(OutOfDistributionDetector detector) {
    return GSON.fromJson(
        ORACLE.getAsJsonObject("scores").get(inReference(detector)), double[].class);
  }

  private static String inReference(OutOfDistributionDetector detector) {
    return detector instanceof Energy ? detector.toString() : detector.name();
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void saysWhatSciPyAndScikitLearnSay(OutOfDistributionDetector detector) {
    OutOfDistributionDetector.Foreignness fitted = detector.fitTo(POOLED, context);
    double[] found =
        IntStream.concat(IntStream.of(0), IntStream.of(1))
            .boxed()
            .flatMap(k -> Arrays.stream(fitted.of(k == 0 ? KNOWN : FOREIGN)).boxed())
            .mapToDouble(Double::doubleValue)
            .toArray();
    double[] reference = expected(detector);
    for (int i = 0; i < found.length; i++) {
      // Channels' means are computed in single precision, and distances amplify their rounding.
      assertThat(found[i]).isCloseTo(reference[i], within(2e-5 * Math.max(1, reference[i])));
    }
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void theAreaIsThatOfScikitLearn(OutOfDistributionDetector detector) {
    Evidence evidence =
        OutOfDistributionDetection.by(detector).evaluate(POOLED, KNOWN, FOREIGN, context);
    assertThat(evidence.measurements())
        .singleElement()
        .extracting(Measurement::slice)
        .isEqualTo("overall");
    assertThat(evidence.measurements().get(0).estimate().value())
        .isCloseTo(
            ORACLE.getAsJsonObject("auroc").get(inReference(detector)).getAsDouble(), within(1e-3));
    Scatter curve = (Scatter) evidence.figures().get(0);
    assertThat(areaUnder(curve.points()))
        .isCloseTo(evidence.measurements().get(0).estimate().value(), within(1e-9));
  }

  /** By the trapezoidal rule, which is exact where every threshold is shown. */
  private static double areaUnder(List<Scatter.Point> curve) {
    double area = 0;
    for (int p = 1; p < curve.size(); p++) {
      area +=
          (curve.get(p).x() - curve.get(p - 1).x()) * (curve.get(p).y() + curve.get(p - 1).y()) / 2;
    }
    return area;
  }

  /** The pool is what averages over places: a node before it says the same as one behind. */
  @Test
  void ofAMapOfPlacesEachChannelIsAveraged() {
    double[] before = Mahalanobis.of(TRAINING).at("copy").fitTo(POOLED, context).of(FOREIGN);
    double[] behind = Mahalanobis.of(TRAINING).at("seen").fitTo(POOLED, context).of(FOREIGN);
    for (int i = 0; i < before.length; i++) {
      assertThat(before[i]).isCloseTo(behind[i], within(1e-4 * behind[i]));
    }
  }

  @Test
  void aDirectionThatNeverVariesDoesNotCountAndIsSaid() {
    assertThat(Mahalanobis.of(TRAINING).fitTo(POOLED, context).notes())
        .singleElement()
        .asString()
        .contains("1 of 4 directions");
  }

  /** By hand: the nearest of (1, 0) and (0, 1), as unit vectors, to (0, 2) is at 0. */
  @Test
  void theNearestNeighbourIsByHand() {
    Classifier flat = flat();
    Dataset two = flatData("training", new float[] {3, 0, 0, .5f}, 0, 1);
    Dataset asked = flatData("asked", new float[] {0, 2, 1, 1}, 0, 0);
    double[] first =
        NearestTrainingExamples.of(two).withNeighbours(1).fitTo(flat, context).of(asked);
    assertThat(first[0]).isCloseTo(0, within(1e-12));
    assertThat(first[1]).isCloseTo(Math.sqrt(2 - Math.sqrt(2)), within(1e-7));
    double[] second =
        NearestTrainingExamples.of(two).withNeighbours(2).fitTo(flat, context).of(asked);
    assertThat(second[0]).isCloseTo(Math.sqrt(2), within(1e-12));
  }

  private static Classifier flat() {
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 2)
            .weights("w", new float[] {1, 0, 0, 1}, 2, 2)
            .node("MatMul", List.of("x", "w"), "logits")
            .output("logits", 0, 2)
            .bytes();
    return Models.whiteBox("flat", OnnxFile.of(file, "flat.onnx").whiteBox("cpu")).emittingLogits();
  }

  private static Dataset flatData(String name, float[] x, int... labels) {
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, 2))
        .labels(labels)
        .classNames(List.of("one", "two"))
        .ids(IntStream.range(0, labels.length).mapToObj(i -> name + i).toList())
        .build();
  }

  @Test
  void eachGroupOfTheKnownIsHeldAgainstAllForeign() {
    List<String> sizes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      sizes.add(i < 25 ? "many" : "few");
    }
    Dataset grouped =
        Dataset.named("known")
            .features(KNOWN.features())
            .labels(new int[40])
            .classNames(KNOWN.classNames())
            .column("size", sizes)
            .ids(IntStream.range(0, 40).mapToObj(i -> "known" + i).toList())
            .build()
            .groupedBy("size");
    List<Measurement> measured =
        OutOfDistributionDetection.by(Mahalanobis.of(TRAINING))
            .evaluate(POOLED, grouped, FOREIGN, context)
            .measurements();
    assertThat(measured)
        .extracting(Measurement::slice)
        .containsExactlyInAnyOrder("overall", "size=many", "size=few");
    double[] scores = expected(Mahalanobis.of(TRAINING));
    double inOrder = 0;
    for (int i = 0; i < 25; i++) {
      for (int j = 40; j < 70; j++) {
        inOrder += scores[j] > scores[i] ? 1 : 0;
      }
    }
    for (Measurement one : measured) {
      if (one.slice().equals("size=many")) {
        assertThat(one.estimate().value()).isCloseTo(inOrder / (25 * 30), within(1e-3));
      }
      assertThat(Undetermined.is(one.estimate())).isEqualTo(one.slice().equals("size=few"));
    }
  }

  /** Foreign examples that are not foreign: the limits hold one half. */
  @Test
  void whatIsNotForeignIsNotDetected() {
    Dataset half = KNOWN.where(i -> i % 2 == 0, "even");
    Dataset other = KNOWN.where(i -> i % 2 == 1, "odd");
    assertThat(
            OutOfDistributionDetection.by(Mahalanobis.of(TRAINING))
                .evaluate(POOLED, half, other, context)
                .measurements()
                .get(0)
                .estimate()
                .interval(.95))
        .satisfies(
            interval -> {
              assertThat(interval.lower()).isLessThan(.5);
              assertThat(interval.upper()).isGreaterThan(.5);
            });
  }

  @Test
  void theLeastForeignComeFirst() {
    Evidence evidence =
        OutOfDistributionDetection.by(Mahalanobis.of(TRAINING))
            .evaluate(POOLED, KNOWN, FOREIGN, context);
    double[] scores = Arrays.copyOfRange(expected(Mahalanobis.of(TRAINING)), 40, 70);
    int least =
        IntStream.range(0, 30).reduce((a, b) -> scores[b] < scores[a] ? b : a).orElseThrow();
    assertThat(evidence.worst().get(0).subject()).isEqualTo("foreign" + least);
    assertThat(evidence.worst().get(0).facts()).containsKeys("more foreign than", "taken for");
  }

  @Test
  void anotherScaleIsSaid() {
    Evidence evidence =
        OutOfDistributionDetection.by(MaxProbability.withDefaults())
            .evaluate(POOLED, KNOWN, FOREIGN.scaledBy(255), context);
    assertThat(evidence.notes()).anySatisfy(note -> assertThat(note).contains("scaledBy(1 / 255"));
  }

  private void refused(
      OutOfDistributionDetector detector, Dataset known, Dataset foreign, String... saying) {
    assertThatThrownBy(
            () -> OutOfDistributionDetection.by(detector).evaluate(POOLED, known, foreign, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll(saying);
  }

  @Test
  void whatCannotBeJudgedIsRefused() {
    refused(MaxProbability.withDefaults(), KNOWN.first(19), FOREIGN, "19 examples", "at least 20");
    refused(MaxProbability.withDefaults(), KNOWN, KNOWN.first(25), "25 of the 25", "known0");
    refused(
        Mahalanobis.of(TRAINING),
        KNOWN,
        TRAINING.first(30),
        "detector's training data",
        "training0");
    refused(
        NearestTrainingExamples.of(TRAINING).withNeighbours(91),
        KNOWN,
        FOREIGN,
        "90 examples",
        "withNeighbours(46)");
    refused(
        Mahalanobis.of(TRAINING.where(i -> TRAINING.label(i) != 1, "without two")),
        KNOWN,
        FOREIGN,
        "no example of [two]");
    refused(MaxProbability.withDefaults(), KNOWN, FOREIGN.reshapedTo(24), "[4, 2, 3]", "[24]");
    assertThatIllegalArgumentException().isThrownBy(() -> Energy.withDefaults().withTemperature(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NearestTrainingExamples.of(TRAINING).withNeighbours(0));
  }

  private static Classifier alwaysTheSame() {
    return Models.function(
            "always",
            "1",
            (Tensor batch) -> {
              double[][] rows = new double[batch.rows()][];
              Arrays.setAll(rows, i -> new double[] {.5, .25, .25});
              return rows;
            })
        .emittingProbabilities();
  }

  @Test
  void aModelThatLacksWhatTheDetectorLooksAtIsRefused() {
    assertThatThrownBy(
            () ->
                OutOfDistributionDetection.by(Mahalanobis.of(TRAINING))
                    .evaluate(alwaysTheSame(), KNOWN, FOREIGN, context))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("at(\"…\")");
    assertThatThrownBy(
            () ->
                OutOfDistributionDetection.by(Energy.withDefaults())
                    .evaluate(alwaysTheSame(), KNOWN, FOREIGN, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("shows probabilities");
    assertThatThrownBy(
            () ->
                OutOfDistributionDetection.by(MaxProbability.withDefaults())
                    .evaluate(alwaysTheSame(), KNOWN, FOREIGN, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no ranking");
  }
}
