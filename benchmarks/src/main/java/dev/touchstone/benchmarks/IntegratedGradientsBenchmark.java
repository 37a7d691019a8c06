package dev.touchstone.benchmarks;

import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
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

/** Integrated Gradients by the secant rule, on the white boxes of the sample networks. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IntegratedGradientsBenchmark {

  @Param({"digits", "fashion-healthy"})
  private String model;

  @Param({"1", "50"})
  private int batch;

  /** The default, and as many as its peers take by default. */
  @Param({"20", "50"})
  private int steps;

  private final RunContext context = Samples.context();
  private IntegratedGradients method;
  private Classifier classifier;
  private Tensor images;
  private int[] labels;

  /** Loads the model and the first images. */
  @Setup
  public void load() {
    method = IntegratedGradients.withDefaults().withSteps(steps);
    classifier = Samples.model(model);
    Dataset data = Samples.images(model);
    images = data.batch(0, batch);
    labels = Arrays.copyOf(data.labels(), batch);
  }

  /** Frees the native memory. */
  @TearDown
  public void release() {
    Models.release(classifier);
  }

  /** A map for each image, towards its label. */
  @Benchmark
  public double[][] attribute() {
    return method.attribute(classifier, images, Quantity.ofClass(labels), context).maps();
  }
}
