package dev.touchstone.graph.rule;

import ai.djl.ndarray.NDArray;
import dev.touchstone.data.Inputs;
import dev.touchstone.graph.BackwardRule;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Graph;
import dev.touchstone.graph.Node;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.TrialInputs;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.operator.Cast;
import dev.touchstone.graph.operator.GlobalPool;
import dev.touchstone.graph.operator.LayerNormalization;
import dev.touchstone.graph.operator.MaxPool;
import dev.touchstone.graph.operator.Reduce;
import dev.touchstone.graph.operator.Softmax;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Backward rules for a batch whose rows are consecutive points of a path: each row passes back the
 * slope of the secant from the row before in place of the derivative. Between the pre-activations a
 * and b of two neighbouring rows a ReLU has the slope (relu(b) − relu(a)) / (b − a), a pooling
 * window gives each input the share of the step in which it wins, and a product of two computed
 * values is a̅·Δb + b̅·Δa. Linear nodes are as ever. So a row's gradient g, multiplied with the
 * step from the row before, sums to exactly the change of the score between the two: DeepLIFT's
 * rescale rule (Shrikumar et al. 2017) piece by piece.
 *
 * <p>The first row has none before; its gradient means nothing. Several paths, and paths of more
 * points than fit into memory at once, are what {@link SecantPaths} is for.
 */
public final class SecantRules implements BackwardRules {
  /** Rows of the path on which the sums are tried. */
  private static final int TRIED = 3;

  /** How far a sum may miss, relative to the greatest change of a score: rounding, no more. */
  private static final double TOLERANCE = 1e-2;

  private final Map<String, Secant> rules;

  private SecantRules(Map<String, Secant> rules) {
    this.rules = rules;
  }

  /**
   * Returns the rules of a model; empty if a node up to the scores has no secant, if examples are
   * not the first axis all the way, if the batch is fixed, or unless one input is of floating-point
   * numbers.
   */
  public static Optional<SecantRules> of(WhiteBox box) {
    return box.once(Found.class, SecantRules::find).rules();
  }

  /** What was found, perhaps nothing. */
  private record Found(Optional<SecantRules> rules) {}

  private static Found find(WhiteBox box) {
    return new Found(
        box.graph().batch() == -1 && box.graph().floatingInputs().size() == 1
            ? rules(box.graph()).map(SecantRules::new).filter(rules -> rules.areComplete(box))
            : Optional.empty());
  }

  /**
   * Returns why a model has none, in words that follow its name and a colon.
   *
   * @param box one of which {@link #of} is empty
   */
  public static String whyNone(WhiteBox box) {
    if (box.graph().batch() != -1) {
      return "it takes %d examples at a time, and needs that number".formatted(box.graph().batch());
    }
    if (box.graph().floatingInputs().size() != 1) {
      return "it takes %s, and not one input of floating-point numbers".formatted(box.inputs());
    }
    return withoutSecant(box.graph())
        .map(node -> node + " jumps, or nothing is known of it that a secant could be made of")
        .orElse("it mixes the examples of a batch, or moves them away from the first axis");
  }

  /** By the node's name; empty if a node has none. */
  private static Optional<Map<String, Secant>> rules(Graph graph) {
    Map<String, Secant> rules = new HashMap<>();
    Optional<Node> without =
        firstThat(
            graph,
            (node, moving) -> {
              Secant secant = secant(node, moving, graph);
              if (secant != null && secant != Secant.DERIVATIVE) {
                rules.put(node.name(), secant);
              }
              return secant == null;
            });
    return without.isPresent() ? Optional.empty() : Optional.of(Map.copyOf(rules));
  }

  private static Optional<Node> withoutSecant(Graph graph) {
    return firstThat(graph, (node, moving) -> secant(node, moving, graph) == null);
  }

  /**
   * The first node between the input and the score of which something is so.
   *
   * @param so of a node and the places of its inputs that depend on the input's numbers
   */
  private static Optional<Node> firstThat(Graph graph, BiPredicate<Node, int[]> so) {
    Set<String> onThePath = new HashSet<>(Set.of(graph.movingInput().name()));
    for (Node node : graph.nodesOnTheWay()) {
      int[] moving =
          IntStream.range(0, node.inputs().size())
              .filter(i -> onThePath.contains(node.inputs().get(i)))
              .toArray();
      if (so.test(node, moving)) {
        return Optional.of(node);
      }
      onThePath.add(node.output());
    }
    return Optional.empty();
  }

  /** Returns whether a node has a secant where its first input alone is computed. */
  public static boolean knows(Node node, Graph graph) {
    return secant(node, new int[] {0}, graph) != null;
  }

