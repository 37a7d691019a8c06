package dev.touchstone.measuring;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.statistics.Proportion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * How often the calibration error's limits err where the true error is exactly the tolerance: a
 * false PASS by the upper one, a false FAIL by the lower one, 2.5 % allowed. CSV lines on standard
 * output; seeds are fixed.
 *
 * <ul>
 *   <li>{@code enumerated}: one confidence for everything, over all outcomes;
 *   <li>{@code named}: the populations on which earlier limits failed, and usual ones;
 *   <li>{@code searched [populations] [generations]}: populations of one to six confidences, drawn
 *       at random, the worst of them bred further, and judged by fresh draws;
 *   <li>without an argument: all three.
 * </ul>
 */
final class CalibrationLimits {
  private static final double LEVEL = 0.95;
  private static final int SCREENED = 400;
  private static final int BRED = 3_000;
  private static final int FRESH = 20_000;

  private CalibrationLimits() {}

  public static void main(String[] arguments) {
    List<String> given = Arrays.asList(arguments);
    System.out.println("kind,population,bins,n,tolerance,false PASS,false FAIL,runs");
    if (given.isEmpty() || given.get(0).equals("enumerated")) {
      enumerated();
    }
    if (given.isEmpty() || given.get(0).equals("named")) {
      named();
    }
    if (given.isEmpty() || given.get(0).equals("searched")) {
      int populations = given.size() > 1 ? Integer.parseInt(given.get(1)) : 400;
      int generations = given.size() > 2 ? Integer.parseInt(given.get(2)) : 6;
      for (int bins : new int[] {10, 5, 15, 50}) {
        for (int n : new int[] {20, 30, 50, 100, 200, 400, 1000, 2000}) {
          searched(bins, n, n < 100 ? 0.1 : 0.05, populations, generations);
        }
      }
    }
  }

  /** The worst over confidences and both signs of the gap, exactly. */
  private static void enumerated() {
    for (int n : new int[] {20, 30, 50, 100, 200, 400, 1000}) {
      for (double tolerance : new double[] {0.02, 0.05, 0.1, 0.2}) {
        double worstPass = 0;
        double worstFail = 0;
        double atPass = 0;
        double atFail = 0;
        for (double confidence : singles()) {
          for (double truth : new double[] {confidence - tolerance, confidence + tolerance}) {
            if (truth < 0 || truth > 1) {
              continue;
            }
            double[] errors = exactly(confidence, truth, n, tolerance);
            if (errors[0] > worstPass) {
              worstPass = errors[0];
              atPass = confidence;
            }
            if (errors[1] > worstFail) {
              worstFail = errors[1];
              atFail = confidence;
            }
          }
        }
        System.out.printf(
            Locale.ROOT,
            "enumerated,worst of single confidences (PASS at %.4f; FAIL at"
                + " %.4f),10,%d,%s,%.5f,%.5f,exact%n",
            atPass,
            atFail,
            n,
            tolerance,
            worstPass,
            worstFail);
      }
    }
  }

  private static double[] singles() {
    return IntStream.rangeClosed(0, 64)
        .mapToDouble(
            i ->
                i <= 50
                    ? i / 50.0
                    : i <= 57 ? 1 - Math.pow(10, -(i - 50) / 2.0) : 0.51 + (i - 58) * 0.07)
        .toArray();
  }

  /** The probabilities of a false PASS and of a false FAIL. */
  static double[] exactly(double confidence, double truth, int n, double tolerance) {
    BinomialDistribution cameTrue = BinomialDistribution.of(n, truth);
    double pass = 0;
    double fail = 0;
    for (int k = 0; k <= n; k++) {
      double probability = cameTrue.probability(k);
      if (probability < 1e-9) {
        continue;
      }
      double[] said = new double[n];
      boolean[] right = new boolean[n];
      Arrays.fill(said, confidence);
      Arrays.fill(right, 0, k, true);
      Confidences sample = new Confidences(said, right);
      pass += passes(sample, 10, tolerance) ? probability : 0;
      fail += fails(sample, 10, tolerance) ? probability : 0;
    }
    return new double[] {pass, fail};
  }

  private static boolean passes(Confidences sample, int bins, double tolerance) {
    return CalibrationError.isWithin(tolerance, sample, bins, LEVEL);
  }

  private static boolean fails(Confidences sample, int bins, double tolerance) {
    return CalibrationError.of(sample, bins).pValueAbove(tolerance) < (1 - LEVEL) / 2;
  }

