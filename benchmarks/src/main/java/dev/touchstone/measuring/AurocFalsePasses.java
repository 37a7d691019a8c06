package dev.touchstone.measuring;

import static dev.touchstone.measuring.FalsePasses.drawn;

import dev.touchstone.measuring.FalsePasses.Population;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.AurocLoss;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Areas under the ROC curve: one, its loss against a recorded line, and its loss in pairs. */
final class AurocFalsePasses implements FalsePasses.Kind {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
  private static final double LEVEL = 1 - 2 * FalsePasses.TAIL;

  /** Below every negative. */
  private static final double LAST = -1000;

  private final String name;
  private final String heading;
  private final List<Population> populations;

  private AurocFalsePasses(String name, String heading, List<Population> populations) {
    this.name = name;
    this.heading = heading;
    this.populations = populations;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String heading() {
    return heading;
  }

  @Override
  public List<Population> populations() {
    return populations;
  }

  /** Scores of both kinds, and the area that they have. */
  private record Scores(
      String name,
      double area,
      ToDoubleFunction<SplittableRandom> ofPositive,
      ToDoubleFunction<SplittableRandom> ofNegative) {

    static Scores binormal(double area) {
      double shift = Math.sqrt(2) * NORMAL.inverseCumulativeProbability(area);
      return new Scores(
          "binormal " + area, area, r -> shift + r.nextGaussian(), SplittableRandom::nextGaussian);
    }

    /** Two values: many ties. */
    static Scores binary(double hits, double alarms) {
      return new Scores(
          "binary %s/%s".formatted(hits, alarms),
          hits * (1 - alarms) + (hits * alarms + (1 - hits) * (1 - alarms)) / 2,
          r -> r.nextDouble() < hits ? 1 : 0,
          r -> r.nextDouble() < alarms ? 1 : 0);
    }

    /** Some positives stand at random, the others six deviations off. */
    static Scores atRandom(double share) {
      return new Scores(
          "%s of the positives at random".formatted(share),
          share / 2 + (1 - share) * NORMAL.cumulativeProbability(6 / Math.sqrt(2)),
          r -> r.nextDouble() < share ? r.nextGaussian() : 6 + r.nextGaussian(),
          SplittableRandom::nextGaussian);
    }

    /** Some positives stand below every negative. */
    static Scores last(double share, double area) {
      Scores others = area == 1 ? null : binormal(area);
      return new Scores(
          "%s of the positives last, the others %s".formatted(share, area),
          (1 - share) * area,
          r ->
              r.nextDouble() < share
                  ? LAST
                  : others == null ? 20 + r.nextGaussian() : others.ofPositive.applyAsDouble(r),
          SplittableRandom::nextGaussian);
    }

    double[] draw(int positives, int negatives, SplittableRandom random) {
      double[] scores = new double[positives + negatives];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = (i < positives ? ofPositive : ofNegative).applyAsDouble(random);
      }
      return scores;
    }
  }

  /** The lower limit of one area. */
  static AurocFalsePasses ofOne() {
    List<Population> populations = new ArrayList<>();
    one(populations, Scores.binormal(0.8), 3, 97);
    one(populations, Scores.binormal(0.9), 5, 95);
    one(populations, Scores.binormal(0.9), 10, 90);
    one(populations, Scores.binormal(0.95), 10, 90);
    one(populations, Scores.binormal(0.95), 20, 180);
    one(populations, Scores.binormal(0.99), 20, 180);
    one(populations, Scores.binormal(0.95), 50, 450);
    one(populations, Scores.binormal(0.99), 50, 450);
    one(populations, Scores.binormal(0.6), 200, 200);
    one(populations, Scores.binary(0.9, 0.1), 10, 90);
    one(populations, Scores.binary(0.98, 0.001), 50, 450);
    one(populations, Scores.binary(0.5, 0.5), 50, 50);
    one(populations, Scores.atRandom(0.1), 20, 180);
    one(populations, Scores.atRandom(0.1), 50, 450);
    one(populations, Scores.atRandom(0.02), 50, 450);
    for (double share : new double[] {0.01, 0.02, 0.05, 0.1}) {
      one(populations, Scores.last(share, 1), 50, 450);
      one(populations, Scores.last(share, 1), 200, 200);
    }
    one(populations, Scores.last(0.05, 0.9), 50, 450);
    one(populations, Scores.last(0.1, 0.76), 100, 100);
    return new AurocFalsePasses(
        "auroc",
        "AUROC (before: DeLong on the logit scale; now: the tighter of Clopper-Pearson at the rarer"
            + " class and Gaffke of the placements)",
        populations);
  }

