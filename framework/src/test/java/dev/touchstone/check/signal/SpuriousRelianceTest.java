package dev.touchstone.check.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.figure.Overlays;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.ClusteredProportion;
import dev.touchstone.statistics.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Images of 2 × 2 pixels; the signal sets the last one to 1. The model looks at the second pixel
 * first (class 0), then at the last (class 1), then at the first (class 2, else 0).
 */
class SpuriousRelianceTest {
  /** How many images a site can have. */
  private static final int SITE = 4;

  private static final PatchTag LAST_PIXEL = PatchTag.of(new float[][] {{1}}).at(1, 1);

  private static final Classifier LOOKS_AT_THE_LAST_PIXEL =
      Models.function("looks-at-last", "1", SpuriousRelianceTest::looksAtTheLastPixel)
          .emittingProbabilities();

  private static double[][] looksAtTheLastPixel(Tensor batch) {
    double[][] probabilities = new double[batch.rows()][];
    for (int i = 0; i < batch.rows(); i++) {
      float[] x = batch.row(i);
      int predicted = x[1] > 0.5 ? 0 : x[3] > 0.9 ? 1 : x[0] > 0.5 ? 2 : 0;
      probabilities[i] = new double[] {0.1, 0.1, 0.1};
      probabilities[i][predicted] = 0.8;
      if (predicted == 1) {
        // The darker the first pixel, the surer: so that findings have an order.
        double sure = 0.9 - 0.2 * x[0];
        probabilities[i] = new double[] {(1 - sure) / 2, sure, (1 - sure) / 2};
      }
    }
    return probabilities;
  }

  private static final Dataset DATA =
      Dataset.named("images")
          .features(
              FeatureStore.inMemory(
                  new float[] {
                    0, 0, 0, 0, // dark: class 0, with the signal class 1
                    1, 0, 0, 0, // bright: class 2, with the signal class 1
                    0, 0, 0, 1, // carries the signal
                    0, 0, 0, 0.95f, // class 1 without the signal
                    0, 1, 0, 0 // steadfast: class 0, with the signal still
                  },
                  1,
                  2,
                  2))
          .ids(List.of("dark", "bright", "carrier", "other", "steadfast"))
          .labels(0, 2, 1, 0, 0)
          .column("site", List.of("a", "b", "a", "b", "a"))
          .classNames(List.of("cat", "dog", "emu"))
          .build();

  @Test
  void countsOnlyExamplesWithoutTheSignalThatArePredictedAsAnotherClass() {
    Evidence evidence = evaluate(SpuriousReliance.on(LAST_PIXEL));

    // dog: dark, bright and steadfast may go there, and the first two do.
    assertThat(score(evidence, "dog")).isEqualTo(2.0 / 3);
    assertThat(measurement(evidence, "dog").estimate().sampleSize()).isEqualTo(3);
    // cat: bright and other are not predicted as it; neither goes there.
    assertThat(score(evidence, "cat")).isZero();
    assertThat(measurement(evidence, "cat").estimate().sampleSize()).isEqualTo(2);
    // emu: dark, other and steadfast.
    assertThat(score(evidence, "emu")).isZero();
    assertThat(measurement(evidence, "emu").estimate().sampleSize()).isEqualTo(3);
    assertThat(evidence.measurements()).hasSize(3);
  }

  @Test
  void hasTheExactBinomialInterval() {
    Evidence evidence = evaluate(SpuriousReliance.on(LAST_PIXEL));

    // None of n: the upper limit is 1 - 0.025^(1/n).
    Interval cat = measurement(evidence, "cat").estimate().interval(0.95);
    assertThat(cat.lower()).isZero();
    assertThat(cat.upper()).isCloseTo(1 - Math.sqrt(0.025), within(1e-12));
    // Two of three: at the lower limit p, P(at least two) = 3p²(1-p) + p³ = 0.025; at the upper
    // one, P(at most two) = 1 - p³ = 0.025.
    Interval dog = measurement(evidence, "dog").estimate().interval(0.95);
    double p = dog.lower();
    assertThat(3 * p * p * (1 - p) + p * p * p).isCloseTo(0.025, within(1e-12));
    assertThat(dog.upper()).isCloseTo(Math.cbrt(0.975), within(1e-12));
  }

