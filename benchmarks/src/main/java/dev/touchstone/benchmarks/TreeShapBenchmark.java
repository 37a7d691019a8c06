package dev.touchstone.benchmarks;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.tree.TreeShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
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
import org.openjdk.jmh.annotations.Warmup;

/** Exact Shapley values of XGBoost's trees on Adult: of few rows, and of many. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TreeShapBenchmark {
  private static final int BACKGROUND = 100;

  /** How many rows are explained. */
  @Param({"10", "1000", "10000"})
  public int rows;

  private Classifier model;
  private Inputs batch;
  private TreeShap against;

  /** Reads the trees and the rows. */
  @Setup
  public void read() {
    Dataset adult = Samples.adultOfTrees();
    model = Samples.adultTrees();
    batch = adult.inputs(0, rows);
    against = TreeShap.against(adult.sample(BACKGROUND, 1));
  }

  /** By the covers of the file. */
  @Benchmark
  public Attribution pathDependent() {
    return explained(TreeShap.pathDependent());
  }

  /** Against a hundred rows. */
  @Benchmark
  public Attribution interventional() {
    return explained(against);
  }

  /** Against the same, of the probability. */
  @Benchmark
  public Attribution probabilities() {
    return explained(against.ofProbabilities());
  }

  private Attribution explained(TreeShap method) {
    return method.attribute(model, batch, Quantity.ofClass(1), Samples.context());
  }
}
