package dev.touchstone.measuring;

import dev.touchstone.calibration.CalibrationError;
import dev.touchstone.calibration.CalibrationErrorIncrease;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.AurocLoss;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.ClusteredProportion;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.LimitDifference;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.RateDifference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Whether as many examples as an undecided claim is told to take decide it in 80 % of cases, which
 * is said under the condition that the estimate is the truth. So pilots are drawn from a population
 * whose truth is known until there are enough of which the estimate lies near it, and as many fresh
 * examples as each of them names are drawn again and again. A Markdown table: the median number,
 * how often it decides as the truth has it, and how often the number of any undecided pilot does,
 * wherever its estimate lies. Arguments: pilots per row (600), fresh samples per row (400), and
 * words of the rows wanted, all by default. Run r draws from {@code new SplittableRandom(r)}.
 */
final class AdvisedNumbers {
  private static final double LEVEL = 0.95;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  /** Which part of the undecided pilots counts as near the truth. */
  private static final int NEAREST = 10;

  /** A number beyond is as good as none, and costs too much to draw. */
  private static final long MOST = 20_000;

  private AdvisedNumbers() {}

  /** Draws a sample of about so many examples. */
  private interface Sampling {
    Estimate draw(int examples, SplittableRandom random);
  }

  /**
   * A claim.
   *
   * @param truth of the population
   * @param bound by which it is undecided
   * @param pilot how many examples are there
   */
  private record Row(String name, double truth, double bound, int pilot, Sampling sampling) {}

  public static void main(String[] arguments) {
    int pilots = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 600;
    int fresh = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 400;
    List<String> wanted =
        List.of(arguments).subList(Math.min(2, arguments.length), arguments.length);
    System.out.println(
        "| population, bound, pilot | number named | decides, estimate near the truth | decides,"
            + " any undecided pilot | pilots with a number |");
    System.out.println("|---|---|---|---|---|");
    for (Row row : rows()) {
      if (wanted.isEmpty() || wanted.stream().anyMatch(row.name::contains)) {
        print(row, pilots, fresh);
      }
    }
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (double[] cell :
        new double[][] {
          {0.02, 0.05, 100},
          {0.03, 0.05, 300},
          {0.08, 0.05, 100},
          {0.1, 0.05, 50},
          {0.05, 0.1, 100},
          {0.25, 0.2, 300},
          {0.005, 0.02, 150}
        }) {
      rows.add(rate(cell[0], cell[1], (int) cell[2]));
    }
    rows.add(clustered(0.02, 0.05, 300));
    rows.add(clustered(0.08, 0.05, 300));
    rows.add(increase(0.02, 0.02, 0.02, 200));
    rows.add(increase(0.06, 0.02, 0.02, 200));
    rows.add(againstCount(0.05, 0.05, 0.03, 200));
    rows.add(againstCount(0.12, 0.05, 0.03, 200));
    for (double[] cell :
        new double[][] {
          {0.9, 0.85, 20, 180},
          {0.95, 0.9, 20, 20},
          {0.8, 0.85, 20, 80},
          {0.99, 0.97, 20, 180},
          {0.7, 0.65, 50, 50}
        }) {
      rows.add(area(cell[0], cell[1], (int) cell[2], (int) cell[3]));
    }
    rows.add(loss(0.9, 0.9, 0.05, 20, 80));
    rows.add(loss(0.9, 0.8, 0.05, 20, 80));
    rows.add(lossAgainstLine(0.9, 0.9, 0.05, 50, 150));
    rows.add(calibration(0, 0.05, 300));
    rows.add(calibration(0.08, 0.05, 200));
    rows.add(calibrationAgainstLine(0.02, 0.05, 500));
    rows.add(calibrationAgainstLine(0.15, 0.05, 500));
    rows.add(calibrationInPairs(0.02, 0.05, 300));
    rows.add(calibrationInPairs(0.15, 0.05, 300));
    return rows;
  }

  private static Row rate(double rate, double bound, int pilot) {
    return new Row(
        "error rate %s, at most %s, %d examples".formatted(rate, bound, pilot),
        rate,
        bound,
        pilot,
        (n, random) -> Proportion.of(ClusterFalsePasses.events(n, rate, 0, random), n));
  }

