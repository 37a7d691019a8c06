package dev.touchstone.guiding.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Scores;
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

/**
 * Carved and guided regressors: layers against SciPy's ({@code src/test/python/repair_oracle.py}),
 * and properties of a rent that goes by size, and by a balcony that should not matter.
 */
class GuidedValueBottleneckTest {
  private static final Json REFERENCE = Json.of("repair.json");
  private static final RunContext CONTEXT = RunContext.current();
  private static final Dataset TRAINING = rents("training", 400, 1);
  private static final Dataset TEST = rents("test", 500, 2);
  private static final AuditSet AUDIT = AuditSet.of(rents("audit", 60, 3));
  private static final AnnotatedConcepts CONCEPTS =
      AnnotatedConcepts.ofColumns(rents("concepts", 300, 4), "size", "balcony=yes", "noise");

  @TempDir Path folder;

  /** Of features size, balcony and noise; the rent is 10 a square metre and 100 for a balcony. */
  private static Dataset rents(String name, int n, long seed) {
    Random random = new Random(seed);
    float[] features = new float[3 * n];
    double[] rents = new double[n];
    double[] sizes = new double[n];
    double[] balconies = new double[n];
    double[] noise = new double[n];
    for (int i = 0; i < n; i++) {
      sizes[i] = 60 + 10 * random.nextGaussian();
      balconies[i] = random.nextBoolean() ? 1 : 0;
      noise[i] = random.nextGaussian();
      features[3 * i] = (float) sizes[i];
      features[3 * i + 1] = (float) balconies[i];
      features[3 * i + 2] = (float) (5 + noise[i]);
      rents[i] = 10 * sizes[i] + 100 * balconies[i] + 5 * random.nextGaussian();
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(features, 3))
        .values(rents, "EUR")
        .ids(IntStream.range(0, n).mapToObj(i -> name + "-" + i).toList())
        .column("size", Arrays.stream(sizes).mapToObj(Double::toString).toList())
        .column("balcony", Tables.texts("no", "yes", balconies))
        .column("noise", Arrays.stream(noise).mapToObj(Double::toString).toList())
        .build();
  }

  private Regressor model() throws IOException {
    Path path = folder.resolve("rent.onnx");
    Files.write(
        path,
        new OnnxBuilder()
            .input("x", 0, 3)
            .node("Relu", List.of("x"), "h")
            .weights("W", new float[] {10, 100, 0}, 3, 1)
            .weights("b", new float[] {0}, 1)
            .node("Gemm", List.of("h", "W", "b"), "y")
            .output("y", 0, 1)
            .bytes());
    return Models.onnx(path.toString()).emittingValues();
  }

  private static ValueRepairTask task(Regressor model) {
    return ValueRepairTask.of(model, TRAINING, AUDIT, CONCEPTS, "balcony");
  }

  /** By how much a balcony alone raises what a model says. */
  private static double ofBalcony(Regressor model) {
    float[] with = {60, 1, 5, 60, 0, 5};
    Dataset two =
        Dataset.named("one flat twice")
            .features(FeatureStore.inMemory(with, 3))
            .values(new double[] {1, 2}, "EUR")
            .build();
    double[] values = CheckedAnswers.of(model, two, 1 << 20).values();
    return values[0] - values[1];
  }

  @Test
  void theGuidedLayerAgreesWithScipy() {
    Matrix training = REFERENCE.matrix("training");
    Matrix audit = REFERENCE.matrix("audit");
    Scaling scaling = Scaling.of(training);
    double[] sure = new double[audit.rows()];
    Arrays.fill(sure, 1);

    LinearLayer layer =
        scaling.before(
            GuidedValueBottleneck.withDefaults()
                .parts(
                    scaling.apply(training),
                    REFERENCE.numbers("amounts"),
                    scaling.apply(REFERENCE.matrix("examples")),
                    GuidedBottleneckTest.concepts(),
                    new boolean[] {true, false, false, false},
                    scaling.apply(audit),
                    REFERENCE.numbers("auditAmounts"),
                    sure)
                .joined());

    double[] expected = REFERENCE.numbers("valueBottleneck");
    for (int i = 0; i < expected.length; i++) {
      // Of some thousand, to nine digits.
      assertThat(layer.scores(audit.row(i))[0]).isCloseTo(expected[i], within(1e-5));
    }
  }

