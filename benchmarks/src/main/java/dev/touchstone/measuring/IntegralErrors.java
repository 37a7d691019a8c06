package dev.touchstone.measuring;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Torch;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How good the error bound of Integrated Gradients is: per network and number of steps, one CSV
 * line with the largest and the mean of error over bound, the error being the distance to 20,000
 * steps.
 *
 * <p>Networks: the samples' digits and clothes, and random ones of three to ten convolutions whose
 * weights follow from a seed; the path of a random one begins where its derivatives jump. Argument:
 * the number of examples a network, 6 by default.
 */
final class IntegralErrors {
  private static final int REFERENCE = 20_000;
  private static final int SIDE = 16;
  private static final int CLASSES = 5;

  private IntegralErrors() {}

  /** Runs the program. */
  public static void main(String[] arguments) {
    int examples = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 6;
    RunContext context = Samples.context();
    System.out.println(
        "network,rule,steps,examples,largest error over bound,mean error over bound");
    for (int depth : new int[] {3, 6, 10}) {
      random(depth, examples, context);
    }
    for (String samples : new String[] {"digits", "fashion-healthy"}) {
      Tensor batch = Samples.images(samples).batch(0, examples);
      measure(
          samples, Samples.model(samples), IntegratedGradients.withDefaults(), batch, 10, context);
    }
  }

  private static void random(int depth, int examples, RunContext context) {
    try (NDManager manager = Torch.manager("cpu")) {
      Torch.seed(depth);
      SequentialBlock block = new SequentialBlock();
      for (int layer = 0; layer < depth; layer++) {
        block.add(
            Conv2d.builder()
                .setFilters(6)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .build());
        block.add(Activation.reluBlock());
      }
      block.add(Blocks.batchFlattenBlock()).add(Linear.builder().setUnits(CLASSES).build());
      Block network = block;
      network.initialize(manager, DataType.FLOAT32, new Shape(1, 1, SIDE, SIDE));
      Classifier model = Models.block("random " + depth, network, 1, SIDE, SIDE).emittingLogits();
      SplittableRandom random = new SplittableRandom(depth);
      float[] values = new float[examples * SIDE * SIDE];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      // From zeros a network without biases is exact at any number of steps.
      float[] baseline = new float[SIDE * SIDE];
      for (int i = 0; i < baseline.length; i++) {
        baseline[i] = (float) random.nextDouble(-1, 1);
      }
      measure(
          "random " + depth,
          model,
          IntegratedGradients.withDefaults().withBaseline(baseline),
          Tensor.of(values, examples, 1, SIDE, SIDE),
          CLASSES,
          context);
      Models.release(model);
    }
  }

  private static void measure(
      String network,
      Classifier model,
      IntegratedGradients method,
      Tensor batch,
      int classes,
      RunContext context) {
    int[] targets = IntStream.range(0, batch.rows()).map(i -> i % classes).toArray();
    double[][] limit =
        method
            .withSteps(REFERENCE)
            .attribute(model, batch, Quantity.ofClass(targets), context)
            .maps();
    for (int steps : new int[] {8, 20, 50, 100, 200}) {
      Attribution integral =
          method
              .withSteps(steps)
              .measuringItsError()
              .attribute(model, batch, Quantity.ofClass(targets), context);
      double[] bounds = integral.fidelity(Fidelity.HALVING_ERROR).orElseThrow().values();
      double[] ratios =
          IntStream.range(0, limit.length)
              .mapToDouble(i -> distance(integral.maps()[i], limit[i]) / bounds[i])
              .toArray();
      System.out.println(
          String.format(
              Locale.ROOT,
              "%s,%s,%d,%d,%.3f,%.3f",
              network,
              integral.rule(),
              steps,
              ratios.length,
              IntStream.range(0, ratios.length).mapToDouble(i -> ratios[i]).max().orElseThrow(),
              IntStream.range(0, ratios.length)
                  .mapToDouble(i -> ratios[i])
                  .average()
                  .orElseThrow()));
    }
  }

  private static double distance(double[] a, double[] b) {
    return Math.sqrt(
        IntStream.range(0, a.length).mapToDouble(j -> (a[j] - b[j]) * (a[j] - b[j])).sum());
  }
}