  /** Populations by name; of each, how many examples. */
  static Map<String, CalibrationPopulation> populations(double tolerance) {
    double t = tolerance;
    double[] tens = IntStream.range(0, 10).mapToDouble(m -> (m + 0.5) / 10).toArray();
    double[] tops = {0.55, 0.65, 0.75, 0.85, 0.95};
    Map<String, CalibrationPopulation> named = new LinkedHashMap<>();
    named.put("all certain", CalibrationPopulation.constant(1, 1 - t));
    named.put("all .51, more often right", CalibrationPopulation.constant(0.51, 0.51 + t));
    named.put("certain and right, rarely .51 and wrong", two(1, 1, 0.51, 0, 1 - t / 0.51));
    named.put("certain and right, rarely .51 and right", two(1, 1, 0.51, 1, 1 - t / 0.49));
    named.put("certain and right, rarely .9 and wrong", two(1, 1, 0.9, 0, 1 - t / 0.9));
    named.put("certain and right, sometimes 1 and wrong", two(1, 1, 1, 0, 1 - t));
    named.put("calibrated at .5, rarely certain and wrong", two(0.5, 0.5, 1, 0, 1 - t));
    named.put("vote shares on edges", shifted(tens, 0.05, -t / 2 * 2));
    named.put("ten bins, too sure by the tolerance", shifted(tops, 0, -t));
    named.put("ten bins, too modest by the tolerance", shifted(tops, 0, t > 0.05 ? 0.05 - t : t));
    named.put(
        "one bin bears all",
        CalibrationPopulation.of(
            tens,
            IntStream.range(0, 10).mapToDouble(m -> m == 9 ? tens[9] - 10 * t : tens[m]).toArray(),
            filled(10)));
    named.put(
        "a hundred classes, low and too sure",
        CalibrationPopulation.of(
            new double[] {0.11, 0.15, 0.22, 0.31},
            new double[] {0.11 - t, 0.15 - t, 0.22 - t, 0.31 - t},
            filled(4)));
    return named;
  }

  private static CalibrationPopulation two(
      double one, double truth, double other, double otherTruth, double weight) {
    return CalibrationPopulation.of(
        new double[] {one, other},
        new double[] {truth, otherTruth},
        new double[] {weight, 1 - weight});
  }

  private static CalibrationPopulation shifted(double[] confidence, double by, double gap) {
    double[] said = Arrays.stream(confidence).map(c -> c + by).toArray();
    return CalibrationPopulation.of(
        said,
        Arrays.stream(said).map(c -> Math.max(0, Math.min(1, c + gap))).toArray(),
        filled(said.length));
  }

  private static double[] filled(int length) {
    double[] ones = new double[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void named() {
    for (int n : new int[] {30, 50, 100, 500, 2000}) {
      for (double tolerance : new double[] {0.05, 0.1}) {
        populations(tolerance)
            .forEach(
                (name, population) -> {
                  double truth = population.error(10);
                  Proportion pass = rate(population, n, 20_000, 7, s -> passes(s, 10, truth));
                  Proportion fail = rate(population, n, 1_000, 8, s -> fails(s, 10, truth));
                  print("named", name, 10, n, truth, pass, fail);
                });
      }
    }
  }

  /** How often samples satisfy a condition. */
  static Proportion rate(
      CalibrationPopulation population,
      int n,
      int runs,
      long seed,
      Predicate<Confidences> condition) {
    SplittableRandom random = new SplittableRandom(seed);
    int counted = 0;
    for (int run = 0; run < runs; run++) {
      counted += condition.test(population.draw(n, random)) ? 1 : 0;
    }
    return Proportion.of(counted, runs);
  }

  private record Bred(CalibrationPopulation population, double rate) {}

  private static void searched(
      int bins, int n, double tolerance, int populations, int generations) {
    SplittableRandom random = new SplittableRandom(1_000L * bins + n);
    List<Bred> best = new ArrayList<>();
    for (int i = 0; i < populations; i++) {
      best.add(
          judged(
              CalibrationPopulation.random(bins, tolerance, n, random),
              bins,
              n,
              tolerance,
              SCREENED,
              i));
    }
    for (int generation = 0; generation < generations; generation++) {
      best.sort(Comparator.comparingDouble(Bred::rate).reversed());
      List<Bred> parents =
          best.subList(0, Math.min(8, best.size())).stream()
              .map(bred -> judged(bred.population(), bins, n, tolerance, BRED, random.nextLong()))
              .toList();
      best = new ArrayList<>(parents);
      for (Bred parent : parents) {
        for (int child = 0; child < 3; child++) {
          best.add(
              judged(
                  parent.population().mutated(bins, tolerance, n, random),
                  bins,
                  n,
                  tolerance,
                  BRED,
                  random.nextLong()));
        }
      }
    }
    best.sort(Comparator.comparingDouble(Bred::rate).reversed());
    // The best of many is so by luck too: only fresh draws count.
    CalibrationPopulation at = best.get(0).population();
    Proportion worst = fresh(at, bins, n, tolerance, random.nextLong());
    for (Bred bred : best.subList(1, 3)) {
      Proportion other = fresh(bred.population(), bins, n, tolerance, random.nextLong());
      if (other.value() > worst.value()) {
        worst = other;
        at = bred.population();
      }
    }
    Proportion fail = rate(at, n, 500, random.nextLong(), s -> fails(s, bins, tolerance));
    print("searched", "worst found: " + at, bins, n, tolerance, worst, fail);
  }

  private static Proportion fresh(
      CalibrationPopulation population, int bins, int n, double tolerance, long seed) {
    return rate(population, n, FRESH, seed, s -> passes(s, bins, tolerance));
  }

  private static Bred judged(
      CalibrationPopulation population, int bins, int n, double tolerance, int runs, long seed) {
    return new Bred(
        population, rate(population, n, runs, seed, s -> passes(s, bins, tolerance)).value());
  }

  private static void print(
      String kind,
      String name,
      int bins,
      int n,
      double tolerance,
      Proportion pass,
      Proportion fail) {
    System.out.printf(
        Locale.ROOT,
        "%s,%s,%d,%d,%.4f,%.5f,%.4f,%d%n",
        kind,
        name,
        bins,
        n,
        tolerance,
        pass.value(),
        fail.value(),
        pass.sampleSize());
  }
}
