package dev.touchstone.measuring;

import static dev.touchstone.measuring.FalsePasses.drawn;

import dev.touchstone.measuring.FalsePasses.Population;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.MedianEstimate;
import dev.touchstone.statistics.Range;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Label errors planted six times. Before, Student's t claimed the mean over five plantings; now
 * order statistics claim the median over six. Each is tried at its own true value.
 */
final class PlantingFalsePasses implements FalsePasses.Kind {
  private static final int BEFORE = 5;
  private static final int NOW = 6;

  /** Just above a median that many plantings have: claiming as much is false. */
  private static final double ABOVE = 1e-9;

  @Override
  public String name() {
    return "plantings";
  }

  @Override
  public String heading() {
    return "Median planting (before: Student's t of the mean of five; now: the least of six)";
  }

  @Override
  public List<Population> populations() {
    return List.of(
        areas("AUROC, normal", 0.9, 0.9, r -> 0.9 + 0.02 * r.nextGaussian()),
        areas(
            "AUROC, 1 − A log-normal, σ = 1",
            1 - 0.006 * Math.exp(0.5),
            1 - 0.006,
            r -> 1 - 0.006 * Math.exp(r.nextGaussian())),
        areas(
            "AUROC, 1 − A log-normal, σ = 2",
            1 - 0.001 * Math.exp(2),
            1 - 0.001,
            r -> 1 - Math.min(1, 0.001 * Math.exp(2 * r.nextGaussian()))),
        areas("AUROC, .99 or, one in ten, .9", 0.981, 0.99, r -> r.nextInt(10) == 0 ? 0.9 : 0.99),
        areas("AUROC, 1 or, one in ten, .98", 0.998, 1, r -> r.nextInt(10) == 0 ? 0.98 : 1),
        areas("AUROC, .95 or .96 evenly", 0.955, 0.95, r -> r.nextBoolean() ? 0.95 : 0.96),
        precision("precision of 20 points, each right with .9", 20, 0.9, 0.9),
        precision("precision of 50 points, each right with .98", 50, 0.98, 0.98),
        precision("precision of 50 points, each right with .98 or, one in ten, .5", 50, 0.98, 0.5));
  }

  private static Population areas(
      String name, double mean, double median, ToDoubleFunction<SplittableRandom> area) {
    return drawn(
        name,
        NOW + " plantings",
        random -> {
          double[] five = random.doubles(BEFORE).map(u -> draw(area, random)).toArray();
          double[] six = random.doubles(NOW).map(u -> draw(area, random)).toArray();
          return new boolean[] {
            FormerLimits.lowerMean(five) >= mean + ABOVE,
            passes(MedianEstimate.of(Range.SHARE, "plantings", six), median + ABOVE)
          };
        });
  }

  private static double draw(ToDoubleFunction<SplittableRandom> area, SplittableRandom random) {
    return Math.max(0, Math.min(1, area.applyAsDouble(random)));
  }

  /** Each point is right with one probability, and in one planting of ten with another. */
  private static Population precision(String name, int points, double rate, double rare) {
    double mean = 0.9 * rate + 0.1 * rare;
    BinomialDistribution often = BinomialDistribution.of(points, rate);
    BinomialDistribution seldom = BinomialDistribution.of(points, rare);
    int median = 0;
    while (0.9 * often.cumulativeProbability(median) + 0.1 * seldom.cumulativeProbability(median)
        < 0.5) {
      median++;
    }
    double bound = (double) median / points + ABOVE;
    return drawn(
        name,
        NOW + " plantings",
        random -> {
          double[] five = new double[BEFORE];
          for (int i = 0; i < BEFORE; i++) {
            five[i] = (double) right(points, rate, rare, random) / points;
          }
          double[] six = new double[NOW];
          int found = 0;
          for (int i = 0; i < NOW; i++) {
            int right = right(points, rate, rare, random);
            found += right;
            six[i] = (double) right / points;
          }
          return new boolean[] {
            FormerLimits.lowerMean(five) >= mean + ABOVE,
            passes(
                MedianEstimate.of(Range.SHARE, "plantings", six)
                    .noNarrowerThan((double) found / (NOW * points), NOW * points),
                bound)
          };
        });
  }

  private static int right(int points, double rate, double rare, SplittableRandom random) {
    return ClusterFalsePasses.events(points, random.nextInt(10) == 0 ? rare : rate, 0, random);
  }

  private static boolean passes(Estimate estimate, double bound) {
    return estimate.interval(1 - 2 * FalsePasses.TAIL).lower() >= bound;
  }
}
