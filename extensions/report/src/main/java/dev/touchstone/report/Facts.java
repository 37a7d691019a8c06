package dev.touchstone.report;

import dev.touchstone.evidence.Provenance;
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
   * @param name what it is called, with the beginning of its hash where it has one
   */
  record Block(String id, String kind, String name, Map<String, String> facts) {

    /** As it follows the name; empty where there is none. */
    String hash() {
      String sha256 = facts.getOrDefault(Provenance.SHA256, facts.get(Provenance.TRAINER_SHA256));
      return sha256 == null ? "" : ", SHA-256 " + sha256;
    }
  }

  private final Map<List<Object>, Block> blocks = new LinkedHashMap<>();

  /** The block of these facts, made when they are first seen. */
  Block of(String kind, Map<String, String> facts, String fallbackName) {
    return blocks.computeIfAbsent(
        List.of(kind, facts),
        key ->
            new Block(
                "p" + blocks.size(),
                kind,
                Inert.text(facts.getOrDefault("name", fallbackName)),
                Inert.texts(facts)));
  }

  /** All blocks, in the order in which they were first seen. */
  List<Block> all() {
    return new ArrayList<>(blocks.values());
  }
}
