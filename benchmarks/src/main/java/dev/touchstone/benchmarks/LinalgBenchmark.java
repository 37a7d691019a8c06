package dev.touchstone.benchmarks;

import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RandomStreams;
import java.util.concurrent.TimeUnit;
import org.apache.commons.rng.UniformRandomProvider;
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

/**
 * What influence on a convex head is made of: the Hessian's crossproduct, its Cholesky factor, and
 * one solve per training point; in plain Java and on ND4J and LAPACK.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LinalgBenchmark {
  private static final int POINTS = 1000;

  @Param({"plain", "native"})
  private String algebra;

  /** Parameters of the head: 65 features and 10 classes make 650. */
  @Param({"100", "650"})
  private int size;

  private DenseAlgebra dense;
  private Matrix features;
  private Matrix positiveDefinite;
  private Matrix rightHandSides;

  /** Draws standard uniform features; their crossproduct and the identity make the matrix. */
  @Setup
  public void draw() {
    dense = algebra.equals("plain") ? DenseAlgebra.plain() : DenseAlgebra.onNativeLibraries();
    UniformRandomProvider random = new RandomStreams(42).of("linalg benchmark");
    features = Matrix.zeros(POINTS, size);
    rightHandSides = Matrix.zeros(size, POINTS);
    for (int i = 0; i < POINTS; i++) {
      for (int j = 0; j < size; j++) {
        features.set(i, j, random.nextDouble());
        rightHandSides.set(j, i, random.nextDouble());
      }
    }
    positiveDefinite = dense.crossProduct(features, features);
    for (int j = 0; j < size; j++) {
      positiveDefinite.set(j, j, positiveDefinite.get(j, j) + 1);
    }
  }

  /** Xᵀ X of 1,000 rows. */
  @Benchmark
  public Matrix crossProduct() {
    return dense.crossProduct(features, features);
  }

  /** Factor once, solve for 1,000 right-hand sides. */
  @Benchmark
  public Matrix choleskyAndSolve() {
    return dense.cholesky(positiveDefinite).solve(rightHandSides);
  }
}
