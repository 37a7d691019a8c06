package dev.touchstone.attribution.rule;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.touchstone.graph.Passage;
import dev.touchstone.graph.operator.LayerWeights;
import java.util.stream.IntStream;

/**
 * What a layer's patterns are made of, summed over examples and places: with x an input of a unit
 * and y its output, x·y and x where the unit is active, and y everywhere (Kindermans et al. 2018,
 * section 4). Not thread-safe.
 */
final class PatternSums {
  /** Which of a unit's outputs count as active. */
  enum Regime {
    /** Those that a rectifier passes on. */
    POSITIVE,
    /** All, where no rectifier follows. */
    LINEAR
  }

  private final Regime regime;
  private double[] products = new double[0];
  private double[] inputs = new double[0];
  private double[] weights = new double[0];
  private double[] active = new double[0];
  private double[] outputs = new double[0];
  private long seen;

  /** The weights' axis of units, and how many weights a step along it passes. */
  private int stride;

  PatternSums(Regime regime) {
    this.regime = regime;
  }

  /** Adds what one passage through the layer shows. */
  void add(Passage passage) {
    AffineLayer layer = AffineLayer.of(passage);
    NDArray output = passage.output();
    NDArray mask =
        regime == Regime.POSITIVE
            ? output.gt(0).toType(output.getDataType(), false)
            : output.onesLike();
    if (weights.length == 0) {
      begin(layer, passage);
    }
    boolean convolution = passage.node().type().startsWith("Conv");
    int channels = convolution ? 1 : output.getShape().dimension() - 1;
    int[] others =
        IntStream.range(0, output.getShape().dimension()).filter(a -> a != channels).toArray();
    plus(products, layer.products(mask.mul(output)));
    plus(inputs, layer.products(mask));
    plus(active, mask.sum(others));
    plus(outputs, output.sum(others));
    seen += output.getShape().size() / outputs.length;
  }

  private void begin(AffineLayer layer, Passage passage) {
    weights = numbers(layer.weight());
    products = new double[weights.length];
    inputs = new double[weights.length];
    int axis = LayerWeights.outputAxis(passage.node().type(), passage.node().operator());
    int units = Math.toIntExact(layer.weight().getShape().get(axis));
    active = new double[units];
    outputs = new double[units];
    stride = Math.toIntExact(layer.weight().getShape().slice(axis + 1).size());
  }

  private static void plus(double[] sums, NDArray more) {
    double[] numbers = numbers(more);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += numbers[i];
    }
  }

  private static double[] numbers(NDArray array) {
    return array.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /**
   * The patterns, row-major as the weights: of each unit (E₊[x·y] − E₊[x]·E[y]) / (w·E₊[x·y] −
   * w·E₊[x]·E[y]) (equation 9); 0 of one that is never active, or whose inputs say nothing of it.
   */
  double[] patterns() {
    double[] patterns = new double[weights.length];
    double[] lengths = new double[outputs.length];
    for (int i = 0; i < patterns.length; i++) {
      int unit = i / stride % outputs.length;
      if (active[unit] > 0) {
        patterns[i] = (products[i] - inputs[i] * (outputs[unit] / seen)) / active[unit];
        lengths[unit] += weights[i] * patterns[i];
      }
    }
    for (int i = 0; i < patterns.length; i++) {
      int unit = i / stride % outputs.length;
      patterns[i] = lengths[unit] == 0 ? 0 : patterns[i] / lengths[unit];
    }
    return patterns;
  }
}
