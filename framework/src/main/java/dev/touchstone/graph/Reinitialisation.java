package dev.touchstone.graph;

import dev.touchstone.graph.operator.Constant;
import dev.touchstone.graph.operator.Start;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Weights as they are before training (Adebayo et al. 2018; thesis, section 4.4). The file does not
 * say how its network was initialised, so each layer gets the usual start of its kind: convolution
 * and dense weights N(0, 2 / fan-in) (He et al. 2015), biases 0, batch normalisation the identity
 * (scale 1, shift 0, running mean 0, running variance 1), PReLU slopes 0.25.
 *
 * <p>Running statistics are reset with their layer: they are learnt from data as weights are, and
 * those of a trained network would rescale activations that no longer exist.
 */
public final class Reinitialisation {
  private Reinitialisation() {}

  /**
   * Returns a copy of a model with some layers as before training.
   *
   * @param layers from {@link WhiteBox#layers()}
   * @param streams a weight's name to its random stream
   */
  public static WhiteBox of(
      WhiteBox box, List<Layer> layers, Function<String, UniformRandomProvider> streams) {
    Map<String, float[]> fresh = new HashMap<>();
    for (Layer layer : layers) {
      for (String weight : layer.weights()) {
        fresh.put(weight, fresh(box.graph(), weight, streams.apply(weight)));
      }
    }
    return box.withWeights(fresh);
  }

  /**
   * Returns whether a layer multiplies: a convolution or dense layer, as opposed to a normalisation
   * or a bias of its own.
   */
  public static boolean multiplies(WhiteBox box, Layer layer) {
    return layer.weights().stream().anyMatch(w -> fanIn(use(box.graph(), w), w, box.graph()) > 0);
  }

  /** Returns whether weights are drawn before training, and do not start at one number. */
  public static boolean draws(WhiteBox box, String weight) {
    return fanIn(use(box.graph(), weight), weight, box.graph()) > 0;
  }

  /** Returns where weights that are not {@linkplain #draws drawn} start. */
  public static float start(WhiteBox box, String weight) {
    Use use = use(box.graph(), weight);
    return use.start().value(use.position());
  }

  private static float[] fresh(Graph graph, String weight, UniformRandomProvider random) {
    Use use = use(graph, weight);
    float[] values = new float[constant(graph, weight).size()];
    long fanIn = fanIn(use, weight, graph);
    if (fanIn > 0) {
      double deviation = Math.sqrt(2.0 / fanIn);
      ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (deviation * gaussian.sample());
      }
    } else {
      Arrays.fill(values, use.start().value(use.position()));
    }
    return values;
  }

  /** How many inputs one output sums; 0 for what does not multiply and sum. */
  private static long fanIn(Use use, String weight, Graph graph) {
    return use.start()
        .fanIn(use.node().operator(), use.position(), constant(graph, weight).shape());
  }

  /** The node that computes with a weight, and which of its inputs the weight is. */
  private record Use(Node node, int position) {
    Start start() {
      return node.traits().start();
    }
  }

  /**
   * The first node that uses a weight. Exporters let layers that start alike share one constant
   * through {@code Identity} nodes; those are looked through.
   */
  private static Use use(Graph graph, String weight) {
    for (Node node : graph.nodes()) {
      int position = node.inputs().indexOf(weight);
      if (position >= 0) {
        return node.type().equals("Identity") ? use(graph, node.output()) : new Use(node, position);
      }
    }
    throw new TouchstoneException("no node uses the weights " + weight);
  }

  private static Constant constant(Graph graph, String weight) {
    Constant constant = graph.constants().get(weight);
    if (constant == null) {
      throw new IllegalArgumentException("no weights \"" + weight + "\" in this model");
    }
    return constant;
  }
}
