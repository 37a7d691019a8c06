package dev.touchstone.metric;

/**
 * How far predicted values lie from the truth as a set (thesis, section 2.3): the p-norm of all
 * errors, made independent of the number m of examples, {@code ‖f(X) − Y‖ₚ / m^(1/p)}. A model bug
 * on a set of m examples at tolerance τ is an error norm of at least {@code τ / m^(1/p)}. For p = 1
 * it is the {@link MeanAbsoluteError}, for p = 2 the {@link RootMeanSquaredError}.
 */
public final class ErrorNorm extends CappedError {
  private final String name;

  private ErrorNorm(double p, double cap) {
    super(p, cap);
    this.name = "error norm, p = " + Exact.text(p);
  }

  /** A norm that still needs its cap. */
  public static final class Norm {
    private final double p;

    private Norm(double p) {
      this.p = p;
    }

    /**
     * Returns of errors that count for a cap at most: without one no limit could be shown.
     *
     * @param cap in the unit of the values, above 0
     */
    public ErrorNorm cappedAt(double cap) {
      return new ErrorNorm(p, cap);
    }
  }

  /**
   * Returns in a p-norm.
   *
   * @param p at least 1 and finite; the largest error of all has no upper limit that any number of
   *     examples could show: claim {@link LargeErrorRate} or {@link ErrorQuantile}
   */
  public static Norm withNorm(double p) {
    if (!(p >= 1 && p < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "an error norm needs 1 <= p < infinity, was %s; of the largest error claim LargeErrorRate.beyond(…) or ErrorQuantile.of(0.99)"
              .formatted(p));
    }
    return new Norm(p);
  }

  @Override
  String name() {
    return name;
  }
}
