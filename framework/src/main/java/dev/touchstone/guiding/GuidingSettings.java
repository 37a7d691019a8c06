package dev.touchstone.guiding;

/**
 * What an entropic update is made with (thesis, section 5.2.2, with the entropy of the labels added
 * to the upper level).
 *
 * <p>In the notation of the thesis the cost of a label that is not the given one is γ; it is given
 * as a share of γ_B = ln((1 − ρ)(k − 1)/ρ), the log-odds by which the given label is right where a
 * share ρ of all labels is wrong uniformly. With a share of 1, and neither κ nor a, the update is
 * exactly expectation maximisation for such noise.
 *
 * @param ridge λ of the head, the lower level
 * @param costShare γ/γ_B
 * @param upperAudit κ, by which the audit loss counts in the upper level, which chooses the labels
 * @param lowerAudit a, by which the audit loss counts in the lower level, which fits the head
 * @param assumedNoise ρ
 */
public record GuidingSettings(
    double ridge, double costShare, double upperAudit, double lowerAudit, double assumedNoise) {
  /** The share of wrong labels that is assumed: .05 to .4 in its place moves AUROC by ≤ .004. */
  public static final double ASSUMED_NOISE = 0.2;

  /** Refuses what is no setting. */
  public GuidingSettings {
    check("the ridge", ridge, ridge > 0);
    check("the share of the cost", costShare, costShare >= 0);
    check("the audit's weight in the upper level", upperAudit, upperAudit >= 0);
    check("the audit's weight in the lower level", lowerAudit, lowerAudit >= 0);
    if (!(assumedNoise > 0 && assumedNoise < 1)) {
      throw new IllegalArgumentException(
          "the assumed share of wrong labels lies in (0, 1), was " + assumedNoise);
    }
  }

  private static void check(String what, double value, boolean fits) {
    if (!(fits && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + " was " + value);
    }
  }

  /** Returns settings that listen to the audit set alone as far as the head is fitted to it. */
  public static GuidingSettings of(
      double ridge, double costShare, double upperAudit, double lowerAudit) {
    return new GuidingSettings(ridge, costShare, upperAudit, lowerAudit, ASSUMED_NOISE);
  }

  /** Returns expectation maximisation for uniform noise, which needs no audit set. */
  public static GuidingSettings expectationMaximisation(double ridge) {
    return of(ridge, 1, 0, 0);
  }

  /** Returns a copy with another ridge λ. */
  public GuidingSettings withRidge(double lambda) {
    return new GuidingSettings(lambda, costShare, upperAudit, lowerAudit, assumedNoise);
  }

  /** Returns γ, the cost of another label than the given one, among k classes. */
  public double cost(int classes) {
    return costShare * Math.log((1 - assumedNoise) * (classes - 1) / assumedNoise);
  }

  @Override
  public String toString() {
    return "ridge %s, cost %s of that of uniform noise at %s, audit %s above and %s below"
        .formatted(ridge, costShare, assumedNoise, upperAudit, lowerAudit);
  }
}
