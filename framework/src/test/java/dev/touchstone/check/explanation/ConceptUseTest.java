package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.concept.Tcav;
import dev.touchstone.concept.TcavScore;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class ConceptUseTest {
  private static final Classifier NET = Models.whiteBox("net", box()).emittingLogits();

  private final RunContext context = RunContext.current();
  private final Dataset tested = noise("tested", 40, 0, 0, 1);
  private final ConceptExamples first = concept("first", 0);
  private final ConceptExamples third = concept("third", 2);

  /** Class "yes" scores x₁ + x₂ where they are positive; x₃ goes nowhere but along. */
  private static WhiteBox box() {
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 3)
            .weights("one.weight", new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3)
            .weights("yes", new float[] {-1, 1, -1, 1, 0, 0}, 3, 2)
            .node("MatMul", List.of("x", "one.weight"), "inside")
            .node("Relu", List.of("inside"), "bent")
            .node("MatMul", List.of("bent", "yes"), "logits")
            .output("logits", 0, 2)
            .bytes();
    return OnnxFile.of(file, "net.onnx").whiteBox("cpu");
  }

  /** Uniform numbers in [0, 1), of which one is moved. */
  private static Dataset noise(String name, int n, int column, float shift, int classes) {
    UniformRandomProvider rng = new RandomStreams(2).of(name);
    float[] values = new float[n * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = rng.nextFloat() + 0.1f + (i % 3 == column ? shift : 0);
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, 3))
        .labels(IntStream.range(0, n).map(i -> classes == 1 ? 1 : i % 2).toArray())
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static ConceptExamples concept(String name, int column) {
    return ConceptExamples.of(name, noise("having " + name, 30, column, 1, 2))
        .against(noise("lacking " + name, 30, column, 0, 2))
        .besideRandomSetsOf(noise("pool", 100, column, 0, 2));
  }

  private static Measurement measured(Evidence evidence, String quantity, String slice) {
    return evidence.measurements().stream()
        .filter(m -> m.quantity().equals(quantity) && m.slice().equals(slice))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatTheScoreRisesWithExceedsRandomSetsByAHalf() {
    Evidence evidence =
        ConceptUse.of(first, new NamedLayer("one")).forClass("yes").evaluate(NET, tested, context);
    Measurement excess = measured(evidence, ConceptUse.QUANTITY, "yes");
    // The gradient is (1, 1, 0) everywhere: all of the class rises along the first.
    TcavScore score = Tcav.withDefaults().score(NET, tested, first, "inside", "yes", context);
    assertThat(score.score()).isEqualTo(1);
    assertThat(score.change()).isCloseTo(1, within(0.25));
    assertThat(excess.estimate().value()).isEqualTo(1 - score.randomScore());
    assertThat(excess.estimate().interval(0.95).lower()).isGreaterThan(0.3);
  }

  @Test
  void theClassesThatTheDataHaveAreMeasured() {
    Evidence evidence =
        ConceptUse.of(first, new NamedLayer("inside")).evaluate(NET, tested, context);
    assertThat(evidence.measurements()).extracting(Measurement::slice).containsOnly("yes");
    Dataset both = noise("both", 40, 0, 0, 2);
    assertThat(
            ConceptUse.of(first, new NamedLayer("inside"))
                .evaluate(NET, both, context)
                .measurements())
        .extracting(Measurement::slice)
        .containsExactly("no", "no", "yes", "yes");
  }

  @Test
  void aConceptThatIsNotUsedIsDecidedByChance() {
    Evidence evidence =
        ConceptUse.of(third, new NamedLayer("inside")).evaluate(NET, tested, context);
    Measurement excess = measured(evidence, ConceptUse.QUANTITY, "yes");
    assertThat(excess.estimate().interval(0.95).lower()).isLessThan(0);
    assertThat(excess.estimate().interval(0.95).upper()).isGreaterThan(0);
  }

  @Test
  void settingsStandInProvenance() {
    Evidence evidence =
        ConceptUse.of(first, new NamedLayer("inside")).evaluate(NET, tested, context);
    assertThat(evidence.provenance().settings())
        .containsEntry("layer", "inside")
        .containsEntry("vectors", "100")
        .containsKey("concept")
        .containsKey("pool");
  }

  @Test
  void aLayerThatThereIsNotIsRefusedWithThoseThatThereAre() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> ConceptUse.of(first, new NamedLayer("insid")).evaluate(NET, tested, context))
        .withMessageContaining("no layer \"insid\"")
        .withMessageContaining("inside");
  }

  @Test
  void clusteredDataAreRefused() {
    Dataset clustered =
        Dataset.named("clustered")
            .features(tested.features())
            .labels(tested.labels())
            .classNames(List.of("no", "yes"))
            .column("patient", IntStream.range(0, 40).mapToObj(i -> "p" + i / 2).toList())
            .build()
            .clusteredBy("patient");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () -> ConceptUse.of(first, new NamedLayer("inside")).evaluate(NET, clustered, context))
        .withMessageContaining("onePerCluster");
  }

  @Test
  void enoughVectorsAreLearntForHolmOverTheLimitsOfAllClasses() {
    Evidence evidence =
        ConceptUse.of(first, new NamedLayer("inside")).evaluate(NET, tested, context);
    // No p-value is below one in as many and one: two limits leave it below a half of 2.5 %.
    double least = measured(evidence, ConceptUse.QUANTITY, "yes").estimate().pValueAbove(-0.4);
    assertThat(2 * least).isLessThan(0.0125);
  }
}