  /** Clusters of one to nine, none larger than ten. */
  private static Row clustered(double rate, double bound, int pilot) {
    return new Row(
        "error rate %s in clusters of 1 to 9, at most %s, %d examples"
            .formatted(rate, bound, pilot),
        rate,
        bound,
        pilot,
        (n, random) -> {
          int[] sizes = random.ints(Math.max(2, n / 5), 1, 10).toArray();
          int[] events =
              Arrays.stream(sizes)
                  .map(size -> ClusterFalsePasses.events(size, rate, 0.1, random))
                  .toArray();
          return ClusteredProportion.of(events, sizes, 10);
        });
  }

  private static Row increase(double worse, double better, double bound, int pilot) {
    return new Row(
        "newly wrong %s, newly right %s, increase at most %s, %d examples"
            .formatted(worse, better, bound, pilot),
        worse - better,
        bound,
        pilot,
        (n, random) -> {
          double[] changes = new double[n];
          for (int i = 0; i < n; i++) {
            double u = random.nextDouble();
            changes[i] = u < worse ? 1 : u < worse + better ? -1 : 0;
          }
          return BoundedMean.of(changes, -1, 1);
        });
  }

  /** Both sides take as many examples: a line is compared on its own data. */
  private static Row againstCount(double now, double then, double bound, int pilot) {
    return new Row(
        "error rate %s against a count of rate %s, increase at most %s, %d examples"
            .formatted(now, then, bound, pilot),
        now - then,
        bound,
        pilot,
        (n, random) ->
            RateDifference.of(
                Proportion.of(ClusterFalsePasses.events(n, now, 0, random), n),
                Proportion.of(ClusterFalsePasses.events(n, then, 0, random), n)));
  }

  private static boolean[] positive(int positives, int negatives, int examples) {
    boolean[] positive = new boolean[examples];
    int number = Math.max(2, Math.round((float) examples * positives / (positives + negatives)));
    Arrays.fill(positive, 0, Math.min(examples - 2, number), true);
    return positive;
  }

  private static double shift(double area) {
    return Math.sqrt(2) * NORMAL.inverseCumulativeProbability(area);
  }

  private static double[] scores(double area, boolean[] positive, SplittableRandom random) {
    double shift = shift(area);
    double[] scores = new double[positive.length];
    Arrays.setAll(scores, i -> random.nextGaussian() + (positive[i] ? shift : 0));
    return scores;
  }

  private static Row area(double area, double bound, int positives, int negatives) {
    return new Row(
        "AUROC %s (binormal), bound %s, %d positives and %d others"
            .formatted(area, bound, positives, negatives),
        area,
        bound,
        positives + negatives,
        (n, random) -> {
          boolean[] positive = positive(positives, negatives, n);
          return Auroc.of(scores(area, positive, random), positive);
        });
  }

  /** Two noisy views of the same scores. */
  private static Row loss(double before, double now, double bound, int positives, int negatives) {
    return new Row(
        "AUROC from %s to %s, in pairs, loss at most %s, %d positives and %d others"
            .formatted(before, now, bound, positives, negatives),
        before - now,
        bound,
        positives + negatives,
        (n, random) -> {
          boolean[] positive = positive(positives, negatives, n);
          double[] approved = new double[n];
          double[] candidate = new double[n];
          for (int i = 0; i < n; i++) {
            double common = random.nextGaussian() * Math.sqrt(0.8);
            approved[i] = common + Math.sqrt(0.2) * random.nextGaussian();
            candidate[i] = common + Math.sqrt(0.2) * random.nextGaussian();
            approved[i] += positive[i] ? shift(before) : 0;
            candidate[i] += positive[i] ? shift(now) : 0;
          }
          return AurocLoss.of(candidate, approved, positive);
        });
  }

  private static Row lossAgainstLine(
      double before, double now, double bound, int positives, int negatives) {
    return new Row(
        "AUROC %s against a line of %s, loss at most %s, %d positives and %d others"
            .formatted(now, before, bound, positives, negatives),
        before - now,
        bound,
        positives + negatives,
        (n, random) -> {
          boolean[] positive = positive(positives, negatives, n);
          return IndependentDifference.of(
              Auroc.of(scores(before, positive, random), positive),
              Auroc.of(scores(now, positive, random), positive));
        });
  }

