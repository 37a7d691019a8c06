package dev.touchstone.graph.operator;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.touchstone.runtime.Digest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The attributes of an ONNX node, with the standard's defaults supplied by whoever asks. What was
 * asked and answered is noted, since an operator can depend on nothing else.
 */
public final class Attributes {
  private final Map<String, AttributeProto> byName = new HashMap<>();

  /** CheckedAnswers by question. */
  private final Map<String, String> answers = new TreeMap<>();

  private boolean defined;
  private final NodeProto node;
  private final TensorReader tensors;

  /** Reads a tensor of the file, wherever its values lie. */
  @FunctionalInterface
  public interface TensorReader {
    /**
     * Returns the tensor's values.
     *
     * @param name what to call it in messages
     * @throws UnsupportedOperatorException if its type is not known
     */
    Constant read(TensorProto tensor, String name);
  }

  /**
   * Of a node.
   *
   * @param tensors reads attributes that are tensors
   */
  public Attributes(NodeProto node, TensorReader tensors) {
    this.node = node;
    this.tensors = tensors;
    node.getAttributeList().forEach(attribute -> byName.put(attribute.getName(), attribute));
  }

  /** The operator's name. */
  String type() {
    return node.getOpType();
  }

  /** Whether the node has an input of this number, from 0. */
  boolean hasInput(int number) {
    boolean given = number < node.getInputCount() && !node.getInput(number).isEmpty();
    note("", "input " + number, Boolean.toString(given));
    return given;
  }

  /** How many outputs the node lists. */
  int outputs() {
    return Math.toIntExact(noted("", "outputs", (long) node.getOutputCount()));
  }

  /** Returns a whole number. */
  public long integer(String name, long byDefault) {
    AttributeProto attribute = byName.get(name);
    return noted(name, "integer", attribute == null ? byDefault : attribute.getI());
  }

  int index(String name, int byDefault) {
    return Math.toIntExact(integer(name, byDefault));
  }

  boolean flag(String name, boolean byDefault) {
    return integer(name, byDefault ? 1 : 0) != 0;
  }

  /** Returns a number. */
  public float number(String name, float byDefault) {
    AttributeProto attribute = byName.get(name);
    return noted(name, "number", attribute == null ? byDefault : attribute.getF());
  }

  /** Returns a text. */
  public String text(String name, String byDefault) {
    AttributeProto attribute = byName.get(name);
    return noted(name, "text", attribute == null ? byDefault : attribute.getS().toStringUtf8());
  }

  /** Returns the list, or {@code byDefault} where the node has none. */
  public long[] integers(String name, long... byDefault) {
    AttributeProto attribute = byName.get(name);
    long[] values =
        attribute == null
            ? byDefault
            : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
    note(name, "integers", Arrays.toString(values));
    return values;
  }

  /** Returns the list; empty where the node has none. */
  public float[] numbers(String name) {
    AttributeProto attribute = byName.get(name);
    List<Float> list = attribute == null ? List.of() : attribute.getFloatsList();
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    note(name, "numbers", Arrays.toString(values));
    return values;
  }

  /** Returns the list; empty where the node has none. */
  List<String> texts(String name) {
    AttributeProto attribute = byName.get(name);
    List<String> values =
        attribute == null
            ? List.of()
            : attribute.getStringsList().stream().map(ByteString::toStringUtf8).toList();
    note(name, "texts", values.toString());
    return values;
  }

  /** Returns how many numbers or texts a list has; 0 where the node has none. */
  public int count(String name) {
    AttributeProto attribute = byName.get(name);
    long count =
        attribute == null
            ? 0
            : attribute.getIntsCount() + attribute.getFloatsCount() + attribute.getStringsCount();
    return Math.toIntExact(noted(name, "count", count));
  }

  /** Returns the tensor; asked for only where {@link #has} says so. */
  public Constant tensor(String name) {
    AttributeProto attribute = byName.get(name);
    if (attribute == null) {
      throw unsupported("it lacks " + name);
    }
    Constant tensor = tensors.read(attribute.getT(), name);
    Digest digest = Digest.sha256();
    tensor.addTo(digest);
    note(name, "tensor", digest.hex());
    return tensor;
  }

  /** Tells whether the node has an attribute of this name. */
  public boolean has(String name) {
    return noted(name, "presence", byName.containsKey(name));
  }

  private <T> T noted(String name, String kind, T answer) {
    note(name, kind, answer.toString());
    return answer;
  }

  private void note(String name, String kind, String answer) {
    if (defined) {
      throw new IllegalStateException(
          type() + " was asked for " + name + " after what defines it was noted");
    }
    answers.put(name + " " + kind, answer);
  }

  /**
   * Returns what defines the operator that was made of this node: its name, the version of the
   * standard, and all that was asked here, defaults included. Nothing may be asked any more.
   *
   * @param domain empty for the standard's own operators
   * @param output which of the operator's outputs, from 0
   */
  public Definition definition(String domain, long opset, int output) {
    defined = true;
    Digest digest = Digest.sha256().add(domain).add(type()).add(opset).add(output);
    answers.forEach((question, answer) -> digest.add(question).add(answer));
    return new Definition(digest.hex(), List.of(), List.of(), given());
  }

  /** What the file gives in numbers and texts. */
  private Map<String, Object> given() {
    Map<String, Object> given = new TreeMap<>();
    byName.forEach(
        (name, attribute) -> {
          switch (attribute.getType()) {
            case INT -> given.put(name, attribute.getI());
            case FLOAT -> given.put(name, attribute.getF());
            case STRING -> given.put(name, attribute.getS().toStringUtf8());
            case INTS -> given.put(name, List.copyOf(attribute.getIntsList()));
            case FLOATS -> given.put(name, List.copyOf(attribute.getFloatsList()));
            case STRINGS ->
                given.put(
                    name,
                    attribute.getStringsList().stream().map(ByteString::toStringUtf8).toList());
            default -> {}
          }
        });
    return given;
  }

  /** Says that the operator has a setting that the white box lacks. */
  public UnsupportedOperatorException unsupported(String what) {
    return new UnsupportedOperatorException(
        "operator "
            + node.getOpType()
            + (node.getName().isEmpty() || node.getName().equals(node.getOpType())
                ? ""
                : " (node " + node.getName() + ")")
            + " has no white-box form: "
            + what);
  }

  /** Refuses a setting unless it has the only value that the white box knows. */
  void require(String name, long only) {
    long given = integer(name, only);
    if (given != only) {
      throw unsupported(name + " = " + given);
    }
  }

  @Override
  public String toString() {
    return node.getOpType() + Arrays.toString(byName.keySet().toArray());
  }
}
