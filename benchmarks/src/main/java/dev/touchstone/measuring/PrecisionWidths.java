package dev.touchstone.measuring;

import dev.touchstone.statistics.Auprc;
import dev.touchstone.statistics.Interval;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * How wide limits of an average precision are, and how often they fail: those in use, Boyd, Eng and
 * Page's on the logit scale, those of the percentile bootstrap (1,000 resamples), and those that
 * are proven because bands of Dvoretzky, Kiefer and Wolfowitz hold around both distributions of
 * scores, and Clopper and Pearson's around the share of positives, each at a third of the tail. Run
 * r draws from {@code new SplittableRandom(r)}. Argument: the number of runs, 400 by default. A
 * table of docs/statistics.md.
 */
final class PrecisionWidths {
  private static final double LEVEL = 1 - 2 * FalsePasses.TAIL;
  private static final int RESAMPLES = 1000;

  private PrecisionWidths() {}

  public static void main(String[] arguments) {
    int runs = arguments.length == 0 ? 400 : Integer.parseInt(arguments[0]);
    System.out.println("| population | sample | true | in use | logit | bootstrap | bands |");
    System.out.println("|---|---|---|---|---|---|---|");
    print(RankedScores.binormal(1, 1), 200, 0.1, runs);
    print(RankedScores.binormal(2, 1), 200, 0.5, runs);
    print(RankedScores.binormal(2, 1), 500, 0.1, runs);
    print(RankedScores.binormal(5, 1), 500, 0.1, runs);
    print(RankedScores.last(0.02, 6), 500, 0.2, runs);
    print(RankedScores.first(0.002, 6), 500, 0.1, runs);
  }

  private static void print(RankedScores scores, int examples, double positives, int runs) {
    double truth = scores.averagePrecision(positives);
    double[][] sums = new double[4][4];
    for (int run = 0; run < runs; run++) {
      SplittableRandom random = new SplittableRandom(run);
      RankedScores.Sample sample = scores.draw(examples, positives, random);
      Auprc area = Auprc.of(sample.scores(), sample.positive());
      int found = PrecisionFalsePasses.count(sample);
      Interval[] intervals = {
        area.repeated(1).interval(LEVEL),
        new Interval(
            FormerLimits.averagePrecision(area.value(), found, -1),
            FormerLimits.averagePrecision(area.value(), found, 1),
            LEVEL),
        bootstrap(sample, random),
        bands(sample, found)
      };
      for (int kind = 0; kind < intervals.length; kind++) {
        sums[kind][0] += intervals[kind].lower() / runs;
        sums[kind][1] += intervals[kind].upper() / runs;
        sums[kind][2] += intervals[kind].lower() > truth ? 100.0 / runs : 0;
        sums[kind][3] += intervals[kind].upper() < truth ? 100.0 / runs : 0;
      }
    }
    StringBuilder row =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "| %s | %d examples, %s positive | %.3f |",
                scores.name(),
                examples,
                positives,
                truth));
    for (double[] sum : sums) {
      row.append(
          String.format(
              Locale.ROOT,
              " %.3f to %.3f, fail %.1f and %.1f %% |",
              sum[0],
              sum[1],
              sum[2],
              sum[3]));
    }
    System.out.println(row);
  }

  private static Interval bootstrap(RankedScores.Sample sample, SplittableRandom random) {
    int n = sample.scores().length;
    double[] areas = new double[RESAMPLES];
    for (int b = 0; b < RESAMPLES; b++) {
      double[] scores = new double[n];
      boolean[] positive = new boolean[n];
      int found;
      do {
        found = 0;
        for (int i = 0; i < n; i++) {
          int drawn = random.nextInt(n);
          scores[i] = sample.scores()[drawn];
          positive[i] = sample.positive()[drawn];
          found += positive[i] ? 1 : 0;
        }
      } while (found == 0 || found == n);
      areas[b] = Auprc.of(scores, positive).value();
    }
    Arrays.sort(areas);
    int cut = (int) (FalsePasses.TAIL * RESAMPLES);
    return new Interval(areas[cut], areas[RESAMPLES - 1 - cut], LEVEL);
  }

  /** Of scores without ties: every T and every F at the edge of its band, and π at its limit. */
  private static Interval bands(RankedScores.Sample sample, int m) {
    int n = sample.scores().length - m;
    double tail = FalsePasses.TAIL / 3;
    double reachOfHits = Math.sqrt(Math.log(1 / tail) / (2 * m));
    double reachOfAlarms = Math.sqrt(Math.log(1 / tail) / (2 * n));
    double least = BetaDistribution.of(m, n + 1.0).inverseCumulativeProbability(tail);
    double most = BetaDistribution.of(m + 1.0, n).inverseSurvivalProbability(tail);
    int[] order =
        IntStream.range(0, m + n)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -sample.scores()[i]))
            .mapToInt(i -> i)
            .toArray();
    double lower = 0;
    double reached = 0;
    double top = Math.min(1, reachOfHits);
    double upper = top;
    int hits = 0;
    int alarms = 0;
    for (int i : order) {
      if (!sample.positive()[i]) {
        alarms++;
        continue;
      }
      hits++;
      double t = Math.max(reached, (double) hits / m - reachOfHits);
      double f = Math.min(1, (double) alarms / n + reachOfAlarms) * (1 - least) / least;
      lower += grown(reached, t, f);
      reached = t;
      double high = Math.min(1, (double) hits / m + reachOfHits);
      upper +=
          grown(top, high, Math.max(0, (double) alarms / n - reachOfAlarms) * (1 - most) / most);
      top = high;
    }
    return new Interval(lower + grown(reached, 1, (1 - least) / least), upper, LEVEL);
  }

  /** The integral of t/(t + f). */
  private static double grown(double from, double to, double f) {
    return from == to ? 0 : to - from - f * Math.log1p((to - from) / (from + f));
  }
}
