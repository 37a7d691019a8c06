package dev.touchstone.benchmarks;

import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.check.explanation.WeightSensitivity;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
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
 * Cascading re-initialisation of a whole network: five draws, every layer from the top down, two
 * independent networks a draw, 50 images, similarities and figures included.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class WeightSensitivityBenchmark {

  @Param({"digits", "fashion-healthy"})
  private String model;

  @Param({"Gradient", "Integrated Gradients"})
  private String method;

  private WeightSensitivity check;
  private Classifier classifier;
  private Dataset images;

  /** Loads the model and its test images. */
  @Setup
  public void load() {
    AttributionMethod explanation =
        method.equals("Gradient") ? Gradient.withDefaults() : IntegratedGradients.withDefaults();
    check = WeightSensitivity.of(explanation);
    classifier = Samples.model(model);
    images = Samples.images(model);
  }

  /** Frees the native memory. */
  @TearDown
  public void release() {
    Models.release(classifier);
  }

  /** Each time in a session of its own, which remembers nothing. */
  @Benchmark
  public Evidence cascade() {
    return check.evaluate(classifier, images, Samples.context());
  }
}
