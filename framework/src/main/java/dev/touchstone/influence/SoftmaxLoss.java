package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;

/** Cross-entropy −Σ t log p with p = softmax(z); D = diag(p) − ppᵀ. Targets add up to 1. */
final class SoftmaxLoss implements Loss {
  static final SoftmaxLoss INSTANCE = new SoftmaxLoss();

  /** Of which the logarithm is finite. */
  private static final double LEAST_PROBABILITY = 1e-300;

  private SoftmaxLoss() {}

  @Override
  public double predict(double[] outputs, int at, double[] targets, int targetsAt, int k) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < k; c++) {
      largest = Math.max(largest, outputs[at + c]);
    }
    double aligned = 0;
    double total = 0;
    double sum = 0;
    for (int c = 0; c < k; c++) {
      double z = outputs[at + c] - largest;
      double t = targets[targetsAt + c];
      aligned += t * z;
      total += t;
      double exponential = Math.exp(z);
      outputs[at + c] = exponential;
      sum += exponential;
    }
    for (int c = 0; c < k; c++) {
      outputs[at + c] /= sum;
    }
    return total * Math.log(sum) - aligned;
  }

  @Override
  public double of(double[] predictions, int at, double[] targets, int targetsAt, int k) {
    double loss = 0;
    for (int c = 0; c < k; c++) {
      double target = targets[targetsAt + c];
      loss += target == 0 ? 0 : target * byTarget(predictions[at + c], target);
    }
    return loss;
  }

  @Override
  public double byTarget(double prediction, double target) {
    return -Math.log(Math.max(prediction, LEAST_PROBABILITY));
  }

  @Override
  public void curve(double[] predictions, int predictionsAt, double[] vector, int at, int k) {
    double mean = 0;
    for (int c = 0; c < k; c++) {
      mean += predictions[predictionsAt + c] * vector[at + c];
    }
    for (int c = 0; c < k; c++) {
      vector[at + c] = predictions[predictionsAt + c] * (vector[at + c] - mean);
    }
  }

  @Override
  public boolean isQuadratic() {
    return false;
  }

  @Override
  public Matrix meanCurvature(Matrix predictions, double[] weights) {
    int k = predictions.columns();
    double[] p = predictions.values();
    double total = 0;
    Matrix mean = Matrix.zeros(k, k);
    double[] sums = mean.values();
    for (int i = 0; i < predictions.rows(); i++) {
      total += weights[i];
      for (int a = 0; a < k; a++) {
        double weighted = weights[i] * p[i * k + a];
        sums[a * k + a] += weighted;
        for (int b = 0; b < k; b++) {
          sums[a * k + b] -= weighted * p[i * k + b];
        }
      }
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= total;
    }
    return mean;
  }
}