  @Test
  void showsAccuracyWithoutAndWithTheSignalOnTheSameExamples() {
    Evidence evidence = evaluate(SpuriousReliance.on(LAST_PIXEL));

    // Without the signal dark, bright and steadfast are right of four; with it only steadfast.
    assertThat(beside(evidence, "accuracy without")).isEqualTo(3.0 / 4);
    assertThat(beside(evidence, "accuracy with")).isEqualTo(1.0 / 4);
  }

  @Test
  void showsTheScoreOfExamplesOfOtherLabelsBesideThatOfAll() {
    Dataset dark = DATA.withLabels(new int[] {1, 2, 1, 0, 0}, "dark is a dog");
    Evidence evidence =
        SpuriousReliance.on(LAST_PIXEL).evaluate(LOOKS_AT_THE_LAST_PIXEL, dark, context());

    // Dark may go to dog, and is one; of bright and steadfast one goes.
    assertThat(score(evidence, "dog")).isEqualTo(2.0 / 3);
    assertThat(beside(evidence, "score of other labels")).isEqualTo(1.0 / 2);
  }

  @Test
  void measuresOneClassAloneWhereItIsNamed() {
    Evidence evidence = evaluate(SpuriousReliance.on(LAST_PIXEL).forClass("dog"));

    assertThat(evidence.measurements()).hasSize(1);
    assertThat(score(evidence, "dog")).isEqualTo(2.0 / 3);
  }

  @Test
  void findsTheExamplesThatFlippedLargestChangeFirst() {
    List<Finding> worst = evaluate(SpuriousReliance.on(LAST_PIXEL)).worst();

    assertThat(worst).extracting(Finding::subject).containsExactly("dark", "bright");
    assertThat(worst.get(0).facts())
        .containsEntry("label", "cat")
        .containsEntry("predicted", "cat")
        .containsEntry("predicted then", "dog")
        .containsEntry("its probability", "0.1 then 0.9");
    assertThat(worst.get(1).facts()).containsEntry("its probability", "0.1 then 0.7");
  }

  @Test
  void findsNoExamplesThatFlippedToAnotherClassThanTheNamedOne() {
    assertThat(evaluate(SpuriousReliance.on(LAST_PIXEL).forClass("emu")).worst()).isEmpty();
  }

  @Test
  void measuresEverySliceOfGroupedData() {
    Evidence evidence =
        SpuriousReliance.on(LAST_PIXEL)
            .forClass("dog")
            .evaluate(LOOKS_AT_THE_LAST_PIXEL, DATA.groupedBy("site"), context());

    assertThat(score(evidence, "dog")).isEqualTo(2.0 / 3);
    assertThat(score(evidence, "dog, site=a")).isEqualTo(1.0 / 2);
    assertThat(score(evidence, "dog, site=b")).isEqualTo(1);
  }

  @Test
  void clusteredExamplesGetAnIntervalOverClusters() {
    Evidence evidence =
        SpuriousReliance.on(LAST_PIXEL)
            .forClass("dog")
            .evaluate(
                LOOKS_AT_THE_LAST_PIXEL,
                DATA.clusteredBy("site").withClustersOfAtMost(SITE),
                context());

    // Dark and steadfast are of site a, of which dark goes; bright is of site b and goes.
    assertIntervalOf(measurement(evidence, "dog"), new int[] {1, 1}, new int[] {2, 1});
    assertIntervalOf(
        measurementBeside(evidence, "score of other labels"), new int[] {1, 1}, new int[] {2, 1});
    // Without the signal other, of site b, is wrong; with it steadfast, of site a, alone is right.
    assertIntervalOf(
        measurementBeside(evidence, "accuracy without"), new int[] {2, 1}, new int[] {2, 2});
    assertIntervalOf(
        measurementBeside(evidence, "accuracy with"), new int[] {1, 0}, new int[] {2, 2});
  }

  private static void assertIntervalOf(Measurement measured, int[] successes, int[] sizes) {
    assertThat(measured.estimate().interval(0.95))
        .isEqualTo(ClusteredProportion.of(successes, sizes, SITE).interval(0.95));
  }

