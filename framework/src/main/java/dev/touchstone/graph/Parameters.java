package dev.touchstone.graph;

import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.OperatorTraits.Effect;
import dev.touchstone.graph.operator.OperatorTraits.Learns;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The weights of a model by which derivatives are taken, laid out one behind the other in one
 * vector ({@code torch.nn.utils.parameters_to_vector}): each as it is stored, row-major, in the
 * order in which the model uses them. One that several nodes share stands there once.
 */
public final class Parameters {
  private static final int MOST_NAMED = 20;

  private final WhiteBox model;
  private final List<Part> parts;

  private Parameters(WhiteBox model, Set<String> weights) {
    this.model = model;
    List<Part> laid = new ArrayList<>();
    long offset = 0;
    for (String weight : weights) {
      long[] shape = model.weightShape(weight);
      int size = model.weight(weight).length;
      if (offset + size > Integer.MAX_VALUE) {
        throw new TouchstoneException(
            model.name()
                + " has more weights than one vector holds; name some layers: Parameters.of(model,"
                + " layers)");
      }
      laid.add(new Part(weight, shape, (int) offset, size));
      offset += size;
    }
    this.parts = List.copyOf(laid);
  }

  /**
   * A weight's place in the vector.
   *
   * @param weight its name
   * @param shape as it is stored
   * @param offset of its first number
   * @param size how many numbers
   */
  public record Part(String weight, long[] shape, int offset, int size) {

    /** Copies the shape. */
    public Part {
      shape = shape.clone();
    }

    /** A copy of the shape. */
    @Override
    public long[] shape() {
      return shape.clone();
    }

    @Override
    public String toString() {
      return weight + Arrays.toString(shape) + " at " + offset;
    }
  }

  /**
   * Returns all weights that training learns by gradients and that the scores are computed with:
   * those of convolutions and dense layers, their biases, the scales and shifts of normalisations,
   * slopes, embedding tables. Running statistics, whole numbers, and constants of normalisations
   * are none; neither is a single number, unless it is a bias or a layer's weight by itself.
   * Whether a weight was frozen in training a file does not say. A constant that is added or
   * multiplied behind the first layer cannot be told from a bias or a scale: position encodings and
   * masks count as weights; choose others with {@link #of} or {@link #named}.
   *
   * @throws TouchstoneException if there are none
   */
  public static Parameters trainable(WhiteBox model) {
    Set<String> weights = learnt(model.graph());
    if (weights.isEmpty()) {
      throw new TouchstoneException(
          model.name()
              + " has no weights that are learnt by gradients; its layers are "
              + named(model.layers()));
    }
    return new Parameters(model, weights);
  }

