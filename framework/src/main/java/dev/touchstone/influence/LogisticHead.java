package dev.touchstone.influence;

/**
 * Multinomial logistic regression on a representation: the last layer of a classifier. Its loss is
 * the cross-entropy of P = softmax(XW); targets are distributions over the classes.
 *
 * @param ridge λ
 * @param tolerance how large the gradient's entries may be at the optimum
 */
public record LogisticHead(double ridge, double tolerance) implements Head {
  private static final double DEFAULT_RIDGE = 0.01;
  private static final double DEFAULT_TOLERANCE = 1e-10;

  /** Refuses a ridge or a tolerance that is not positive. */
  public LogisticHead {
    HeadFit.check(ridge, tolerance);
  }

  /**
   * Makes a head with λ = {@value #DEFAULT_RIDGE} and a tolerance of {@value #DEFAULT_TOLERANCE}.
   */
  public static LogisticHead withDefaults() {
    return new LogisticHead(DEFAULT_RIDGE, DEFAULT_TOLERANCE);
  }

  /**
   * Returns a copy with another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public LogisticHead withRidge(double lambda) {
    return new LogisticHead(lambda, tolerance);
  }

  /**
   * Returns a copy with another tolerance; larger ones save steps, and cost influence its
   * exactness.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public LogisticHead withTolerance(double largestGradient) {
    return new LogisticHead(ridge, largestGradient);
  }

  @Override
  public FittedHead fit(HeadData data) {
    data.checkDistributions();
    return HeadFit.of(this, data, SoftmaxLoss.INSTANCE, tolerance);
  }

  @Override
  public String toString() {
    return "multinomial logistic regression, ridge "
        + ridge
        + (tolerance == DEFAULT_TOLERANCE ? "" : ", tolerance " + tolerance);
  }
}
