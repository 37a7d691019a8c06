package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts a graph's nodes in an order in which each comes after those that make its inputs. ONNX asks
 * for such an order, but not every converter keeps it (ONNX Runtime's to half precision appends the
 * casts of the inputs at the end), and ONNX Runtime runs files in any order.
 */
final class NodeOrder {
  private NodeOrder() {}

  /** The same model if its order is right, or cannot be made so. */
  static ModelProto sorted(ModelProto model) {
    GraphProto graph = model.getGraph();
    if (isSorted(graph)) {
      return model;
    }
    List<NodeProto> sorted = sorted(graph);
    return sorted.size() < graph.getNodeCount()
        ? model
        : model.toBuilder().setGraph(graph.toBuilder().clearNode().addAllNode(sorted)).build();
  }

  private static boolean isSorted(GraphProto graph) {
    Set<String> toCome = new HashSet<>();
    graph.getNodeList().forEach(node -> toCome.addAll(node.getOutputList()));
    for (NodeProto node : graph.getNodeList()) {
      if (used(node).stream().anyMatch(toCome::contains)) {
        return false;
      }
      toCome.removeAll(node.getOutputList());
    }
    return true;
  }

  /** Of the nodes that may come next, always the first of the file; fewer if some never may. */
  private static List<NodeProto> sorted(GraphProto graph) {
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      for (String output : graph.getNode(i).getOutputList()) {
        makers.put(output, i);
      }
    }
    List<List<Integer>> users = new ArrayList<>();
    graph.getNodeList().forEach(node -> users.add(new ArrayList<>()));
    int[] awaited = new int[graph.getNodeCount()];
    TreeSet<Integer> next = new TreeSet<>();
    for (int i = 0; i < awaited.length; i++) {
      for (String input : used(graph.getNode(i))) {
        Integer maker = makers.get(input);
        if (maker != null) {
          users.get(maker).add(i);
          awaited[i]++;
        }
      }
      if (awaited[i] == 0) {
        next.add(i);
      }
    }
    List<NodeProto> sorted = new ArrayList<>();
    while (!next.isEmpty()) {
      int node = next.pollFirst();
      sorted.add(graph.getNode(node));
      for (int user : users.get(node)) {
        if (--awaited[user] == 0) {
          next.add(user);
        }
      }
    }
    return sorted;
  }

  /** What a node takes in, also within its branches and loops. */
  private static Set<String> used(NodeProto node) {
    Set<String> used = new HashSet<>();
    addUsed(node, used);
    used.remove("");
    return used;
  }

  private static void addUsed(NodeProto node, Set<String> used) {
    used.addAll(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        attribute.getG().getNodeList().forEach(inner -> addUsed(inner, used));
      }
      attribute
          .getGraphsList()
          .forEach(graph -> graph.getNodeList().forEach(inner -> addUsed(inner, used)));
    }
  }
}
