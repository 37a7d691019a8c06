package dev.touchstone.influence;

import dev.touchstone.linalg.Matrix;

/** ½ ‖z − t‖²; D is the identity. */
final class SquaredLoss implements Loss {
  static final SquaredLoss INSTANCE = new SquaredLoss();

  private SquaredLoss() {}

  @Override
  public double predict(double[] outputs, int at, double[] targets, int targetsAt, int k) {
    double squares = 0;
    for (int c = 0; c < k; c++) {
      double residual = outputs[at + c] - targets[targetsAt + c];
      squares += residual * residual;
    }
    return squares / 2;
  }

  @Override
  public double of(double[] predictions, int at, double[] targets, int targetsAt, int k) {
    double squares = 0;
    for (int c = 0; c < k; c++) {
      double residual = predictions[at + c] - targets[targetsAt + c];
      squares += residual * residual;
    }
    return squares / 2;
  }

  @Override
  public double byTarget(double prediction, double target) {
    return target - prediction;
  }

  @Override
  public void curve(double[] predictions, int predictionsAt, double[] vector, int at, int k) {}

  @Override
  public boolean isQuadratic() {
    return true;
  }

  @Override
  public Matrix meanCurvature(Matrix predictions, double[] weights) {
    return Matrix.identity(predictions.columns());
  }
}
