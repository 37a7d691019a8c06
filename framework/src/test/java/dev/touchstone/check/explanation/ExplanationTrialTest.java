package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.Corner;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Spearman;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Linear models, whose gradients are their weights, on images of 12 x 12 pixels. */
class ExplanationTrialTest {
  private static final int EDGE = 12;
  private static final int PIXELS = EDGE * EDGE;

  /** Three white pixels and a black one, which changes nothing on black. */
  private static final SpuriousSignal TAG =
      PatchTag.of(new float[][] {{1, 1}, {1, 0}}).at(Corner.TOP_LEFT);

  private static final Dataset IMAGES = images(40);
  private static final int[] WHITE = white();

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Grey at random, with a black corner. */
  private static Dataset images(int n) {
    SplittableRandom random = new SplittableRandom(2);
    float[] x = new float[n * PIXELS];
    for (int i = 0; i < n; i++) {
      for (int p = 0; p < PIXELS; p++) {
        x[i * PIXELS + p] =
            p / EDGE < 5 && p % EDGE < 5 ? 0 : (float) (.2 + .2 * random.nextDouble());
      }
    }
    return Dataset.named("grey")
        .features(FeatureStore.inMemory(x, 1, EDGE, EDGE))
        .labels(IntStream.range(0, n).map(i -> i % 4 == 0 ? 1 : 0).toArray())
        .classNames(List.of("coat", "shirt"))
        .build();
  }

  private static int[] white() {
    float[] black = new float[PIXELS];
    TAG.fitTo(IMAGES).apply(0, black);
    int[] white = IntStream.range(0, PIXELS).filter(p -> black[p] == 1).toArray();
    assertThat(white).hasSize(3);
    return white;
  }

