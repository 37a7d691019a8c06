package dev.touchstone.attribution.perturbation;

import dev.touchstone.linalg.CholeskyFactor;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import java.util.BitSet;
import java.util.List;

/**
 * The weighted regression whose coefficients are Shapley values (Lundberg and Lee 2017, theorem 2),
 * on pairs of coalitions, under the constraint that the coefficients sum to {@code v(N) − v(∅)}.
 *
 * <p>With {@code φ = (v(N) − v(∅)) / k + β}, {@code Σβ = 0} and {@code a = z − s / k} for a
 * coalition z of s of k players (Musco and Witter 2025), a pair asks the same of β twice: {@code
 * a·β = (v(z) − v(z̄)) / 2 − (v(N) − v(∅)) (s / k − 1 / 2)}, which leaves one row of two. Its
 * weight is the kernel's, {@code (k − 1) / (C(k, s) s (k − s))}, over the share of the size's pairs
 * that were drawn.
 */
final class ShapleyRegression {
  private final int players;
  private final List<PairedCoalitions> sizes;
  private final Matrix inverse;

  private ShapleyRegression(int players, List<PairedCoalitions> sizes, Matrix inverse) {
    this.players = players;
    this.sizes = sizes;
    this.inverse = inverse;
  }

  /**
   * Makes the regression on drawn pairs.
   *
   * @param players k, at least 2
   * @param sizes one for each size
   * @throws dev.touchstone.linalg.SingularMatrixException if they are too few to tell all players
   *     apart
   */
  static ShapleyRegression on(int players, List<PairedCoalitions> sizes, DenseAlgebra algebra) {
    // Σ w a aᵀ = Σ w (z zᵀ − (s/k) (z 1ᵀ + 1 zᵀ) + (s/k)² 1 1ᵀ), summed over members alone.
    double[][] gram = new double[players][players];
    double[] crossed = new double[players];
    double constant = 0;
    for (PairedCoalitions size : sizes) {
      double weight = weight(players, size);
      double share = (double) size.size() / players;
      for (BitSet members : size.drawn()) {
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
          crossed[i] += weight * share;
          double[] row = gram[i];
          for (int j = members.nextSetBit(0); j >= 0 && j <= i; j = members.nextSetBit(j + 1)) {
            row[j] += weight;
          }
        }
        constant += weight * share * share;
      }
    }
    // 1 1ᵀ, which leaves β with the sum 0 as it is, makes the matrix one of full rank.
    Matrix full = Matrix.zeros(players, players);
    for (int i = 0; i < players; i++) {
      for (int j = 0; j <= i; j++) {
        double entry = gram[i][j] - crossed[i] - crossed[j] + constant + 1.0 / players;
        full.set(i, j, entry);
        full.set(j, i, entry);
      }
    }
    CholeskyFactor factor = algebra.cholesky(full);
    return new ShapleyRegression(players, sizes, factor.inverse());
  }

  private static double weight(int players, PairedCoalitions size) {
    boolean half = 2 * size.size() == players;
    double ofSize = (players - 1.0) / size.size() / (players - size.size());
    return size.drawn().isEmpty() ? 0 : ofSize / (half ? 2 : 1) / size.drawn().size();
  }

  /**
   * Returns the Shapley values and their standard error.
   *
   * <p>The error is that of stratified samples without replacement, linearised: pairs of one size
   * move the values by {@code H⁻¹ w a r} each, with their residuals r as of the regression without
   * them, and a size that was drawn completely by nothing.
   *
   * @param worth of the empty coalition, of the full one, then of each pair's, the one drawn first
   */
  Shares solve(double... worth) {
    double total = worth[1] - worth[0];
    Matrix right = Matrix.zeros(players, 1);
    double[] targets = new double[(worth.length - 2) / 2];
    int pair = 0;
    for (PairedCoalitions size : sizes) {
      double weight = weight(players, size);
      double share = (double) size.size() / players;
      for (BitSet members : size.drawn()) {
        double target = (worth[2 + 2 * pair] - worth[3 + 2 * pair]) / 2 - total * (share - 0.5);
        targets[pair++] = target;
        members.stream().forEach(i -> add(right, i, weight * target));
        for (int i = 0; i < players; i++) {
          add(right, i, -weight * share * target);
        }
      }
    }
    double[] beta = times(inverse, right.values());
    return new Shares(shares(beta, total), Math.sqrt(variance(beta, targets)));
  }

  private static void add(Matrix column, int row, double value) {
    column.values()[row] += value;
  }

  /** Rounding is taken off all alike, so that the sum is the total. */
  private static double[] shares(double[] beta, double total) {
    double mean = 0;
    for (double value : beta) {
      mean += value / beta.length;
    }
    double[] shares = new double[beta.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = beta[i] - mean + total / beta.length;
    }
    return shares;
  }

  private double variance(double[] beta, double... targets) {
    double variance = 0;
    int pair = 0;
    for (PairedCoalitions size : sizes) {
      int number = size.drawn().size();
      double weight = weight(players, size);
      double share = (double) size.size() / players;
      double[] sum = new double[players];
      double squares = 0;
      for (BitSet members : size.drawn()) {
        double[] moved = influence(members, share);
        double fitted = -share * sum(beta);
        double leverage = 0;
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
          fitted += beta[i];
          leverage += weight * moved[i];
        }
        double residual = (targets[pair++] - fitted) / Math.max(1 - leverage, 1e-12);
        for (int i = 0; i < players; i++) {
          double move = weight * residual * moved[i];
          sum[i] += move;
          squares += move * move;
        }
      }
      if (!size.complete()) {
        double missing = 1 - number / size.possible();
        variance +=
            number < 2
                ? missing * squares
                : missing * number / (number - 1) * (squares - sumOfSquares(sum) / number);
      }
    }
    return Math.max(variance, 0);
  }

  /** H⁻¹ a, whose entries sum to 0. */
  private double[] influence(BitSet members, double share) {
    double[] moved = new double[players];
    for (int j = members.nextSetBit(0); j >= 0; j = members.nextSetBit(j + 1)) {
      for (int i = 0; i < players; i++) {
        moved[i] += inverse.get(j, i);
      }
    }
    // H 1 = 1, since rows of a sum to 0.
    for (int i = 0; i < players; i++) {
      moved[i] -= share;
    }
    return moved;
  }

  private static double[] times(Matrix matrix, double... column) {
    double[] product = new double[matrix.rows()];
    for (int i = 0; i < product.length; i++) {
      for (int j = 0; j < column.length; j++) {
        product[i] += matrix.get(i, j) * column[j];
      }
    }
    return product;
  }

  private static double sum(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double sumOfSquares(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return sum;
  }
}
