package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX file says its classes are called: the labels of its classifier, or a list in its
 * metadata, {@code ["cat", "dog"]} or {@code {0: 'cat', 1: 'dog'}}, under a name that trainers use
 * for it; failing these, the positions that its label output answers.
 */
final class OnnxClasses {
  private static final Set<String> KEYS =
      Set.of("classes", "class_names", "classnames", "labels", "names");
  private static final int MOST_CHARACTERS = 1 << 20;

  /** A corrupt file may declare any number. */
  private static final int MOST_POSITIONS = 1 << 20;

  private OnnxClasses() {}

  /** The classes in the order of the scores; empty where the file states none. */
  static List<String> of(ModelProto model, @Nullable OnnxLabel label, String scores) {
    if (label != null && !label.classes().isEmpty()) {
      return label.classes();
    }
    for (StringStringEntryProto entry : model.getMetadataPropsList()) {
      if (KEYS.contains(entry.getKey()) && entry.getValue().length() <= MOST_CHARACTERS) {
        List<String> listed = listed(entry.getValue());
        if (listed.size() > 1) {
          return listed;
        }
      }
    }
    return label == null ? List.of() : positions(model, scores);
  }

  /** 0 to k − 1; empty where the file does not declare how many scores it makes. */
  private static List<String> positions(ModelProto model, String scores) {
    return model.getGraph().getOutputList().stream()
        .filter(output -> output.getName().equals(scores))
        .map(output -> output.getType().getTensorType().getShape())
        .filter(shape -> shape.getDimCount() == 2)
        .map(shape -> shape.getDim(1).getDimValue())
        .filter(k -> k > 1 && k <= MOST_POSITIONS)
        .findFirst()
        .map(k -> LongStream.range(0, k).mapToObj(Long::toString).toList())
        .orElse(List.of());
  }

  /** Empty for a text that is no list of names, of which nothing is guessed. */
  private static List<String> listed(String text) {
    try {
      // Leniently: trainers write Python's dictionaries, of numbers and single quotes.
      JsonElement element = JsonParser.parseString(text);
      if (element.isJsonArray()) {
        return element.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
      }
      if (element.isJsonObject()) {
        Map<Integer, String> byPosition = new TreeMap<>();
        element
            .getAsJsonObject()
            .asMap()
            .forEach((key, name) -> byPosition.put(Integer.valueOf(key), name.getAsString()));
        List<Integer> positions = List.copyOf(byPosition.keySet());
        return positions.get(0) == 0 && positions.get(positions.size() - 1) == positions.size() - 1
            ? List.copyOf(byPosition.values())
            : List.of();
      }
      return List.of();
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | UnsupportedOperationException e) {
      return List.of();
    }
  }
}
