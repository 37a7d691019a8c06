package dev.touchstone.graph.rule;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.TrialInputs;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Cast;
import dev.touchstone.graph.operator.GlobalPool;
import dev.touchstone.graph.operator.LayerNormalization;
import dev.touchstone.graph.operator.MaxPool;
import dev.touchstone.graph.operator.Reduce;
import dev.touchstone.graph.operator.ShapeOf;
import dev.touchstone.graph.operator.Softmax;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Backward rules for a batch whose rows are consecutive points of a path: each row passes back the
 * slope of the secant to the next row in place of the derivative. Between the pre-activations a and
 * b of two neighbouring rows a ReLU has the slope (relu(b) − relu(a)) / (b − a), a pooling window
 * gives each input the share of the step in which it wins, and a product of two computed values is
 * a̅·Δb + b̅·Δa. Linear nodes are as ever. So a row's gradient g, multiplied with the step to the
 * next row, sums to exactly the change of the score between the two: DeepLIFT's rescale rule
 * (Shrikumar et al. 2017) piece by piece.
 *
 * <p>The last row has no next one; its gradient means nothing.
 */
public final class SecantRules implements BackwardRules {
  /** Rows of the path on which the sums are tried. */
  private static final int TRIED = 3;

  /** How far a sum may miss, relative to the greatest change of a score: rounding, no more. */
  private static final double TOLERANCE = 1e-2;

  private final Map<String, BackwardRule> rules;

  private SecantRules(Map<String, BackwardRule> rules) {
    this.rules = rules;
  }

  /**
   * The rules of a model; empty if a node up to the scores has no secant, if examples are not the
   * first axis all the way, or if the batch is fixed.
   */
  public static Optional<SecantRules> of(WhiteBox box) {
    return box.once(Found.class, SecantRules::find).rules();
  }

  /** What was found, perhaps nothing. */
  private record Found(Optional<SecantRules> rules) {}

  private static Found find(WhiteBox box) {
    return new Found(
        box.inputShape()[0] == -1
            ? rules(box.graph()).map(SecantRules::new).filter(rules -> rules.areComplete(box))
            : Optional.empty());
  }

  /** By the node's name; empty if a node has none. */
  private static Optional<Map<String, BackwardRule>> rules(Graph graph) {
    Map<String, BackwardRule> rules = new HashMap<>();
    Set<String> onThePath = new HashSet<>(Set.of(graph.input()));
    for (Node node : graph.nodesFor(graph.score())) {
      int[] moving =
          IntStream.range(0, node.inputs().size())
              .filter(i -> onThePath.contains(node.inputs().get(i)))
              .toArray();
      if (moving.length == 0 || tellsOfShapes(node)) {
        continue;
      }
      Secant secant = secant(node, moving, graph);
      if (secant == null) {
        return Optional.empty();
      }
      if (secant.rule() != null) {
        rules.put(node.name(), secant.rule());
      }
      onThePath.add(node.output());
    }
    return Optional.of(Map.copyOf(rules));
  }

  private static boolean tellsOfShapes(Node node) {
    return node.operator() instanceof ShapeOf || node.type().equals("Size");
  }

  /**
   * A node's secant.
   *
   * @param rule null where it is the derivative
   */
  private record Secant(@Nullable BackwardRule rule) {
    static final Secant DERIVATIVE = new Secant(null);
  }

  private static @Nullable Secant secant(Node node, int[] moving, Graph graph) {
    boolean first = moving.length == 1 && moving[0] == 0;
    return switch (node.traits().effect()) {
      case LINEAR -> Secant.DERIVATIVE;
      case LINEAR_IN_FIRST -> first && !jumps(node) ? Secant.DERIVATIVE : null;
      case PRODUCT -> moving.length == 1 ? Secant.DERIVATIVE : new Secant(Secants::product);
      case QUOTIENT -> first ? Secant.DERIVATIVE : new Secant(Secants::quotient);
      case ELEMENTWISE -> first ? elementwise(node) : null;
      case SELECTION -> selection(node, moving, graph);
      case MIXING -> first ? mixing(node) : null;
      case WITHOUT_DERIVATIVE, UNKNOWN -> null;
    };
  }

  private static boolean jumps(Node node) {
    return switch (node.type()) {
      case "Cast" -> !(node.operator() instanceof Cast cast && cast.keepsNumbers());
      case "CastLike" -> true;
      default -> false;
    };
  }

  private static @Nullable Secant elementwise(Node node) {
    return switch (node.type()) {
      case "Relu" -> new Secant(Secants::relu);
      // It jumps where it begins to pass on.
      case "ThresholdedRelu" -> null;
      default -> new Secant(Secants::elementwise);
    };
  }

  private static @Nullable Secant selection(Node node, int[] moving, Graph graph) {
    if (node.type().equals("Max") || node.type().equals("Min")) {
      boolean least = node.type().equals("Min");
      return node.inputs().size() == 2
          ? new Secant(passage -> Secants.larger(least, passage))
          : null;
    }
    if (moving.length != 1 || moving[0] != 0) {
      return null;
    }
    if (node.operator() instanceof MaxPool pool && pool.kernel().dimension() == 2) {
      return new Secant(passage -> Secants.maxPool(pool, passage));
    }
    if (node.operator() instanceof GlobalPool) {
      return new Secant(
          passage ->
              Secants.maximumOver(
                  IntStream.range(2, passage.input(0).getShape().dimension()).toArray(),
                  false,
                  passage));
    }
    if (node.operator() instanceof Reduce reduce) {
      boolean least = node.type().equals("ReduceMin");
      return new Secant(
          passage -> Secants.maximumOver(reduce.reducedAxes(passage.inputs()), least, passage));
    }
    return null;
  }

  private static @Nullable Secant mixing(Node node) {
    if (node.operator() instanceof Softmax softmax && softmax.keepsExamplesApart()) {
      return new Secant(passage -> Secants.softmax(softmax, passage));
    }
    if (node.operator() instanceof LayerNormalization layer) {
      return new Secant(passage -> Secants.layerNormalisation(layer, passage));
    }
    return null;
  }

  /**
   * Whether the sums are what they should be on a path at random: they are not where a graph moves
   * the examples away from the first axis, or mixes them.
   */
  private boolean areComplete(WhiteBox box) {
    Tensor path = TrialInputs.of(box.inputShape(), TRIED);
    double[][] scores = box.scores(path);
    double[][] secants = box.inputGradients(path, Quantity.ofClass(0), this);
    double greatest = 0;
    double worst = 0;
    for (int row = 0; row + 1 < TRIED; row++) {
      float[] here = path.row(row);
      float[] next = path.row(row + 1);
      double rise = scores[row + 1][0] - scores[row][0];
      // A single score speaks for the second of two classes, and the first one is asked for.
      double sum = scores[row].length == 1 ? rise : -rise;
      for (int i = 0; i < here.length; i++) {
        sum += secants[row][i] * ((double) next[i] - here[i]);
      }
      greatest = Math.max(greatest, Math.abs(rise));
      worst = Math.max(worst, Math.abs(sum));
    }
    return worst <= TOLERANCE * greatest;
  }

  @Override
  public @Nullable BackwardRule ruleFor(Node node) {
    return rules.get(node.name());
  }
}
