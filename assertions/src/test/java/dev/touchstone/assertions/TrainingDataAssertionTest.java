package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertLabelErrorRateAtMost;
import static dev.touchstone.assertions.ModelAssertions.assertLabelSensitivityWithin;
import static dev.touchstone.assertions.ModelAssertions.assertLayersTrained;
import static dev.touchstone.assertions.ModelAssertions.assertMembershipAdvantageAtMost;
import static dev.touchstone.assertions.ModelAssertions.assertNoSliceWorseThan;
import static dev.touchstone.assertions.ModelAssertions.assertTopInfluencesFreeOf;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.byAtMost;
import static dev.touchstone.assertions.ModelAssertions.fractionAtMost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.touchstone.check.training.LabelAudit;
import dev.touchstone.check.training.LabelSensitivity;
import dev.touchstone.check.training.LayersTrained;
import dev.touchstone.check.training.TopInfluences;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.SetColumn;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Reinitialisation;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Claims about training data: labels, slices that nobody named, members. */
class TrainingDataAssertionTest {

  /** Labels 0, 1, 0, 1, …, and a model that is right of all of them. */
  private static final Dataset DATA =
      Dataset.named("points")
          .features(FeatureStore.inMemory(features(), 1))
          .featureNames(List.of("measure"))
          .labels(IntStream.range(0, 400).map(i -> i % 2).toArray())
          .ids(IntStream.range(0, 400).mapToObj(i -> "p" + i).toList())
          .build();

  private static final Classifier MODEL =
      Models.function(
              "right",
              "1",
              batch -> {
                double[][] answers = new double[batch.rows()][];
                for (int i = 0; i < answers.length; i++) {
                  answers[i] = batch.row(i)[0] > 0 ? new double[] {.1, .9} : new double[] {.9, .1};
                }
                return answers;
              })
          .emittingProbabilities();

  private static float[] features() {
    float[] x = new float[400];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i % 2 == 0 ? -1 : 1) * (1 + i / 400f);
    }
    return x;
  }

  @Test
  void rightLabelsKeepATolerance() {
    LabelAudit audit = LabelAudit.ofRandom(DATA, 200, 1).answeredBy(DATA);
    assertThat(assertLabelErrorRateAtMost(audit, 0.05).outcome()).isEqualTo(Outcome.PASS);
  }

  @Test
  void labelsThatNobodyLookedAtAreInconclusive() {
    ModelAssertionError error =
        catchThrowableOfType(
            ModelAssertionError.class,
            () -> assertLabelErrorRateAtMost(LabelAudit.ofRandom(DATA, 200, 1), 0.05));
    assertThat(error.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(error).hasMessageContaining("nobody has looked at the labels");
  }

  @Test
  void aRateOfOneIsNoTolerance() {
    assertThatThrownBy(() -> assertLabelErrorRateAtMost(LabelAudit.ofRandom(DATA, 20, 1), 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write atMost(0.05)");
  }

  @Test
  void flipsChangeSomething() {
    assertThatThrownBy(
            () -> assertLabelSensitivityWithin(MODEL, DATA, LabelSensitivity.withDefaults(), 0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write 0.05");
  }

  /**
   * A model that is right nine times in ten when it says so: here it always is, or a tenth less.
   */
  @Test
  void flipsOfATenthAreSeen() {
    ModelAssertionError error =
        catchThrowableOfType(
            ModelAssertionError.class,
            () -> assertLabelSensitivityWithin(MODEL, DATA, LabelSensitivity.withDefaults(), 0.01));
    assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL);
  }

  @Test
  void noSliceFoundIsInconclusive() {
    ModelAssertionError error =
        catchThrowableOfType(
            ModelAssertionError.class,
            () -> assertNoSliceWorseThan(MODEL, DATA, ErrorRate.withDefaults(), byAtMost(0.1), 50));
    assertThat(error.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(error).hasMessageContaining("no slice of at least 50 examples was found");
  }

  @Test
  void halvesOfLikeDataGiveNobodyAway() {
    assertThat(
            assertMembershipAdvantageAtMost(
                    MODEL,
                    DATA.where(i -> i % 4 < 2, "members"),
                    DATA.where(i -> i % 4 >= 2, "others"),
                    0.2)
                .outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void anAdvantageOfOneIsNoTolerance() {
    assertThatThrownBy(
            () -> assertMembershipAdvantageAtMost(MODEL, DATA.first(100), DATA.first(100), 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write atMost(0.1)");
  }

  private static final SpuriousSignal FIRST = SetColumn.of("measure", 1);

  @Test
  void aFractionOfOneIsNoTolerance() {
    assertThatThrownBy(
            () ->
                assertTopInfluencesFreeOf(
                    FIRST,
                    MODEL,
                    DATA.first(200),
                    DATA.where(i -> i >= 200, "others"),
                    TopInfluences.ofMagnitude(5),
                    fractionAtMost(1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("write fractionAtMost(0.1)");
  }

  @Test
  void topInfluencesNeedARepresentationOrAnotherEstimator() {
    assertThatThrownBy(
            () ->
                assertTopInfluencesFreeOf(
                    FIRST,
                    MODEL,
                    DATA.first(200),
                    DATA.where(i -> i >= 200, "others"),
                    TopInfluences.ofMagnitude(5).carriedBy(1, 2, 3),
                    fractionAtMost(0.1)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(".by(BoostIn.withDefaults())");
  }

  /** 3,840 weights drawn anew: their limits reach .05. */
  @Test
  void aLayerThatIsLikeARandomOneIsRefuted() {
    RandomStreams streams = new RandomStreams(6);
    WhiteBox box =
        OnnxFile.read(Location.of("../framework/src/test/resources/attribution/cnn.onnx"))
            .whiteBox("cpu");
    Layer dense =
        box.layers().stream().filter(l -> l.name().equals("fc1")).findFirst().orElseThrow();
    Classifier model =
        Models.whiteBox("one layer anew", Reinitialisation.of(box, List.of(dense), streams::of))
            .emittingLogits();
    Dataset images =
        Dataset.named("images")
            .features(FeatureStore.inMemory(new float[20 * 256], 1, 16, 16))
            .labels(IntStream.range(0, 20).map(i -> i % 5).toArray())
            .build();
    ModelAssertionError error =
        catchThrowableOfType(
            ModelAssertionError.class,
            () ->
                assertLayersTrained(
                    model, images, LayersTrained.withDefaults().at("fc1"), atLeast(0.06)));
    assertThat(error.verdict().outcome()).isEqualTo(Outcome.FAIL);
    assertThat(
            assertLayersTrained(
                    model, images, LayersTrained.withDefaults().at("bn1"), atLeast(0.06))
                .outcome())
        .isEqualTo(Outcome.PASS);
  }

  @Test
  void layersAreAtLeastSoFarFromRandomOnes() {
    for (Bound wrong : List.of(atMost(0.03), atLeast(0), atLeast(1))) {
      assertThatThrownBy(() -> assertLayersTrained(MODEL, DATA, wrong))
          .isInstanceOf(TouchstoneException.class)
          .hasMessageContaining("write atLeast(0.03)");
    }
  }
}
