package dev.touchstone.influence;

/**
 * Ridge regression on a representation: the last layer of a regressor, or of a classifier under
 * squared loss, ½ ‖xᵢW − Tᵢ‖². Targets are any numbers, with labels 0 and 1.
 *
 * @param ridge λ
 */
public record RidgeHead(double ridge) implements Head {
  private static final double DEFAULT_RIDGE = 0.01;

  /** Relative to which the optimum, a linear system's solution, is reached. */
  private static final double TOLERANCE = 1e-10;

  /** Refuses a ridge that is not positive. */
  public RidgeHead {
    HeadFit.check(ridge, TOLERANCE);
  }

  /** Makes a head with λ = {@value #DEFAULT_RIDGE}. */
  public static RidgeHead withDefaults() {
    return new RidgeHead(DEFAULT_RIDGE);
  }

  /**
   * Returns a copy with another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public RidgeHead withRidge(double lambda) {
    return new RidgeHead(lambda);
  }

  @Override
  public FittedHead fit(HeadData data) {
    data.checkFiniteTargets();
    return HeadFit.of(this, data, SquaredLoss.INSTANCE, TOLERANCE);
  }

  @Override
  public String toString() {
    return "ridge regression, ridge " + ridge;
  }
}
