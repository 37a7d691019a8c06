package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts as Hugging Face's tokenizers for Python make tokens of them: {@code tokenizers_oracle.py}.
 */
class TokenizerTest {
  private static final JsonObject EXPECTED = expected();
  private static final String[] TEXTS =
      EXPECTED.getAsJsonArray("texts").asList().stream()
          .map(JsonElement::getAsString)
          .toArray(String[]::new);

  @TempDir Path folder;

  private static JsonObject expected() {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                TokenizerTest.class.getResourceAsStream("/tokens/expected.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Dataset reviews() {
    return Dataset.named("reviews")
        .input("review", new TypedTensor.Texts(TEXTS, TEXTS.length, 1))
        .ids(List.of("r0", "r1", "r2", "r3", "r4"))
        .labels(1, 0, 1, 0, 1)
        .build();
  }

  private static Tokenizer tokenizer(String name, int length) {
    return Tokenizer.of("classpath:tokens/%s.json".formatted(name), length);
  }

  private static long[] padded(JsonArray numbers, int length, long with) {
    long[] all = new long[length];
    Arrays.fill(all, with);
    for (int i = 0; i < numbers.size(); i++) {
      all[i] = numbers.get(i).getAsLong();
    }
    return all;
  }

  private static long[] row(Inputs inputs, String name, int example) {
    TypedTensor.Integers all = (TypedTensor.Integers) inputs.named(name).orElseThrow();
    int length = all.rowSize();
    return Arrays.copyOfRange(all.values(), example * length, (example + 1) * length);
  }

  @ParameterizedTest
  @CsvSource({"wordpiece, cut, 16, 1", "bpe, cut, 16, 1", "wordpiece, whole, 500, 1"})
  void idsMasksAndTypesArePythons(String name, String how, int length, long pad) {
    Tokenizer tokenizer = tokenizer(name, length).withTypes();
    Dataset data =
        reviews().tokenized("review", how.equals("cut") ? tokenizer.truncating() : tokenizer);
    Inputs inputs = data.inputs(0, 5);

    assertThat(inputs.names()).containsExactly("input_ids", "attention_mask", "token_type_ids");
    JsonArray rows = EXPECTED.getAsJsonObject(name).getAsJsonArray(how);
    for (int i = 0; i < 5; i++) {
      JsonObject row = rows.get(i).getAsJsonObject();
      JsonArray ids = row.getAsJsonArray("ids");
      long[] ones = new long[length];
      Arrays.fill(ones, 0, ids.size(), 1);
      assertThat(row(inputs, "input_ids", i)).as(TEXTS[i]).isEqualTo(padded(ids, length, pad));
      assertThat(row(inputs, "attention_mask", i)).isEqualTo(ones);
      assertThat(row(inputs, "token_type_ids", i))
          .isEqualTo(padded(row.getAsJsonArray("types"), length, 0));
    }
  }

  /** The mean of a score that every token has, of those that are no padding. */
  @Test
  void aTextEncoderTakesThem() throws IOException {
    float[] scores = new float[200];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) Math.sin(i);
    }
    Path file = folder.resolve("encoder.onnx");
    Files.write(
        file,
        new OnnxBuilder()
            .opset(18)
            .input("tokens", DataType.INT64, 0, 32)
            .input("mask", DataType.INT64, 0, 32)
            .output("score", 0, 1)
            .weights("table", scores, 200)
            .integers("axis", 1)
            .node("Gather", List.of("table", "tokens"), "each")
            .node("Cast", List.of("mask"), "kept", OnnxBuilder.attribute("to", 1L))
            .node("Mul", List.of("each", "kept"), "own")
            .node("ReduceSum", List.of("own", "axis"), "sum")
            .node("ReduceSum", List.of("kept", "axis"), "count")
            .node("Div", List.of("sum", "count"), "score")
            .bytes());
    Dataset data =
        reviews()
            .tokenized("review", tokenizer("wordpiece", 32).truncating().naming("tokens", "mask"));
    Classifier model = Models.onnx(file.toString()).emittingMargin();

