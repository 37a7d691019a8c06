package dev.touchstone.statistics;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;

/**
 * A rate in a finite population of which random samples were drawn in strata: {@code Σ N_h p_h /
 * N}.
 *
 * <p>Limits are {@code Σ N_h/N} times those of Clopper and Pearson in each stratum, at the level
 * over the number of strata that were not wholly looked at (Bonferroni), so that they hold whatever
 * the strata are and however many examples were drawn of each; of a single stratum they are Clopper
 * and Pearson's. Drawing without replacement makes them conservative. A stratum of which nothing
 * was drawn may have any rate.
 */
public final class StratifiedProportion implements Estimate {
  private final List<Stratum> strata;

  private StratifiedProportion(List<Stratum> strata) {
    this.strata = strata;
  }

  /**
   * A part of the population.
   *
   * @param population how many there are, N_h
   * @param drawn how many were drawn at random and looked at
   * @param successes how many of those count
   */
  public record Stratum(int population, int drawn, int successes) {

    /** Refuses numbers that cannot be. */
    public Stratum {
      if (population < 1 || drawn < 0 || drawn > population || successes < 0 || successes > drawn) {
        throw new IllegalArgumentException(
            "a stratum needs 0 <= successes <= drawn <= population and a population, was %d of %d of %d"
                .formatted(successes, drawn, population));
      }
    }

    private boolean isKnown() {
      return drawn == population;
    }

    private double rate() {
      return drawn == 0 ? 0.5 : (double) successes / drawn;
    }

    private Interval limits(double level) {
      if (isKnown()) {
        return new Interval(rate(), rate(), level);
      }
      if (drawn == 0) {
        return new Interval(0, 1, level);
      }
      var limits =
          BinomialConfidenceInterval.CLOPPER_PEARSON.fromErrorRate(drawn, successes, 1 - level);
      return new Interval(limits.getLowerBound(), limits.getUpperBound(), level);
    }
  }

  /**
   * Returns the rate in the whole population.
   *
   * @throws IllegalArgumentException if nothing was drawn
   */
  public static StratifiedProportion of(List<Stratum> strata) {
    if (strata.stream().mapToInt(Stratum::drawn).sum() == 0) {
      throw new IllegalArgumentException("nothing was drawn of " + strata);
    }
    return new StratifiedProportion(List.copyOf(strata));
  }

  private double mean(ToDoubleFunction<Stratum> of) {
    double population = strata.stream().mapToDouble(Stratum::population).sum();
    return strata.stream()
        .mapToDouble(stratum -> stratum.population() / population * of.applyAsDouble(stratum))
        .sum();
  }

  @Override
  public double value() {
    return mean(Stratum::rate);
  }

  @Override
  public long sampleSize() {
    return strata.stream().mapToLong(Stratum::drawn).sum();
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public Interval interval(double level) {
    long unknown = Math.max(1, strata.stream().filter(stratum -> !stratum.isKnown()).count());
    double each = 1 - (1 - Interval.checkLevel(level)) / unknown;
    return new Interval(
        Math.max(0, mean(stratum -> stratum.limits(each).lower())),
        Math.min(1, mean(stratum -> stratum.limits(each).upper())),
        level);
  }

  @Override
  public double pValueAbove(double bound) {
    return Inversion.smallestTail(tail -> interval(1 - 2 * tail).lower() > bound);
  }

  @Override
  public double pValueBelow(double bound) {
    return Inversion.smallestTail(tail -> interval(1 - 2 * tail).upper() < bound);
  }

  @Override
  public String method() {
    return strata.size() == 1 ? "Clopper-Pearson" : "Clopper-Pearson in strata, Bonferroni";
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(value(), strata);
  }
}
