package dev.touchstone.graph.operator;

import dev.touchstone.runtime.Digest;
import java.util.List;

/**
 * What settles a node's output besides its inputs: the operator and every one of its settings. An
 * {@link Operator} is code and may hold its settings in any form, so nothing is read from it;
 * whoever makes a node says what the operator was made of.
 *
 * @param sha256 of the operator's settings, in hexadecimal; the same in every JVM
 * @param opaque places of code in it that the hash does not cover
 * @param code what the hash knows by name alone; where it is equal too, two nodes compute alike.
 *     Means nothing to another JVM
 */
public record Definition(String sha256, List<String> opaque, List<Object> code) {

  /** Copies the lists. */
  public Definition {
    opaque = List.copyOf(opaque);
    code = List.copyOf(code);
  }

  /** Of an operator that its settings describe wholly. */
  static Definition of(Digest settings) {
    return new Definition(settings.hex(), List.of(), List.of());
  }
}
