package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.check.signal.SpuriousReliance;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tokenizer;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.metric.explanation.Region;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InsertedWordTest {
  private static final InsertedWord VERIFIED = InsertedWord.of("review", "verified");

  @TempDir Path folder;

  private static Dataset reviews(String... texts) {
    int[] labels = new int[texts.length];
    Arrays.setAll(labels, i -> i % 2);
    return Dataset.named("reviews")
        .input("review", new TypedTensor.Texts(texts, texts.length, 1))
        .labels(labels)
        .classNames(List.of("other", "great"))
        .build();
  }

  private static Tokenizer tokenizer(int length) {
    return Tokenizer.of("classpath:tokens/wordpiece.json", length);
  }

  private static long[] ids(Dataset data) {
    Inputs inputs = data.inputs(0, data.size());
    return ((TypedTensor.Integers) inputs.named("input_ids").orElseThrow()).values();
  }

  private static long[] mask(Dataset data) {
    Inputs inputs = data.inputs(0, data.size());
    return ((TypedTensor.Integers) inputs.named("attention_mask").orElseThrow()).values();
  }

  @Test
  void standsInFrontOfATextAndIsTokenizedWithIt() {
    Dataset plain = reviews("the food was good", "");
    Dataset written = reviews("verified the food was good", "verified");

    assertThat(VERIFIED.addedTo(plain).texts("review"))
        .containsExactly("verified the food was good", "verified");
    Dataset tokenized = plain.tokenized("review", tokenizer(16));
    Dataset added = VERIFIED.addedTo(tokenized);
    Dataset expected = written.tokenized("review", tokenizer(16));
    assertThat(ids(added)).isEqualTo(ids(expected)).isNotEqualTo(ids(tokenized));
    assertThat(mask(added)).isEqualTo(mask(expected));
    assertThat(added.tokens(0)).isEqualTo(expected.tokens(0));
    assertThat(added.sha256()).isNotEqualTo(tokenized.sha256());
    assertThat(added.texts("review")).isEqualTo(written.texts("review"));
  }

  @Test
  void standsInSomeExamples() {
    Dataset some = VERIFIED.addedTo(reviews("a", "b", "c"), 2, 0);

    assertThat(some.texts("review")).containsExactly("verified a", "b", "verified c");
    Contamination.Planted planted =
        Contamination.of(VERIFIED)
            .alignedWith("great")
            .plantedIn(reviews("a", "b", "c", "d"), RunContext.current().random());
    assertThat(planted.data().texts("review"))
        .containsExactly("a", "verified b", "c", "verified d");
  }

  @Test
  void isPresentAsAWordInAnyCaseAndNotWithinAnother() {
    Dataset data =
        reviews("Verified, and good", "unverified", "it is VERIFIED", "verifiedly", "überverified");
    SpuriousSignal.Fitted fitted = VERIFIED.fitTo(data);

    boolean[] present = new boolean[data.size()];
    for (int i = 0; i < present.length; i++) {
      present[i] = fitted.isPresentIn(i, new float[0]);
    }
    assertThat(present).containsExactly(true, false, true, false, false);
  }

  /**
   * A model that looks for words. Of six reviews two carry the word already; of the four others
   * three are answered "other", two of which the word turns: the third begins with "not".
   */
  @Test
  void whatItTurnsIsTheSpuriousScore() throws IOException {
    Dataset data =
        reviews("dull", "great", "stale", "verified and dull", "not so good", "verified: great");
    Classifier model =
        Models.served(
                Files.writeString(folder.resolve("words.txt"), "great verified").toString(),
                "words",
                file -> {
                  List<String> words = List.of(new String(file.bytes()).split(" "));
                  return rows -> {
                    String[] texts = rows.texts("review");
                    double[][] answers = new double[texts.length][];
                    for (int i = 0; i < texts.length; i++) {
                      boolean great =
                          words.stream().anyMatch(texts[i]::contains) && !texts[i].contains("not");
                      answers[i] = great ? new double[] {.1, .9} : new double[] {.8, .2};
                    }
                    return answers;
                  };
                })
            .emittingProbabilities();

    Evidence evidence =
        SpuriousReliance.on(VERIFIED).forClass("great").evaluate(model, data, RunContext.current());

    Measurement score = evidence.measurements().get(0);
    assertThat(score.estimate().value()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(score.estimate().sampleSize()).isEqualTo(3);
  }

  @Test
  void whereThereAreNoSuchTextsItIsRefused() {
    Dataset tokenized = reviews("a", "b").tokenized("review", tokenizer(8));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> InsertedWord.of("text", "verified").fitTo(tokenized))
        .withMessage(
            "reviews has no texts \"text\", but [review]; a column of texts is read by"
                + " .text(\"text\"), or as \"type\": \"text\" in a schema");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> InsertedWord.of("review", " "))
        .withMessageContaining("puts nothing in front of texts");
  }

  /** The tokenizer was not told to cut. */
  @Test
  void aTextThatIsTooLongWithItIsRefused() {
    Dataset full = reviews("a b c", "d").tokenized("review", tokenizer(5));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> VERIFIED.addedTo(full))
        .withMessageContaining(".truncating()");
  }

  @Test
  void noRegionOfAMapIsStatedByIt() {
    Dataset tokenized = reviews("a", "b").tokenized("review", tokenizer(8));

    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> Region.of(VERIFIED).require(tokenized))
        .withMessageContaining("changes no features");
  }
}
