package dev.touchstone.check.evaluation;

import static dev.touchstone.graph.onnx.OnnxBuilder.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.check.comparison.Agreement;
import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.check.comparison.Regression;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Warning;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.FalsePositiveRate;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A support vector classifier of scikit-learn as skl2onnx writes it without probabilities: with two
 * classes its scores favour the class that its label does not name, at each of the 300 examples.
 */
class LabelDecidesTest {
  private static final Dataset RIGHT = load("classpath:answers/svc.csv");
  private static final Dataset FLIPPED = load("classpath:answers/svc-labels-flipped.csv");

  @TempDir Path folder;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final Classifier svc = Models.onnx("classpath:answers/svc.onnx").emittingLogits();

  /** By the scores alone: what a reader sees who takes the largest. */
  private final Classifier scores =
      Models.function("scores", "1", this::scoresAlone).emittingProbabilities();

  private static Dataset load(String location) {
    return Datasets.csv(location).label("y").load();
  }

  private double[][] scoresAlone(Tensor batch) {
    var predictions = svc.predict(batch);
    double[][] rows = new double[predictions.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = predictions.probabilities(i);
    }
    return rows;
  }

  @AfterEach
  void release() {
    Models.release(svc);
  }

  private static double value(Evidence evidence) {
    return evidence.measurements().get(0).estimate().value();
  }

  @Test
  void theLabelDecidesWhatAnErrorIs() {
    assertThat(value(MetricValue.of(ErrorRate.withDefaults()).evaluate(svc, RIGHT, context)))
        .isZero();
    assertThat(value(MetricValue.of(ErrorRate.withDefaults()).evaluate(svc, FLIPPED, context)))
        .isEqualTo(1);
  }

  @Test
  void thatItContradictsTheScoresIsAWarning() {
    Evidence evidence = MetricValue.of(ErrorRate.withDefaults()).evaluate(svc, RIGHT, context);
    assertThat(evidence.warnings())
        .contains(
            new Warning(
                Warning.LABEL_CONTRADICTS_SCORES,
                "the label output of svc.onnx contradicts its scores at 300 of 300 examples: the"
                    + " label decides which class is predicted, and whoever reads the largest"
                    + " score reads another one"));
    assertThat(evidence.provenance().texts().model())
        .containsEntry("label output", "\"label\", which decides the class");
  }

  @Test
  void claimsAboutProbabilitiesAreRefused() {
    for (Runnable claim :
        List.<Runnable>of(
            () -> MetricValue.of(Calibration.withDefaults()).evaluate(svc, FLIPPED, context),
            () ->
                MetricValue.of(ErrorRate.of(ModelBug.withNorm(2).tolerance(1)))
                    .evaluate(svc, FLIPPED, context),
            () ->
                Regression.in(BrierScore.withDefaults()).evaluate(svc, scores, FLIPPED, context))) {
      assertThatThrownBy(claim::run)
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining(
              "svc.onnx names, in its label output, another class than its scores favour at 300 of"
                  + " the 300 examples of svc-labels-flipped.csv")
          .hasMessageContaining("CalibratedClassifierCV(SVC(), ensemble=False)");
    }
  }

  /** Against a model that reads the largest score, every answer became wrong, or right. */
  @Test
  void regressionsAreOfTheLabels() {
    for (ClassificationMetric metric :
        List.of(ErrorRate.withDefaults(), NegativeFlips.withDefaults())) {
      assertThat(value(Regression.in(metric).evaluate(svc, scores, FLIPPED, context))).isEqualTo(1);
    }
    assertThat(value(Regression.in(ErrorRate.withDefaults()).evaluate(svc, scores, RIGHT, context)))
        .isEqualTo(-1);
    assertThat(
            value(
                Regression.in(FalsePositiveRate.ofClass(1))
                    .evaluate(svc, scores, FLIPPED, context)))
        .isEqualTo(1);
  }

  @Test
  void agreementIsOfTheLabels() {
    assertThat(value(Agreement.with(scores).evaluate(svc, RIGHT, context))).isZero();
  }

