package dev.touchstone.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;

/**
 * By how much the average precision of one ranking exceeds that of another one of the same examples
 * at most, in populations that these may be drawn from.
 *
 * <p>The shares that the examples stand for are those of {@link PrecisionBounds}, the same in both
 * rankings: spacings of uniform order statistics, one for each example and one for a positive and a
 * negative that were not met. These two stand where they are best for the one ranking and where
 * they are worst for the other. Examples that are alike in kind and in both scores are counted, not
 * listed.
 */
final class PairedRankings {

  /** Examples that are alike. */
  private record Alike(boolean positive, double first, double second) {}

  /**
   * One of the rankings: the numbers of its groups of negatives, from the top; at each score of a
   * positive the groups of positives, and how many groups of negatives are above, and are not
   * below.
   */
  private record Ranking(int[] negatives, int[][] positives, int[] above, int[] notBelow) {}

  private final int[] counts;
  private final boolean[] positive;
  private final Ranking first;
  private final Ranking second;
  private final int positives;
  private final int negatives;

  /** Of scores of the same examples, the larger the more likely positive. */
  PairedRankings(double[] first, double[] second, boolean[] positive) {
    Map<Alike, Integer> numbers = new HashMap<>();
    List<Alike> groups = new ArrayList<>();
    int[] members = new int[positive.length];
    for (int i = 0; i < positive.length; i++) {
      // −0.0 is the score 0.
      Alike alike = new Alike(positive[i], first[i] + 0.0, second[i] + 0.0);
      Integer group = numbers.putIfAbsent(alike, groups.size());
      if (group == null) {
        group = groups.size();
        groups.add(alike);
      }
      members[group]++;
    }
    this.counts = Arrays.copyOf(members, groups.size());
    this.positive = new boolean[groups.size()];
    int found = 0;
    for (int group = 0; group < counts.length; group++) {
      this.positive[group] = groups.get(group).positive;
      found += this.positive[group] ? counts[group] : 0;
    }
    this.positives = found;
    this.negatives = positive.length - found;
    this.first = ranking(groups, Alike::first);
    this.second = ranking(groups, Alike::second);
  }

  private PairedRankings(PairedRankings of, int[] counts) {
    this.counts = counts;
    this.positive = of.positive;
    this.first = of.first;
    this.second = of.second;
    this.positives = IntStream.range(0, counts.length).map(g -> positive[g] ? counts[g] : 0).sum();
    this.negatives = IntStream.of(counts).sum() - positives;
  }

  private static Ranking ranking(List<Alike> groups, ToDoubleFunction<Alike> score) {
    int[] order =
        IntStream.range(0, groups.size())
            .boxed()
            .sorted(Comparator.comparingDouble(g -> -score.applyAsDouble(groups.get(g))))
            .mapToInt(g -> g)
            .toArray();
    int[] negatives = new int[order.length];
    int passed = 0;
    List<int[]> positives = new ArrayList<>();
    List<int[]> places = new ArrayList<>();
    int next = 0;
    while (next < order.length) {
      double here = score.applyAsDouble(groups.get(order[next]));
      int above = passed;
      int[] tied = new int[order.length - next];
      int hits = 0;
      for (; next < order.length && score.applyAsDouble(groups.get(order[next])) == here; next++) {
        if (groups.get(order[next]).positive) {
          tied[hits++] = order[next];
        } else {
          negatives[passed++] = order[next];
        }
      }
      if (hits > 0) {
        positives.add(Arrays.copyOf(tied, hits));
        places.add(new int[] {above, passed});
      }
    }
    return new Ranking(
        Arrays.copyOf(negatives, passed),
        positives.toArray(int[][]::new),
        places.stream().mapToInt(place -> place[0]).toArray(),
        places.stream().mapToInt(place -> place[1]).toArray());
  }

  int size() {
    return positives + negatives;
  }

  /** Positives and negatives that many times. */
  PairedRankings times(double times) {
    int[] more = new int[counts.length];
    for (boolean kind : new boolean[] {true, false}) {
      long counted = 0;
      long given = 0;
      for (int group = 0; group < counts.length; group++) {
        if (positive[group] == kind) {
          counted += counts[group];
          more[group] = Math.toIntExact((long) Math.ceil(times * counted - 0.5) - given);
          given += more[group];
        }
      }
    }
    return new PairedRankings(this, more);
  }

