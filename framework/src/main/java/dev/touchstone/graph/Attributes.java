package dev.touchstone.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The attributes of an ONNX node, with the standard's defaults supplied by whoever asks. */
final class Attributes {
  private final Map<String, AttributeProto> byName = new HashMap<>();
  private final NodeProto node;
  private final ExternalData external;

  Attributes(NodeProto node, ExternalData external) {
    this.node = node;
    this.external = external;
    node.getAttributeList().forEach(attribute -> byName.put(attribute.getName(), attribute));
  }

  /** The operator's name. */
  String type() {
    return node.getOpType();
  }

  /** How many inputs and outputs the node lists. */
  int inputs() {
    return node.getInputCount();
  }

  int outputs() {
    return node.getOutputCount();
  }

  long integer(String name, long byDefault) {
    AttributeProto attribute = byName.get(name);
    return attribute == null ? byDefault : attribute.getI();
  }

  int index(String name, int byDefault) {
    return Math.toIntExact(integer(name, byDefault));
  }

  boolean flag(String name, boolean byDefault) {
    return integer(name, byDefault ? 1 : 0) != 0;
  }

  float number(String name, float byDefault) {
    AttributeProto attribute = byName.get(name);
    return attribute == null ? byDefault : attribute.getF();
  }

  String text(String name, String byDefault) {
    AttributeProto attribute = byName.get(name);
    return attribute == null ? byDefault : attribute.getS().toStringUtf8();
  }

  /** The list, or {@code byDefault} where the node has none. */
  long[] integers(String name, long... byDefault) {
    AttributeProto attribute = byName.get(name);
    return attribute == null
        ? byDefault
        : attribute.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  /** The list; empty where the node has none. */
  float[] numbers(String name) {
    AttributeProto attribute = byName.get(name);
    List<Float> list = attribute == null ? List.of() : attribute.getFloatsList();
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i);
    }
    return values;
  }

  /** How many numbers or texts a list has; 0 where the node has none. */
  int count(String name) {
    AttributeProto attribute = byName.get(name);
    return attribute == null
        ? 0
        : attribute.getIntsCount() + attribute.getFloatsCount() + attribute.getStringsCount();
  }

  /** The tensor; asked for only where {@link #has} says so. */
  Constant tensor(String name) {
    AttributeProto attribute = byName.get(name);
    if (attribute == null) {
      throw unsupported("it lacks " + name);
    }
    return OnnxTensors.read(attribute.getT(), name, external);
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  /** Says that the operator has a setting that the white box lacks. */
  UnsupportedOperatorException unsupported(String what) {
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
    if (integer(name, only) != only) {
      throw unsupported(name + " = " + integer(name, only));
    }
  }

  @Override
  public String toString() {
    return node.getOpType() + Arrays.toString(byName.keySet().toArray());
  }
}
