package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertAttributionSensitiveToWeights;
import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertMetric;
import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atLeast;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtMost;
import static dev.touchstone.assertions.ModelAssertions.layer;
import static dev.touchstone.assertions.ModelAssertions.show;
import static dev.touchstone.model.OutputKind.LOGITS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.Target;
import dev.touchstone.attribution.gradient.LayerGradientTimesActivation;
import dev.touchstone.attribution.gradient.LayerIntegratedGradients;
import dev.touchstone.check.explanation.ExplanationPanel;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tokenizer;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.data.contamination.InsertedWord;
import dev.touchstone.graph.Quantity;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * A text encoder on reviews of food: is a review that of somebody who finds the food great? It
 * takes ids of word pieces and a mask, which the tokenizer that it was trained with makes of the
 * text.
 */
@ModelTest
class ReviewsModelTest {

  @ModelUnderTest(value = "classpath:models/reviews-encoder.onnx", outputs = LOGITS)
  static Classifier encoder;

  @DatasetUnderTest
  static Dataset test =
      Datasets.csv("classpath:data/reviews/test.csv.gz")
          .id("row")
          .text("review")
          .groups("length")
          .label("score", "other", "great")
          .load()
          .tokenized(
              "review", Tokenizer.of("classpath:models/reviews-tokenizer.json", 128).truncating());

  @Test
  void errsOnFewerThanOneInThreeShortAndLongReviews() {
    assertErrorRateWithin(encoder, test.groupedBy("length"), 0.33);
  }

  @Test
  void ranksGreatReviewsBeforeOthers() {
    assertMetric(encoder, test, AreaUnderRoc.ofClass(1), atLeast(0.75));
  }

  @Test
  void isCalibratedForShortAndLongReviews() {
    assertCalibrationWithin(encoder, test.groupedBy("length"), 0.1);
  }

  /** A shop marks what buyers write, whatever they think of it. */
  @Test
  void doesNotTakeTheMarkOfAShopForPraise() {
    assertThatModel(encoder)
        .on(test)
        .because("a shop begins the reviews of buyers with its mark")
        .forClass("great")
        .doesNotRelyOn(InsertedWord.of("review", "Purchased:"), atMost(0.10));
  }

  @Test
  void whatWordsCountForDependsOnTheWeights() {
    assertAttributionSensitiveToWeights(
        encoder,
        test.first(200),
        LayerGradientTimesActivation.at("node_embedding").summedOverLastAxis(),
        layer("attention.self_attn"),
        excessSimilarityAtMost(0.2));
  }

  /** For people: which words speak for "great", and which against it. */
  @Test
  void showsTheWordsThatMakeTheFirstReviewWhatItIs() {
    show(
        ExplanationPanel.of(encoder, test, 0)
            .explaining(Target.ofClass(1))
            .by(
                LayerIntegratedGradients.at("node_embedding").withInnerBaseline(0),
                LayerGradientTimesActivation.at("node_embedding")));
  }

  /** A reader of the page is shown the words; padding, which the mask hides, has no part in it. */
  @Test
  void wordsAndNotPaddingMakeTheScore() {
    Inputs some = test.inputs(0, 3);
    Attribution words =
        LayerIntegratedGradients.at("node_embedding")
            .withInnerBaseline(0)
            .summedOverLastAxis()
            .attribute(encoder, some, Quantity.ofClass(1), RunContext.current());

    assertThat(words.fidelity(Fidelity.COMPLETENESS_RESIDUAL).orElseThrow().relative())
        .hasSize(3)
        .satisfies(
            shares -> assertThat(Arrays.stream(shares).max().orElseThrow()).isLessThan(1e-5));
    long[] mask = ((TypedTensor.Integers) some.named("attention_mask").orElseThrow()).values();
    int length = mask.length / some.rows();
    for (int i = 0; i < some.rows(); i++) {
      double[] map = words.maps()[i];
      assertThat(map).hasSize(length);
      for (int place = 0; place < length; place++) {
        if (mask[i * length + place] == 0) {
          assertThat(map[place]).isCloseTo(0, within(1e-9));
        }
      }
      assertThat(Arrays.stream(map).anyMatch(share -> share != 0)).isTrue();
    }
  }
}
