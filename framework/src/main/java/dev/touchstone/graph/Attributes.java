package dev.touchstone.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attributes of an ONNX node, with the standard's defaults supplied by whoever asks. */
final class Attributes {
  private final Map<String, AttributeProto> byName = new HashMap<>();
  private final String node;

  Attributes(NodeProto node) {
    this.node = node.getOpType() + " " + node.getName();
    node.getAttributeList().forEach(attribute -> byName.put(attribute.getName(), attribute));
  }

  long integer(String name, long byDefault) {
    AttributeProto attribute = byName.get(name);
    return attribute == null ? byDefault : attribute.getI();
  }

  int index(String name, int byDefault) {
    return Math.toIntExact(integer(name, byDefault));
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

  List<Float> numbers(String name) {
    AttributeProto attribute = byName.get(name);
    return attribute == null ? List.of() : attribute.getFloatsList();
  }

  @Nullable Constant tensor(String name) {
    AttributeProto attribute = byName.get(name);
    return attribute == null ? null : OnnxTensors.read(attribute.getT(), name);
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  UnsupportedOperatorException unsupported(String what) {
    return new UnsupportedOperatorException(node.strip() + ": " + what);
  }
}
