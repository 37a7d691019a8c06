package dev.touchstone.benchmarks;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.data.Dataset;
import dev.touchstone.model.Predictions;
import dev.touchstone.statistics.Interval;
import java.util.SplittableRandom;
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

/**
 * The calibration error with both limits: of the 28,842 confidences on Adult, and of calibrated
 * ones over all ten bins.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CalibrationBenchmark {
  private Confidences confidences;
  private Confidences hundred;
  private Confidences fiveHundred;
  private Confidences thousand;
  private Confidences twoThousand;
  private Confidences tenThousand;

  /** Predicts the test rows with the logistic regression. */
  @Setup
  public void predict() {
    Dataset adult = Samples.adult();
    Predictions predictions = Samples.model("adult-logistic").predictAll(adult, 512L << 20);
    confidences =
        Confidences.topLabel(
            predictions, adult.labels(), IntStream.range(0, adult.size()).toArray());
    hundred = calibrated(100);
    fiveHundred = calibrated(500);
    thousand = calibrated(1_000);
    twoThousand = calibrated(2_000);
    tenThousand = calibrated(10_000);
  }

  private static Confidences calibrated(int n) {
    SplittableRandom random = new SplittableRandom(n);
    double[] said = random.doubles(n).toArray();
    boolean[] cameTrue = new boolean[n];
    for (int i = 0; i < n; i++) {
      cameTrue[i] = random.nextDouble() < said[i];
    }
    return new Confidences(said, cameTrue);
  }

  /** Bins, error and limits on Adult. */
  @Benchmark
  public Interval adult() {
    return CalibrationError.of(confidences, 10).interval(0.95);
  }

  /** The same of 100 calibrated confidences. */
  @Benchmark
  public Interval ofHundred() {
    return CalibrationError.of(hundred, 10).interval(0.95);
  }

  /** The same of 500. */
  @Benchmark
  public Interval ofFiveHundred() {
    return CalibrationError.of(fiveHundred, 10).interval(0.95);
  }

  /** The same of 2,000. */
  @Benchmark
  public Interval ofTwoThousand() {
    return CalibrationError.of(twoThousand, 10).interval(0.95);
  }

  /** The same of 1,000. */
  @Benchmark
  public Interval ofThousand() {
    return CalibrationError.of(thousand, 10).interval(0.95);
  }

  /** The same of 10,000. */
  @Benchmark
  public Interval ofTenThousand() {
    return CalibrationError.of(tenThousand, 10).interval(0.95);
  }

  /** Whether 1,000 examples show an error within 5 %, as planning asks it many times. */
  @Benchmark
  public boolean isWithin() {
    return CalibrationError.isWithin(0.05, thousand, 10, 0.95);
  }
}
