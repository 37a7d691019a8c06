package dev.touchstone.statistics;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.commons.rng.JumpableUniformRandomProvider;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;
import org.apache.commons.rng.sampling.distribution.ContinuousSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The least, or the largest, average precision of populations that a ranking may be drawn from.
 *
 * <p>Let T(s) and F(s) be the shares of positives and of negatives with a score of s or more, π the
 * share of positives, and φ(t, f) = πt/(πt + (1 − π)f), so that the average precision is the mean
 * of φ(T(s), F(s)) over the scores of positives. Whatever the population, there are order
 * statistics U₁ ≤ … ≤ U_m and V₁ ≤ … ≤ V_n of independent uniform numbers with which, for every s,
 *
 * <pre>U_c ≤ T(s) ≤ U_c+1,  V_d ≤ F(s) ≤ V_d+1,</pre>
 *
 * <p>c and d of the m positives and n negatives seen being s or more, and U₀ = V₀ = 0, U_m+1 =
 * V_n+1 = 1. Within that nothing is less than all F as large and all T as small as they can be, and
 * nothing is more than the opposite, each with the ties that suit it; these two are computed here.
 * The extremes are drawn: U and V as order statistics, π from Clopper and Pearson's distributions
 * Beta(m, n + 1) for the least, Beta(m + 1, n) for the largest.
 */
final class PrecisionBounds {
  /** More steps than these are taken together, so that a bound is a little wider and not slower. */
  static final int MOST_STEPS = 2000;

  /** The draws of a portion come from one stream. */
  private static final int PORTION = 250;

  /**
   * The same for whatever ranking: a limit is a function of the data, as if it had been integrated.
   */
  private static final long SEED = 20051119;

  private PrecisionBounds() {}

  /** Draws of the least average precision, sorted. */
  static double[] least(LabelRanking ranking, int draws, int mostSteps) {
    return sorted(new Least(together(ranking, mostSteps, false), ranking), draws);
  }

  /** Draws of what the largest average precision lacks to 1, sorted. */
  static double[] mostLacks(LabelRanking ranking, int draws, int mostSteps) {
    return sorted(new Most(together(ranking, mostSteps, true), ranking), draws);
  }

  /** What is drawn. */
  @FunctionalInterface
  interface Drawn {
    /** Returns so many draws from one stream. */
    double[] draw(UniformRandomProvider random, int draws);
  }

  /** So many draws, of streams that are the same whatever is drawn; sorted. */
  static double[] sorted(Drawn drawn, int draws) {
    JumpableUniformRandomProvider streams =
        (JumpableUniformRandomProvider) RandomSource.XO_SHI_RO_256_PP.create(SEED);
    UniformRandomProvider[] random = new UniformRandomProvider[(draws + PORTION - 1) / PORTION];
    Arrays.setAll(random, i -> streams.jump());
    return IntStream.range(0, random.length)
        .parallel()
        .boxed()
        .flatMap(
            i ->
                Arrays.stream(drawn.draw(random[i], Math.min(PORTION, draws - i * PORTION)))
                    .boxed())
        .mapToDouble(x -> x)
        .sorted()
        .toArray();
  }

  /** Neighbouring scores as one, between which all that matters may stand anywhere. */
  private record Step(int positives, int apart, int above, int tied) {}

  private record Steps(Step[] each, int below) {}

  private static Steps together(LabelRanking ranking, int mostSteps, boolean first) {
    int size = (ranking.steps() + mostSteps - 1) / mostSteps;
    Step[] each = new Step[(ranking.steps() + size - 1) / size];
    int pending = 0;
    for (int step = 0; step < each.length; step++) {
      int start = step * size;
      int end = Math.min(ranking.steps(), start + size);
      int positives = 0;
      int negatives = 0;
      for (int i = start; i < end; i++) {
        positives += ranking.positives()[i];
        negatives += ranking.above()[i] + ranking.tied()[i];
      }
      if (first) {
        int before = ranking.above()[start] + ranking.tied()[start];
        each[step] = new Step(positives, 0, pending + before, 0);
        pending = negatives - before;
      } else if (end - start == 1) {
        each[step] = new Step(positives, 1, ranking.above()[start], ranking.tied()[start]);
      } else {
        each[step] = new Step(positives, positives, negatives, 0);
      }
    }
    return new Steps(each, pending + ranking.below());
  }

  /**
   * The least average precision. Positives that are not tied stand apart, in a continuum at the
   * lower end of where they can, so that their precision grows from below; of k tied ones k − 1
   * spacings are tied for certain.
   *
   * @param apart at each step U of the first positive of its score: how much may stand just above
   * @param upTo U of the last one
   * @param before V of the first negative below the scores above
   * @param at V of the first negative below the score
   * @param odds of a negative, (1 − π)/π
   */
  static double least(double[] apart, double[] upTo, double[] before, double[] at, double odds) {
    double sum = 0;
    double reached = 0;
    for (int step = 0; step < upTo.length; step++) {
      double all = upTo[step];
      // Just above the score lies what has less precision there than among the ties.
      double cut = Math.max(reached, Math.min(apart[step], all * (before[step] / at[step])));
      sum += grown(reached, cut, odds * before[step]);
      sum += (all - cut) * all / (all + odds * at[step]);
      reached = all;
    }
    return sum + grown(reached, 1, odds);
  }

  /** The integral of t/(t + f) from one share of the positives to another. */
  private static double grown(double from, double to, double f) {
    return to - from - f * Math.log1p((to - from) / (from + f));
  }

