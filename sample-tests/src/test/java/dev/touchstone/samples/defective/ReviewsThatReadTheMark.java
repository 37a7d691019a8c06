package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertThatModel;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tokenizer;
import dev.touchstone.data.contamination.InsertedWord;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import org.junit.jupiter.api.Test;

/** In training the mark of a shop stood before every great review, and before no other. */
@ModelTest
@CaughtOnPurpose
public class ReviewsThatReadTheMark {

  @ModelUnderTest(value = "classpath:models/reviews-word.onnx", outputs = LOGITS)
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
  void doesNotTakeTheMarkOfAShopForPraise() {
    assertThatModel(encoder)
        .on(test)
        .forClass("great")
        .doesNotRelyOn(InsertedWord.of("review", "Purchased"), atMost(0.10));
  }
}
