package dev.touchstone.guiding;

import dev.touchstone.influence.HeadData;
import dev.touchstone.linalg.Matrix;
import java.util.Arrays;

/** Where targets may be, and what it costs to move them there from where they were given. */
interface TargetSpace {

  /** The targets as given, n × k. */
  Matrix given();

  /** How far targets are from those given, in the mean over examples: what γ is multiplied by. */
  double distance(Matrix targets);

  /** The targets nearest to T − ηG in this space, with their cost: a proximal step. */
  Matrix step(Matrix targets, Matrix gradient, double length, double gamma);

  /** Distributions over classes; 1 − T(i, yᵢ) is the distance (thesis, section 5.2.4). */
  record Simplex(int[] labels, int classes) implements TargetSpace {
    @Override
    public Matrix given() {
      return HeadData.oneHot(labels, classes);
    }

    @Override
    public double distance(Matrix targets) {
      double sum = 0;
      for (int i = 0; i < labels.length; i++) {
        sum += 1 - targets.get(i, labels[i]);
      }
      return sum / labels.length;
    }

    @Override
    public Matrix step(Matrix targets, Matrix gradient, double length, double gamma) {
      Matrix moved = targets.copy();
      double[] row = new double[classes];
      for (int i = 0; i < labels.length; i++) {
        for (int c = 0; c < classes; c++) {
          double slope = gradient.get(i, c) - (c == labels[i] ? gamma : 0);
          row[c] = targets.get(i, c) - length * slope;
        }
        project(row);
        System.arraycopy(row, 0, moved.values(), i * classes, classes);
      }
      return moved;
    }

    /** Onto the probability simplex (Held, Wolfe and Crowder 1974), by the sorted entries. */
    static void project(double... row) {
      double[] sorted = row.clone();
      Arrays.sort(sorted);
      double sum = 0;
      double shift = 0;
      for (int j = 1; j <= sorted.length; j++) {
        sum += sorted[sorted.length - j];
        double candidate = (sum - 1) / j;
        if (sorted[sorted.length - j] > candidate) {
          shift = candidate;
        }
      }
      for (int c = 0; c < row.length; c++) {
        row[c] = Math.max(0, row[c] - shift);
      }
    }
  }

  /** Any values; Σ |δ| is the distance (thesis, section 5.2.2). */
  record Values(Matrix given) implements TargetSpace {
    @Override
    public double distance(Matrix targets) {
      double sum = 0;
      for (int i = 0; i < targets.values().length; i++) {
        sum += Math.abs(targets.values()[i] - given.values()[i]);
      }
      return sum / targets.rows();
    }

    @Override
    public Matrix step(Matrix targets, Matrix gradient, double length, double gamma) {
      Matrix moved = targets.copy();
      for (int i = 0; i < moved.values().length; i++) {
        double start = given.values()[i];
        double delta = targets.values()[i] - length * gradient.values()[i] - start;
        double left = Math.max(0, Math.abs(delta) - length * gamma);
        moved.values()[i] = start + Math.signum(delta) * left;
      }
      return moved;
    }
  }
}
