package dev.touchstone.evidence;

import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import java.util.List;
import org.apiguardian.api.API;

/**
 * What a test tolerates: a quantity is at most, or at least, a value.
 *
 * @param quantity the name of the quantity, such as {@code "AUROC"}; empty for the check's only one
 * @param direction on which side of the value the quantity has to stay
 * @param value the tolerance, finite
 */
public record Bound(String quantity, Direction direction, double value) implements Tolerance {

  /** On which side a quantity has to stay. */
  public enum Direction {
    /** The quantity is at most the value. */
    AT_MOST,
    /** The quantity is at least the value. */
    AT_LEAST
  }

  /** Checks the value. */
  public Bound {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a tolerance must be a finite number, was " + value);
    }
  }

  /** Says that the check's quantity is at most {@code value}. */
  public static Bound upper(double value) {
    return new Bound("", Direction.AT_MOST, value);
  }

  /** Says that the check's quantity is at least {@code value}. */
  public static Bound lower(double value) {
    return new Bound("", Direction.AT_LEAST, value);
  }

  /** Returns the same bound for a named quantity. */
  public Bound on(String namedQuantity) {
    return new Bound(namedQuantity, direction, value);
  }

  /** This one. */
  @Override
  public List<Bound> bounds() {
    return List.of(this);
  }

  @Override
  public String inWords() {
    return (direction == Direction.AT_MOST ? "at most " : "at least ") + Numbers.format(value);
  }

  /** Whether a value keeps the bound. */
  @Override
  public boolean admits(double quantityValue) {
    return direction == Direction.AT_MOST ? quantityValue <= value : quantityValue >= value;
  }

  /** Returns the p-value of H₀ "the claim holds": small values speak against the model. */
  public double pValueAgainst(Estimate estimate) {
    return direction == Direction.AT_MOST
        ? estimate.pValueAbove(value)
        : estimate.pValueBelow(value);
  }

  /**
   * What an interval says about the bound: PASS if the limit that faces it lies inside, FAIL if the
   * claim is refuted at the interval's level, one-sided.
   */
  @API(status = API.Status.INTERNAL, since = "0.1")
  public Outcome outcome(Interval interval, double adjustedPValue) {
    boolean holds =
        direction == Direction.AT_MOST ? interval.upper() <= value : interval.lower() >= value;
    boolean refuted = adjustedPValue < (1 - interval.level()) / 2;
    return holds ? Outcome.PASS : refuted ? Outcome.FAIL : Outcome.INCONCLUSIVE;
  }

  @Override
  public String toString() {
    return in(Reading.Unit.NUMBER);
  }

  /** Returns the bound in a unit: {@code "≤ 10 %"}. */
  public String in(Reading.Unit unit) {
    return (direction == Direction.AT_MOST ? "≤ " : "≥ ") + unit.format(value);
  }

  String describe(String fallbackQuantity) {
    return (quantity.isEmpty() ? fallbackQuantity : quantity) + " " + inWords();
  }
}
