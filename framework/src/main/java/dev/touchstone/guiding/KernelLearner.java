package dev.touchstone.guiding;

import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;

/** Kernel logistic regression, with the bandwidth and the ridge that suit an audit set. */
final class KernelLearner implements AutoCloseable {
  /** The largest rank of the kernel. */
  static final int MOST_FEATURES = 200;

  private static final double[] BANDWIDTHS = {0.5, 1, 2};
  private static final double[] RIDGES = {1e-4, 1e-3, 1e-2};
  private static final double TOLERANCE = 1e-5;
  private static final double SMALLEST_DEVIATION = 1e-3;

  private final HeadProblem rows;
  private final HeadProblem problem;

  private final double bandwidth;

  private KernelLearner(HeadProblem rows, double bandwidth, double ridge) {
    this.bandwidth = bandwidth;
    this.rows = rows;
    this.problem = rows.with(ridge, new double[rows.predictions().rows() - rows.size()]);
  }

  /** The learner under which the audit labels are most likely after training on those given. */
  static KernelLearner chosenFor(AuditedTraining training) {
    Matrix x = training.representation().toMatrix().copy();
    Matrix audit = training.auditRepresentation().toMatrix().copy();
    standardise(x, audit);
    double median = KernelFeatures.medianDistance(x);
    double least = Double.POSITIVE_INFINITY;
    double bandwidth = median;
    double ridge = RIDGES[0];
    for (double times : BANDWIDTHS) {
      try (HeadProblem rows = on(training, x, audit, times * median)) {
        for (double lambda : RIDGES) {
          double loss = auditLoss(training, rows, lambda);
          if (loss < least) {
            least = loss;
            bandwidth = times * median;
            ridge = lambda;
          }
        }
      }
    }
    return new KernelLearner(on(training, x, audit, bandwidth), bandwidth, ridge);
  }

  private static HeadProblem on(
      AuditedTraining training, Matrix x, Matrix audit, double bandwidth) {
    KernelFeatures features = KernelFeatures.of(x, bandwidth, MOST_FEATURES);
    return training.problemOn(features.training(), features.of(audit), LogisticHead.withDefaults());
  }

  private static double auditLoss(AuditedTraining training, HeadProblem rows, double ridge) {
    int[] labels = training.auditLabels();
    HeadProblem problem = rows.with(ridge, new double[labels.length]);
    problem.solve(TOLERANCE);
    Matrix all = problem.product(problem.weights());
    Matrix logits = Matrix.zeros(labels.length, all.columns());
    System.arraycopy(
        all.values(), rows.size() * all.columns(), logits.values(), 0, logits.values().length);
    return SettingsOnAudit.scaledLoss(logits, labels, training.trusted().weights());
  }

  /** z-scores by the first matrix's mean and deviation. */
  private static void standardise(Matrix x, Matrix other) {
    for (int j = 0; j < x.columns(); j++) {
      double mean = 0;
      double square = 0;
      for (int i = 0; i < x.rows(); i++) {
        mean += x.get(i, j) / x.rows();
      }
      for (int i = 0; i < x.rows(); i++) {
        square += Math.pow(x.get(i, j) - mean, 2) / x.rows();
      }
      double deviation = Math.max(Math.sqrt(square), SMALLEST_DEVIATION);
      for (int i = 0; i < x.rows(); i++) {
        x.set(i, j, (x.get(i, j) - mean) / deviation);
      }
      for (int i = 0; i < other.rows(); i++) {
        other.set(i, j, (other.get(i, j) - mean) / deviation);
      }
    }
  }

  HeadProblem problem() {
    return problem;
  }

  @Override
  public String toString() {
    return "kernel logistic regression, bandwidth %.3g, ridge %s"
        .formatted(bandwidth, problem.ridge());
  }

  @Override
  public void close() {
    rows.close();
  }
}
