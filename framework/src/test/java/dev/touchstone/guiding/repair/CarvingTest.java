package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights against SciPy's L-BFGS-B ({@code src/test/python/repair_oracle.py}), and properties. */
class CarvingTest {
  private static final Json REFERENCE = Json.of("repair.json");
  private static final RunContext CONTEXT = RunContext.current();

  private static Carving.Parts parts(Carving carving) {
    Matrix training = REFERENCE.matrix("training");
    Scaling scaling = Scaling.of(training);
    double[] ones = new double[training.rows()];
    Arrays.fill(ones, 1);
    return carving.parts(
        PenalisedLayer.Kind.CLASSES,
        scaling.apply(training),
        scaling.apply(REFERENCE.matrix("examples")),
        GuidedBottleneckTest.concepts(),
        REFERENCE.matrix("targets"),
        ones);
  }

  @Test
  void agreesWithScipy() {
    Carving.Parts parts = parts(Carving.withDefaults().withSparsity(.01));

    Matrix expected = REFERENCE.matrix("carved");
    for (int q = 0; q < 4; q++) {
      for (int c = 0; c < 3; c++) {
        assertThat(parts.head().slopes().get(q, c)).isCloseTo(expected.get(q, c), within(1e-5));
      }
    }
    assertThat(parts.optimality()).isLessThan(1e-8);
  }

  @Test
  void moreSparsityLeavesFewerConcepts() {
    int before = Integer.MAX_VALUE;
    for (double lambda : new double[] {1e-5, .05, .1, 10}) {
      Matrix weights = parts(Carving.withDefaults().withSparsity(lambda)).head().slopes();
      int used = (int) Arrays.stream(weights.values()).filter(w -> w != 0).count();
      assertThat(used).isLessThanOrEqualTo(before);
      before = used;
    }
    assertThat(before).isZero();
  }

