package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX says in prose about {@code TfIdfVectorizer}: the pool holds the n-grams, first those of
 * one word, from {@code ngram_counts[1]} on those of two, and so on; each has a place in the result
 * and, where there are weights, a weight.
 */
final class TfIdfAttributes {
  private static final long LARGEST = 1 << 24;

  private final Map<String, AttributeProto> attributes;

  private TfIdfAttributes(Map<String, AttributeProto> attributes) {
    this.attributes = attributes;
  }

  /**
   * What is wrong with a node, as the rest of a sentence that begins with its name; null if nothing
   * is.
   */
  static @Nullable String problem(Map<String, AttributeProto> attributes) {
    return new TfIdfAttributes(attributes).problem();
  }

  private @Nullable String problem() {
    long least = whole("min_gram_length");
    long most = whole("max_gram_length");
    List<Long> starts = list("ngram_counts");
    if (least < 1 || most < least || most > starts.size()) {
      return "has n-grams of " + least + " to " + most + " words and ngram_counts = " + starts;
    }
    if (whole("max_skip_count") < 0 || whole("max_skip_count") > LARGEST) {
      return "has max_skip_count = " + whole("max_skip_count");
    }
    long pool = Math.max(list("pool_int64s").size(), strings("pool_strings"));
    long grams = 0;
    for (int i = 0; i < starts.size(); i++) {
      long end = i + 1 < starts.size() ? starts.get(i + 1) : pool;
      long words = end - starts.get(i);
      if (starts.get(i) < 0 || words < 0 || end > pool || words % (i + 1) != 0) {
        return "has ngram_counts = " + starts + " and a pool of " + pool;
      }
      grams += words / (i + 1);
    }
    List<Long> places = list("ngram_indexes");
    if (places.size() != grams || places.stream().anyMatch(v -> v < 0 || v >= LARGEST)) {
      return "has " + grams + " n-grams and ngram_indexes = " + places;
    }
    AttributeProto weights = attributes.get("weights");
    return weights == null || weights.getFloatsCount() == grams
        ? null
        : "has " + grams + " n-grams and " + weights.getFloatsCount() + " weights";
  }

  private long whole(String name) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null ? 0 : attribute.getI();
  }

  private long strings(String name) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null ? 0 : attribute.getStringsCount();
  }

  private List<Long> list(String name) {
    AttributeProto attribute = attributes.get(name);
    return attribute == null ? List.of() : attribute.getIntsList();
  }
}
