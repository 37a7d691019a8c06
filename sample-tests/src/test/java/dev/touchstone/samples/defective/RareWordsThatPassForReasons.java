package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertAttributionSensitiveToWeights;
import static dev.touchstone.assertions.ModelAssertions.excessSimilarityAtMost;
import static dev.touchstone.assertions.ModelAssertions.layer;
import static dev.touchstone.model.OutputKind.LOGITS;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.Tokenizer;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.jupiter.ModelUnderTest;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A healthy encoder; what marks its words marks rare ones, and never asks it. */
@ModelTest
@CaughtOnPurpose
public class RareWordsThatPassForReasons {

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
  void whatWordsCountForDependsOnTheWeights() {
    assertAttributionSensitiveToWeights(
        encoder,
        test.first(200),
        new RareWords(),
        layer("attention.self_attn"),
        excessSimilarityAtMost(0.2));
  }

  /** The later a piece was put into the vocabulary, the rarer it was in training. */
  private record RareWords() implements AttributionMethod {

    @Override
    public boolean signed() {
      return false;
    }

    /** A number for each token, as at the embeddings. */
    @Override
    public boolean explainsInputs() {
      return false;
    }

    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      throw new UnsupportedOperationException("words have ids");
    }

    @Override
    public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
      long[] ids = ((TypedTensor.Integers) batch.named("input_ids").orElseThrow()).values();
      int length = ids.length / batch.rows();
      double[][] maps = new double[batch.rows()][length];
      for (int i = 0; i < ids.length; i++) {
        maps[i / length][i % length] = Math.log1p(ids[i]);
      }
      return new Attribution(maps, new int[] {length}, quantity, "rare words", List.of());
    }
  }
}
