package dev.touchstone.graph;

import dev.touchstone.graph.operator.Definition;
import dev.touchstone.graph.operator.Operator;
import dev.touchstone.graph.operator.OperatorTraits;
import dev.touchstone.graph.operator.ShapeOf;
import java.util.List;
import java.util.Map;

/**
 * One operation of a graph.
 *
 * @param name the node's name, unique in the graph
 * @param type the operator's name in the ONNX standard, such as {@code Relu}; of an operator of a
 *     user's own with its domain, {@code com.acme:Bump}
 * @param operator what it computes
 * @param definition what the operator was made of, which tells it from others of its type
 * @param inputs names of values; an empty name is an omitted optional input
 * @param output the name of the value it makes
 */
public record Node(
    String name,
    String type,
    Operator operator,
    Definition definition,
    List<String> inputs,
    String output) {

  /** Copies the inputs. */
  public Node {
    inputs = List.copyOf(inputs);
  }

  /** Returns what is known of the operator. */
  public OperatorTraits traits() {
    return operator.traits().orElseGet(() -> OperatorTraits.of(type));
  }

  /** Returns the attributes as the file gives them, by name; see {@link Definition#attributes}. */
  public Map<String, Object> attributes() {
    return definition.attributes();
  }

  /** Returns whether it tells of its input's shape, and nothing of the numbers in it. */
  public boolean tellsOfShapes() {
    return operator instanceof ShapeOf || type.equals("Size");
  }

  @Override
  public String toString() {
    return type + " " + name;
  }
}