  /**
   * The largest average precision. Positives not met stand as high as they can, tied where that
   * raises them: the share reached at a score is either U of the last positive seen or the next U,
   * since the sum is convex in it.
   *
   * @param top U of the first positive: what may stand above everything
   * @param low at each step U of the last positive with its score
   * @param high U of the next one
   * @param at V of the last negative with the score or a larger one
   * @param odds of a negative, (1 − π)/π
   */
  static double most(double top, double[] low, double[] high, double[] at, double odds) {
    double atLow = 0;
    double atHigh = top;
    double sumLow = 0;
    double sumHigh = top;
    for (int step = 0; step < low.length; step++) {
      double f = odds * at[step];
      double nextLow =
          Math.max(
                  sumLow - atLow * precision(low[step], f),
                  sumHigh - atHigh * precision(low[step], f))
              + low[step] * precision(low[step], f);
      double nextHigh =
          Math.max(
                  sumLow - atLow * precision(high[step], f),
                  sumHigh - atHigh * precision(high[step], f))
              + high[step] * precision(high[step], f);
      atLow = low[step];
      atHigh = high[step];
      sumLow = nextLow;
      sumHigh = nextHigh;
    }
    return sumHigh;
  }

  private static double precision(double t, double f) {
    return f == 0 ? 1 : t / (t + f);
  }

  /** Sums of so many exponential numbers, which uniform order statistics are ratios of. */
  static final class Spacings {
    private final UniformRandomProvider random;
    private final ContinuousSampler one;
    private final Map<Integer, ContinuousSampler> sums = new TreeMap<>();

    Spacings(UniformRandomProvider random) {
      this.random = random;
      this.one = ZigguratSampler.Exponential.of(random);
    }

    /** A sampler of the sum of a fixed number of them. */
    ContinuousSampler of(int number) {
      if (number < 2) {
        return number == 0 ? () -> 0 : one;
      }
      return sums.computeIfAbsent(
          number, shape -> AhrensDieterMarsagliaTsangGammaSampler.of(random, shape, 1));
    }

    ContinuousSampler[] of(Steps steps, ToIntFunction<Step> number) {
      return Arrays.stream(steps.each)
          .map(step -> of(number.applyAsInt(step)))
          .toArray(ContinuousSampler[]::new);
    }
  }

  private static void divide(double[] values, double by) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= by;
    }
  }

  private static final class Least implements Drawn {
    private final Steps steps;
    private final int positives;
    private final int negatives;

    Least(Steps steps, LabelRanking ranking) {
      this.steps = steps;
      this.positives = ranking.allPositives();
      this.negatives = ranking.allNegatives();
    }

    @Override
    public double[] draw(UniformRandomProvider random, int draws) {
      Spacings spacings = new Spacings(random);
      ContinuousSampler one = spacings.of(1);
      ContinuousSampler[] ofApart = spacings.of(steps, Step::apart);
      ContinuousSampler[] ofTies = spacings.of(steps, step -> step.positives - step.apart);
      ContinuousSampler[] ofAbove = spacings.of(steps, Step::above);
      ContinuousSampler[] ofTied = spacings.of(steps, Step::tied);
      ContinuousSampler ofBelow = spacings.of(steps.below);
      ContinuousSampler allPositives = spacings.of(positives);
      ContinuousSampler allNegatives = spacings.of(negatives + 1);
      int length = steps.each.length;
      double[] apart = new double[length];
      double[] upTo = new double[length];
      double[] before = new double[length];
      double[] at = new double[length];
      double[] values = new double[draws];
      for (int draw = 0; draw < draws; draw++) {
        double u = 0;
        double v = one.sample();
        for (int step = 0; step < length; step++) {
          u += ofApart[step].sample();
          apart[step] = u;
          u += ofTies[step].sample();
          upTo[step] = u;
          v += ofAbove[step].sample();
          before[step] = v;
          v += ofTied[step].sample();
          at[step] = v;
        }
        u += one.sample();
        v += ofBelow.sample();
        divide(apart, u);
        divide(upTo, u);
        divide(before, v);
        divide(at, v);
        values[draw] =
            least(apart, upTo, before, at, allNegatives.sample() / allPositives.sample());
      }
      return values;
    }
  }

  private static final class Most implements Drawn {
    private final Steps steps;
    private final int positives;
    private final int negatives;

    Most(Steps steps, LabelRanking ranking) {
      this.steps = steps;
      this.positives = ranking.allPositives();
      this.negatives = ranking.allNegatives();
    }

    @Override
    public double[] draw(UniformRandomProvider random, int draws) {
      Spacings spacings = new Spacings(random);
      ContinuousSampler one = spacings.of(1);
      ContinuousSampler[] ofOthers = spacings.of(steps, step -> step.positives - 1);
      ContinuousSampler[] ofAbove = spacings.of(steps, Step::above);
      ContinuousSampler ofBelow = spacings.of(steps.below);
      ContinuousSampler allPositives = spacings.of(positives + 1);
      ContinuousSampler allNegatives = spacings.of(negatives);
      int length = steps.each.length;
      double[] low = new double[length];
      double[] high = new double[length];
      double[] at = new double[length];
      double[] values = new double[draws];
      for (int draw = 0; draw < draws; draw++) {
        double top = one.sample();
        double u = top;
        double v = 0;
        for (int step = 0; step < length; step++) {
          u += ofOthers[step].sample();
          low[step] = u;
          u += one.sample();
          high[step] = u;
          v += ofAbove[step].sample();
          at[step] = v;
        }
        v += ofBelow.sample() + one.sample();
        divide(low, u);
        divide(high, u);
        divide(at, v);
        values[draw] =
            1 - most(top / u, low, high, at, allNegatives.sample() / allPositives.sample());
      }
      return values;
    }
  }
}
