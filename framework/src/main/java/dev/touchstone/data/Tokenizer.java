package dev.touchstone.data;

import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.runtime.WordPieces;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Turns texts into what text encoders take, as a {@code tokenizer.json} of Hugging Face's
 * tokenizers says: the ids of their word pieces, and which of them are no padding. Immutable.
 *
 * <pre>{@code
 * Dataset test =
 *     Datasets.csv("data/reviews.csv").label("good").text("review").load()
 *         .tokenized("review", Tokenizer.of("models/tokenizer.json", 128).truncating());
 * }</pre>
 *
 * <p>Every text takes one length, which is declared: what the file says of truncation and padding
 * is not followed, since training scripts replace it. Needs {@code ai.djl.huggingface:tokenizers}.
 *
 * @see Dataset#tokenized
 */
public final class Tokenizer {
  /** Vocabularies of a million pieces are smaller. */
  private static final int MOST_BYTES = 256 << 20;

  private final Location location;
  private final int length;
  private final boolean truncating;
  private final OptionalLong padding;
  private final String ids;
  private final String mask;
  private final String types;

  private Tokenizer(
      Location location,
      int length,
      boolean truncating,
      OptionalLong padding,
      String ids,
      String mask,
      String types) {
    this.location = location;
    this.length = length;
    this.truncating = truncating;
    this.padding = padding;
    this.ids = ids;
    this.mask = mask;
    this.types = types;
  }

  /**
   * Makes a tokenizer that gives a model {@code input_ids} and {@code attention_mask}.
   *
   * @param location a {@code tokenizer.json}: a path, {@code file:…} or {@code classpath:…}
   * @param length how many tokens every text takes, special ones included; shorter texts are padded
   * @throws TouchstoneException for a length below 1, or if there is no such file
   */
  public static Tokenizer of(String location, int length) {
    if (length < 1) {
      throw new TouchstoneException(
          "texts of %d tokens: give how many tokens every text takes, such as 128"
              .formatted(length));
    }
    return new Tokenizer(
        Location.of(location),
        length,
        false,
        OptionalLong.empty(),
        "input_ids",
        "attention_mask",
        "");
  }

  /**
   * Cuts longer texts, in front of the special tokens at their end; without it they are refused.
   */
  public Tokenizer truncating() {
    return new Tokenizer(location, length, true, padding, ids, mask, types);
  }

  /**
   * Pads with an id, where the file names no padding token, {@code [PAD]} or {@code <pad>}.
   *
   * @param id from 0 on
   */
  public Tokenizer paddingWith(long id) {
    if (id < 0) {
      throw new TouchstoneException("paddingWith(%d): give a token's id, from 0 on".formatted(id));
    }
    return new Tokenizer(location, length, truncating, OptionalLong.of(id), ids, mask, types);
  }

  /** Gives the model {@code token_type_ids} too, as BERT takes them. */
  public Tokenizer withTypes() {
    return new Tokenizer(location, length, truncating, padding, ids, mask, "token_type_ids");
  }

  /**
   * Gives the model's inputs these names.
   *
   * @param idsAre of the tokens' ids
   * @param maskIs of what is 1 for a token and 0 for padding; empty for a model that takes none
   */
  public Tokenizer naming(String idsAre, String maskIs) {
    return new Tokenizer(location, length, truncating, padding, idsAre, maskIs, types);
  }

  /**
   * What a data set is given for its texts, and how that is told.
   *
   * @param tokens what the tokens stand for
   */
  record Tokenized(Map<String, TypedTensor> inputs, TokenTexts tokens, String inWords) {}

  /**
   * Tokenizes texts.
   *
   * @param exampleIds what messages call the examples
   */
  Tokenized apply(String input, List<String> exampleIds, String... texts) {
    byte[] file = location.read(MOST_BYTES);
    PaddingToken pad = PaddingToken.of(file, location.fileName(), padding);
    WordPieces.Encoded encoded;
    try {
      encoded = WordPieces.of(file, location.fileName(), truncating ? length : 0, texts);
    } catch (LinkageError e) {
      throw new TouchstoneException(
          "%s is read by Hugging Face's tokenizers, which are missing (%s); add %s"
              .formatted(location.fileName(), e.getMessage(), Dependencies.tokenizers()),
          e);
    }
    requireLength(encoded.ids(), input, exampleIds);
    long[] allIds = new long[Math.multiplyExact(texts.length, length)];
    long[] allMasks = new long[allIds.length];
    long[] allTypes = new long[allIds.length];
    for (int i = 0; i < texts.length; i++) {
      long[] own = encoded.ids()[i];
      int from = i * length + (pad.atStart() ? length - own.length : 0);
      Arrays.fill(allIds, i * length, (i + 1) * length, pad.id());
      Arrays.fill(allTypes, i * length, (i + 1) * length, pad.type());
      System.arraycopy(own, 0, allIds, from, own.length);
      System.arraycopy(encoded.types()[i], 0, allTypes, from, own.length);
      Arrays.fill(allMasks, from, from + own.length, 1);
    }
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    inputs.put(ids, new TypedTensor.Integers(allIds, texts.length, length));
    if (!mask.isEmpty()) {
      inputs.put(mask, new TypedTensor.Integers(allMasks, texts.length, length));
    }
    if (!types.isEmpty()) {
      inputs.put(types, new TypedTensor.Integers(allTypes, texts.length, length));
    }
    return new Tokenized(
        inputs,
        new TokenTexts(
            input,
            ids,
            this,
            texts.clone(),
            new TokenTexts.Cut(
                file, location.fileName(), length, truncating ? length : 0, pad.atStart())),
        "%s by %s (SHA-256 %s) to %d tokens, %s, padded with %d %s, as %s"
            .formatted(
                input,
                location.fileName(),
                Digest.ofBytes(file),
                length,
                truncating ? "longer texts cut" : "none longer",
                pad.id(),
                pad.atStart() ? "in front" : "behind",
                String.join(", ", inputs.keySet())));
  }

  private void requireLength(long[][] tokens, String input, List<String> exampleIds) {
    int longer = 0;
    int longest = 0;
    for (int i = 0; i < tokens.length; i++) {
      longer += tokens[i].length > length ? 1 : 0;
      longest = tokens[i].length > tokens[longest].length ? i : longest;
    }
    if (longer > 0) {
      throw new TouchstoneException(
          "%d of the %d texts \"%s\" have more than %d tokens, that of example %s the most with %d: say .truncating() if the model was trained on texts that were cut, or give a greater length"
              .formatted(
                  longer,
                  tokens.length,
                  input,
                  length,
                  exampleIds.get(longest),
                  tokens[longest].length));
    }
  }
}