  private static Row calibration(double error, double bound, int pilot) {
    return new Row(
        "ECE %s, at most %s, %d examples".formatted(error, bound, pilot),
        error,
        bound,
        pilot,
        (n, random) -> error(error, n, random));
  }

  /** Confidences from .5 to 1, too sure by so much. */
  private static CalibrationError error(double error, int n, SplittableRandom random) {
    double[] said = random.doubles(n, 0.5, 1).toArray();
    boolean[] right = new boolean[n];
    for (int i = 0; i < n; i++) {
      right[i] = random.nextDouble() < said[i] - error;
    }
    return CalibrationError.of(new Confidences(said, right), 10);
  }

  /** The approved model is calibrated. */
  private static Row calibrationAgainstLine(double error, double bound, int pilot) {
    return new Row(
        "ECE %s against a line of 0, increase at most %s, %d examples"
            .formatted(error, bound, pilot),
        error,
        bound,
        pilot,
        (n, random) -> LimitDifference.of(error(error, n, random), error(0, n, random)));
  }

  /** A calibrated model, and one that says so much more of the same; from .5 to .85. */
  private static Row calibrationInPairs(double error, double bound, int pilot) {
    return new Row(
        "ECE from 0 to %s, in pairs, increase at most %s, %d examples"
            .formatted(error, bound, pilot),
        error,
        bound,
        pilot,
        (n, random) -> {
          double[] before = random.doubles(n, 0.5, 0.85).toArray();
          double[] said = Arrays.stream(before).map(p -> p + error).toArray();
          boolean[] right = new boolean[n];
          boolean[] same = new boolean[n];
          Arrays.fill(same, true);
          for (int i = 0; i < n; i++) {
            right[i] = random.nextDouble() < before[i];
          }
          return CalibrationErrorIncrease.of(
              new Confidences(said, right), new Confidences(before, right), same, 10);
        });
  }

  /** An undecided pilot, and the number it was told. */
  private record Told(double miss, OptionalLong number) {}

  private static void print(Row row, int pilots, int fresh) {
    List<Told> told = new ArrayList<>();
    for (int run = 0; run < pilots; run++) {
      Estimate pilot = row.sampling.draw(row.pilot, new SplittableRandom(run));
      if (!decides(pilot, row.bound, true) && !decides(pilot, row.bound, false)) {
        told.add(
            new Told(
                Math.abs(pilot.valueWithoutBias() - row.truth),
                pilot.examplesToDecide(row.bound, LEVEL)));
      }
    }
    told.sort(Comparator.comparingDouble(Told::miss));
    List<Long> near = numbers(told.subList(0, Math.max(1, told.size() / NEAREST)));
    List<Long> all = numbers(told);
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %s | %.0f %% of %d |%n",
        row.name,
        near.isEmpty()
            ? "none"
            : "%,d".formatted(near.stream().sorted().toList().get(near.size() / 2)),
        decided(row, near, fresh, pilots),
        decided(row, all, fresh, pilots + fresh),
        told.isEmpty() ? 0 : 100.0 * all.size() / told.size(),
        told.size());
  }

  private static List<Long> numbers(List<Told> told) {
    return told.stream()
        .filter(t -> t.number.isPresent())
        .map(t -> t.number.getAsLong())
        .filter(n -> n <= MOST)
        .toList();
  }

  private static String decided(Row row, List<Long> numbers, int fresh, int seed) {
    if (numbers.isEmpty()) {
      return "none";
    }
    int decided = 0;
    for (int run = 0; run < fresh; run++) {
      SplittableRandom random = new SplittableRandom(seed + run);
      int n = Math.toIntExact(numbers.get(random.nextInt(numbers.size())));
      decided += decides(row.sampling.draw(n, random), row.bound, row.truth < row.bound) ? 1 : 0;
    }
    return String.format(Locale.ROOT, "%.0f %%", 100.0 * decided / fresh);
  }

  /** Whether it is shown that the quantity is at most the bound, or that it is more. */
  private static boolean decides(Estimate estimate, double bound, boolean atMost) {
    Interval interval = estimate.interval(LEVEL);
    return atMost ? interval.upper() <= bound : interval.lower() >= bound;
  }
}
