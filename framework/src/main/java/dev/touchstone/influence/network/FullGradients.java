package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.WeightDerivatives;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.RunContext;

/** Gradients by all weights; those of a block of test examples are held, in full. */
final class FullGradients extends Gradients {
  static final FullGradients INSTANCE = new FullGradients();

  private FullGradients() {}

  @Override
  long size(WhiteBox model) {
    return WeightDerivatives.of(model).parameters().size();
  }

  @Override
  Directions each(WhiteBox model, Dataset test, int from, int to, RunContext run) {
    double[][] gradients = new double[to - from][];
    WeightDerivatives.of(model)
        .forEachGradient(
            test.batch(from, to),
            Networks.loss(test, from, to),
            (gradient, example) -> gradients[example] = gradient);
    return along(model, run, gradients);
  }

  @Override
  Directions mean(WhiteBox model, Dataset test, RunContext run) {
    return along(model, run, meanGradient(model, test, run));
  }

  /** (1/m) Σ ∇ℓⱼ. */
  static double[] meanGradient(WhiteBox model, Dataset test, RunContext run) {
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    double[] mean = new double[derivatives.parameters().size()];
    Networks.forEachChunk(
        model,
        test,
        run,
        (from, to, loss) -> {
          double[] sum = derivatives.gradient(test.batch(from, to), loss);
          for (int j = 0; j < mean.length; j++) {
            mean[j] += sum[j] / test.size();
          }
        });
    return mean;
  }

  /** Inner products with some vectors, as long as the weights. */
  static Directions along(WhiteBox model, RunContext run, double[]... vectors) {
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    return (training, factor, sums) ->
        Networks.forEachChunk(
            model,
            training,
            run,
            (from, to, loss) -> {
              double[][] products =
                  derivatives.gradientProducts(training.batch(from, to), loss, vectors);
              for (int i = from; i < to; i++) {
                for (int j = 0; j < vectors.length; j++) {
                  sums.set(i, j, sums.get(i, j) + factor * products[i - from][j]);
                }
              }
            });
  }

  @Override
  double[] squaredNorms(WhiteBox model, Dataset data, RunContext run) {
    WeightDerivatives derivatives = WeightDerivatives.of(model);
    double[] squared = new double[data.size()];
    Networks.forEachChunk(
        model,
        data,
        run,
        (from, to, loss) ->
            System.arraycopy(
                derivatives.squaredGradientNorms(data.batch(from, to), loss),
                0,
                squared,
                from,
                to - from));
    return squared;
  }

  @Override
  public String toString() {
    return "all weights";
  }
}
