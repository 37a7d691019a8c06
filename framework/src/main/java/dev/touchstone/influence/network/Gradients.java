package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.RandomProjection;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RunContext;

/**
 * By which weights an example's loss is differentiated, and how inner products of such gradients
 * are made. No gradient of a training example is kept.
 */
public abstract sealed class Gradients
    permits FullGradients, LastLayerGradients, ProjectedGradients {

  Gradients() {}

  /**
   * Takes gradients by the last layer's weights and bias, (s − t) ⊗ (h, 1) with h what the layer
   * sees: their inner products are (sᵢ − tᵢ)·(sⱼ − tⱼ) × (hᵢ·hⱼ + 1), two matrix products.
   */
  public static Gradients ofLastLayer() {
    return LastLayerGradients.INSTANCE;
  }

  /** Takes gradients by all weights that training learns, exactly. */
  public static Gradients ofAllWeights() {
    return FullGradients.INSTANCE;
  }

  /**
   * Takes gradients by all weights that training learns, projected at random to a few dimensions,
   * in which inner products are kept with a standard deviation of about their lengths' product over
   * √dimensions. The projection is drawn from the run's stream "gradients".
   *
   * @throws IllegalArgumentException for less than one dimension
   */
  public static Gradients projectedTo(int dimensions) {
    return new ProjectedGradients(dimensions);
  }

  /** What some test gradients, or a mean of them, are for training gradients. */
  @FunctionalInterface
  interface Directions {
    /**
     * Adds inner products.
     *
     * @param sums n × the number of directions
     * @param factor by which they are multiplied
     */
    void addProducts(Dataset training, double factor, Matrix sums);
  }

  /** How many numbers a test example's gradient takes. */
  abstract long size(WhiteBox model);

  /** The gradients of the losses of some test examples, a column each. */
  abstract Directions each(WhiteBox model, Dataset test, int from, int to, RunContext run);

  /** The gradient of the mean loss of test examples, one column. */
  abstract Directions mean(WhiteBox model, Dataset test, RunContext run);

  /** ‖∇ℓᵢ‖² of each example. */
  abstract double[] squaredNorms(WhiteBox model, Dataset data, RunContext run);

  /** The projection of a run. */
  static RandomProjection projection(int dimensions, RunContext run) {
    return RandomProjection.rademacher(dimensions, run.random().of("gradients").nextLong());
  }
}
