package dev.touchstone.runtime;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * Makes tokens of texts: the only class that knows DJL's tokenizers, which are an optional
 * dependency.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class WordPieces {
  private static final int AT_ONCE = 512;

  private WordPieces() {}

  /**
   * The tokens of every text, as many as it has.
   *
   * @param types beside the ids
   */
  public record Encoded(long[][] ids, long[][] types) {}

  /**
   * Encodes texts, special tokens included.
   *
   * @param file a {@code tokenizer.json}
   * @param most how many tokens a text may have before it is cut; 0 for any number
   * @throws TouchstoneException if the file is no tokenizer
   * @throws LinkageError if the library is missing, or has no native part for this platform
   */
  public static Encoded of(byte[] file, String name, int most, String... texts) {
    Offline.keep();
    long[][] ids = new long[texts.length][];
    long[][] types = new long[texts.length][];
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(file), options(most))) {
      for (int from = 0; from < texts.length; from += AT_ONCE) {
        int to = Math.min(texts.length, from + AT_ONCE);
        Encoding[] encodings = tokenizer.batchEncode(Arrays.copyOfRange(texts, from, to));
        for (int i = from; i < to; i++) {
          ids[i] = encodings[i - from].getIds();
          types[i] = encodings[i - from].getTypeIds();
        }
      }
    } catch (IOException | RuntimeException e) {
      throw new TouchstoneException(
          "%s cannot be used as a tokenizer: %s".formatted(name, e.getMessage()), e);
    }
    return new Encoded(ids, types);
  }

  /**
   * What each token of a text stands for: the text from the end of the token before to its own end,
   * blanks included, so that all of them make the text as far as it was not cut. A special token,
   * which no text stands for, has its name. What stands behind the last one belongs to nobody.
   *
   * @param file a {@code tokenizer.json}
   * @param most how many tokens a text may have before it is cut; 0 for any number
   * @throws TouchstoneException if the file is no tokenizer
   * @throws LinkageError if the library is missing, or has no native part for this platform
   */
  public static List<String> pieces(byte[] file, String name, int most, String text) {
    Offline.keep();
    Encoding encoding;
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(file), options(most))) {
      encoding = tokenizer.encode(text);
    } catch (IOException | RuntimeException e) {
      throw new TouchstoneException(
          "%s cannot be used as a tokenizer: %s".formatted(name, e.getMessage()), e);
    }
    List<String> pieces = new ArrayList<>();
    int end = 0;
    for (int i = 0; i < encoding.getTokens().length; i++) {
      CharSpan span = encoding.getCharTokenSpans()[i];
      if (span == null || encoding.getSpecialTokenMask()[i] == 1) {
        pieces.add(encoding.getTokens()[i]);
      } else {
        // Spans count code points. Bytes of one character may be tokens of their own.
        int own = Math.max(end, text.offsetByCodePoints(0, span.getEnd()));
        pieces.add(text.substring(end, own));
        end = own;
      }
    }
    return List.copyOf(pieces);
  }

  private static Map<String, String> options(int most) {
    // Without these a text is cut at 512 tokens, and padded to that.
    Map<String, String> options = new LinkedHashMap<>();
    options.put("addSpecialTokens", "true");
    options.put("padding", "false");
    options.put("truncation", String.valueOf(most > 0));
    if (most > 0) {
      options.put("maxLength", String.valueOf(most));
    }
    return options;
  }
}
