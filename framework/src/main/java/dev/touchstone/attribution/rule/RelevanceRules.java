package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Broadcast;
import dev.touchstone.graph.rule.RelevanceRole;
import dev.touchstone.graph.rule.RelevanceRoles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the nodes of one model hand back relevance: layers as a {@link Composite} says, all others by
 * their {@link RelevanceRole}.
 */
final class RelevanceRules implements BackwardRules {
  private final Map<String, BackwardRule> rules;

  private RelevanceRules(Map<String, BackwardRule> rules) {
    this.rules = rules;
  }

  /**
   * Of a model whose every node has a role.
   *
   * @param absorption sees what stabilisers absorb
   * @throws IllegalArgumentException if the composite names a node that is no layer of the model
   */
  static RelevanceRules of(WhiteBox box, Composite composite, Absorption absorption) {
    RelevanceRoles roles = RelevanceRoles.of(box);
    Map<String, BackwardRule> rules = new HashMap<>();
    Set<String> missing = new HashSet<>(composite.names());
    List<String> layers = new ArrayList<>();
    for (Node node : box.graph().nodesOnTheWay()) {
      RelevanceRole role = roles.role(node);
      if (role.isShared()) {
        rules.put(node.name(), seen(composite.ruleFor(node, roles), absorption).at(box, node));
        missing.remove(node.name());
        layers.add(node.name());
      } else if (role == RelevanceRole.ACTIVATION) {
        rules.put(node.name(), passage -> List.of(passage.gradient()));
      } else if (role == RelevanceRole.GATE) {
        int gated = roles.gated(node);
        rules.put(node.name(), passage -> allTo(gated, passage));
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "%s has no layer, normalisation or sum %s; it has %s"
              .formatted(box.name(), missing, layers));
    }
    return new RelevanceRules(Map.copyOf(rules));
  }

  private static RelevanceRule seen(RelevanceRule rule, Absorption absorption) {
    return rule instanceof Stabilised stabilised && absorption != Absorption.UNSEEN
        ? stabilised.with(stabilised.stabiliser().seenBy(absorption))
        : rule;
  }

  /** All relevance to one input, none to the others. */
  private static List<NDArray> allTo(int gated, Passage passage) {
    List<NDArray> passed = new ArrayList<>();
    for (int index : passage.computed()) {
      passed.add(
          index == gated
              ? Broadcast.reduced(passage.gradient(), passage.input(index).getShape())
              : passage.input(index).zerosLike());
    }
    return passed;
  }

  @Override
  public @Nullable BackwardRule ruleFor(Node node) {
    return rules.get(node.name());
  }
}