  /** p = (.3, .7) at every row; the label says 0 in the first of four columns, else 1. */
  private Classifier minority() throws IOException {
    OnnxBuilder model =
        new OnnxBuilder()
            .input("x", 0, 4)
            .weights("w", new float[8], 4, 2)
            .weights("p", new float[] {.3f, .7f}, 2)
            .weights("tilt", new float[] {-.4f, 0, 0, 0, 0, 0, 0, 0}, 4, 2)
            .node("MatMul", List.of("x", "w"), "nothing")
            .node("Add", List.of("nothing", "p"), "scores")
            .node("MatMul", List.of("x", "tilt"), "tilted")
            .node("Add", List.of("scores", "tilted"), "decision")
            .node("ArgMax", List.of("decision"), "label", attribute("axis", 1))
            .output("label", TensorProto.DataType.INT64, 0)
            .output("scores", 0, 2);
    return Models.onnx(Files.write(folder.resolve("minority.onnx"), model.bytes()).toString())
        .emittingProbabilities();
  }

  /**
   * The decision is (.3 - .4 a, .7): it is 0 where a &lt; -1. A model of a white box, whose label
   * ONNX Runtime reads. Calibration is of the class that it names: .3 there, .7 elsewhere.
   */
  @Test
  void whereTheLabelContradictsAFewTheyAreJudgedByIt() throws IOException {
    Classifier model = minority();
    int zeros = 0;
    int right = 0;
    double[] confidence = new double[2];
    double[] cameTrue = new double[2];
    for (int i = 0; i < RIGHT.size(); i++) {
      boolean zero = RIGHT.batch(i, i + 1).values()[0] < -1;
      zeros += zero ? 1 : 0;
      boolean correct = RIGHT.label(i) == (zero ? 0 : 1);
      right += correct ? 1 : 0;
      confidence[zero ? 0 : 1] += zero ? .3 : .7;
      cameTrue[zero ? 0 : 1] += correct ? 1 : 0;
    }
    assertThat(zeros).isBetween(20, 100);
    String said = "contradicts its scores at " + zeros + " of 300 examples";
    Evidence errors = MetricValue.of(ErrorRate.withDefaults()).evaluate(model, RIGHT, context);
    assertThat(errors.provenance().texts().model()).containsEntry("runs on", "white box");
    assertThat(value(errors)).isCloseTo(1 - right / 300.0, within(1e-12));
    assertThat(errors.warnings()).extracting(Warning::text).anyMatch(text -> text.contains(said));
    double ece =
        (Math.abs(confidence[0] - cameTrue[0]) + Math.abs(confidence[1] - cameTrue[1])) / 300;
    assertThat(value(MetricValue.of(Calibration.withDefaults()).evaluate(model, RIGHT, context)))
        .isCloseTo(ece, within(1e-6));
    Models.release(model);
  }

  /** Picks the largest score's name from a list, which makes one row of names: [1, n]. */
  private Classifier namesInOneRow() throws IOException {
    OnnxBuilder model =
        new OnnxBuilder()
            .input("x", 0, 4)
            .weights("w", new float[] {-1, 1, 0, 0, 0, 0, 0, 0}, 4, 2)
            .integers("names", 0, 1)
            .node("MatMul", List.of("x", "w"), "scores")
            .node(
                "ArgMax",
                List.of("scores"),
                "largest",
                attribute("axis", 1),
                attribute("keepdims", 0))
            .node(
                "ai.onnx.ml",
                "picks",
                "ArrayFeatureExtractor",
                List.of("names", "largest"),
                List.of("label"))
            .output("label", TensorProto.DataType.INT64, 1, 0)
            .output("scores", 0, 2);
    return Models.onnx(Files.write(folder.resolve("row.onnx"), model.bytes()).toString())
        .emittingLogits();
  }

  /** The class is 1 where a &gt; 0; by twos and alone, where the row is as long as it is wide. */
  @Test
  void aRowOfLabelsIsOneForEachExample() throws IOException {
    Classifier model = namesInOneRow();
    Evidence errors = MetricValue.of(ErrorRate.withDefaults()).evaluate(model, RIGHT, context);
    int wrong = 0;
    for (int i = 0; i < RIGHT.size(); i++) {
      wrong += RIGHT.label(i) == (RIGHT.batch(i, i + 1).values()[0] > 0 ? 1 : 0) ? 0 : 1;
    }
    assertThat(value(errors)).isCloseTo(wrong / 300.0, within(1e-12));
    assertThat(wrong).isBetween(1, 299);
    assertThat(model.predict(RIGHT.batch(0, 2)).namesClasses()).isTrue();
    assertThat(model.predict(RIGHT.batch(0, 1)).namesClasses()).isTrue();
    Models.release(model);
  }
}