  /** How a node passes a gradient back along the secant from each row's predecessor to the row. */
  @FunctionalInterface
  private interface Secant {
    /** Where the secant is the derivative, whatever the step. */
    Secant DERIVATIVE = (passage, predecessors) -> passage.derivative();

    List<NDArray> pass(Passage passage, Predecessors predecessors);
  }

  private static @Nullable Secant secant(Node node, int[] moving, Graph graph) {
    boolean first = moving.length == 1 && moving[0] == 0;
    return switch (node.traits().effect()) {
      case LINEAR -> Secant.DERIVATIVE;
      case LINEAR_IN_FIRST -> first && !jumps(node) ? Secant.DERIVATIVE : null;
      case PRODUCT -> moving.length == 1 ? Secant.DERIVATIVE : Secants::product;
      case QUOTIENT -> first ? Secant.DERIVATIVE : Secants::quotient;
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
      case "Relu" -> Secants::relu;
      // It jumps where it begins to pass on.
      case "ThresholdedRelu" -> null;
      default -> Secants::elementwise;
    };
  }

  private static @Nullable Secant selection(Node node, int[] moving, Graph graph) {
    if (node.type().equals("Max") || node.type().equals("Min")) {
      boolean least = node.type().equals("Min");
      return node.inputs().size() == 2
          ? (passage, predecessors) -> Secants.larger(least, passage, predecessors)
          : null;
    }
    if (moving.length != 1 || moving[0] != 0) {
      return null;
    }
    if (node.operator() instanceof MaxPool pool && pool.kernel().dimension() == 2) {
      return (passage, predecessors) -> Secants.maxPool(pool, passage, predecessors);
    }
    if (node.operator() instanceof GlobalPool) {
      return (passage, predecessors) ->
          Secants.maximumOver(
              IntStream.range(2, passage.input(0).getShape().dimension()).toArray(),
              false,
              passage,
              predecessors);
    }
    if (node.operator() instanceof Reduce reduce) {
      boolean least = node.type().equals("ReduceMin");
      return (passage, predecessors) ->
          Secants.maximumOver(reduce.reducedAxes(passage.inputs()), least, passage, predecessors);
    }
    return null;
  }

  private static @Nullable Secant mixing(Node node) {
    if (node.operator() instanceof Softmax softmax && softmax.keepsExamplesApart()) {
      return (passage, predecessors) -> Secants.softmax(softmax, passage, predecessors);
    }
    if (node.operator() instanceof LayerNormalization layer) {
      return (passage, predecessors) -> Secants.layerNormalisation(layer, passage, predecessors);
    }
    return null;
  }

  /**
   * Whether the sums are what they should be on a path at random: they are not where a graph moves
   * the examples away from the first axis, or mixes them.
   */
  private boolean areComplete(WhiteBox box) {
    Inputs path = TrialInputs.path(box.graph(), TRIED, box.trialLength().orElse(1));
    double[][] scores = box.scores(path);
    SecantPaths.After[] after = new SecantPaths.After[TRIED];
    Arrays.fill(after, SecantPaths.After.POINT_BEFORE);
    after[0] = SecantPaths.After.NOTHING;
    double[][] secants;
    try (SecantPaths paths = SecantPaths.of(box, this)) {
      secants = paths.inputGradients(path, after, Quantity.ofClass(0));
    }
    double greatest = 0;
    double worst = 0;
    for (int row = 1; row < TRIED; row++) {
      float[] before = path.features().row(row - 1);
      float[] here = path.features().row(row);
      double rise = scores[row][0] - scores[row - 1][0];
      // A single score speaks for the second of two classes, and the first one is asked for.
      double sum = scores[row].length == 1 ? rise : -rise;
      for (int i = 0; i < here.length; i++) {
        sum += secants[row][i] * ((double) here[i] - before[i]);
      }
      greatest = Math.max(greatest, Math.abs(rise));
      worst = Math.max(worst, Math.abs(sum));
    }
    return worst <= TOLERANCE * greatest;
  }

  @Override
  public @Nullable BackwardRule ruleFor(Node node) {
    return ruleFor(node, Predecessors::onePath);
  }

  /**
   * The rule of a node along other paths; null to leave its derivative.
   *
   * @param predecessors of so many rows, made anew for each pass
   */
  @Nullable BackwardRule ruleFor(Node node, LongFunction<Predecessors> predecessors) {
    Secant secant = rules.get(node.name());
    return secant == null
        ? null
        : passage -> secant.pass(passage, predecessors.apply(passage.gradient().getShape().get(0)));
  }
}
