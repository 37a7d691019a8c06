package dev.touchstone.check.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Annotations;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.guiding.repair.AnnotatedConcepts;
import dev.touchstone.guiding.repair.CarvedModel;
import dev.touchstone.guiding.repair.CarvedRegressor;
import dev.touchstone.guiding.repair.Carving;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table of "size" and "colour": the class is 1 where the size is positive. In biased training
 * data the colour goes along with the class, far enough to be read instead.
 */
class ImportanceAgreementTest {
  @TempDir Path folder;
  private static final List<String> CONCEPTS = List.of("size", "colour");
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final Dataset test = data("test", 600, false, 9);

  private static Dataset data(String name, int n, boolean biased, long seed) {
    Random random = new Random(seed);
    float[] x = new float[2 * n];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = (float) random.nextGaussian();
      labels[i] = x[2 * i] > 0 ? 1 : 0;
      x[2 * i + 1] = biased ? (labels[i] == 1 ? 3 : -3) : random.nextInt(2) == 1 ? 3 : -3;
      x[2 * i + 1] += (float) (.2 * random.nextGaussian());
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, 2))
        .labels(labels)
        .classNames(List.of("small", "large"))
        .build();
  }

  private static double[][] values(Dataset data) {
    return IntStream.range(0, data.size())
        .mapToObj(
            i -> {
              float[] x = data.batch(i).values();
              return new double[] {x[0] > 0 ? 1 : 0, x[1] > 0 ? 1 : 0};
            })
        .toArray(double[][]::new);
  }

  /** The expert: what the size says is for the label, and the colour means nothing. */
  private static AuditSet audit() {
    Dataset data = data("audit", 200, false, 3);
    return AuditSet.of(data)
        .annotatedBy(Annotations.of(CONCEPTS, values(data)).withGlobalImportances(1, 0));
  }

  private CarvedModel carved(boolean biased) {
    Dataset training = data("training", 500, biased, 1);
    Classifier model = LogisticRegressionTrainer.withDefaults().train(training, "first", context);
    Dataset examples = data("examples", 200, false, 2);
    return Carving.withDefaults()
        .carve(
            model,
            training,
            AnnotatedConcepts.of(examples, CONCEPTS, Matrix.ofRows(values(examples))),
            context);
  }

  private Estimate agreement(CarvedModel carved) {
    return ImportanceAgreement.with(audit())
        .evaluate(carved, context)
        .measurements()
        .get(0)
        .estimate();
  }

  @Test
  void aModelThatDecidesAsTheExpertDoesAgrees() {
    Estimate agreement = agreement(carved(false).requiringFidelity(.8, test));

    assertThat(agreement.value()).isGreaterThan(.9);
    assertThat(agreement.interval(.95).lower()).isGreaterThan(.8);
  }

  @Test
  void aModelThatDecidesByTheColourDoesNot() {
    Estimate agreement = agreement(carved(true).requiringFidelity(.8, test));

    assertThat(agreement.value()).isLessThan(.7);
    Evidence evidence =
        ImportanceAgreement.with(audit())
            .evaluate(carved(true).requiringFidelity(.8, test), context);
    assertThat(evidence.notes()).anyMatch(note -> note.startsWith("agreement by concept: colour"));
    assertThat(evidence.worst().get(0).facts().values())
        .anyMatch(said -> said.contains("by the expert means nothing"));
  }

  @Test
  void aCarvedModelThatAnswersOtherwiseSpeaksForNobody() {
    Estimate agreement = agreement(carved(false).requiringFidelity(.9999, test));

    assertThat(Undetermined.is(agreement)).isTrue();
    assertThat(agreement.toString()).contains("has to in at least 0.9999 to speak for it");
  }

  @Test
  void whatSaysNothingIsRefused() {
    CarvedModel carved = carved(false);

    assertThatThrownBy(() -> ImportanceAgreement.with(audit()).evaluate(carved, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("say carved.requiringFidelity(0.9, test)");
    AuditSet bare = AuditSet.of(data("bare", 50, false, 4));
    assertThatThrownBy(
            () ->
                ImportanceAgreement.with(bare)
                    .evaluate(carved.requiringFidelity(.8, test), context))
        .isInstanceOf(TouchstoneException.class);
    AuditSet other =
        AuditSet.of(bare.data())
            .annotatedBy(
                Annotations.of(List.of("shape", "colour"), values(bare.data()))
                    .withGlobalImportances(1, 0));
    assertThatThrownBy(
            () ->
                ImportanceAgreement.with(other)
                    .evaluate(carved.requiringFidelity(.8, test), context))
        .hasMessageContaining("carve it with examples of [shape]");
  }

  /** "Pale" is there where "colour" is not. */
  @Test
  void conceptsThatNothingTellsApartAreRefused() {
    Dataset training = data("training", 500, false, 1);
    Dataset examples = data("examples", 200, false, 2);
    double[][] values = values(examples);
    double[][] withPale =
        Arrays.stream(values)
            .map(row -> new double[] {row[0], row[1], 1 - row[1]})
            .toArray(double[][]::new);
    CarvedModel carved =
        Carving.withDefaults()
            .carve(
                LogisticRegressionTrainer.withDefaults().train(training, "first", context),
                training,
                AnnotatedConcepts.of(
                    examples, List.of("size", "colour", "pale"), Matrix.ofRows(withPale)),
                context)
            .requiringFidelity(.8, test);

    assertThat(carved.alike("pale")).containsExactly("colour");
    assertThat(carved.alike("size")).isEmpty();
    assertThatThrownBy(() -> ImportanceAgreement.with(audit()).evaluate(carved, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the concept \"colour\" is a multiple of \"pale\" in all examples that %s was carved"
                    .formatted(carved.name())
                + " with, so that nothing tells what belongs to which; carve it without one of"
                + " them, or with examples in which they differ");
    AuditSet size =
        AuditSet.of(audit().data())
            .annotatedBy(
                Annotations.of(
                        List.of("size"),
                        Arrays.stream(values(audit().data()))
                            .map(row -> new double[] {row[0]})
                            .toArray(double[][]::new))
                    .withGlobalImportances(1));
    assertThat(ImportanceAgreement.with(size).evaluate(carved, context).measurements()).hasSize(1);
  }

  private static Dataset rents(String name, int n, long seed) {
    Random random = new Random(seed);
    float[] x = new float[2 * n];
    double[] rents = new double[n];
    for (int i = 0; i < n; i++) {
      x[2 * i] = random.nextBoolean() ? 1 : 0;
      x[2 * i + 1] = random.nextBoolean() ? 1 : 0;
      rents[i] = 500 + 200 * x[2 * i];
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(x, 2))
        .values(rents, "EUR")
        .ids(IntStream.range(0, n).mapToObj(i -> name + i).toList())
        .build();
  }

  /** The expert: what is large is dearer, what is small cheaper, and the colour means nothing. */
  private static AuditSet rentsAudited() {
    Dataset data = rents("audit", 200, 3);
    double[][] values = values(data);
    return AuditSet.of(data)
        .annotatedBy(
            Annotations.of(CONCEPTS, values)
                .withImportances(
                    Arrays.stream(values)
                        .map(row -> new int[] {row[0] > 0 ? 1 : -1, 0})
                        .toArray(int[][]::new)));
  }

  private CarvedRegressor carvedRents(float ofColour) throws IOException {
    Path file = folder.resolve("rent" + ofColour + ".onnx");
    Files.write(
        file,
        new OnnxBuilder()
            .input("x", 0, 2)
            .node("Relu", List.of("x"), "h")
            .weights("W", new float[] {200, ofColour}, 2, 1)
            .weights("b", new float[] {500}, 1)
            .node("Gemm", List.of("h", "W", "b"), "y")
            .output("y", 0, 1)
            .bytes());
    Dataset examples = rents("examples", 200, 2);
    return Carving.withDefaults()
        .carve(
            Models.onnx(file.toString()).emittingValues(),
            rents("training", 500, 1),
            AnnotatedConcepts.of(examples, CONCEPTS, Matrix.ofRows(values(examples))),
            context);
  }

  @Test
  void aRegressorIsHeldToWhatRaisesValuesAndWhatLowersThem() throws IOException {
    Dataset others = rents("others", 300, 4);
    ImportanceAgreement agreement = ImportanceAgreement.with(rentsAudited());

    Evidence sound = agreement.evaluate(carvedRents(0).requiringFidelity(.8, 30, others), context);
    Evidence sick =
        agreement.evaluate(carvedRents(-150).requiringFidelity(.8, 30, others), context);

    // Of two concepts the sick one has the size right and the colour wrong.
    assertThat(sound.measurements().get(0).estimate().value()).isEqualTo(1);
    assertThat(sick.measurements().get(0).estimate().value()).isEqualTo(.5);
    assertThat(sick.worst().get(0).facts())
        .containsKey("value")
        .extractingByKey("colour")
        .asString()
        .matches("(raises|lowers) it \\(by the expert means nothing\\)");
    assertThat(sick.provenance().settings().toString()).contains("0.8 on others, within 30.0");
  }

  @Test
  void aCarvedRegressorThatIsNotNearSpeaksForNobody() throws IOException {
    Dataset others = rents("others", 300, 4);
    ImportanceAgreement agreement = ImportanceAgreement.with(rentsAudited());
    CarvedRegressor carved = carvedRents(0);

    Estimate estimate =
        agreement
            .evaluate(carved.requiringFidelity(.8, 1e-9, others), context)
            .measurements()
            .get(0)
            .estimate();

    assertThat(Undetermined.is(estimate)).isTrue();
    assertThat(estimate.toString()).contains("answers as the original does, within 1");
    assertThatThrownBy(() -> agreement.evaluate(carved, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("say carved.requiringFidelity(0.9, 500, test)");
    assertThatThrownBy(
            () ->
                ImportanceAgreement.with(audit())
                    .evaluate(carved.requiringFidelity(.8, 30, others), context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("audit has classes, and ")
        .hasMessageContaining("was carved with values in EUR; read both in the same way");
    assertThatThrownBy(() -> carved.requiringFidelity(1.5, 30, others))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
