package dev.touchstone.benchmarks;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One epoch over 2,000 Fashion-MNIST images: the bug gallery is made of such epochs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TrainingBenchmark {
  private final RunContext context = Samples.context();
  private Dataset images;

  /** Reads the images. */
  @Setup
  public void read() {
    images = Samples.images("fashion-healthy");
  }

  /** Batches of 50, as the default is; the new network is freed again. */
  @Benchmark
  public String epoch() {
    DjlTrainer trainer =
        DjlTrainer.of("small network", () -> Cnn.small(images.classNames().size())).withEpochs(1);
    Classifier trained = trainer.train(images, "benchmark", context);
    String hash = trained.sha256();
    Models.release(trained);
    return hash;
  }
}