  @Test
  void theSparseLayerAgreesWithScipy() {
    Matrix training = REFERENCE.matrix("training");
    Scaling scaling = Scaling.of(training);
    double[] amounts = REFERENCE.numbers("amounts");
    double[] ones = new double[amounts.length];
    Arrays.fill(ones, 1);
    ValueUnit unit = ValueUnit.of(amounts, "the reference");

    Carving.Parts parts =
        Carving.withDefaults()
            .withSparsity(.02)
            .parts(
                PenalisedLayer.Kind.VALUES,
                scaling.apply(training),
                scaling.apply(REFERENCE.matrix("examples")),
                GuidedBottleneckTest.concepts(),
                unit.standardised(amounts),
                ones)
            .in(unit);

    // Of hundreds; one of the four concepts gets no weight at all.
    assertThat(parts.head().slopes().values())
        .containsExactly(REFERENCE.numbers("carvedValues"), within(2e-3));
    assertThat(parts.head().slopes().values()[3]).isZero();
    assertThat(parts.optimality()).isLessThan(1e-8);
  }

  @Test
  void carvedItSaysWhatEachConceptAdds() throws IOException {
    Regressor model = model();

    CarvedRegressor carved = Carving.withDefaults().carve(model, TRAINING, CONCEPTS, CONTEXT);

    assertThat(carved.concepts()).containsExactly("size", "balcony", "noise");
    assertThat(carved.fidelity(TEST, 20, CONTEXT).value()).isGreaterThan(.9);
    assertThat(carved.fidelity(TEST, 1e-6, CONTEXT).value()).isLessThan(.1);
    // Sizes deviate by ten square metres of ten each, and half of the flats have a balcony of 100.
    assertThat(carved.weights()[0]).isCloseTo(100, within(15.0));
    assertThat(carved.weights()[1]).isCloseTo(50, within(5.0));
    assertThat(Math.abs(carved.weights()[2])).isLessThan(3);
    assertThat(carved.original()).isSameAs(model);
    assertThat(carved.facts().toString()).contains("carved from = " + model.sha256());
    assertThat(carved.sha256()).isNotEqualTo(model.sha256());
    assertThat(carved.capability(Scores.class)).isEmpty();
    assertThatThrownBy(() -> carved.alike("garden"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("there is no concept \"garden\"");
  }

  /** Whatever is carved: a value is one number for all and what the concepts add. */
  @Test
  void valuesAreSumsOfContributions() throws IOException {
    CarvedRegressor carved = Carving.withDefaults().carve(model(), TRAINING, CONCEPTS, CONTEXT);

    double[] values = CheckedAnswers.of(carved, TEST, 1 << 20).values();
    Matrix contributions = carved.contributions(TEST);
    double first = values[0] - Arrays.stream(contributions.row(0)).sum();
    for (int i = 1; i < values.length; i++) {
      assertThat(values[i] - Arrays.stream(contributions.row(i)).sum())
          .isCloseTo(first, within(1e-8));
    }
  }

  /** A carving is of the model or of what it should have said. */
  @Test
  void mayBeFittedToTheDataAndHaveAResidual() throws IOException {
    Carving carving = Carving.withDefaults();
    Regressor model = model();
    AnnotatedConcepts little = CONCEPTS.only("noise");

    CarvedRegressor poor = carving.carve(model, TRAINING, little, CONTEXT);
    CarvedRegressor rest = carving.withResidual().carve(model, TRAINING, little, CONTEXT);
    CarvedRegressor taught = carving.fittedToLabels().carve(model, TRAINING, CONCEPTS, CONTEXT);

    assertThat(poor.fidelity(TEST, 20, CONTEXT).value()).isLessThan(.5);
    assertThat(rest.fidelity(TEST, 20, CONTEXT).value()).isGreaterThan(.9);
    assertThat(taught.sha256())
        .isNotEqualTo(carving.carve(model, TRAINING, CONCEPTS, CONTEXT).sha256());
  }

  @Test
  void carvesBehindANode() throws IOException {
    Regressor model = model();
    String relu =
        model.require(WhiteBox.class, "a test", "").taps().stream()
            .filter(tap -> tap.name().contains("h"))
            .findFirst()
            .orElseThrow()
            .name();

    CarvedRegressor behind =
        Carving.withDefaults().at(relu).carve(model, TRAINING, CONCEPTS, CONTEXT);

    assertThat(behind.weights())
        .containsExactly(
            Carving.withDefaults().carve(model, TRAINING, CONCEPTS, CONTEXT).weights(),
            within(1e-4));
    assertThat(behind.how()).startsWith("carved behind ");
  }

  @Test
  void whatShouldNotMatterAddsLittleAndTheRestIsKept() throws IOException {
    Regressor model = model();

    RepairedRegressor repaired = GuidedValueBottleneck.withDefaults().repair(task(model), CONTEXT);
    Regressor written = repaired.writeTo(folder.resolve("repaired.onnx"), CONTEXT);

    assertThat(ofBalcony(model)).isCloseTo(100, within(1e-3));
    assertThat(Math.abs(ofBalcony(written))).isLessThan(15);
    double[] inFile = CheckedAnswers.of(written, TEST, 1 << 20).values();
    double[] inMemory = CheckedAnswers.of(repaired.model(), TEST, 1 << 20).values();
    CarvedRegressor guided = GuidedValueBottleneck.withDefaults().carve(task(model), CONTEXT);
    double[] asCarved = CheckedAnswers.of(guided, TEST, 1 << 20).values();
    for (int i = 0; i < inFile.length; i++) {
      assertThat(inFile[i]).isCloseTo(inMemory[i], within(1e-2));
      assertThat(asCarved[i]).isCloseTo(inMemory[i], within(1e-8));
    }
    assertThat(guided.weights()[0]).isCloseTo(100, within(15.0));
    assertThat(Math.abs(guided.weights()[1])).isLessThan(5);
    assertThat(repaired.how()).contains("guided value bottleneck: ridge 0.01");
  }

  @Test
  void theMoreItIsIgnoredTheLessItAdds() throws IOException {
    Regressor model = model();
    double before = Double.POSITIVE_INFINITY;
    for (double strength : new double[] {0, .05, .2, 1}) {
      double adds =
          GuidedValueBottleneck.withDefaults()
              .withIgnoringStrength(strength)
              .carve(task(model), CONTEXT)
              .weights()[1];
      assertThat(adds).isPositive().isLessThan(before);
      before = adds;
    }
  }

  @Test
  void whatCannotWorkIsRefused() throws IOException {
    Regressor model = model();
    Dataset ofClasses =
        Tables.of("classes", Matrix.of(2, 3, new double[] {1, 2, 3, 4, 5, 6}), 0, 1);
    assertThatThrownBy(() -> Carving.withDefaults().carve(model, ofClasses, CONCEPTS, CONTEXT))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("classes has classes, and rent.onnx gives values");
    Dataset ofTwo =
        Dataset.named("narrow")
            .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4}, 2))
            .values(new double[] {1, 2}, "EUR")
            .build();
    assertThatThrownBy(() -> Carving.withDefaults().carve(model, ofTwo, CONCEPTS, CONTEXT))
        .hasMessageContaining(
            "narrow has examples of the shape [2] and the concepts' concepts of [3]");
    Dataset alike =
        Dataset.named("alike")
            .features(FeatureStore.inMemory(new float[] {60, 1, 5, 60, 1, 5}, 3))
            .values(new double[] {700, 700}, "EUR")
            .build();
    assertThatThrownBy(() -> Carving.withDefaults().carve(model, alike, CONCEPTS, CONTEXT))
        .hasMessageContaining("all values of rent.onnx are 700");
    CarvedRegressor carved = Carving.withDefaults().carve(model, TRAINING, CONCEPTS, CONTEXT);
    assertThatThrownBy(() -> carved.fidelity(TEST, 0, CONTEXT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("values must be near by a positive number, was 0.0");
    assertThatThrownBy(() -> GuidedValueBottleneck.withDefaults().withRidge(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GuidedValueBottleneck.withDefaults().withIgnoringStrength(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a strength must be 0 or more, was -1.0");
  }
}
