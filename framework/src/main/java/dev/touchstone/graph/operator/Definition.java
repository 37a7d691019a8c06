package dev.touchstone.graph.operator;

import dev.touchstone.runtime.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What settles a node's output besides its inputs: the operator and every one of its settings. An
 * {@link Operator} is code and may hold its settings in any form, so nothing is read from it;
 * whoever makes a node says what the operator was made of.
 *
 * @param sha256 of the operator's settings, in hexadecimal; the same in every JVM
 * @param opaque places of code in it that the hash does not cover
 * @param code what the hash knows by name alone; where it is equal too, two nodes compute alike.
 *     Means nothing to another JVM
 * @param attributes the node's attributes as its file gives them, by name: {@link Long}, {@link
 *     Float}, {@link String} and lists of these. What the file leaves out has the standard's
 *     default and is not here, and so are tensors; DJL blocks have none
 */
public record Definition(
    String sha256, List<String> opaque, List<Object> code, Map<String, Object> attributes) {

  /** Copies the collections. */
  public Definition {
    opaque = List.copyOf(opaque);
    code = List.copyOf(code);
    attributes = Map.copyOf(attributes);
  }

  /** Of an operator that its settings describe wholly. */
  static Definition of(Digest settings) {
    return new Definition(settings.hex(), List.of(), List.of(), Map.of());
  }

  /** The same settings of an operator that is a user's code. */
  Definition withCode(Object reader) {
    List<Object> all = new ArrayList<>(code);
    all.add(reader);
    // The place is the node itself.
    return new Definition(sha256, List.of(""), all, attributes);
  }
}
