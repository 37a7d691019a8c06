package dev.touchstone.statistics;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apiguardian.api.API;

/** With which probability more examples are to decide, and how many that takes. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Power {
  /** The probability. */
  public static final double WANTED = 0.8;

  /** Beyond so many times the examples that are there, no number is realistic. */
  public static final double MOST_TIMES = 1000;

  private static final int MOST_STEPS = 12;

  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Power() {}

  /**
   * By how much farther than the limit at a level a bound has to lie, for four of five normal
   * estimates to decide: {@code (z_level + z_0.8) / z_level}.
   */
  static double inStandardErrors(double level) {
    double z = NORMAL.inverseSurvivalProbability((1 - Interval.checkLevel(level)) / 2);
    return (z + NORMAL.inverseCumulativeProbability(WANTED)) / z;
  }

  /**
   * How many times the examples have limits that are as near as wanted, to 1 %: by the secant rule
   * on the logarithms, in which limits are nearly straight.
   *
   * @param wanted how far they may reach
   * @param reach how far they do, by how many times the examples there are; it falls
   * @return at least 1; empty beyond {@link #MOST_TIMES}
   */
  static OptionalDouble times(double wanted, DoubleUnaryOperator reach) {
    if (!(wanted > 0)) {
      return OptionalDouble.empty();
    }
    double times = 1;
    double is = reach.applyAsDouble(times);
    double slope = -0.5;
    for (int step = 0; step < MOST_STEPS && Math.abs(is / wanted - 1) > 0.01; step++) {
      if (is < wanted && times == 1 || is > wanted && times == MOST_TIMES) {
        break;
      }
      double next = Math.max(1, Math.min(MOST_TIMES, times * Math.pow(wanted / is, 1 / slope)));
      double then = reach.applyAsDouble(next);
      slope = Math.max(-1, Math.min(-0.25, Math.log(then / is) / Math.log(next / times)));
      times = next;
      is = then;
    }
    return is > 1.01 * wanted ? OptionalDouble.empty() : OptionalDouble.of(times);
  }

  /**
   * About the smallest number of examples with the wanted power, to 2 %.
   *
   * @param so the number that is there, where the search begins
   * @param power by the number of examples; it rises but for a little noise
   * @return empty beyond a thousand times as many
   */
  public static OptionalLong examples(long so, LongToDoubleFunction power) {
    long enough = Math.max(1, so);
    long tooFew = 0;
    while (power.applyAsDouble(enough) < WANTED) {
      tooFew = enough;
      enough *= 2;
      if (enough > MOST_TIMES * so) {
        return OptionalLong.empty();
      }
    }
    while (enough - tooFew > Math.max(1, enough / 50)) {
      long middle = (enough + tooFew) >>> 1;
      if (power.applyAsDouble(middle) < WANTED) {
        tooFew = middle;
      } else {
        enough = middle;
      }
    }
    return OptionalLong.of(enough);
  }
}
