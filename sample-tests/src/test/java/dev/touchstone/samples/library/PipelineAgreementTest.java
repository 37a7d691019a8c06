package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.Tokenizer;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Answers to a table's first rows are those of the library that trained the model. */
class PipelineAgreementTest {

  @Test
  void aPipelineOverADataFrameAnswersAsScikitLearn() throws IOException {
    answersAsTrained(
        "adult-pipeline",
        Models.onnx("classpath:models/adult-pipeline.onnx").emittingProbabilities(),
        Datasets.csv("classpath:data/adult/test.csv.gz")
            .schema("classpath:data/adult/pipeline-schema.json")
            .load());
  }

  @Test
  void aTextEncoderAnswersAsPyTorch() throws IOException {
    answersAsTrained(
        "reviews-encoder",
        Models.onnx("classpath:models/reviews-encoder.onnx").emittingLogits(),
        Datasets.csv("classpath:data/reviews/test.csv.gz")
            .id("row")
            .text("review")
            .groups("length")
            .label("score", "other", "great")
            .load()
            .tokenized(
                "review",
                Tokenizer.of("classpath:models/reviews-tokenizer.json", 128).truncating()));
  }

  private static void answersAsTrained(String name, Classifier model, Dataset all)
      throws IOException {
    JsonObject expected;
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                PipelineAgreementTest.class.getResourceAsStream("/models/%s.json".formatted(name))),
            StandardCharsets.UTF_8)) {
      expected = JsonParser.parseReader(in).getAsJsonObject();
    }
    JsonArray probabilities = expected.getAsJsonArray("probabilities");
    Dataset data = all.first(probabilities.size());

    Predictions said = CheckedAnswers.of(model, data, 64 << 20);

    assertThat(data.classNames())
        .containsExactlyElementsOf(
            expected.getAsJsonArray("classes").asList().stream()
                .map(JsonElement::getAsString)
                .toList());
    for (int i = 0; i < data.size(); i++) {
      double[] row =
          probabilities.get(i).getAsJsonArray().asList().stream()
              .mapToDouble(JsonElement::getAsDouble)
              .toArray();
      assertThat(said.probabilities(i)).as(data.id(i)).containsExactly(row, within(1e-6));
    }
    Models.release(model);
  }
}