    double score =
        EXPECTED
            .getAsJsonObject("wordpiece")
            .getAsJsonArray("whole")
            .get(1)
            .getAsJsonObject()
            .getAsJsonArray("ids")
            .asList()
            .stream()
            .mapToDouble(id -> Math.sin(id.getAsInt()))
            .average()
            .orElseThrow();
    assertThat(model.predict(data.inputs(0, 5)).probability(1, 1))
        .isCloseTo(1 / (1 + Math.exp(-score)), within(1e-6));
    Models.release(model);
  }

  /** Special tokens apart, they make the text, whatever planes its characters are of. */
  @ParameterizedTest
  @CsvSource({"wordpiece, [CLS], [SEP]", "bpe, <s>, </s>"})
  void tokensStandForPartsOfTheText(String name, String first, String last) {
    String text = "stale  crackers \uD83D\uDE00 and caf\u00E9, GOOD!";
    Dataset data =
        Dataset.named("one")
            .input("review", new TypedTensor.Texts(new String[] {"other", text}, 2, 1))
            .labels(1, 0)
            .build()
            .tokenized("review", tokenizer(name, 64));

    List<String> tokens =
        Objects.requireNonNull(
            data.where(i -> i == 1, "the second").tokens(0).get("input_ids"), "ids");
    long[] mask = row(data.inputs(0, 2), "attention_mask", 1);
    int own = (int) Arrays.stream(mask).sum();
    assertThat(tokens).hasSize(64).startsWith(first);
    assertThat(tokens.subList(own - 1, 64)).startsWith(last).endsWith("").containsOnly(last, "");
    assertThat(String.join("", tokens.subList(1, own - 1))).isEqualTo(text);
    assertThat(tokens)
        .as("a blank belongs to the token behind it")
        .anyMatch(token -> token.startsWith(" a"));
  }

  @Test
  void whatIsNotTokenizedHasNoTokens() {
    assertThat(reviews().tokens(0)).isEmpty();
  }

  @Test
  void provenanceSaysWhatWasDoneAndTheDataAreOthers() {
    Dataset cut = reviews().tokenized("review", tokenizer("bpe", 16).truncating());
    Dataset longer = reviews().tokenized("review", tokenizer("bpe", 17).truncating());

    assertThat(cut.facts().texts().get("tokenized"))
        .startsWith("review by bpe.json (SHA-256 ")
        .endsWith(
            " to 16 tokens, longer texts cut, padded with 1 behind, as input_ids, attention_mask");
    assertThat(cut.sha256()).isNotEqualTo(longer.sha256());
    assertThat(row(cut.select(new int[] {2, 0}, "some").inputs(0, 2), "input_ids", 0))
        .isEqualTo(row(cut.inputs(0, 5), "input_ids", 2));
  }

  @Test
  void aLongerTextIsRefusedUnlessCuttingIsDeclared() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> reviews().tokenized("review", tokenizer("bpe", 16)))
        .withMessage(
            "3 of the 5 texts \"review\" have more than 16 tokens, that of example r3 the most with %d: say .truncating() if the model was trained on texts that were cut, or give a greater length"
                .formatted(
                    EXPECTED
                        .getAsJsonObject("bpe")
                        .getAsJsonArray("whole")
                        .get(3)
                        .getAsJsonObject()
                        .getAsJsonArray("ids")
                        .size()));
  }

  @Test
  void withoutAPaddingTokenOneIsAskedFor() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> reviews().tokenized("review", tokenizer("unpadded", 8).truncating()))
        .withMessageStartingWith("unpadded.json names no token for padding")
        .withMessageContaining(".paddingWith(id)");
    Inputs inputs =
        reviews()
            .tokenized("review", tokenizer("unpadded", 8).truncating().paddingWith(7))
            .inputs(0, 5);
    assertThat(row(inputs, "input_ids", 2)).containsOnly(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\": 1}",
        "[1]",
        "no json",
        "{\"model\": {\"type\": \"Own\"}, \"padding\": {\"pad_id\": 0}}"
      })
  void anotherFileIsRefusedByName(String content) throws IOException {
    Path file = folder.resolve("other.json");
    Files.writeString(file, content);

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> reviews().tokenized("review", Tokenizer.of(file.toString(), 8)))
        .withMessageStartingWith("other.json ");
  }

  @Test
  void anotherColumnIsRefused() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> reviews().tokenized("title", tokenizer("bpe", 8)))
        .withMessage(
            "reviews has no text \"title\" to be tokenized, but [review]; read it by"
                + " .text(\"title\"), or as \"type\": \"text\" in a schema");
  }
}