  @Test
  void refusesToJudgeAClassByOneCluster() {
    assertThatThrownBy(
            () ->
                SpuriousReliance.on(LAST_PIXEL)
                    .forClass("cat")
                    .evaluate(
                        LOOKS_AT_THE_LAST_PIXEL,
                        DATA.clusteredBy("site").withClustersOfAtMost(SITE),
                        context()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("2 examples come from the single cluster site = [b]");
  }

  @Test
  void theGradientsOfClusteredExamplesAreOfOneExamplePerCluster() {
    Evidence evidence =
        SpuriousReliance.on(LAST_PIXEL)
            .forClass("dog")
            .evaluate(
                LINEAR_IN_THE_PIXELS,
                DATA.clusteredBy("site").withClustersOfAtMost(SITE),
                context());

    // Five examples are of two sites.
    assertThat(measurementBeside(evidence, "gradient inside the signal").estimate().sampleSize())
        .isEqualTo(2);
    assertThat(evidence.notes())
        .anyMatch(note -> note.contains("measured on 2 examples, one per site, and decides"));
  }

  @Test
  void measuresSeveralSignalsEachByItself() {
    PatchTag second = PatchTag.of(new float[][] {{1}}).at(0, 1);
    Evidence evidence = evaluate(SpuriousReliance.on(List.of(LAST_PIXEL, second)));

    assertThat(evidence.measurements()).hasSize(6);
    // The second pixel sends bright and other to cat; carrier is predicted as dog and goes too.
    Measurement cat =
        evidence.measurements().stream()
            .filter(m -> m.slice().equals(second.describe() + " to cat"))
            .findAny()
            .orElseThrow();
    assertThat(cat.estimate().value()).isEqualTo(1);
    assertThat(cat.estimate().sampleSize()).isEqualTo(3);
  }

  @Test
  void showsHowMuchOfTheGradientLiesInsideTheSignal() {
    Evidence evidence =
        SpuriousReliance.on(LAST_PIXEL).evaluate(LINEAR_IN_THE_PIXELS, DATA, context());

    // Class dog draws the most examples; its gradient is (1, -1, 0, 2) whatever the example, of
    // which the last pixel has 2 of 4.
    Measurement inside = measurementBeside(evidence, "gradient inside the signal");
    assertThat(inside.slice()).isEqualTo(LAST_PIXEL.describe() + " to dog");
    assertThat(inside.estimate().value()).isEqualTo(0.5);
    assertThat(evidence.notes())
        .anyMatch(note -> note.contains("a gradient spread evenly would have 0.25"));
  }

  @Test
  void drawsEachExampleWithoutAndWithTheSignalFlippedOnesFirst() {
    Evidence evidence =
        SpuriousReliance.on(LAST_PIXEL).evaluate(LINEAR_IN_THE_PIXELS, DATA, context());

    assertThat(evidence.figures()).hasSize(1);
    Overlays overlays = (Overlays) evidence.figures().get(0);
    assertThat(overlays.tiles())
        .extracting(Overlays.Tile::caption)
        .containsExactly(
            "bright: cat", "then dog", "dark: cat", "then dog", "steadfast: cat", "then cat");
    assertThat(overlays.tiles().get(0).pixels()).containsExactly(1, 0, 0, 0);
    assertThat(overlays.tiles().get(1).pixels()).containsExactly(1, 0, 0, 1);
    assertThat(overlays.tiles().get(1).attribution()).containsExactly(1, -1, 0, 2);
  }

  @Test
  void attachesNoAttributionsOfAModelWithoutGradients() {
    Evidence evidence = evaluate(SpuriousReliance.on(LAST_PIXEL));

    // A person sees the signal all the same.
    Overlays pictures = (Overlays) evidence.figures().get(0);
    assertThat(pictures.tiles())
        .isNotEmpty()
        .allSatisfy(tile -> assertThat(tile.attribution()).isEmpty());
    assertThat(evidence.context())
        .extracting(Measurement::quantity)
        .containsExactly("score of other labels", "accuracy without", "accuracy with");
  }

  @Test
  void hasTheSameFingerprintInEveryRunOfASeed() {
    Claim claim = Claim.of("no reliance", Bound.upper(0.1));
    String once = claim.judge(attributed(), Policy.STRICT).fingerprint();

    assertThat(claim.judge(attributed(), Policy.STRICT).fingerprint()).isEqualTo(once);
  }

  private static Evidence attributed() {
    return SpuriousReliance.on(LAST_PIXEL).evaluate(LINEAR_IN_THE_PIXELS, DATA, context());
  }

  /** Logits (1.6, x·(1, -1, 0, 2), -9), so that the gradient is known. */
  private static final Classifier LINEAR_IN_THE_PIXELS = new LinearClassifier();

  private static final class LinearClassifier implements Classifier, InputGradients {
    private static final double[] WEIGHTS = {1, -1, 0, 2};

    @Override
    public String name() {
      return "linear";
    }

    @Override
    public String sha256() {
      return "linear";
    }

    @Override
    public ModelFacts facts() {
      return ModelFacts.of(name(), "", "", "");
    }

    @Override
    public <C> Optional<C> capability(Class<C> type) {
      return type == InputGradients.class ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public OutputKind outputs() {
      return OutputKind.LOGITS;
    }

    @Override
    public Predictions predict(Tensor batch) {
      double[][] probabilities = new double[batch.rows()][];
      for (int i = 0; i < batch.rows(); i++) {
        double dog = 0;
        for (int j = 0; j < WEIGHTS.length; j++) {
          dog += WEIGHTS[j] * batch.row(i)[j];
        }
        double[] e = {Math.exp(1.6), Math.exp(dog), Math.exp(-9)};
        double sum = e[0] + e[1] + e[2];
        probabilities[i] = new double[] {e[0] / sum, e[1] / sum, e[2] / sum};
      }
      return Predictions.of(probabilities);
    }

    @Override
    public int batchSize(long budgetBytes) {
      return 2;
    }

    @Override
    public double[][] inputGradients(Tensor batch, Quantity quantity) {
      double[][] gradients = new double[batch.rows()][];
      for (int i = 0; i < gradients.length; i++) {
        double ofDog = quantity.gradient(new double[3], i)[1];
        gradients[i] = Arrays.stream(WEIGHTS).map(weight -> ofDog * weight).toArray();
      }
      return gradients;
    }

    @Override
    public int gradientBatchSize(long budgetBytes) {
      return 2;
    }
  }

  @Test
  void saysWhatWasLeftOutAndThatUnknownSignalsAreNotExcluded() {
    assertThat(evaluate(SpuriousReliance.on(LAST_PIXEL)).notes())
        .anyMatch(note -> note.contains("1 of 5 examples carried it already"))
        .anyMatch(note -> note.contains("a signal that nobody thought of is not excluded"));
  }

  @Test
  void saysOfAScoreTowardsAnyClassWhatItDoesNotShow() {
    assertThat(evaluate(SpuriousReliance.on(LAST_PIXEL)).notes().get(0))
        .startsWith("towards any class: most go to \"dog\" with ")
        .contains("a signal that the model never met in training".substring(1), ".forClass(");
    assertThat(evaluate(SpuriousReliance.on(LAST_PIXEL).forClass("dog")).notes())
        .as("the class is named already")
        .noneMatch(note -> note.contains("towards any class"));
  }

  @Test
  void theScoreOfOtherLabelsStandsFirstBesideTheScore() {
    assertThat(evaluate(SpuriousReliance.on(LAST_PIXEL)).context().get(0).quantity())
        .isEqualTo("score of other labels");
    assertThat(evaluate(SpuriousReliance.on(LAST_PIXEL).forClass("dog")).context().get(0).slice())
        .endsWith(" to dog");
  }

  @Test
  void refusesAClassThatTheDataDoNotHave() {
    assertThatThrownBy(() -> evaluate(SpuriousReliance.on(LAST_PIXEL).forClass("fox")))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("there is no class \"fox\" in images; its classes are [cat, dog, emu]");
  }

  @Test
  void refusesDataInWhichEveryExampleCarriesTheSignal() {
    assertThatThrownBy(
            () ->
                SpuriousReliance.on(LAST_PIXEL)
                    .evaluate(LOOKS_AT_THE_LAST_PIXEL, LAST_PIXEL.addedTo(DATA), context()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("every example of images")
        .hasMessageContaining("give data without the signal");
  }

  @Test
  void refusesAClassForWhichNoExampleIsLeft() {
    assertThatThrownBy(
            () ->
                SpuriousReliance.on(LAST_PIXEL)
                    .forClass("cat")
                    .evaluate(
                        LOOKS_AT_THE_LAST_PIXEL,
                        DATA.where(i -> i == 0 || i == 2 || i == 4, "three"),
                        context()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no example of images, three can show")
        .hasMessageContaining("to class cat")
        .hasMessageContaining("1 carry the signal already, and the other 2 are predicted as");
  }

  @Test
  void refusesASignalThatCannotBeSeenInTheUnitsOfTheData() {
    Dataset inBytes =
        Dataset.named("bytes")
            .features(FeatureStore.inMemory(new float[] {0, 0, 0, 0, 255, 0, 0, 0}, 1, 2, 2))
            .labels(0, 1)
            .build();
    assertThatThrownBy(
            () ->
                SpuriousReliance.on(LAST_PIXEL)
                    .evaluate(LOOKS_AT_THE_LAST_PIXEL, inBytes, context()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("changes no feature of bytes by more than 1")
        .hasMessageContaining("from 0 to 255");
  }

  @Test
  void refusesEmptyData() {
    assertThatThrownBy(
            () ->
                SpuriousReliance.on(LAST_PIXEL)
                    .evaluate(LOOKS_AT_THE_LAST_PIXEL, DATA.first(0), context()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("is empty");
  }

  @Test
  void refusesNoSignalAndTheSameSignalTwice() {
    assertThatThrownBy(() -> SpuriousReliance.on(List.of()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("no signal was given");
    assertThatThrownBy(() -> SpuriousReliance.on(List.of(LAST_PIXEL, LAST_PIXEL)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("was given twice");
  }

  private static Evidence evaluate(SpuriousReliance reliance) {
    return reliance.evaluate(LOOKS_AT_THE_LAST_PIXEL, DATA, context());
  }

  private static RunContext context() {
    return RunContext.of(Settings.fromSystem(), RunSession.isolated());
  }

  private static double score(Evidence evidence, String towards) {
    return measurement(evidence, towards).estimate().value();
  }

  private static Measurement measurement(Evidence evidence, String towards) {
    return evidence.measurements().stream()
        .filter(m -> m.slice().equals(LAST_PIXEL.describe() + " to " + towards))
        .findAny()
        .orElseThrow();
  }

  private static double beside(Evidence evidence, String quantity) {
    return measurementBeside(evidence, quantity).estimate().value();
  }

  private static Measurement measurementBeside(Evidence evidence, String quantity) {
    return evidence.context().stream()
        .filter(m -> m.quantity().equals(quantity))
        .findAny()
        .orElseThrow();
  }

  /** Sets the last pixel, and says so or not. */
  private record OwnSignal(float value, int alsoMoved) implements SpuriousSignal {
    @Override
    public String describe() {
      return "own signal";
    }

    @Override
    public Fitted fitTo(Dataset data) {
      return new Fitted() {
        @Override
        public void apply(int example, float[] features) {
          features[3] = value;
          features[alsoMoved] += features[alsoMoved] == value ? 0 : 0.25f;
        }

        @Override
        public boolean[] mask(int example, float[] features) {
          return new boolean[] {false, false, false, true};
        }
      };
    }
  }

  @Test
  void aSignalOfOnesOwnIsHeldToItsMask() {
    assertThat(evaluate(SpuriousReliance.on(new OwnSignal(1, 3))).measurements())
        .filteredOn(m -> m.slice().equals("own signal to dog"))
        .singleElement()
        .satisfies(m -> assertThat(m.estimate().value()).isEqualTo(2.0 / 3));
    assertThatThrownBy(() -> evaluate(SpuriousReliance.on(new OwnSignal(1, 0))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the signal (own signal) moves feature 0 from 0 to 0.25 in example 0 of images;"
                + " mask(…) has to name every feature that apply(…) changes");
  }

  @Test
  void aSignalOfOnesOwnThatWritesNoNumberIsRefused() {
    assertThatThrownBy(() -> evaluate(SpuriousReliance.on(new OwnSignal(Float.NaN, 3))))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the signal (own signal) sets feature 3 to NaN in example 0 of images; apply(…) has to"
                + " leave finite numbers");
  }
}
