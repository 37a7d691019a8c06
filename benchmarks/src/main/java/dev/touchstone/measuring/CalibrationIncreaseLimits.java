package dev.touchstone.measuring;

import dev.touchstone.calibration.Bins;
import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.CalibrationErrorIncrease;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.measuring.CalibrationPair.Sample;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How often the limits of an increase of the calibration error fail where the true increase is
 * exactly the tolerance: the upper one, which lets a claim pass, and the lower one, which refutes
 * it; of two models on the same examples ({@code CalibrationErrorIncrease}), and of a model and a
 * recorded line on the same examples ({@code LimitDifference}). By breeding ({@link Breeding});
 * seeds are fixed. A Markdown table; arguments: how many populations are drawn (300) and for how
 * many generations the worst are changed (12).
 */
final class CalibrationIncreaseLimits {
  private static final double LEVEL = 0.95;
  private static final double TAIL = (1 - LEVEL) / 2;

  private CalibrationIncreaseLimits() {}

  /** A limit that may fail on a sample. */
  private interface Limit {
    boolean fails(Sample sample, int bins, double truth);
  }

  public static void main(String[] arguments) {
    int populations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
    int generations = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 12;
    System.out.println("| limits | examples | bins | fails | at an increase of | population |");
    System.out.println("|---|---|---|---|---|---|");
    int[][] cells = {{100, 10}, {1000, 10}, {30, 10}, {300, 10}, {100, 15}, {1000, 5}};
    for (int[] cell : cells) {
      searched(
          "in pairs, upper", CalibrationIncreaseLimits::passes, cell, populations, generations);
      searched(
          "in pairs, lower", CalibrationIncreaseLimits::refuted, cell, populations, generations);
      // A search costs some ten times as much here.
      int fewer = Math.max(8, populations / 3);
      searched(
          "against a line, upper",
          CalibrationIncreaseLimits::passesAgainstLine,
          cell,
          fewer,
          generations / 2);
      searched(
          "against a line, lower",
          CalibrationIncreaseLimits::refutedByLine,
          cell,
          fewer,
          generations / 2);
    }
  }

  private static void searched(
      String name, Limit limit, int[] cell, int populations, int generations) {
    int n = cell[0];
    int bins = cell[1];
    Breeding.Species<CalibrationPair> species =
        new Breeding.Species<>() {
          @Override
          public CalibrationPair random(SplittableRandom random) {
            return CalibrationPair.random(bins, n, random);
          }

          @Override
          public CalibrationPair changed(CalibrationPair parent, SplittableRandom random) {
            return parent.changed(bins, random);
          }

          @Override
          public boolean fails(CalibrationPair population, SplittableRandom random) {
            return limit.fails(population.draw(n, random), bins, population.increase(bins));
          }
        };
    var found =
        new Breeding<>(species, 1_000L * n + 10L * bins + name.length())
            .worst(populations, generations);
    System.out.printf(
        Locale.ROOT,
        "| %s | %,d | %d | %.2f %% | %.4f | %s |%n",
        name,
        n,
        bins,
        100 * found.failures().value(),
        found.population().increase(bins),
        found.population());
  }

  // P-values agree with the limits, and cost a tenth of them.

  private static boolean passes(Sample sample, int bins, double truth) {
    // No limit lies below the estimate: most samples need none.
    return sample.increase(bins) < truth && increase(sample, bins).pValueBelow(truth) <= TAIL;
  }

  private static boolean refuted(Sample sample, int bins, double truth) {
    return sample.increase(bins) > truth && increase(sample, bins).pValueAbove(truth) <= TAIL;
  }

  private static CalibrationErrorIncrease increase(Sample sample, int bins) {
    return CalibrationErrorIncrease.of(sample.candidate(), sample.approved(), sample.same(), bins);
  }

  private static boolean passesAgainstLine(Sample sample, int bins, double truth) {
    if (sample.increase(bins) >= truth) {
      return false;
    }
    Confidences candidate = sample.candidate();
    Confidences approved = sample.approved();
    return upperIsWithin(candidate, bins, truth + Bins.of(approved, bins).error())
        && upperIsWithin(candidate, bins, truth + lower(approved, bins));
  }

  private static boolean refutedByLine(Sample sample, int bins, double truth) {
    if (sample.increase(bins) <= truth) {
      return false;
    }
    Confidences candidate = sample.candidate();
    Confidences approved = sample.approved();
    return upperIsWithin(approved, bins, Bins.of(candidate, bins).error() - truth)
        && upperIsWithin(approved, bins, lower(candidate, bins) - truth);
  }

  private static boolean upperIsWithin(Confidences confidences, int bins, double bound) {
    return bound >= 0 && CalibrationError.isWithin(bound, confidences, bins, LEVEL);
  }

  /** The lower limit without the upper one, which costs much more. */
  private static double lower(Confidences confidences, int bins) {
    CalibrationError error = CalibrationError.of(confidences, bins);
    double excluded = 0;
    double included = error.value();
    while (included - excluded > 1e-6) {
      double middle = (excluded + included) / 2;
      if (error.pValueAbove(middle) < TAIL) {
        excluded = middle;
      } else {
        included = middle;
      }
    }
    return excluded;
  }
}