  /**
   * Returns the weights of some layers that training learns by gradients.
   *
   * @param layers of {@link WhiteBox#layers}
   * @throws IllegalArgumentException if one of them has none
   */
  public static Parameters of(WhiteBox model, Layer... layers) {
    Set<String> learnt = learnt(model.graph());
    Set<String> chosen = new LinkedHashSet<>();
    for (Layer layer : layers) {
      if (layer.weights().stream().noneMatch(learnt::contains)) {
        throw new IllegalArgumentException(
            "%s has no layer %s with weights that are learnt by gradients; its layers are %s"
                .formatted(model.name(), layer.name(), named(model.layers())));
      }
      chosen.addAll(layer.weights());
    }
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "no layers; Parameters.trainable(model) takes all weights");
    }
    learnt.retainAll(chosen);
    return new Parameters(model, learnt);
  }

  /**
   * Returns weights by name, whatever they are: also running statistics and constants.
   *
   * @throws IllegalArgumentException if there is none of a name, or it holds whole numbers
   */
  public static Parameters named(WhiteBox model, String... weights) {
    Set<String> chosen = new LinkedHashSet<>(Arrays.asList(weights));
    for (String weight : chosen) {
      Constant constant = model.graph().constants().get(weight);
      if (constant == null || !constant.floating()) {
        throw new IllegalArgumentException(
            "%s has no weights \"%s\"; those that are learnt are %s"
                .formatted(
                    model.name(),
                    weight,
                    learnt(model.graph()).stream().limit(MOST_NAMED).toList()));
      }
    }
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException("no names of weights");
    }
    return new Parameters(model, chosen);
  }

  private static List<String> named(List<Layer> layers) {
    return layers.stream().map(Layer::name).limit(MOST_NAMED).toList();
  }

  /** Returns how many numbers there are: the length of the vector. */
  public int size() {
    Part last = parts.get(parts.size() - 1);
    return last.offset() + last.size();
  }

  /** Returns the weights' places, in the vector's order. */
  public List<Part> parts() {
    return parts;
  }

  /** Returns the weights' values. */
  public float[] values() {
    float[] values = new float[size()];
    for (Part part : parts) {
      System.arraycopy(model.weight(part.weight()), 0, values, part.offset(), part.size());
    }
    return values;
  }

  /**
   * Returns a vector cut up by weight, as {@link WhiteBox#withWeights} takes it.
   *
   * @param vector as long as {@link #size}
   */
  public Map<String, float[]> byWeight(float[] vector) {
    requireFit(vector.length);
    Map<String, float[]> values = new HashMap<>();
    for (Part part : parts) {
      values.put(
          part.weight(), Arrays.copyOfRange(vector, part.offset(), part.offset() + part.size()));
    }
    return values;
  }

  WhiteBox model() {
    return model;
  }

  void requireFit(int length) {
    if (length != size()) {
      throw new IllegalArgumentException(
          "a vector of %d numbers for %s; expected one per weight, %d"
              .formatted(length, model.name(), size()));
    }
  }

  @Override
  public String toString() {
    return size() + " weights in " + parts.size() + " arrays of " + model.name();
  }

  /** The names of what is learnt, in the order of use. */
  private static Set<String> learnt(Graph graph) {
    Set<String> computed = graph.inputNames();
    Set<String> learnt = new LinkedHashSet<>();
    Set<String> products = new HashSet<>();
    for (Node node : graph.nodesFor(graph.score())) {
      if (node.inputs().stream().noneMatch(computed::contains)) {
        continue;
      }
      computed.add(node.output());
      Learns learns = node.traits().learns();
      boolean single = maySingle(node, products);
      for (int i = 0; i < node.inputs().size(); i++) {
        String input = node.inputs().get(i);
        boolean weight =
            learns == Learns.WEIGHTS
                || (learns == Learns.BESIDE_WEIGHTS && !products.isEmpty())
                || isTable(node, i);
        if (weight && !computed.contains(input) && !node.operator().isStatistic(i)) {
          addWeightsBehind(graph, input, single, learnt);
        }
      }
      if (learns == Learns.WEIGHTS
          || isTable(node, 0) && !computed.contains(node.inputs().get(0))) {
        products.add(node.output());
      }
    }
    return learnt;
  }

  /** Whether a single number among a node's constants is a weight: elsewhere it is a setting. */
  private static boolean maySingle(Node node, Set<String> products) {
    return switch (node.type()) {
      case "Mul", "Gather" -> false;
      case "Add" -> node.inputs().stream().anyMatch(products::contains);
      default -> true;
    };
  }

  /** Whether an input is a table of embeddings, of which rows are looked up. */
  private static boolean isTable(Node node, int input) {
    return node.traits().learns() == Learns.ROWS && input == 0;
  }

  /**
   * The stored tensors from which a constant value is made, through transpositions and the like.
   */
  private static void addWeightsBehind(
      Graph graph, String value, boolean single, Set<String> weights) {
    Constant constant = graph.constants().get(value);
    if (constant != null) {
      if (constant.floating() && (single || constant.size() > 1)) {
        weights.add(value);
      }
      return;
    }
    Node maker = graph.maker(value);
    if (maker != null) {
      boolean rearranged =
          maker.inputs().size() == 1 || maker.traits().effect() == Effect.LINEAR_IN_FIRST;
      maker
          .inputs()
          .forEach(input -> addWeightsBehind(graph, input, single && rearranged, weights));
    }
  }
}
