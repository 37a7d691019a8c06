package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import java.util.List;

/** How a gradient is integrated along straight paths of inputs. */
interface PathRule {

  /** What it is called in results. */
  String name();

  /**
   * Integrates along paths.
   *
   * @param fans the paths
   * @param quantity of the examples of the batch that the paths belong to
   * @param steps of each path
   * @param arrival gets each path's integral
   */
  void integrate(List<Fan> fans, Quantity quantity, int steps, Fan.Arrival arrival);

  /**
   * The integrals of a batch.
   *
   * @param from the baseline of all examples
   * @param to the examples
   * @return one map per example
   */
  default double[][] integrate(float[] from, Tensor to, Quantity quantity, int steps) {
    double[][] maps = new double[to.rows()][];
    integrate(Fan.toEach(from, to), quantity, steps, (fan, example, map) -> maps[example] = map);
    return maps;
  }

  /** The integrals of some examples of a batch. */
  default Steps.Integrals integrals(float[] from, Tensor to, Quantity quantity) {
    return (examples, steps) ->
        integrate(from, to.select(examples), quantity.ofRows(examples), steps);
  }

  /**
   * A bound of the error.
   *
   * @param halving how far the map moves from half the steps
   * @param quartering how far it moves from a quarter of the steps to half of them
   */
  double bound(double halving, double quartering);

  /** The bound where kinks let the error fall like 1/N at least. */
  static double boundOfKinks(double halving, double quartering) {
    return Math.max(halving, quartering / 2);
  }
}
