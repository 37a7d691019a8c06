package dev.touchstone.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands where a text has no more tokens.
 *
 * @param id of the token
 * @param type beside it
 * @param atStart whether it stands in front of the text
 */
record PaddingToken(long id, long type, boolean atStart) {
  private static final Set<String> NAMES =
      Set.of("[PAD]", "<pad>", "<PAD>", "<|pad|>", "<|padding|>");

  /** What a {@code tokenizer.json} says of it, or else what was declared. */
  static PaddingToken of(byte[] file, String name, OptionalLong declared) {
    JsonObject json;
    try {
      JsonElement parsed = JsonParser.parseString(new String(file, StandardCharsets.UTF_8));
      if (!parsed.isJsonObject() || !parsed.getAsJsonObject().has("model")) {
        throw noTokenizer(name, null);
      }
      json = parsed.getAsJsonObject();
      JsonObject padding =
          json.has("padding") && json.get("padding").isJsonObject()
              ? json.getAsJsonObject("padding")
              : new JsonObject();
      boolean atStart =
          padding.has("direction") && padding.get("direction").getAsString().equals("Left");
      long type = padding.has("pad_type_id") ? padding.get("pad_type_id").getAsLong() : 0;
      if (declared.isPresent()) {
        return new PaddingToken(declared.getAsLong(), type, atStart);
      }
      if (padding.has("pad_id")) {
        return new PaddingToken(padding.get("pad_id").getAsLong(), type, atStart);
      }
      JsonArray added =
          json.has("added_tokens") ? json.getAsJsonArray("added_tokens") : new JsonArray();
      for (JsonElement token : added) {
        JsonObject named = token.getAsJsonObject();
        if (NAMES.contains(named.get("content").getAsString())) {
          return new PaddingToken(named.get("id").getAsLong(), type, atStart);
        }
      }
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException
        | NullPointerException
        | ClassCastException e) {
      throw noTokenizer(name, e);
    }
    throw new TouchstoneException(
        "%s names no token for padding (%s): say .paddingWith(id) with the id that the model was trained with"
            .formatted(name, "[PAD], <pad>, or \"padding\""));
  }

  private static TouchstoneException noTokenizer(String name, @Nullable Exception cause) {
    return new TouchstoneException(
        "%s is no tokenizer.json of Hugging Face's tokenizers%s; save it by tokenizer.save(\"tokenizer.json\"), or tokenizer.backend_tokenizer.save(…) of transformers"
            .formatted(name, cause == null ? "" : ": " + cause.getMessage()),
        cause);
  }
}
