package dev.touchstone.benchmarks;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Representation;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Koh and Liang's influence functions with the exact Hessian of the convex head, on what the last
 * layer of the Fashion-MNIST network sees: 64 features and 10 classes make 650 weights.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class InfluenceBenchmark {
  private static final int AUDIT = 100;

  @Param({"500", "1900"})
  private int points;

  private Matrix training;
  private int[] labels;
  private Matrix audit;
  private int[] auditLabels;
  private int classes;
  private FittedHead fitted;

  /** Represents the images, the last hundred of them as audit data; fits and factors once. */
  @Setup
  public void represent() {
    Classifier classifier = Samples.model("fashion-healthy");
    Dataset images = Samples.images("fashion-healthy");
    Representation representation =
        classifier.require(Representation.class, "this benchmark", "none");
    double[][] rows = representation.representation(images.batch(0, images.size()));
    Models.release(classifier);
    int all = images.size();
    training = Matrix.ofRows(Arrays.copyOf(rows, points));
    labels = Arrays.copyOf(images.labels(), points);
    audit = Matrix.ofRows(Arrays.copyOfRange(rows, all - AUDIT, all));
    auditLabels = Arrays.copyOfRange(images.labels(), all - AUDIT, all);
    classes = images.classNames().size();
    fitted = LogisticHead.withDefaults().fit(training, labels, classes);
    fitted.influenceOnLoss(audit, auditLabels);
  }

  /** Newton's method to the optimum: what influence starts from. */
  @Benchmark
  public FittedHead fit() {
    return LogisticHead.withDefaults().fit(training, labels, classes);
  }

  /** The same, and every point's leverage and self-influence, with the Hessian's inverse. */
  @Benchmark
  public double[] fitAndSelfInfluence() {
    return LogisticHead.withDefaults().fit(training, labels, classes).selfInfluence();
  }

  /** All points' influence on the loss of 100 audit images, the Hessian being factored already. */
  @Benchmark
  public double[] influenceOnAuditLoss() {
    return fitted.influenceOnLoss(audit, auditLabels);
  }
}
