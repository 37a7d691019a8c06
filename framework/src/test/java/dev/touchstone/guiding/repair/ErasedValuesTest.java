package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layer against NumPy's ({@code src/test/python/repair_oracle.py}), in memory and in files. */
class ErasedValuesTest {
  private static final Json REFERENCE = Json.of("repair.json");
  private static final RunContext CONTEXT = RunContext.current();
  private static final Dataset TRAINING = draw("training", 300, .9, 1);
  private static final Dataset TEST = draw("test", 1000, .5, 2);
  private static final AuditSet AUDIT = AuditSet.of(draw("audit", 60, .5, 3));
  private static final AnnotatedConcepts CONCEPTS =
      AnnotatedConcepts.ofColumns(draw("concepts", 200, .5, 4), "tag=on");

  @TempDir Path folder;

  /** The value is twice the first feature; the second shows a tag that goes along with it. */
  private static Dataset draw(String name, int n, double along, long seed) {
    Random random = new Random(seed);
    float[] features = new float[2 * n];
    double[] values = new double[n];
    double[] tags = new double[n];
    for (int i = 0; i < n; i++) {
      double size = 5 + random.nextGaussian();
      tags[i] = random.nextDouble() < along == size > 5 ? 1 : 0;
      features[2 * i] = (float) (size + .5 * random.nextGaussian());
      features[2 * i + 1] = (float) (9 + 4 * tags[i] + random.nextGaussian());
      values[i] = 2 * size;
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(features, 2))
        .values(values, "cm")
        .ids(IntStream.range(0, n).mapToObj(i -> name + "-" + i).toList())
        .column("tag", Tables.texts("off", "on", tags))
        .build();
  }

  /** Goes by the tag as much as by the size. */
  private Regressor model(String... more) throws IOException {
    OnnxBuilder file =
        new OnnxBuilder()
            .input("x", 0, 2)
            .node("Relu", List.of("x"), "h")
            .weights("W", new float[] {1, .5f}, 2, 1)
            .weights("b", new float[] {-.5f}, 1)
            .node("Gemm", List.of("h", "W", "b"), more.length == 0 ? "y" : "z");
    if (more.length > 0) {
      file.node(more[0], List.of("z"), "y");
    }
    Path path = folder.resolve("model.onnx");
    Files.write(path, file.output("y", 0, 1).bytes());
    return Models.onnx(path.toString()).emittingValues();
  }

  private static ValueRepairTask task(Regressor model) {
    return ValueRepairTask.of(model, TRAINING, AUDIT, CONCEPTS, "tag");
  }

  /** By how much more it says of what carries the tag than of the rest, beyond the truth. */
  private static double byTag(Regressor model) {
    double[] values = CheckedAnswers.of(model, TEST, 1 << 20).values();
    double[] sums = new double[2];
    int[] sizes = new int[2];
    for (int i = 0; i < values.length; i++) {
      int tag = TEST.value("tag", i).equals("on") ? 1 : 0;
      sums[tag] += values[i] - TEST.target(i);
      sizes[tag]++;
    }
    return sums[1] / sizes[1] - sums[0] / sizes[0];
  }

  @Test
  void agreesWithNumpy() {
    Matrix training = REFERENCE.matrix("training");
    Scaling scaling = Scaling.of(training);
    Matrix examples = REFERENCE.matrix("examples");
    Matrix audit = REFERENCE.matrix("audit");
    AnnotatedConcepts concepts =
        AnnotatedConcepts.of(
            Tables.of("concepts", examples, new int[examples.rows()]),
            List.of("background"),
            Matrix.of(examples.rows(), 1, REFERENCE.numbers("concept")));
    double[] sure = new double[audit.rows()];
    Arrays.fill(sure, 1);

    LinearLayer layer =
        scaling.before(
            ErasedValues.withDefaults()
                .layer(
                    scaling.apply(training),
                    REFERENCE.numbers("amounts"),
                    scaling.apply(examples),
                    concepts,
                    scaling.apply(audit),
                    REFERENCE.numbers("auditAmounts"),
                    sure,
                    "cpu"));

    double[] expected = REFERENCE.numbers("erasedValues");
    for (int i = 0; i < expected.length; i++) {
      // Of some thousand, to nine digits.
      assertThat(layer.scores(audit.row(i))[0]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void whatIsErasedMovesNoValue() throws IOException {
    Regressor model = model();

    RepairedRegressor repaired = ErasedValues.withDefaults().repair(task(model), CONTEXT);

    assertThat(byTag(model)).isGreaterThan(1.5);
    assertThat(byTag(repaired.model())).isBetween(-.25, .25);
    assertThat(repaired.model().name()).isEqualTo("model.onnx, repaired");
    assertThat(repaired.model().sha256()).isNotEqualTo(model.sha256());
    assertThat(repaired.model().facts().toString()).contains("concepts to ignore = tag");
    assertThat(repaired.original()).isSameAs(model);
  }

  @Test
  void theFileAnswersAsTheModelInMemory() throws IOException {
    Regressor model = model();
    byte[] before = Files.readAllBytes(folder.resolve("model.onnx"));
    RepairedRegressor repaired = ErasedValues.withDefaults().repair(task(model), CONTEXT);

    Regressor written = repaired.writeTo(folder.resolve("new/repaired.onnx"), CONTEXT);

    double[] inFile = CheckedAnswers.of(written, TEST, 1 << 20).values();
    double[] inMemory = CheckedAnswers.of(repaired.model(), TEST, 1 << 20).values();
    for (int i = 0; i < inFile.length; i++) {
      assertThat(inFile[i]).isCloseTo(inMemory[i], within(1e-4));
    }
    assertThat(Files.readAllBytes(folder.resolve("model.onnx"))).isEqualTo(before);
    assertThatThrownBy(() -> repaired.writeTo(folder.resolve("model.onnx"), CONTEXT))
        .hasMessageContaining("is the model that was repaired; write to another file");
  }

  @Test
  void whatRemainsOutsideIsRefused() throws IOException {
    Regressor behind = model("Relu");
    assertThatThrownBy(() -> ErasedValues.withDefaults().repair(task(behind), CONTEXT))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining("ErasedValues")
        .hasMessageContaining("does not end in a linear layer");
    Regressor model = model();
    Regressor inIntervals =
        Models.function(
                "sure",
                "1",
                batch ->
                    IntStream.range(0, batch.rows())
                        .mapToObj(i -> new double[] {0, 1, 2})
                        .toArray(double[][]::new))
            .emittingIntervals();
    assertThatThrownBy(() -> task(inIntervals))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("sure gives intervals, and no one layer makes them");
    assertThatThrownBy(() -> ValueRepairTask.of(model, TRAINING, AUDIT, CONCEPTS))
        .hasMessageContaining("no concept is to be ignored");
    assertThatThrownBy(() -> ValueRepairTask.of(model, AUDIT.data(), AUDIT, CONCEPTS, "tag"))
        .hasMessageContaining("overlaps");
    AuditSet ofClasses =
        AuditSet.of(Tables.of("classes", Matrix.of(2, 2, new double[] {1, 2, 3, 4}), 0, 1));
    assertThatThrownBy(() -> ValueRepairTask.of(model, TRAINING, ofClasses, CONCEPTS, "tag"))
        .hasMessageContaining("has classes; values are repaired of data with values");
    assertThatThrownBy(() -> ErasedValues.withDefaults().withRidge(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
