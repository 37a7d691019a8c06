package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX says in prose about branches and loops: how many values go into their graphs and come
 * out, and that a loop ends as far as the file tells. A condition that is computed may keep a loop
 * going for ever; nobody can tell before it runs.
 */
final class SubgraphAttributes {
  /** At a microsecond each a quarter of an hour, for every batch. */
  private static final double MOST_TRIPS = 1e9;

  private final NodeFacts facts;
  private final NodeProto node;
  private final long version;

  private SubgraphAttributes(NodeFacts facts, long version) {
    this.facts = facts;
    this.node = facts.node();
    this.version = version;
  }

  /**
   * What is wrong with a node, as the rest of a sentence that begins with its name; null if nothing
   * is, or if it holds no graph.
   *
   * @param version of the operator
   */
  static @Nullable String problem(NodeFacts facts, long version) {
    SubgraphAttributes holder = new SubgraphAttributes(facts, version);
    return switch (facts.type()) {
      case "If" -> holder.branches();
      case "Loop" -> holder.loop();
      case "Scan" -> holder.scan();
      default -> null;
    };
  }

  private @Nullable String branches() {
    for (String name : List.of("then_branch", "else_branch")) {
      GraphProto branch = graph(name);
      if (branch != null && (branch.getInputCount() > 0 || made(branch) != node.getOutputCount())) {
        return "has "
            + node.getOutputCount()
            + " outputs and a "
            + name
            + " of "
            + branch.getInputCount()
            + " inputs and "
            + made(branch)
            + " outputs";
      }
    }
    return null;
  }

  private @Nullable String loop() {
    GraphProto body = graph("body");
    if (body == null) {
      return null;
    }
    // The number of trips and the condition go in, and the condition comes out, beside the states.
    int states = Math.max(0, node.getInputCount() - 2);
    if (body.getInputCount() != states + 2
        || made(body) < states + 1
        || node.getOutputCount() > made(body) - 1) {
      return passes(body, states);
    }
    double[] trips = facts.values(0);
    boolean endless =
        node.getInput(0).isEmpty() || (trips != null && trips.length == 1 && trips[0] > MOST_TRIPS);
    return endless && keepsItsCondition(body)
        ? "runs "
            + (trips == null ? "without a number of" : Long.toString((long) trips[0]))
            + " trips, and its body never changes the condition"
        : null;
  }

  /** Whether the condition that comes out is the one that went in, or stands in the file. */
  private static boolean keepsItsCondition(GraphProto body) {
    Map<String, NodeProto> makers = new HashMap<>();
    for (NodeProto inner : body.getNodeList()) {
      inner.getOutputList().forEach(output -> makers.put(output, inner));
    }
    String condition = body.getOutput(0).getName();
    for (NodeProto maker = makers.remove(condition);
        maker != null;
        maker = makers.remove(condition)) {
      if (!maker.getOpType().equals("Identity")) {
        return maker.getOpType().equals("Constant");
      }
      condition = maker.getInput(0);
    }
    String came = condition;
    // A state may be another value after each trip.
    return body.getInputList().stream().skip(2).noneMatch(state -> state.getName().equals(came));
  }

  private @Nullable String scan() {
    GraphProto body = graph("body");
    AttributeProto stated = facts.attributes().get("num_scan_inputs");
    if (body == null || stated == null) {
      return null;
    }
    // Version 8 begins with the lengths of the sequences.
    int inputs = node.getInputCount() - (version < 9 ? 1 : 0);
    long scanned = stated.getI();
    if (scanned < 1 || scanned > inputs) {
      return "has num_scan_inputs = " + scanned + " and " + inputs + " inputs";
    }
    int states = (int) (inputs - scanned);
    if (body.getInputCount() != inputs
        || made(body) < states
        || node.getOutputCount() > made(body)) {
      return passes(body, states);
    }
    String problem = lists("scan_input", scanned);
    problem = problem != null ? problem : lists("scan_output", made(body) - states);
    return problem != null || version >= 9 ? problem : length("directions", scanned);
  }

  private @Nullable String lists(String what, long count) {
    String problem = length(what + "_directions", count);
    return problem != null ? problem : length(what + "_axes", count);
  }

  private @Nullable String length(String name, long count) {
    AttributeProto list = facts.attributes().get(name);
    if (list == null || list.getIntsCount() == 0) {
      return null;
    }
    boolean directions =
        !name.endsWith("directions") || list.getIntsList().stream().allMatch(v -> v == 0 || v == 1);
    return list.getIntsCount() == count && directions
        ? null
        : "has " + name + " = " + list.getIntsList() + " for " + count + " sequences";
  }

  private String passes(GraphProto body, int states) {
    return "passes "
        + node.getInputCount()
        + " values, "
        + states
        + " of them states, to a body of "
        + body.getInputCount()
        + " inputs and "
        + made(body)
        + " outputs, and has "
        + node.getOutputCount()
        + " outputs";
  }

  private static int made(GraphProto graph) {
    return graph.getOutputCount();
  }

  private @Nullable GraphProto graph(String name) {
    AttributeProto attribute = facts.attributes().get(name);
    return attribute != null && attribute.hasG() ? attribute.getG() : null;
  }
}