  /** Two features; "size" is the first, "colour" the second. */
  private static Dataset data(String name, int n, long seed) {
    Random random = new Random(seed);
    Matrix x = Matrix.zeros(n, 3);
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < 3; j++) {
        x.set(i, j, random.nextGaussian());
      }
      labels[i] = 2 * x.get(i, 0) - x.get(i, 1) + .3 * random.nextGaussian() > 0 ? 1 : 0;
    }
    return Tables.of(name, x, labels);
  }

  private static AnnotatedConcepts concepts(Dataset data, String... names) {
    Matrix values = Matrix.zeros(data.size(), names.length);
    for (int i = 0; i < data.size(); i++) {
      double[] row = new double[3];
      for (int j = 0; j < 3; j++) {
        row[j] = data.batch(i).values()[j];
      }
      for (int q = 0; q < names.length; q++) {
        values.set(
            i,
            q,
            switch (names[q]) {
              case "size" -> row[0] > 0 ? 1 : 0;
              case "colour" -> row[1];
              default -> row[2] > 0 ? 1 : 0;
            });
      }
    }
    return AnnotatedConcepts.of(data, List.of(names), values);
  }

  private static final Dataset TRAINING = data("training", 600, 1);
  private static final Dataset TEST = data("test", 400, 2);
  private static final Classifier MODEL =
      LogisticRegressionTrainer.withDefaults().train(TRAINING, "first", CONTEXT);

  private static CarvedModel carved(Carving carving, String... names) {
    return carving.carve(MODEL, TRAINING, concepts(data("concepts", 200, 3), names), CONTEXT);
  }

  @Test
  void conceptsThatSayItAllSpeakForTheModel() {
    CarvedModel carved = carved(Carving.withDefaults(), "size", "colour", "noise");

    Estimate fidelity = carved.fidelity(TEST, CONTEXT);
    assertThat(fidelity.value()).isGreaterThan(.9);
    assertThat(fidelity.interval(.95).lower()).isLessThan(fidelity.value());
    int[] ones = new int[TEST.size()];
    Arrays.fill(ones, 1);
    Matrix contributions = carved.contributions(TEST, ones);
    for (int i = 0; i < TEST.size(); i++) {
      // What is large speaks for class 1, what is colourful against it.
      float[] x = TEST.batch(i).values();
      if (Math.abs(x[0]) > 1) {
        assertThat(Math.signum(contributions.get(i, 0))).isEqualTo(Math.signum(x[0]));
      }
      if (Math.abs(x[1]) > 1) {
        assertThat(Math.signum(contributions.get(i, 1))).isEqualTo(-Math.signum(x[1]));
      }
    }
  }

  @Test
  void scoresAreSumsOfContributions() {
    CarvedModel carved = carved(Carving.withDefaults(), "size", "colour");

    Predictions predictions = CheckedAnswers.ofSome(carved, TEST, 1 << 20);
    int[] ones = new int[TEST.size()];
    Arrays.fill(ones, 1);
    Matrix of1 = carved.contributions(TEST, ones);
    double[] logOdds = new double[2];
    for (int i = 0; i < 2; i++) {
      logOdds[i] =
          Math.log(predictions.probability(i, 1) / predictions.probability(i, 0))
              - 2 * (of1.get(i, 0) + of1.get(i, 1));
    }
    // What is left is the bias, the same for all.
    assertThat(logOdds[0]).isCloseTo(logOdds[1], within(1e-9));
  }

  @Test
  void conceptsThatLackWhatMattersDoNot() {
    CarvedModel poor = carved(Carving.withDefaults(), "noise");
    CarvedModel withResidual = carved(Carving.withDefaults().withResidual(), "noise");

    assertThat(poor.fidelity(TEST, CONTEXT).value()).isLessThan(.7);
    assertThat(withResidual.fidelity(TEST, CONTEXT).value()).isGreaterThan(.95);
    assertThat(withResidual.weights().values()).isEqualTo(poor.weights().values());
  }

  @Test
  void labelsMayTakeTheAnswersPlace() {
    CarvedModel imitating = carved(Carving.withDefaults(), "size", "colour");
    CarvedModel taught = carved(Carving.withDefaults().fittedToLabels(), "size", "colour");

    assertThat(taught.weights().values()).isNotEqualTo(imitating.weights().values());
    assertThat(taught.sha256()).isNotEqualTo(imitating.sha256());
    assertThat(taught.facts().toString()).contains("fitted to labels");
  }

  /** What a policy pins must not be another for every candidate. */
  @Test
  void saysWhatItWasCarvedWithWhateverTheModel() {
    Classifier other =
        LogisticRegressionTrainer.withDefaults().withRidge(1).train(TRAINING, "other", CONTEXT);
    AnnotatedConcepts concepts = concepts(data("concepts", 200, 3), "size", "colour");
    Carving carving = Carving.withDefaults();
    CarvedModel one = carving.carve(MODEL, TRAINING, concepts, CONTEXT);
    CarvedModel two = carving.carve(other, TRAINING, concepts, CONTEXT);
    CarvedModel three = carving.carve(MODEL, TRAINING, concepts.only("size"), CONTEXT);

    assertThat(two.examplesSha256()).isEqualTo(one.examplesSha256());
    assertThat(two.sha256()).isNotEqualTo(one.sha256());
    assertThat(three.examplesSha256()).isNotEqualTo(one.examplesSha256());
  }

  /** x → Gemm → Relu "h" → Gemm; the last layer sees h. */
  private static Classifier network(int batch, Path folder) throws IOException {
    Random random = new Random(5);
    float[] first = new float[3 * 8];
    for (int i = 0; i < first.length; i++) {
      first[i] = (float) random.nextGaussian();
    }
    float[] second = new float[8 * 2];
    for (int j = 0; j < 8; j++) {
      second[2 * j + 1] = 2 * first[j] - first[8 + j];
    }
    Path file = folder.resolve("batch" + batch + ".onnx");
    Files.write(
        file,
        new OnnxBuilder()
            .input("x", batch, 3)
            .weights("V", first, 3, 8)
            .node("Gemm", List.of("x", "V"), "g")
            .node("Relu", List.of("g"), "h")
            .weights("W", second, 8, 2)
            .node("Gemm", List.of("h", "W"), "y")
            .output("y", batch, 2)
            .bytes());
    return Models.onnx(file.toString()).emittingLogits();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void behindTheNodeThatTheLastLayerSeesItIsTheSame(int batch, @TempDir Path folder)
      throws IOException {
    Classifier model = network(batch, folder);
    AnnotatedConcepts concepts = concepts(data("concepts", 200, 3), "size", "colour");
    Carving carving = Carving.withDefaults();

    CarvedModel inFront = carving.carve(model, TRAINING, concepts, CONTEXT);
    CarvedModel behind = carving.at(nodeOf("h", model)).carve(model, TRAINING, concepts, CONTEXT);

    assertThat(behind.weights().values()).containsExactly(inFront.weights().values(), within(1e-6));
    assertThat(behind.fidelity(TEST, CONTEXT).value()).isGreaterThan(.85);
    assertThat(behind.how()).startsWith("carved behind ");
    assertThat(behind.sha256()).isNotEqualTo(inFront.sha256());
  }

  @Test
  void behindAnotherNodeItReadsWhatThatOneMakes(@TempDir Path folder) throws IOException {
    Classifier model = network(0, folder);
    AnnotatedConcepts concepts = concepts(data("concepts", 200, 3), "size", "colour");

    CarvedModel behind =
        Carving.withDefaults().at(nodeOf("g", model)).carve(model, TRAINING, concepts, CONTEXT);

    // In front of the rectifiers "colour" is linear, and a ridge regression reads it but for λ.
    int[] ones = new int[TEST.size()];
    Arrays.fill(ones, 1);
    Matrix contributions = behind.contributions(TEST, ones);
    double slope = (behind.weights().get(1, 1) - behind.weights().get(1, 0)) / 2;
    for (int i = 0; i < TEST.size(); i++) {
      assertThat(contributions.get(i, 1) / slope).isCloseTo(TEST.batch(i).values()[1], within(.35));
    }
    assertThatThrownBy(
            () -> Carving.withDefaults().at("nowhere").carve(model, TRAINING, concepts, CONTEXT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere");
  }

  private static String nodeOf(String value, Classifier model) {
    return model.require(WhiteBox.class, "a test", "").taps().stream()
        .filter(tap -> tap.toString().contains(value.equals("h") ? "Relu" : "Gemm"))
        .findFirst()
        .orElseThrow()
        .name();
  }

  @Test
  void otherClassesThanItWasCarvedWithAreRefused() {
    CarvedModel carved = carved(Carving.withDefaults(), "size", "colour");
    Dataset exchanged =
        Dataset.named("exchanged")
            .features(FeatureStore.inMemory(new float[6], 3))
            .labels(new int[] {0, 1})
            .classNames(List.of("class 1", "class 0"))
            .build();

    assertThatThrownBy(() -> carved.contributions(exchanged, 0, 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("has the classes [class 1, class 0]")
        .hasMessageContaining("was carved with [class 0, class 1]; read both with the same");
  }

  @Test
  void modelsThatShowNothingAreRefused() {
    Classifier closed =
        Models.function("closed", "1", batch -> new double[batch.rows()][2]).emittingLogits();
    AnnotatedConcepts concepts = concepts(data("concepts", 50, 3), "size");

    assertThatThrownBy(() -> Carving.withDefaults().carve(closed, TRAINING, concepts, CONTEXT))
        .hasMessageContaining("Carving");
    assertThatThrownBy(
            () -> Carving.withDefaults().at("relu").carve(MODEL, TRAINING, concepts, CONTEXT))
        .hasMessageContaining("carve a model that is a white box");
    assertThatThrownBy(() -> Carving.withDefaults().withSparsity(0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
