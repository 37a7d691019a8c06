package dev.touchstone.check.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TruncatedNormalDistribution;

/**
 * How libraries draw weights before training, whatever the scale (He's, Glorot's, LeCun's and
 * PyTorch's own differ in nothing else): the distribution function of an entry of variance 1.
 *
 * @param name in words
 * @param distribution its distribution function
 */
record Initialiser(String name, DoubleUnaryOperator distribution) implements DoubleUnaryOperator {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** Keras and JAX cut normal draws at two standard deviations. */
  private static final TruncatedNormalDistribution CUT =
      TruncatedNormalDistribution.of(0, 1, -2, 2);

  private static final double DEVIATION_OF_CUT = Math.sqrt(CUT.getVariance());

  /** Of longer vectors an entry is normal to within a thousandth. */
  private static final int LONG = 200;

  @Override
  public double applyAsDouble(double x) {
    return distribution.applyAsDouble(x);
  }

  /** Those that weights of so many rows and columns may come from. */
  static List<Initialiser> of(int rows, int columns) {
    List<Initialiser> all =
        new ArrayList<>(
            List.of(
                new Initialiser("uniform", Initialiser::uniform),
                new Initialiser("normal", NORMAL::cumulativeProbability),
                new Initialiser(
                    "truncated normal", x -> CUT.cumulativeProbability(x * DEVIATION_OF_CUT))));
    int length = Math.max(rows, columns);
    if (length <= LONG && Math.min(rows, columns) > 1) {
      all.add(orthogonal(length));
    }
    return all;
  }

  private static double uniform(double x) {
    return Math.max(0, Math.min(1, 0.5 + x / (2 * Math.sqrt(3))));
  }

  /** An entry of a random direction: its square is beta distributed. */
  private static Initialiser orthogonal(int length) {
    BetaDistribution beta = BetaDistribution.of(0.5, (length - 1) / 2.0);
    return new Initialiser(
        "orthogonal",
        x -> {
          double square = Math.min(1, x * x / length);
          return 0.5 + Math.signum(x) * beta.cumulativeProbability(square) / 2;
        });
  }
}
