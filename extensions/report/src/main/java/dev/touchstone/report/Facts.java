package dev.touchstone.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Facts that many verdicts share, such as an environment's, shown once and referred to. */
final class Facts {

  /**
   * Facts with a place in the page.
   *
   * @param kind what they are about: model, trainer, data, environment
   * @param name what it is called
   * @param hash as it follows the name; empty where there is none
   */
  record Block(String id, String kind, String name, String hash, Map<String, String> facts) {}

  private final Map<List<Object>, Block> blocks = new LinkedHashMap<>();

  /** The block of these facts, made when they are first seen. */
  Block of(String kind, String name, String sha256, Map<String, String> facts) {
    return blocks.computeIfAbsent(
        List.of(kind, facts),
        key ->
            new Block(
                "p" + blocks.size(),
                kind,
                Inert.text(name),
                sha256.isEmpty() ? "" : ", SHA-256 " + Inert.text(sha256),
                Inert.texts(facts)));
  }

  /** What something is called, or what takes the place of a name. */
  static String called(String name, String otherwise) {
    return name.isEmpty() ? otherwise : name;
  }

  /** All blocks, in the order in which they were first seen. */
  List<Block> all() {
    return new ArrayList<>(blocks.values());
  }
}
