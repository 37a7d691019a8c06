package dev.touchstone.samples;

import static dev.touchstone.assertions.ModelAssertions.assertCalibrationWithin;
import static dev.touchstone.assertions.ModelAssertions.assertErrorRateWithin;
import static dev.touchstone.assertions.ModelAssertions.assertMetric;
import static dev.touchstone.evidence.Bound.atLeast;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tokenizer;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.model.Classifier;
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
}
