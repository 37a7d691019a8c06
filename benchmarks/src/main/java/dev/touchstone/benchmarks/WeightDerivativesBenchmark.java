package dev.touchstone.benchmarks;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Loss;
import dev.touchstone.graph.RandomProjection;
import dev.touchstone.graph.WeightDerivatives;
import dev.touchstone.graph.WhiteBox;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Derivatives of the cross-entropy by all trainable weights; {@code Peers} runs the same beside
 * torch.func.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WeightDerivativesBenchmark {
  private static final int CLASSES = 10;
  private static final int DIMENSIONS = 32;

  @Param({"digits", "fashion-healthy"})
  private String model;

  @Param({"50", "256"})
  private int batch;

  private WhiteBox whiteBox;
  private WeightDerivatives byWeights;
  private Tensor images;
  private Loss loss;
  private double[] direction;
  private RandomProjection projection;

  /** Loads the model and the first images. */
  @Setup
  public void load() {
    Dataset data = Samples.images(model);
    images = data.batch(0, batch);
    // The class after the right one: at that, the sample networks' losses are next to 0.
    int[] labels = Arrays.copyOf(data.labels(), batch);
    loss = Loss.crossEntropy(Arrays.stream(labels).map(y -> (y + 1) % CLASSES).toArray());
    whiteBox = Samples.whiteBox(model);
    byWeights = WeightDerivatives.of(whiteBox);
    direction = new double[byWeights.parameters().size()];
    Arrays.setAll(direction, i -> Math.sin(i) / 100);
    projection = RandomProjection.rademacher(DIMENSIONS, 1);
  }

  /** Frees the native memory. */
  @TearDown
  public void release() {
    whiteBox.release();
  }

  /** The gradient of the summed loss. */
  @Benchmark
  public double[] gradient() {
    return byWeights.gradient(images, loss);
  }

  /** The product of every example's gradient with one vector. */
  @Benchmark
  public double[][] gradientsTimesAVector() {
    return byWeights.gradientProducts(images, loss, direction);
  }

  /** The squared norm of every example's gradient. */
  @Benchmark
  public double[] gradientNorms() {
    return byWeights.squaredGradientNorms(images, loss);
  }

  /** Every example's gradient, projected at random. */
  @Benchmark
  public double[][] projectedGradients() {
    return byWeights.projectedGradients(images, loss, projection);
  }

  /** A Hessian-vector product. */
  @Benchmark
  public double[] hessianVector() {
    return byWeights.hessianVector(images, loss, direction);
  }

  /** A Gauss-Newton-vector product. */
  @Benchmark
  public double[] gaussNewtonVector() {
    return byWeights.gaussNewtonVector(images, loss, direction);
  }
}
