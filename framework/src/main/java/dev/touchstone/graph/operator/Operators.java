package dev.touchstone.graph.operator;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The operators by which a file's nodes are computed: those of the ONNX standard that the white box
 * knows, and further ones of whoever tests a model that has them. Immutable.
 *
 * <pre>{@code
 * Operators operators = Operators.ofOnnx().with("com.acme", "Bump", (attributes, opset) -> {
 *   float width = attributes.number("width", 1);
 *   return inputs -> inputs.get(0).div(width).square().neg().exp();
 * });
 * Classifier model = Models.onnx("models/bumps.onnx", operators).emittingLogits();
 * }</pre>
 *
 * <p>An operator computes with DJL's arrays, so that it has a derivative wherever these have one.
 * It may say more of itself: {@link Operator#traits}, without which it is held for anything, and
 * {@link Operator#isStatistic}.
 */
public final class Operators {
  private static final Operators OF_ONNX = new Operators(Map.of());

  private final Map<String, OperatorReader> own;

  private Operators(Map<String, OperatorReader> own) {
    this.own = own;
  }

  /** Returns those of the standard, and no others. */
  public static Operators ofOnnx() {
    return OF_ONNX;
  }

  /**
   * Returns a copy with one more.
   *
   * @param domain the operator's domain, as the file writes it
   * @param type its name in the domain
   * @param reader makes it of a node's attributes. It is code, of which no digest can be taken:
   *     provenance names the nodes as not described
   * @throws IllegalArgumentException for what is known already, and for the standard's own domain
   */
  public Operators with(String domain, String type, OperatorReader reader) {
    if (domain.isBlank() || domain.equals("ai.onnx")) {
      throw new IllegalArgumentException(
          "the domain of %s is the ONNX standard's own, whose operators mean what the standard says; give the domain that the file's node names, such as \"com.acme\""
              .formatted(type));
    }
    String name = name(domain, type);
    if (own.containsKey(name) || OnnxOperators.names().contains(name)) {
      throw new IllegalArgumentException(
          "the operator %s is known already; with() is for those that are not".formatted(name));
    }
    Map<String, OperatorReader> more = new TreeMap<>(own);
    more.put(name, reader);
    return new Operators(more);
  }

  /**
   * Returns the operator's outputs, each as what computes it.
   *
   * @param domain empty for the standard's own operators
   * @param opset the version of the operator set
   * @throws UnsupportedOperatorException if the operator or one of its settings is not known
   */
  public List<Operator> read(String domain, Attributes attributes, long opset) {
    OperatorReader reader = own.get(name(domain, attributes.type()));
    return reader == null
        ? OnnxOperators.read(domain, attributes, opset)
        : List.of(reader.read(attributes, opset));
  }

  /**
   * Returns what defines an operator that was read here; of one that is none of the standard's its
   * code, too.
   *
   * @param output which of the operator's outputs, from 0
   */
  public Definition definition(String domain, Attributes attributes, long opset, int output) {
    Definition settings = attributes.definition(domain, opset, output);
    OperatorReader reader = own.get(name(domain, attributes.type()));
    return reader == null ? settings : settings.withCode(reader);
  }

  /** Returns whether an operator is none of the standard's. */
  public boolean isOwn(String domain, String type) {
    return own.containsKey(name(domain, type));
  }

  /** Returns the names of those that are not the standard's, each behind its domain and a colon. */
  public Set<String> own() {
    return new TreeSet<>(own.keySet());
  }

  private static String name(String domain, String type) {
    return domain.isEmpty() ? type : domain + ":" + type;
  }

  /** Whether the other has the same operators; those of the user's are the same objects. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Operators operators && own.equals(operators.own);
  }

  @Override
  public int hashCode() {
    return own.hashCode();
  }

  @Override
  public String toString() {
    return own.isEmpty() ? "the operators of ONNX" : "the operators of ONNX and " + own.keySet();
  }
}
