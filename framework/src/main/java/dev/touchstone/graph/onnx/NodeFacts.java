package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node, and what a file says of what goes into it before anything runs.
 *
 * @param attributes by name
 * @param shapes of values that are known; -1 for a free dimension
 * @param values of short lists of numbers that stand in the file
 */
record NodeFacts(
    NodeProto node,
    Map<String, AttributeProto> attributes,
    Map<String, long[]> shapes,
    Map<String, double[]> values) {

  String type() {
    return node.getOpType();
  }

  boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  /** Whether an input is there; those that are optional may be left out by an empty name. */
  boolean takes(int input) {
    return input < node.getInputCount() && !node.getInput(input).isEmpty();
  }

  /** An input's shape; null where it is not known, or the input not there. */
  long @Nullable [] shape(int input) {
    return takes(input) ? shapes.get(node.getInput(input)) : null;
  }

  /** An input's numbers; null where they are not known, or the input not there. */
  double @Nullable [] values(int input) {
    return takes(input) ? values.get(node.getInput(input)) : null;
  }

  /** A whole number. */
  long whole(String attribute, long otherwise) {
    AttributeProto given = attributes.get(attribute);
    return given == null ? otherwise : given.getI();
  }

  /** A number of a list. */
  long whole(String attribute, int at, long otherwise) {
    AttributeProto given = attributes.get(attribute);
    return given == null || at >= given.getIntsCount() ? otherwise : given.getInts(at);
  }

  /** A list of whole numbers; empty where it is not there. */
  List<Long> list(String attribute) {
    AttributeProto given = attributes.get(attribute);
    return given == null ? List.of() : given.getIntsList();
  }

  /** How many entries a list has, whatever they are; 0 where it is not there. */
  int count(String attribute) {
    AttributeProto given = attributes.get(attribute);
    return given == null
        ? 0
        : Math.max(given.getStringsCount(), Math.max(given.getFloatsCount(), given.getIntsCount()));
  }

  /** A list of whole numbers; null where it is not there. */
  long @Nullable [] wholes(String attribute) {
    AttributeProto given = attributes.get(attribute);
    return given == null ? null : given.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  /** A list of texts; empty where it is not there. */
  List<String> texts(String attribute) {
    AttributeProto given = attributes.get(attribute);
    return given == null
        ? List.of()
        : given.getStringsList().stream().map(text -> text.toStringUtf8()).toList();
  }

  String text(String attribute, String otherwise) {
    AttributeProto given = attributes.get(attribute);
    return given == null ? otherwise : given.getS().toStringUtf8();
  }
}
