package dev.touchstone.graph;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which nodes have their backward rule replaced. */
@FunctionalInterface
public interface BackwardRules {

  /** Returns the rule of a node; null to leave its derivative. */
  @Nullable BackwardRule ruleFor(Node node);

  /** Returns every node's derivative, as ever. */
  static BackwardRules derivatives() {
    return node -> null;
  }

  /**
   * Returns the rule of all nodes of one operator type.
   *
   * @param type the operator's name in the ONNX standard, such as {@code Relu}
   */
  static BackwardRules forType(String type, BackwardRule rule) {
    return forTypes(Map.of(type, rule));
  }

  /** Returns the rule of all nodes of one operator type, of which one input is computed. */
  static BackwardRules forType(String type, UnaryRule rule) {
    return forType(type, BackwardRule.unary(rule));
  }

  /** Returns the rules of several operator types. */
  static BackwardRules forTypes(Map<String, BackwardRule> rules) {
    return node -> rules.get(node.type());
  }
}
