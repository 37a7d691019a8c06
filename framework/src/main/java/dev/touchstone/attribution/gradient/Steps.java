package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Into how many steps the paths of a method are cut: a number, or as many as each example needs.
 *
 * @param number of all examples; of a tolerance, how many are taken at first
 * @param tolerance how large a share of a map its error may be; 0 for a fixed number
 * @param bounded whether the error is bounded where the number is fixed
 */
record Steps(int number, double tolerance, boolean bounded) {
  private static final int BY_DEFAULT = 20;

  /** Of a tolerance: a quarter of them has to be a number, too. */
  private static final int FIRST = 8;

  /** Beyond it an example is given up. */
  private static final int MOST = 1 << 14;

  /** What single precision rounds is of this order. */
  private static final double LEAST_TOLERANCE = 1e-6;

  static Steps withDefaults() {
    return new Steps(BY_DEFAULT, 0, false);
  }

  /**
   * A fixed number.
   *
   * @throws IllegalArgumentException unless it is positive and even: the error is estimated by
   *     halving
   */
  Steps withNumber(int steps) {
    if (steps < 2 || steps % 2 != 0) {
      throw new IllegalArgumentException("steps must be positive and even, was " + steps);
    }
    return new Steps(steps, 0, bounded);
  }

  /**
   * As many as each example needs.
   *
   * @throws IllegalArgumentException unless the share is at least 1e-6 and less than 1
   */
  Steps withTolerance(double share) {
    if (!(share >= LEAST_TOLERANCE && share < 1)) {
      throw new IllegalArgumentException(
          "a tolerance is a share of a map's norm, from 1e-6, which single precision rounds, to"
              + " below 1, was "
              + share);
    }
    return new Steps(FIRST, share, bounded);
  }

  Steps bounding() {
    return new Steps(number, tolerance, true);
  }

  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    if (tolerance > 0) {
      settings.put("tolerance", Double.toString(tolerance));
    } else {
      settings.put("steps", Integer.toString(number));
      if (bounded) {
        settings.put("error", "bounded");
      }
    }
    return settings;
  }

  /** Integrates along the paths to some examples. */
  @FunctionalInterface
  interface Integrals {
    /**
     * Takes the integrals.
     *
     * @param examples places in the batch
     * @return a map for each of them
     */
    double[][] of(int[] examples, int steps);
  }

  /**
   * Maps of a batch.
   *
   * @param errors bounds of their errors; none where they were not asked for
   */
  record Bounded(double[][] maps, double[] errors) {

    /** Adds the bounds to an attribution by these maps. */
    Attribution toldBy(Attribution attribution) {
      return errors.length == 0
          ? attribution
          : attribution.with(Fidelity.halvingError(errors, maps));
    }
  }

  /**
   * Maps of the examples of a batch, each by so many steps.
   *
   * @param rule what the integrals are taken by, which knows a bound of their error
   */
  Bounded maps(int examples, PathRule rule, Integrals integrals) {
    int[] all = IntStream.range(0, examples).toArray();
    if (tolerance > 0) {
      return tolerated(all, rule, integrals);
    }
    double[][] maps = integrals.of(all, number);
    if (!bounded) {
      return new Bounded(maps, new double[0]);
    }
    double[][] halved = integrals.of(all, number / 2);
    double[][] quartered = number < 4 ? halved : integrals.of(all, number / 4);
    double[] errors = new double[examples];
    Arrays.setAll(errors, i -> bound(rule, maps[i], halved[i], quartered[i]));
    return new Bounded(maps, errors);
  }

  /** Doubles the steps of those examples whose bound is above the tolerance. */
  private Bounded tolerated(int[] all, PathRule rule, Integrals integrals) {
    double[][] quartered = integrals.of(all, number / 4);
    double[][] halved = integrals.of(all, number / 2);
    double[][] maps = halved.clone();
    double[] errors = new double[all.length];
    int[] open = all;
    for (int steps = number; open.length > 0 && steps <= MOST; steps *= 2) {
      double[][] finer = integrals.of(open, steps);
      for (int i = 0; i < open.length; i++) {
        int example = open[i];
        maps[example] = finer[i];
        errors[example] = bound(rule, finer[i], halved[example], quartered[example]);
        quartered[example] = halved[example];
        halved[example] = finer[i];
      }
      open =
          Arrays.stream(open)
              .filter(example -> errors[example] > tolerance * Maps.norm(maps[example]))
              .toArray();
    }
    return new Bounded(maps, errors);
  }

  private static double bound(PathRule rule, double[] map, double[] halved, double[] quartered) {
    return rule.bound(Maps.distance(map, halved), Maps.distance(halved, quartered));
  }
}
