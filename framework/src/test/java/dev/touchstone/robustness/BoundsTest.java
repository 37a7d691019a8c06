package dev.touchstone.robustness;

import static dev.touchstone.robustness.RobustnessOracle.NUMBERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.robustness.ScoreMargins.Margins;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds against those of auto_LiRPA, and by brute force. */
class BoundsTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final Classifier model = RobustnessOracle.model();
  private final Dataset digits = RobustnessOracle.digits();

  private static int[] first(int n) {
    return IntStream.range(0, n).toArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.005", "0.02", "0.05"})
  void intervalsAndLinesAreThoseOfAutoLirpa(String epsilon) {
    ThreatModel threat = ThreatModel.linf(Double.parseDouble(epsilon)).withoutRange();
    double[][] ibp = NUMBERS.bounds().get(epsilon).get("IBP");
    double[][] apart = NUMBERS.bounds().get(epsilon).get("apart");
    double[][] crown = NUMBERS.bounds().get(epsilon).get("CROWN");
    int[] examples = first(ibp.length);
    Margins[] intervals = IntervalBounds.within(threat).margins(model, digits, examples, context);
    Margins[] lines = LinearBounds.within(threat).margins(model, digits, examples);
    for (int i = 0; i < ibp.length; i++) {
      assertThat(intervals[i].lower()).containsExactly(apart[i], within(1e-4));
      for (int j = 0; j < 9; j++) {
        assertThat(intervals[i].lower()[j]).isLessThanOrEqualTo(ibp[i][j] + 1e-4);
        // Theirs are of single precision; ours may take the interval where it says more.
        assertThat(lines[i].lower()[j]).isCloseTo(Math.max(crown[i][j], apart[i][j]), within(1e-4));
      }
      for (double slack : intervals[i].slack()) {
        assertThat(slack).isBetween(1e-6, 2e-2);
      }
    }
  }

  private static double[] margins(double[] scores, int label) {
    return IntStream.range(0, scores.length)
        .filter(j -> j != label)
        .mapToDouble(j -> scores[label] - scores[j])
        .toArray();
  }

  /** The least margins among corners, random points and what PGD finds. */
  private double[] tried(Classifier network, Dataset data, int example, ThreatModel threat) {
    WhiteBox box = network.require(WhiteBox.class, "a test", "").inDoublePrecision();
    SplittableRandom random = new SplittableRandom(example);
    float[] x = data.batch(example).values();
    int tries = 400;
    float[] values = new float[tries * x.length];
    for (int t = 0; t < tries; t++) {
      float[] row = new float[x.length];
      for (int i = 0; i < row.length; i++) {
        double change = t % 2 == 0 ? (random.nextBoolean() ? 1 : -1) : random.nextDouble(-1, 1);
        row[i] = (float) (x[i] + threat.epsilon() * change);
      }
      if (t == 0) {
        row = x.clone();
      }
      threat.project(row, x);
      System.arraycopy(row, 0, values, t * x.length, x.length);
    }
    float[] attacked =
        ProjectedGradientDescent.within(threat)
            .perturb(network, data, new int[] {example}, context)
            .rows()[0];
    System.arraycopy(attacked, 0, values, x.length, x.length);
    double[][] scores = box.scores(Tensor.of(values, tries, 1, 8, 8));
    box.release();
    double[] least = margins(scores[0], data.label(example));
    for (double[] row : scores) {
      double[] of = margins(row, data.label(example));
      for (int j = 0; j < of.length; j++) {
        least[j] = Math.min(least[j], of[j]);
      }
    }
    return least;
  }

  private static Dataset threeClasses() {
    int[] labels = IntStream.of(NUMBERS.labels()).map(label -> label % 3).toArray();
    Dataset digits = RobustnessOracle.digits();
    return Dataset.named("three")
        .features(digits.features())
        .labels(labels)
        .classNames(List.of("a", "b", "c"))
        .build();
  }

  /** Every operator that bounds know; no point may lie below a bound, and none far above. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-4, .01, .1})
  void noPointLiesBelowABound(double epsilon) {
    Classifier mixed = Models.onnx("classpath:robustness/mixed.onnx").emittingLogits();
    Dataset data = threeClasses();
    for (ThreatModel threat :
        List.of(ThreatModel.linf(epsilon).inRange(0, 1), ThreatModel.l2(epsilon).inRange(0, 1))) {
      LinearBounds lines = LinearBounds.within(threat);
      lines.check(mixed, data);
      Margins[] byLines = lines.margins(mixed, data, first(4));
      for (int i = 0; i < byLines.length; i++) {
        double[] tried = tried(mixed, data, i, threat);
        for (int j = 0; j < tried.length; j++) {
          assertThat(byLines[i].lower()[j]).isLessThanOrEqualTo(tried[j] + 1e-9);
          if (epsilon < .001) {
            // So little changes that lines follow the network.
            assertThat(byLines[i].lower()[j]).isGreaterThan(tried[j] - .05);
          }
        }
      }
      if (threat.norm() == ThreatModel.Norm.LINF) {
        Margins[] intervals = IntervalBounds.within(threat).margins(mixed, data, first(4), context);
        for (int i = 0; i < intervals.length; i++) {
          for (int j = 0; j < 2; j++) {
            assertThat(intervals[i].lower()[j]).isLessThanOrEqualTo(byLines[i].lower()[j] + 1e-5);
          }
        }
      }
    }
  }

  /** What single precision makes of scores lies within the slack of a box of no width. */
  @Test
  void roundingStaysWithinTheSlack() {
    ThreatModel point = ThreatModel.linf(1e-12).withoutRange();
    Margins[] exact = LinearBounds.within(point).margins(model, digits, first(50));
    WhiteBox box = model.require(WhiteBox.class, "a test", "");
    double[][] single = box.scores(digits.batch(0, 50));
    for (int i = 0; i < 50; i++) {
      double[] rounded = margins(single[i], digits.label(i));
      for (int j = 0; j < 9; j++) {
        assertThat(Math.abs(rounded[j] - exact[i].lower()[j])).isLessThan(exact[i].slack()[j]);
      }
    }
  }

  /** In L₂ a linear function's least value is exact; a box of the same ε holds more. */
  @Test
  void ballsAreProvenWhereBoxesAreNot() {
    int[] examples = first(12);
    int inBall = 0;
    int inBox = 0;
    for (Certifier.Status status :
        LinearBounds.within(ThreatModel.l2(.15).inRange(0, 1))
            .certify(model, digits, examples, context)) {
      inBall += status == Certifier.Status.PROVEN ? 1 : 0;
    }
    for (Certifier.Status status :
        LinearBounds.within(ThreatModel.linf(.15).inRange(0, 1))
            .certify(model, digits, examples, context)) {
      inBox += status == Certifier.Status.PROVEN ? 1 : 0;
    }
    assertThat(inBall).isGreaterThan(inBox);
  }

  @Test
  void whatIsNotKnownIsNamed() {
    ThreatModel ball = ThreatModel.l2(.1).inRange(0, 1);
    assertThatThrownBy(() -> IntervalBounds.within(ball))
        .hasMessageContaining("or LinearBounds or RandomisedSmoothing for L2");
    assertThatThrownBy(() -> RandomisedSmoothing.within(ThreatModel.linf(.1), .1))
        .hasMessageContaining("write ThreatModel.l2(…), or LinearBounds for L∞");
    Classifier function =
        Models.function("function", "1", batch -> new double[batch.rows()][10]).emittingLogits();
    assertThatThrownBy(() -> LinearBounds.within(ball).check(function, digits))
        .hasMessageContaining("linear bounds needs a white box")
        .hasMessageContaining("or use RandomisedSmoothing, which asks any model");
    assertThatThrownBy(
            () -> RandomisedSmoothing.within(ball, .01).withSamples(100).check(model, digits))
        .hasMessageContaining("write withSamples(…) with more, or a larger deviation");
  }

  /**
   * Two scores, leaky(x) and ½. A slope below 0 falls where x rises, so that the ends of an
   * interval are crossed, and one above 1 lies above its chord.
   */
  @ParameterizedTest
  @ValueSource(floats = {-4, -.01f, 1.5f, 2})
  void leaksThatFallOrBendTheOtherWayAreRefused(float slope) {
    Classifier leaky = leaky(slope);
    Dataset data = aPixel();
    ThreatModel threat = ThreatModel.linf(.1).withoutRange();
    for (Certifier certifier :
        List.of(LinearBounds.within(threat), IntervalBounds.within(threat))) {
      assertThatThrownBy(() -> certifier.check(leaky, data))
          .hasMessageContaining("negative part has a slope from 0 to 1, and that of LeakyRelu")
          .hasMessageContaining("use RandomisedSmoothing");
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, .3f, 1})
  void otherLeaksAreBounded(float slope) {
    ThreatModel threat = ThreatModel.linf(.1).withoutRange();
    LinearBounds lines = LinearBounds.within(threat);
    lines.check(leaky(slope), aPixel());
    // Class 1 leads by ½ − leaky(x), which is least at the upper end, 0.
    assertThat(lines.margins(leaky(slope), aPixel(), first(1))[0].lower()[0])
        .isCloseTo(.5, within(1e-6));
  }

  /**
   * The largest score is bounded, and not what a model makes of scores; each says what to write.
   */
  @Test
  void modelsThatDecideOtherwiseAreRefused(@TempDir Path folder) throws IOException {
    LinearBounds lines = LinearBounds.within(ThreatModel.linf(.1).withoutRange());
    Classifier threshold = Models.whiteBox("leaky", leakyBox(.1f)).decidingAt(.7).emittingLogits();
    assertThatThrownBy(() -> lines.check(threshold, aPixel()))
        .hasMessageContaining("leave decidingAt(0.7) out");
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 1)
            .weights("rows", new float[] {-1, 1, 0, 1}, 2, 2)
            .node("Concat", List.of("x", "x"), "two", OnnxBuilder.attribute("axis", 1))
            .node("Gemm", List.of("two", "rows"), "scores")
            .node("Softmax", List.of("scores"), "probabilities")
            .node("ArgMax", List.of("two"), "first", OnnxBuilder.attribute("axis", 1))
            .integers("flat", -1)
            .node("Reshape", List.of("first", "flat"), "label")
            .output("label", TensorProto.DataType.INT64, 0)
            .output("probabilities", 0, 2)
            .bytes();
    Path written = Files.write(folder.resolve("labels.onnx"), file);
    Classifier labels = Models.onnx(written.toString()).emittingProbabilities();
    assertThatThrownBy(() -> lines.check(labels, aPixel()))
        .hasMessageContaining("decides by a label output")
        .hasMessageContaining("onnx.utils.extract_model");
  }

  private static Classifier leaky(float slope) {
    return Models.whiteBox("leaky", leakyBox(slope)).emittingLogits();
  }

  private static WhiteBox leakyBox(float slope) {
    byte[] bytes =
        new OnnxBuilder()
            .input("x", 0, 1)
            .weights("rows", new float[] {1, 0}, 1, 2)
            .weights("half", new float[] {0, .5f}, 2)
            .node("LeakyRelu", List.of("x"), "bent", OnnxBuilder.attribute("alpha", slope))
            .node("Gemm", List.of("bent", "rows", "half"), "scores")
            .output("scores", 0, 2)
            .bytes();
    return OnnxFile.of(bytes, "leaky.onnx").whiteBox("cpu");
  }

  private static Dataset aPixel() {
    return Dataset.named("pixel")
        .features(FeatureStore.inMemory(new float[] {-.1f}, 1))
        .labels(1)
        .classNames(List.of("leaky", "half"))
        .build();
  }

  /**
   * A model of two classes by the sign of one pixel's distance to ½: under noise its answer has the
   * probability Φ(d / σ), so that exactly examples of d > ε are proven with enough samples.
   */
  @Test
  void smoothingProvesWhatTheClosedFormSays() {
    Classifier sign =
        Models.function(
                "sign",
                "1",
                (Tensor batch) -> {
                  double[][] rows = new double[batch.rows()][];
                  for (int i = 0; i < rows.length; i++) {
                    double p = batch.row(i)[0] > .5 ? 1 : 0;
                    rows[i] = new double[] {1 - p, p};
                  }
                  return rows;
                })
            .emittingProbabilities();
    float[] pixels = {.9f, .8f, .71f, .6f, .1f, .4f};
    Dataset data =
        Dataset.named("pixels")
            .features(FeatureStore.inMemory(pixels, 1))
            .labels(1, 1, 1, 1, 0, 1)
            .classNames(List.of("dark", "bright"))
            .build();
    RandomisedSmoothing smoothing =
        RandomisedSmoothing.within(ThreatModel.l2(.2).inRange(0, 1), .2).withSamples(4000);
    smoothing.check(sign, data);
    assertThat(smoothing.needed()).isCloseTo(.841345, within(1e-6));
    assertThat(smoothing.certify(sign, data, first(6), context))
        .containsExactly(
            Certifier.Status.PROVEN,
            Certifier.Status.PROVEN,
            // Φ(1.05) = .853 of 4000 samples: too near to tell.
            Certifier.Status.OPEN,
            Certifier.Status.OPEN,
            Certifier.Status.PROVEN,
            Certifier.Status.REFUTED);
  }
}
