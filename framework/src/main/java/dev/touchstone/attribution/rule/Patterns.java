package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.Rectifiers;
import dev.touchstone.graph.rule.RelevanceRole;
import dev.touchstone.graph.rule.RelevanceRoles;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.function.BinaryOperator;

/**
 * The patterns of models' layers, learnt from data when a model is first explained: what {@link
 * PatternNet} and {@link PatternAttribution} share. Safe for use by several threads.
 */
final class Patterns {
  private static final String WHY = "learns what makes a rectifier's input positive";

  private final Dataset data;

  /** By the model's folded white box: by the layer's name, its patterns as its weights lie. */
  private final Map<WhiteBox, Map<String, double[]>> learnt =
      Collections.synchronizedMap(new WeakHashMap<>());

  private Patterns(Dataset data) {
    this.data = data;
  }

  static Patterns learnedFrom(Dataset data) {
    if (data.size() < 2) {
      throw new IllegalArgumentException(
          "patterns are covariances, and %s has %d examples; give some hundred at least"
              .formatted(data.name(), data.size()));
    }
    return new Patterns(data);
  }

  Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("patterns from", data.name());
    settings.put("examples", Integer.toString(data.size()));
    settings.put("data sha256", data.sha256());
    return settings;
  }

  /** Refuses what patterns are not defined for: joins of branches, gates, smooth activations. */
  static void require(Propagation propagation, String method) {
    propagation.requireRectifiers(method, WHY);
    RelevanceRoles roles = RelevanceRoles.of(propagation.box());
    List<String> others = new ArrayList<>();
    for (Node node : propagation.box().graph().nodesOnTheWay()) {
      boolean join = roles.role(node) == RelevanceRole.SUM && isJoin(node, propagation.box());
      if (join || roles.role(node) == RelevanceRole.GATE) {
        others.add(node.toString());
      }
    }
    if (!others.isEmpty()) {
      throw new TouchstoneException(
          "%s is defined for chains of layers and rectifiers, and %s joins branches in %d nodes, the first of them %s. Use Lrp, which shares relevance between branches"
              .formatted(method, propagation.box().name(), others.size(), others.get(0)));
    }
  }

  private static boolean isJoin(Node node, WhiteBox box) {
    Graph graph = box.graph();
    return graph.nodesOnTheWay().stream()
            .map(Node::output)
            .filter(node.inputs()::contains)
            .distinct()
            .count()
        > 1;
  }

  /**
   * What a method by patterns does on the way back.
   *
   * @param name of the method
   * @param weights what takes the place of a layer's weights, made of patterns and weights
   * @param scaling what a number does on its way back through one that only scales it
   * @param words by which rule its maps are made
   */
  record Rule(String name, BinaryOperator<NDArray> weights, BackwardRule scaling, String words) {}

  /** Explains a batch by a rule. */
  Attribution attribute(
      Model model, Tensor batch, Quantity quantity, Rule rule, RunContext context) {
    Propagation propagation = Propagation.of(model, rule.name());
    require(propagation, rule.name());
    BackwardRules rules = rules(propagation.box(), rule.weights(), rule.scaling(), context);
    StartingRelevance start = StartingRelevance.of(quantity, batch.rows());
    return Attribution.of(
        propagation.maps(rules, batch, start, context), batch, quantity, rule.words());
  }

  private BackwardRules rules(
      WhiteBox box, BinaryOperator<NDArray> weights, BackwardRule scaling, RunContext context) {
    Map<String, double[]> patterns =
        learnt.computeIfAbsent(box, learning -> learn(learning, context));
    RelevanceRoles roles = RelevanceRoles.of(box);
    Map<String, BackwardRule> rules = new HashMap<>();
    for (Node node : box.graph().nodesOnTheWay()) {
      RelevanceRole role = roles.role(node);
      double[] own = patterns.get(node.name());
      if (role.isLayer() && own != null) {
        rules.put(node.name(), passage -> back(passage, own, weights));
      } else if (role == RelevanceRole.NORMALISATION
          || (role == RelevanceRole.ACTIVATION && isScaling(node))) {
        rules.put(node.name(), scaling);
      }
    }
    return node -> rules.get(node.name());
  }

  private static boolean isScaling(Node node) {
    return Set.of("Mul", "Div", "Neg", "InputNormalisation").contains(node.type());
  }

  private static List<NDArray> back(
      Passage passage, double[] patterns, BinaryOperator<NDArray> weights) {
    AffineLayer layer = AffineLayer.of(passage);
    NDArray weight = layer.weight();
    NDArray pattern =
        NativeArrays.of(weight.getManager(), patterns, weight.getShape())
            .toType(weight.getDataType(), false);
    return layer.back(weights.apply(pattern, weight), passage.gradient());
  }

  private Map<String, double[]> learn(WhiteBox box, RunContext context) {
    Map<String, PatternSums> sums = sums(box);
    int fixed = box.inputShape()[0];
    int portion = fixed == -1 ? box.batchSize(context.settings().memoryBytes(), true) : fixed;
    int examples = fixed == -1 ? data.size() : data.size() / fixed * fixed;
    if (examples == 0) {
      throw new TouchstoneException(
          "%s takes %d examples at once, and the patterns' data %s has %d; give more"
              .formatted(box.name(), fixed, data.name(), data.size()));
    }
    Progress progress = context.progress();
    for (int from = 0; from < examples; from += portion) {
      int to = Math.min(examples, from + portion);
      Tensor batch = data.batch(from, to);
      box.inputGradients(batch, Quantity.output(0), collecting(sums));
      progress.step("patterns", to, examples);
    }
    Map<String, double[]> patterns = new HashMap<>();
    sums.forEach((layer, own) -> patterns.put(layer, own.patterns()));
    return patterns;
  }

  /** Sees every layer on the way back, and hands nothing on. */
  private static BackwardRules collecting(Map<String, PatternSums> sums) {
    return node -> {
      PatternSums own = sums.get(node.name());
      return own == null
          ? null
          : passage -> {
            own.add(passage);
            return List.of(passage.input(passage.computed()[0]).zerosLike());
          };
    };
  }

  private static Map<String, PatternSums> sums(WhiteBox box) {
    RelevanceRoles roles = RelevanceRoles.of(box);
    Map<String, PatternSums> sums = new HashMap<>();
    for (Node node : box.graph().nodesOnTheWay()) {
      if (roles.role(node).isLayer()) {
        sums.put(node.name(), new PatternSums(regime(node, box)));
      }
    }
    return sums;
  }

  /** Whether a rectifier is the next to do something with a layer's output. */
  private static PatternSums.Regime regime(Node layer, WhiteBox box) {
    RelevanceRoles roles = RelevanceRoles.of(box);
    Rectifiers rectifiers = Rectifiers.of(box);
    String value = layer.output();
    for (Node node : box.graph().nodesOnTheWay()) {
      if (!node.inputs().contains(value)) {
        continue;
      }
      if (rectifiers.has(node)) {
        return PatternSums.Regime.POSITIVE;
      }
      if (roles.role(node) != RelevanceRole.CARRIER) {
        return PatternSums.Regime.LINEAR;
      }
      value = node.output();
    }
    return PatternSums.Regime.LINEAR;
  }
}