  /** Draws of the largest excess of the first ranking's average precision over the second's. */
  double[] mostExcess(int draws) {
    return PrecisionBounds.sorted((random, number) -> draw(random, number, first, second), draws);
  }

  /** Draws of the largest excess of the second ranking's over the first's. */
  double[] mostLack(int draws) {
    return PrecisionBounds.sorted((random, number) -> draw(random, number, second, first), draws);
  }

  private double[] draw(UniformRandomProvider random, int draws, Ranking better, Ranking worse) {
    PrecisionBounds.Spacings spacings = new PrecisionBounds.Spacings(random);
    ContinuousSampler one = spacings.of(1);
    ContinuousSampler[] ofOne = new ContinuousSampler[counts.length];
    ContinuousSampler[] ofOthers = new ContinuousSampler[counts.length];
    for (int group = 0; group < counts.length; group++) {
      ofOne[group] = spacings.of(Math.min(1, counts[group]));
      ofOthers[group] = spacings.of(Math.max(0, counts[group] - 1));
    }
    ContinuousSampler allPositives = spacings.of(positives);
    ContinuousSampler allNegatives = spacings.of(negatives);
    Masses masses = new Masses(counts.length);
    double[] values = new double[draws];
    for (int draw = 0; draw < draws; draw++) {
      masses.positives = one.sample();
      masses.negatives = one.sample();
      masses.unmetPositive = masses.positives;
      masses.unmetNegative = masses.negatives;
      for (int group = 0; group < counts.length; group++) {
        masses.one[group] = ofOne[group].sample();
        masses.all[group] = masses.one[group] + ofOthers[group].sample();
        if (positive[group]) {
          masses.positives += masses.all[group];
        } else {
          masses.negatives += masses.all[group];
        }
      }
      double hits = allPositives.sample();
      double alarms = allNegatives.sample();
      double between = one.sample();
      // The excess need not grow with the share of positives: both ends of what that can be.
      double rare = (alarms + between) / hits;
      double frequent = alarms / (hits + between);
      values[draw] =
          Math.max(
              masses.most(better, rare) - masses.least(worse, rare),
              masses.most(better, frequent) - masses.least(worse, frequent));
    }
    return values;
  }

  /** What each group of examples stands for in one draw. */
  private static final class Masses {
    private final double[] one;
    private final double[] all;
    private double unmetPositive;
    private double unmetNegative;
    private double positives;
    private double negatives;

    Masses(int groups) {
      this.one = new double[groups];
      this.all = new double[groups];
    }

    /** The negatives above each place, with what stands above all. */
    private double[] passed(Ranking ranking, double above) {
      double[] passed = new double[ranking.negatives.length + 1];
      double sum = above;
      passed[0] = sum / negatives;
      for (int i = 0; i < ranking.negatives.length; i++) {
        sum += all[ranking.negatives[i]];
        passed[i + 1] = sum / negatives;
      }
      return passed;
    }

    private static double[] at(double[] passed, int[] places) {
      return Arrays.stream(places).mapToDouble(place -> passed[place]).toArray();
    }

    double least(Ranking ranking, double odds) {
      double[] apart = new double[ranking.positives.length];
      double[] upTo = new double[apart.length];
      double sum = 0;
      for (int step = 0; step < apart.length; step++) {
        apart[step] = (sum + one[ranking.positives[step][0]]) / positives;
        for (int group : ranking.positives[step]) {
          sum += all[group];
        }
        upTo[step] = sum / positives;
      }
      double[] passed = passed(ranking, unmetNegative);
      return PrecisionBounds.least(
          apart, upTo, at(passed, ranking.above), at(passed, ranking.notBelow), odds);
    }

    double most(Ranking ranking, double odds) {
      double[] low = new double[ranking.positives.length];
      double[] high = new double[low.length];
      double sum = unmetPositive;
      for (int step = 0; step < low.length; step++) {
        int last = ranking.positives[step][ranking.positives[step].length - 1];
        for (int group : ranking.positives[step]) {
          sum += all[group];
        }
        high[step] = sum / positives;
        low[step] = (sum - one[last]) / positives;
      }
      high[high.length - 1] = 1;
      return PrecisionBounds.most(
          unmetPositive / positives, low, high, at(passed(ranking, 0), ranking.notBelow), odds);
    }
  }
}
