package dev.touchstone.benchmarks;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RandomStreams;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** The calibration error with its sampling distribution, of the 28,842 confidences on Adult. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CalibrationBenchmark {
  private Confidences confidences;

  /** Predicts the test rows with the logistic regression. */
  @Setup
  public void predict() {
    Dataset adult = Samples.adult();
    Predictions predictions = Samples.model("adult-logistic").predictAll(adult, 512L << 20);
    confidences =
        Confidences.topLabel(
            predictions, adult.labels(), IntStream.range(0, adult.size()).toArray());
  }

  /** Bins, error, and 2,000 resamples of the labels. */
  @Benchmark
  public CalibrationError error() {
    return CalibrationError.of(confidences, 10, new RandomStreams(42).of("benchmark"));
  }
}