  /** The upper limit of the loss of one model against another. */
  static AurocFalsePasses ofLosses() {
    List<Population> populations = new ArrayList<>();
    for (int positives : new int[] {10, 50}) {
      int negatives = 9 * positives;
      loss(populations, Scores.binormal(0.95), Scores.binormal(0.95), positives, negatives);
      loss(populations, Scores.binormal(0.95), Scores.binormal(0.85), positives, negatives);
      loss(populations, Scores.binormal(0.8), Scores.binormal(0.8), positives, negatives);
      loss(populations, Scores.binormal(0.99), Scores.last(0.05, 1), positives, negatives);
      loss(populations, Scores.binormal(0.99), Scores.last(0.02, 1), positives, negatives);
      loss(populations, Scores.last(0.05, 1), Scores.binormal(0.9), positives, negatives);
      loss(populations, Scores.binary(0.9, 0.1), Scores.binary(0.8, 0.1), positives, negatives);
    }
    loss(populations, Scores.binormal(0.99), Scores.last(0.05, 1), 200, 200);
    paired(populations, 0.6, 0.01, 100, 400);
    paired(populations, 0.9, 0.02, 50, 450);
    paired(populations, 0.99, 0.05, 20, 180);
    paired(populations, 0.99, 0.1, 50, 450);
    return new AurocFalsePasses(
        "losses",
        "AUROC loss (before: from DeLong's limits on the logit scale, or his variance of the"
            + " difference; now: from the limits in use)",
        populations);
  }

  private static boolean[] positive(int positives, int negatives) {
    boolean[] positive = new boolean[positives + negatives];
    for (int i = 0; i < positives; i++) {
      positive[i] = true;
    }
    return positive;
  }

  private static String size(int positives, int negatives) {
    return positives + " positives, " + negatives + " others";
  }

  private static void one(
      List<Population> populations, Scores scores, int positives, int negatives) {
    boolean[] positive = positive(positives, negatives);
    int rarer = Math.min(positives, negatives);
    populations.add(
        drawn(
            "AUROC, " + scores.name,
            size(positives, negatives),
            random -> {
              Auroc auroc = Auroc.of(scores.draw(positives, negatives, random), positive);
              return new boolean[] {
                FormerLimits.lowerAuroc(auroc, rarer) > scores.area,
                auroc.interval(LEVEL).lower() > scores.area
              };
            }));
  }

  /** The approved model left nothing but its area and interval, on examples of its own. */
  private static void loss(
      List<Population> populations, Scores approved, Scores now, int positives, int negatives) {
    boolean[] positive = positive(positives, negatives);
    int rarer = Math.min(positives, negatives);
    double truth = approved.area - now.area;
    populations.add(
        drawn(
            "loss against a recorded line, %s to %s".formatted(approved.name, now.name),
            size(positives, negatives),
            random -> {
              Auroc then = Auroc.of(approved.draw(positives, negatives, random), positive);
              Auroc candidate = Auroc.of(now.draw(positives, negatives, random), positive);
              double before =
                  then.value()
                      - candidate.value()
                      + Math.hypot(
                          FormerLimits.upperAuroc(then, rarer) - then.value(),
                          candidate.value() - FormerLimits.lowerAuroc(candidate, rarer));
              Interval kept = then.interval(LEVEL);
              Estimate line =
                  IndependentDifference.known(then.value(), kept, then.sampleSize(), "examples");
              return new boolean[] {
                before < truth,
                IndependentDifference.of(line, candidate).interval(LEVEL).upper() < truth
              };
            }));
  }

  /** On the same examples, the candidate sends some positives to the bottom. */
  private static void paired(
      List<Population> populations, double area, double share, int positives, int negatives) {
    Scores approved = Scores.binormal(area);
    boolean[] positive = positive(positives, negatives);
    populations.add(
        drawn(
            "loss in pairs, %s, then %s of the positives last".formatted(approved.name, share),
            size(positives, negatives),
            random -> {
              double[] then = approved.draw(positives, negatives, random);
              double[] now = then.clone();
              for (int i = 0; i < positives; i++) {
                now[i] = random.nextDouble() < share ? LAST : now[i];
              }
              AurocLoss loss = AurocLoss.of(now, then, positive);
              double reach =
                  NORMAL.inverseSurvivalProbability(FalsePasses.TAIL)
                      * standardError(then, now, positive);
              return new boolean[] {
                loss.value() + reach < share * area, loss.interval(LEVEL).upper() < share * area
              };
            }));
  }

  /** DeLong's of the difference, by which nothing but the paired variance decides. */
  private static double standardError(double[] then, double[] now, boolean[] positive) {
    AurocLoss loss = AurocLoss.of(now, then, positive);
    double first = Auroc.of(then, positive).standardError();
    double second = Auroc.of(now, positive).standardError();
    return Math.sqrt(
        Math.max(0, first * first + second * second - 2 * loss.correlation() * first * second));
  }
}
