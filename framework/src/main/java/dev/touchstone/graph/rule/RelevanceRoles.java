package dev.touchstone.graph.rule;

import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Cast;
import dev.touchstone.graph.operator.Gemm;
import dev.touchstone.graph.operator.OperatorTraits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What each node between a model's input and its scores does with relevance. */
public final class RelevanceRoles {
  private static final Set<String> GATES = Set.of("Sigmoid", "HardSigmoid");

  private final Graph graph;
  private final Map<String, RelevanceRole> roles = new HashMap<>();
  private final Set<String> firstLayers = new LinkedHashSet<>();
  private final List<String> others = new ArrayList<>();

  /** Values that depend on the input. */
  private final Set<String> moving = new HashSet<>();

  private RelevanceRoles(Graph graph) {
    this.graph = graph;
    graph.floatingInputs().forEach(input -> moving.add(input.name()));
    Set<String> beforeLayers = new HashSet<>(moving);
    for (Node node : graph.nodesOnTheWay()) {
      moving.add(node.output());
      List<String> computed = node.inputs().stream().filter(moving::contains).toList();
      RelevanceRole role = role(node, computed);
      roles.put(node.name(), role);
      if (beforeLayers.containsAll(computed)) {
        if (role.isLayer()) {
          firstLayers.add(node.name());
        } else {
          beforeLayers.add(node.output());
        }
      }
    }
    keepReached();
  }

  /** Leaves out nodes that no relevance comes to, such as those that make a gate. */
  private void keepReached() {
    Set<String> reached = new HashSet<>(Set.of(graph.score()));
    List<Node> onTheWay = graph.nodesOnTheWay();
    for (int i = onTheWay.size() - 1; i >= 0; i--) {
      Node node = onTheWay.get(i);
      RelevanceRole role = role(node);
      if (!reached.contains(node.output()) || role == RelevanceRole.SILENT) {
        roles.put(node.name(), RelevanceRole.SILENT);
      } else if (role == RelevanceRole.GATE) {
        reached.add(node.inputs().get(gated(node)));
      } else {
        reached.addAll(node.inputs());
        if (role == RelevanceRole.UNKNOWN) {
          others.add(0, node.toString());
        }
      }
    }
  }

  /** Looks at every node between the input and the scores. */
  public static RelevanceRoles of(WhiteBox box) {
    return box.once(RelevanceRoles.class, looked -> new RelevanceRoles(looked.graph()));
  }

  /** Returns what a node does; that nothing arrives, of a node that is not on the way. */
  public RelevanceRole role(Node node) {
    return roles.getOrDefault(node.name(), RelevanceRole.SILENT);
  }

  /** Returns whether nothing but what has no weights stands between the input and a layer. */
  public boolean isFirstLayer(Node node) {
    return firstLayers.contains(node.name());
  }

  /** Returns the nodes that nobody has said anything about: type and name. */
  public List<String> others() {
    return List.copyOf(others);
  }

  /** Returns how many layers there are. */
  public long layers() {
    return roles.values().stream().filter(RelevanceRole::isLayer).count();
  }

  /** Returns the value that a node with a gate passes on: its place among the inputs. */
  public int gated(Node node) {
    return isGateOf(node.inputs().get(0), node.inputs().get(1)) ? 1 : 0;
  }

  private RelevanceRole role(Node node, List<String> computed) {
    RelevanceRole role = RelevanceRole.of(node.type());
    if (computed.size() > 1) {
      return ofSeveral(node);
    }
    boolean first = node.inputs().get(0).equals(computed.get(0));
    return switch (node.type()) {
      // A constant divided by a value, or to its power, is no scaling.
      case "Div", "BatchNormalization" -> first ? role : RelevanceRole.UNKNOWN;
      case "Conv", "ConvTranspose" -> first ? role : RelevanceRole.UNKNOWN;
      case "Gemm" -> keepsSigns(node) && !isBias(node, computed) ? role : RelevanceRole.UNKNOWN;
      case "Cast" ->
          node.operator() instanceof Cast cast && cast.keepsNumbers()
              ? role
              : RelevanceRole.UNKNOWN;
      case "Resize" -> "linear".equals(node.attributes().get("mode")) ? RelevanceRole.SUM : role;
      default -> role;
    };
  }

  private RelevanceRole ofSeveral(Node node) {
    RelevanceRole role = RelevanceRole.ofSeveral(node.type());
    return role == RelevanceRole.GATE && !hasGate(node) ? RelevanceRole.UNKNOWN : role;
  }

  private boolean hasGate(Node node) {
    List<String> factors = node.inputs();
    return isGateOf(factors.get(0), factors.get(1)) || isGateOf(factors.get(1), factors.get(0));
  }

  /** Whether weights of one sign are weights of this sign in the product, too. */
  private static boolean keepsSigns(Node node) {
    return !(node.operator() instanceof Gemm gemm) || (gemm.alpha() > 0 && gemm.beta() > 0);
  }

  private static boolean isBias(Node node, List<String> computed) {
    return node.inputs().size() > 2 && node.inputs().get(2).equals(computed.get(0));
  }

  /** Whether a factor gates a value: a number between 0 and 1, or made of the value alone. */
  private boolean isGateOf(String factor, String value) {
    Node maker = graph.maker(factor);
    if (maker != null && GATES.contains(maker.type())) {
      return true;
    }
    return isMadeOf(factor, value);
  }

  /** Whether a value is made of another one number by number, and of constants. */
  private boolean isMadeOf(String made, String value) {
    String at = made;
    boolean bent = false;
    while (!at.equals(value)) {
      Node node = graph.maker(at);
      String before = node == null ? null : onlyComputed(node);
      if (node == null || before == null || !isElementwise(node)) {
        return false;
      }
      bent |= node.traits().effect() == OperatorTraits.Effect.ELEMENTWISE;
      at = before;
    }
    return bent;
  }

  private @Nullable String onlyComputed(Node node) {
    List<String> computed = node.inputs().stream().filter(moving::contains).toList();
    return computed.size() == 1 ? computed.get(0) : null;
  }

  private static boolean isElementwise(Node node) {
    return switch (node.type()) {
      case "Add", "Sub", "Mul", "Div", "Neg", "Identity" -> true;
      default -> node.traits().effect() == OperatorTraits.Effect.ELEMENTWISE;
    };
  }
}
