package dev.touchstone.robustness;

import static dev.touchstone.robustness.RobustnessOracle.NUMBERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.robustness.ScoreMargins.Margins;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bounds of what ordinary exporters write ({@code src/test/python/bound_exports.py}), held to what
 * the networks answer at many points.
 */
class BoundsOfExportsTest {
  private static final int TRIES = 200;
  private static final int[] EXAMPLES = {0, 1, 2};

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  static Stream<String> exports() throws IOException, URISyntaxException {
    Path folder =
        Path.of(
            Objects.requireNonNull(
                    BoundsOfExportsTest.class.getResource("/robustness/exports"), "no exports")
                .toURI());
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(path -> path.getFileName().toString()).sorted().toList();
      assertThat(names).hasSizeGreaterThan(40);
      return names.stream();
    }
  }

  private static Classifier model(String file) {
    String path = "classpath:robustness/exports/" + file;
    return file.contains("skl2onnx") || file.startsWith("probabilities")
        ? Models.onnx(path).emittingProbabilities()
        : Models.onnx(path).emittingLogits();
  }

  private static Dataset digits(String file) {
    int classes = file.contains("of-two") ? 2 : 3;
    FeatureStore images = RobustnessOracle.digits().features();
    float[] values = new float[EXAMPLES.length * 64];
    for (int i = 0; i < EXAMPLES.length; i++) {
      images.read(i, values, 64 * i);
    }
    int[] shape = file.contains("skl2onnx") ? new int[] {64} : new int[] {1, 8, 8};
    return Dataset.named("digits")
        .features(FeatureStore.inMemory(values, shape))
        .labels(Arrays.stream(EXAMPLES).map(i -> NUMBERS.labels()[i] % classes).toArray())
        .classNames(List.of("a", "b", "c").subList(0, classes))
        .build();
  }

  /** The least margins in double precision among corners, random points and what PGD finds. */
  private double[] tried(Classifier model, Dataset data, int example, ThreatModel threat) {
    WhiteBox given = model.require(WhiteBox.class, "a test", "");
    WhiteBox box = given.withFreeBatch().orElseThrow().inDoublePrecision();
    SplittableRandom random = new SplittableRandom(example);
    float[] x = data.batch(example).values();
    float[] values = new float[TRIES * x.length];
    for (int t = 0; t < TRIES; t++) {
      float[] row = x.clone();
      for (int i = 0; i < row.length && t > 0; i++) {
        double change = t % 2 == 0 ? (random.nextBoolean() ? 1 : -1) : random.nextDouble(-1, 1);
        row[i] = (float) (x[i] + threat.epsilon() * change);
      }
      threat.project(row, x);
      System.arraycopy(row, 0, values, t * x.length, x.length);
    }
    float[][] found =
        ProjectedGradientDescent.within(threat)
            .perturb(model, data, new int[] {example}, context)
            .rows();
    System.arraycopy(found[0], 0, values, x.length, x.length);
    int[] shape = data.batch(example).shape();
    shape[0] = TRIES;
    double[][] scores = box.scores(Tensor.of(values, shape));
    box.release();
    double[][] rows = ScoreMargins.specifications(data.label(example), scores[0].length);
    return Arrays.stream(rows)
        .mapToDouble(
            row ->
                Arrays.stream(scores)
                    .mapToDouble(
                        of -> IntStream.range(0, of.length).mapToDouble(j -> row[j] * of[j]).sum())
                    .min()
                    .orElseThrow())
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("exports")
  void noPointLiesBelowABound(String file) {
    Classifier model = model(file);
    Dataset data = digits(file);
    for (double epsilon : new double[] {1e-4, .1}) {
      ThreatModel threat = ThreatModel.linf(epsilon).inRange(0, 1);
      LinearBounds lines = LinearBounds.within(threat);
      IntervalBounds intervals = IntervalBounds.within(threat);
      lines.check(model, data);
      intervals.check(model, data);
      Margins[] byLines = lines.margins(model, data, EXAMPLES);
      Margins[] byIntervals = intervals.margins(model, data, EXAMPLES, context);
      for (int i : EXAMPLES) {
        double[] tried = tried(model, data, i, threat);
        for (int j = 0; j < tried.length; j++) {
          // Ends are rounded in single precision when they are tried.
          assertThat(byLines[i].lower()[j]).isLessThanOrEqualTo(tried[j] + 1e-6);
          assertThat(byIntervals[i].lower()[j]).isLessThanOrEqualTo(tried[j] + 1e-5);
          if (epsilon < .001) {
            // So little changes that lines follow the network.
            assertThat(byLines[i].lower()[j])
                .isGreaterThan(tried[j] - 2e-3 * (1 + Math.abs(tried[j])));
          }
        }
      }
    }
  }

  /** What is proven stays, asked of the file as it is, by ONNX Runtime where that decides. */
  @ParameterizedTest
  @MethodSource("exports")
  void whatIsProvenKeepsItsLabel(String file) {
    Classifier model = model(file);
    Dataset given = digits(file);
    int[] own =
        IntStream.range(0, 3).map(i -> model.predict(given.batch(i)).predicted(0)).toArray();
    Dataset data =
        Dataset.named("as answered")
            .features(given.features())
            .labels(own)
            .classNames(given.classNames())
            .build();
    // Pixels that are nearly always 0 are divided by little when they are standardised.
    ThreatModel threat = ThreatModel.linf(1e-5).inRange(0, 1);
    assertThat(LinearBounds.within(threat).certify(model, data, EXAMPLES, context))
        .containsOnly(Certifier.Status.PROVEN);
    assertThat(IntervalBounds.within(threat).certify(model, data, EXAMPLES, context))
        .containsOnly(Certifier.Status.PROVEN);
  }

  private static Classifier written(Path folder, OnnxBuilder file) throws IOException {
    return Models.onnx(Files.write(folder.resolve("model.onnx"), file.bytes()).toString())
        .emittingProbabilities();
  }

  private static OnnxBuilder three() {
    return new OnnxBuilder()
        .input("x", 0, 64)
        .weights("w", new float[64 * 3], 64, 3)
        .weights("b", new float[] {20, 25, 1}, 3)
        .node("Gemm", List.of("x", "w", "b"), "scores");
  }

  /** Scores 20 and 25 are 1 and 1 in single precision, and the first of equals is answered. */
  @Test
  void sigmoidsOfSeveralScoresThatSaturateAreRefused(@TempDir Path folder) throws IOException {
    Classifier model =
        written(
            folder,
            three()
                .node("Sigmoid", List.of("scores"), "shares")
                .node(
                    "ai.onnx.ml",
                    "norm",
                    "Normalizer",
                    List.of("shares"),
                    List.of("probabilities"),
                    OnnxBuilder.text("norm", "L1"))
                .output("probabilities", 0, 3));
    Dataset data = digits("mlp-skl2onnx.onnx");
    assertThat(model.predict(data.batch(0)).predicted(0)).isZero();
    assertThatThrownBy(
            () -> LinearBounds.within(ThreatModel.linf(.1).withoutRange()).check(model, data))
        .hasMessageContaining("sigmoids of 3 scores, of which several are 1 where they saturate");
  }

  @Test
  void castsThatRoundAreRefused(@TempDir Path folder) throws IOException {
    Dataset data = digits("mlp-skl2onnx.onnx");
    for (TensorProto.DataType to :
        List.of(TensorProto.DataType.FLOAT16, TensorProto.DataType.INT64)) {
      Classifier model =
          written(
              folder,
              three()
                  .node(
                      "Cast",
                      List.of("scores"),
                      "rounded",
                      OnnxBuilder.attribute("to", (long) to.getNumber()))
                  .node("Cast", List.of("rounded"), "back", OnnxBuilder.attribute("to", 1L))
                  .node("Softmax", List.of("back"), "probabilities")
                  .output("probabilities", 0, 3));
      assertThatThrownBy(
              () -> LinearBounds.within(ThreatModel.linf(.1).withoutRange()).check(model, data))
          .hasMessageContaining("linear bounds knows no bounds through Cast")
          .hasMessageContaining("use RandomisedSmoothing");
    }
  }
}
