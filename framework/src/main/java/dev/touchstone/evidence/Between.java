package dev.touchstone.evidence;

import java.util.List;

/**
 * Two limits: a quantity is at least the one and at most the other. Shown where both are, each by
 * the limit of the interval that faces it.
 *
 * @param low the smallest value tolerated, finite
 * @param high the largest value tolerated, more than {@code low}
 */
public record Between(double low, double high) implements Tolerance {

  /** Checks the order. */
  public Between {
    if (!(low < high) || !Double.isFinite(high - low)) {
      throw new IllegalArgumentException(
          "two limits in order, such as between(0.2, 0.3), were %s and %s; an interval is never as narrow as a single value"
              .formatted(low, high));
    }
  }

  @Override
  public List<Bound> bounds() {
    return List.of(Bound.lower(low), Bound.upper(high));
  }

  @Override
  public String inWords() {
    return "between %s and %s".formatted(Numbers.format(low), Numbers.format(high));
  }

  @Override
  public String toString() {
    return inWords();
  }
}
