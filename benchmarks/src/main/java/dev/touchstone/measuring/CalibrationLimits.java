package dev.touchstone.measuring;

import dev.touchstone.calibration.Bins;
import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.measuring.CalibrationPopulation.Sample;
import dev.touchstone.statistics.Proportion;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.jspecify.annotations.Nullable;

/**
 * How often the calibration error's limits err where the true error is exactly the tolerance: a
 * false PASS by the upper one, a false FAIL by the lower one, 2.5 % allowed. Markdown tables, those
 * of docs/statistics.md; seeds are fixed.
 *
 * <ul>
 *   <li>{@code enumerated}: one confidence for everything, over all outcomes;
 *   <li>{@code named}: the populations on which earlier limits failed, and usual ones;
 *   <li>{@code searched [populations] [generations] [sizes]}: populations of some confidences,
 *       drawn at random (300) and the worst of them bred further (12 generations), by sample size
 *       (20 to 2,000), number of bins, and of a group whose size is random too; the worst of each
 *       as fresh draws judge it ({@link Breeding});
 *   <li>without an argument: all three.
 * </ul>
 */
final class CalibrationLimits {
  private static final double LEVEL = 0.95;
  private static final int NAMED_PASS = 10_000;
  private static final int NAMED_FAIL = 1_000;

  private CalibrationLimits() {}

  public static void main(String[] arguments) {
    List<String> given = Arrays.asList(arguments);
    if (given.isEmpty() || given.get(0).equals("enumerated")) {
      enumerated();
    }
    if (given.isEmpty() || given.get(0).equals("named")) {
      named();
    }
    if (given.isEmpty() || given.get(0).equals("searched")) {
      int populations = given.size() > 1 ? Integer.parseInt(given.get(1)) : 300;
      int generations = given.size() > 2 ? Integer.parseInt(given.get(2)) : 12;
      int[] sizes =
          given.size() > 3
              ? given.stream().skip(3).mapToInt(Integer::parseInt).toArray()
              : new int[] {20, 50, 100, 200, 500, 1000, 2000};
      System.out.println(
          "\n| examples | bins | false PASS | false FAIL | tolerance | population |");
      System.out.println("|---|---|---|---|---|---|");
      for (int n : sizes) {
        for (int bins : new int[] {10, 15, 5}) {
          searched(bins, n, false, populations, generations);
        }
        searched(10, n, true, populations, generations);
      }
    }
  }

  /** The worst over confidences and both signs of the gap, exactly. */
  private static void enumerated() {
    System.out.println("\n| examples | tolerance | false PASS | false FAIL |");
    System.out.println("|---|---|---|---|");
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
            "| %,d | %s | %.2f %% (of %.4g) | %.2f %% (of %.4g) |%n",
            n,
            tolerance,
            100 * worstPass,
            atPass,
            100 * worstFail,
            atFail);
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
      if (probability < 1e-8) {
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

  private static boolean passes(Sample sample, int bins, double tolerance) {
    return sample.error(bins) <= tolerance && passes(sample.confidences(), bins, tolerance);
  }

  private static boolean fails(Sample sample, int bins, double tolerance) {
    return sample.error(bins) > tolerance && fails(sample.confidences(), bins, tolerance);
  }

  private static boolean fails(Confidences sample, int bins, double tolerance) {
    return Bins.of(sample, bins).error() > tolerance
        && CalibrationError.of(sample, bins).pValueAbove(tolerance) < (1 - LEVEL) / 2;
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

  /** Of each population the worst over sizes and tolerances. */
  private static void named() {
    System.out.println("\n| population | false PASS | false FAIL |");
    System.out.println("|---|---|---|");
    for (String name : populations(0.05).keySet()) {
      Worst pass = Worst.NONE;
      Worst fail = Worst.NONE;
      for (int n : new int[] {30, 50, 100, 500, 2000}) {
        for (double tolerance : new double[] {0.05, 0.1}) {
          CalibrationPopulation population =
              Objects.requireNonNull(populations(tolerance).get(name));
          double truth = population.error(10);
          pass = pass.or(rate(population, n, NAMED_PASS, 7, s -> passes(s, 10, truth)), n, truth);
          fail = fail.or(rate(population, n, NAMED_FAIL, 8, s -> fails(s, 10, truth)), n, truth);
        }
      }
      System.out.printf("| %s | %s | %s |%n", name, pass, fail);
    }
  }

  /** Where a limit failed most often. */
  private record Worst(double rate, int n, double tolerance) {
    static final Worst NONE = new Worst(-1, 0, 0);

    Worst or(Proportion failures, int size, double truth) {
      return failures.value() > rate ? new Worst(failures.value(), size, truth) : this;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f %% (n = %,d, τ = %.2f)", 100 * rate, n, tolerance);
    }
  }

  /** How often samples satisfy a condition. */
  static Proportion rate(
      CalibrationPopulation population, int n, int runs, long seed, Predicate<Sample> condition) {
    SplittableRandom random = new SplittableRandom(seed);
    int counted = 0;
    for (int run = 0; run < runs; run++) {
      counted += condition.test(population.draw(n, random)) ? 1 : 0;
    }
    return Proportion.of(counted, runs);
  }

  /**
   * The worst population that a breeding search finds for samples of a size; its error is the
   * tolerance.
   *
   * @param ofGroups whether a sample is one group of twice as many examples, of random size
   */
  private static void searched(
      int bins, int n, boolean ofGroups, int populations, int generations) {
    Breeding.Species<CalibrationPopulation> species =
        new Breeding.Species<>() {
          @Override
          public CalibrationPopulation random(SplittableRandom random) {
            return CalibrationPopulation.random(bins, n, random);
          }

          @Override
          public CalibrationPopulation changed(
              CalibrationPopulation parent, SplittableRandom random) {
            return parent.changed(bins, random);
          }

          private final Map<List<Integer>, Boolean> known = new HashMap<>();
          private @Nullable CalibrationPopulation of;

          @Override
          public boolean fails(CalibrationPopulation population, SplittableRandom random) {
            int size = ofGroups ? Math.max(1, half(2 * n, random)) : n;
            Sample sample = population.draw(size, random);
            double tolerance = population.error(bins);
            if (sample.said().length > 2) {
              return passes(sample, bins, tolerance);
            }
            // Of one or two confidences the same samples come again and again.
            if (population != of) {
              known.clear();
              of = population;
            }
            List<Integer> counts =
                IntStream.concat(IntStream.of(sample.said()), IntStream.of(sample.cameTrue()))
                    .boxed()
                    .toList();
            return known.computeIfAbsent(counts, key -> passes(sample, bins, tolerance));
          }
        };
    Breeding.Found<CalibrationPopulation> found =
        new Breeding<>(species, 1_000L * bins + n + (ofGroups ? 1 : 0))
            .worst(populations, generations);
    CalibrationPopulation at = found.population();
    double truth = at.error(bins);
    Proportion fail = rate(at, n, 1_000, 9, s -> fails(s, bins, truth));
    System.out.printf(
        Locale.ROOT,
        "| %s%,d | %d | %.2f %% | %.2f %% | %.4f | %s |%n",
        ofGroups ? "a group of about " : "",
        n,
        bins,
        100 * found.failures().value(),
        100 * fail.value(),
        truth,
        at);
  }

  private static int half(int examples, SplittableRandom random) {
    int counted = 0;
    for (int i = 0; i < examples; i++) {
      counted += random.nextBoolean() ? 1 : 0;
    }
    return counted;
  }
}