  /** Small weights of "shirt" at random, and another one where the tag is white. */
  private static float[] weights(long seed, float atTag) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] w = new float[PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      w[p] = (float) ((random.nextDouble() + .1) * (p % 2 == 0 ? 1e-3 : -1e-3));
    }
    for (int p : WHITE) {
      w[p] = atTag;
    }
    return w;
  }

  private static Classifier linear(String name, float... w) {
    float[] both = new float[2 * PIXELS];
    for (int p = 0; p < PIXELS; p++) {
      both[2 * p + 1] = w[p];
    }
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 1, EDGE, EDGE)
            .weights("w", both, PIXELS, 2)
            .weights("b", new float[] {1, 0}, 2)
            .node("Flatten", List.of("x"), "flat")
            .node("Gemm", List.of("flat", "w", "b"), "logits")
            .output("logits", 0, 2)
            .bytes();
    return Models.whiteBox(name, OnnxFile.of(file, name).whiteBox("cpu")).emittingLogits();
  }

  private static final float[] SPURIOUS = weights(1, 2);
  private static final float[] FIRST = weights(2, 1e-6f);
  private static final float[] SECOND = weights(3, 1e-6f);

  private static ExplanationTrial trial() {
    return ExplanationTrial.of(Gradient.withDefaults(), TAG, "shirt");
  }

  private static Measurement of(Evidence evidence, String quantity) {
    return evidence.measurements().stream()
        .filter(m -> m.quantity().equals(quantity))
        .findFirst()
        .orElseThrow();
  }

  private static double[] magnitudes(float... w) {
    return IntStream.range(0, w.length).mapToDouble(p -> Math.abs(w[p])).toArray();
  }

  /** The spurious model's three largest weights are the tag's, a healthy one's three smallest. */
  @Test
  void areasAndRankCorrelationsAreThoseOfTheWeights() {
    Evidence evidence =
        trial()
            .evaluate(
                linear("spurious", SPURIOUS),
                HealthyModels.of(linear("first", FIRST), linear("second", SECOND)),
                IMAGES,
                context);
    assertThat(of(evidence, ExplanationTrial.FOUND).estimate().value()).isEqualTo(1);
    assertThat(of(evidence, ExplanationTrial.FOUND).estimate().sampleSize()).isEqualTo(30);
    assertThat(of(evidence, ExplanationTrial.ABOVE_HEALTHY).estimate().value()).isEqualTo(1);
    assertThat(evidence.measurements())
        .filteredOn(m -> m.quantity().equals(ExplanationTrial.ALARM))
        .allSatisfy(m -> assertThat(m.estimate().value()).isZero())
        .extracting(Measurement::slice)
        .containsExactly("first", "second");
    double between = Spearman.of(magnitudes(FIRST), magnitudes(SECOND));
    double apart =
        (Spearman.of(magnitudes(SPURIOUS), magnitudes(FIRST))
                + Spearman.of(magnitudes(SPURIOUS), magnitudes(SECOND)))
            / 2;
    assertThat(of(evidence, ExplanationTrial.CONCERN).estimate().value())
        .isCloseTo(between - apart, within(1e-9));
    assertThat(evidence.notes()).anySatisfy(n -> assertThat(n).contains("spurious sends 100 %"));
  }

  /**
   * Of a blank map the structural similarity is high, and that of the map that shows all is not.
   */
  @Test
  void structureIsShownBesideWhatNothingScores() {
    Evidence evidence =
        trial()
            .evaluate(
                linear("spurious", SPURIOUS),
                HealthyModels.of(linear("first", FIRST)),
                IMAGES,
                context);
    assertThat(evidence.context())
        .extracting(Measurement::quantity)
        .contains("K-SSD", "K-SSD of a blank map", "CCM", "FAM", "FAM-GT");
    assertThat(
            evidence.context().stream()
                .filter(m -> m.quantity().equals("relevance inside the signal"))
                .mapToDouble(m -> m.estimate().value())
                .toArray())
        .satisfies(
            mass -> {
              double all = Arrays.stream(magnitudes(SPURIOUS)).sum();
              assertThat(mass[0]).isCloseTo(6 / all, within(1e-6));
              assertThat(mass[1]).isLessThan(1e-3);
            });
    assertThat(evidence.measurements())
        .noneMatch(m -> m.quantity().equals(ExplanationTrial.CONCERN));
    assertThat(evidence.notes()).anySatisfy(n -> assertThat(n).contains("give two"));
  }

  /** A healthy model that has the tag's pixels first, and does not rely on them. */
  @Test
  void aMapThatShowsTheTagInAHealthyModelIsAnAlarm() {
    Evidence evidence =
        trial()
            .evaluate(
                linear("spurious", SPURIOUS),
                HealthyModels.of(linear("looks", weights(4, .01f))),
                IMAGES,
                context);
    assertThat(of(evidence, ExplanationTrial.ALARM).estimate().value()).isEqualTo(1);
    assertThat(of(evidence, ExplanationTrial.ABOVE_HEALTHY).estimate().value()).isZero();
  }

  /** As Deep Taylor's of scores below 0: the signal is found all the same. */
  @Test
  void blankMapsLeaveTheConcernAloneUndetermined() {
    Evidence evidence =
        trial()
            .evaluate(
                linear("spurious", SPURIOUS),
                HealthyModels.of(
                    linear("one", new float[PIXELS]), linear("two", new float[PIXELS])),
                IMAGES,
                context);
    assertThat(of(evidence, ExplanationTrial.FOUND).estimate().value()).isEqualTo(1);
    assertThat(of(evidence, ExplanationTrial.ALARM).estimate().value()).isEqualTo(.5);
    assertThat(Undetermined.is(of(evidence, ExplanationTrial.CONCERN).estimate())).isTrue();
    assertThat(of(evidence, ExplanationTrial.CONCERN).estimate().toString())
        .contains("0 of 30 examples have maps that are not constant");
  }

  private void refused(Classifier spurious, Classifier healthy, Dataset data, String... saying) {
    assertThatThrownBy(() -> trial().evaluate(spurious, HealthyModels.of(healthy), data, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll(saying);
  }

  @Test
  void modelsInTheWrongRoleAreRefused() {
    Classifier spurious = linear("spurious", SPURIOUS);
    Classifier healthy = linear("first", FIRST);
    refused(healthy, spurious, IMAGES, "first sends 0 %", "give one that was trained with");
    refused(spurious, linear("also", SPURIOUS), IMAGES, "also sends 100 %", "given as healthy");
    refused(spurious, healthy, TAG.addedTo(IMAGES), "0 examples", "lack the signal");
    refused(spurious, healthy, IMAGES.reshapedTo(PIXELS), "no images");
    assertThatIllegalArgumentException().isThrownBy(() -> trial().withExamples(9));
  }
}
