package dev.touchstone.gate.policy;

import dev.touchstone.evidence.PlainText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of a policy that is being read. What is wrong with it is collected with its line, so
 * that one reading tells everything; a value that cannot be used is answered as absent.
 */
final class Section {
  private static final int LONGEST_SHOWN = 80;
  private static final int LONGEST_TEXT = 2000;

  private final Node node;
  private final String what;
  private final List<String> problems;
  private final Map<String, Node> values = new LinkedHashMap<>();

  private Section(Node node, String what, List<String> problems) {
    this.node = node;
    this.what = what;
    this.problems = problems;
  }

  /**
   * Opens a mapping with the keys that may stand in it.
   *
   * @param what what to call it in messages
   */
  static Section of(Node node, String what, List<String> problems, List<String> allowed) {
    Section section = free(node, what, problems);
    section.values.keySet().removeIf(key -> section.refusesUnknown(key, allowed));
    return section;
  }

  /** Opens a mapping whose keys the user chooses. */
  static Section free(Node node, String what, List<String> problems) {
    Section section = new Section(node, what, problems);
    if (!(node instanceof MappingNode mapping)) {
      problems.add(at(node) + what + " has to be lines of \"key: value\"");
      return section;
    }
    for (NodeTuple entry : mapping.getValue()) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        problems.add(at(entry.getKeyNode()) + "a key of " + what + " has to be a word");
      } else if (section.values.putIfAbsent(key.getValue(), entry.getValueNode()) != null) {
        problems.add(
            at(key)
                + "\""
                + shown(key.getValue())
                + "\" stands twice in "
                + what
                + "; which one counts would be a guess: remove one");
      }
    }
    return section;
  }

  private boolean refusesUnknown(String key, List<String> allowed) {
    if (allowed.contains(key)) {
      return false;
    }
    Node value = values.get(key);
    problems.add(
        at(value == null ? node : value)
            + "unknown key \""
            + shown(key)
            + "\" in "
            + what
            + nearest(key, allowed)
                .map(near -> "; did you mean \"" + near + "\"?")
                .orElse("; known are " + String.join(", ", allowed)));
    return true;
  }

  /** The known key that takes the fewest corrections, if they are few. */
  static Optional<String> nearest(String key, Iterable<String> allowed) {
    LevenshteinDistance distance = new LevenshteinDistance(4);
    String best = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : allowed) {
      int corrections = distance.apply(normal(key), normal(candidate));
      if (corrections >= 0 && corrections < fewest && corrections < candidate.length()) {
        fewest = corrections;
        best = candidate;
      }
    }
    return Optional.ofNullable(best);
  }

  private static String normal(String key) {
    return key.toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
  }

  /** The keys as they stand, in order. */
  Iterable<String> keys() {
    return values.keySet();
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** A text, a number or a date as it is written; empty if it is absent or cannot be used. */
  Optional<String> text(String key) {
    Node value = values.get(key);
    return value == null ? Optional.empty() : text(value, "\"" + shown(key) + "\" of " + what);
  }

  /** A text that has to be there. */
  Optional<String> required(String key, String cure) {
    if (!has(key)) {
      missing(key, cure);
    }
    return text(key);
  }

  /** A text converted; a conversion answers null, after which the value counts as absent. */
  <T> Optional<T> converted(String key, Function<String, @Nullable T> conversion, String expected) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Optional<T> value = Optional.ofNullable(conversion.apply(text.get()));
    if (value.isEmpty()) {
      problem(
          key,
          "\""
              + key
              + ": "
              + shown(text.get())
              + "\" of "
              + what
              + " cannot be used; write "
              + expected);
    }
    return value;
  }

  /** A finite number. */
  Optional<Double> number(String key) {
    Node value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof ScalarNode scalar
        && (scalar.getTag().equals(Tag.FLOAT) || scalar.getTag().equals(Tag.INT))) {
      try {
        double number = Double.parseDouble(scalar.getValue());
        if (Double.isFinite(number)) {
          return Optional.of(number);
        }
      } catch (NumberFormatException e) {
        // YAML has numbers that Java has not; said below like any other text.
      }
    }
    problem(
        key,
        "\""
            + key
            + "\" of "
            + what
            + " has to be a finite number such as 0.05, was "
            + (value instanceof ScalarNode scalar
                ? "\"" + shown(scalar.getValue()) + "\"" + (scalar.isPlain() ? "" : " in quotes")
                : "a list or lines of their own"));
    return Optional.empty();
  }

  /** The items of a list; of a single text, that text. */
  List<String> texts(String key) {
    Node value = values.get(key);
    if (value instanceof ScalarNode) {
      return text(key).map(List::of).orElse(List.of());
    }
    List<String> texts = new ArrayList<>();
    for (Node item : list(key)) {
      text(item, "\"" + shown(key) + "\" of " + what)
          .ifPresent(
              text -> {
                if (texts.contains(text)) {
                  problems.add(at(item) + "\"" + shown(text) + "\" stands twice in the list");
                } else {
                  texts.add(text);
                }
              });
    }
    return texts;
  }

  /** The items of a list. */
  List<Node> list(String key) {
    Node value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    problem(
        key,
        "\""
            + shown(key)
            + "\" of "
            + what
            + " has to be a list: lines that begin with \"- \", or [a, b]");
    return List.of();
  }

  /** A mapping inside this one. */
  Optional<Node> nested(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /** Notes a problem on the line of a key, or of the whole mapping if it is absent. */
  void problem(String key, String sentence) {
    Node value = values.get(key);
    problems.add(at(value == null ? node : value) + sentence);
  }

  void missing(String key, String cure) {
    problems.add(at(node) + what + " has no \"" + key + "\"; " + cure);
  }

  private Optional<String> text(Node value, String of) {
    if (!(value instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
      problems.add(at(value) + of + " has to be a text");
      return Optional.empty();
    }
    String text = scalar.getValue();
    if (text.isBlank()) {
      problems.add(at(value) + of + " is empty");
      return Optional.empty();
    }
    if (text.length() > LONGEST_TEXT) {
      problems.add(at(value) + of + " is longer than " + LONGEST_TEXT + " characters");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  static String shown(String text) {
    return PlainText.of(text, LONGEST_SHOWN);
  }

  private static String at(Node node) {
    return YamlDocument.line(node.getStartMark().orElse(null));
  }
}
