package dev.touchstone.measuring;

import dev.touchstone.measuring.FalsePasses.Population;
import dev.touchstone.statistics.Auprc;
import dev.touchstone.statistics.AuprcLoss;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.LimitDifference;
import java.util.ArrayList;
import java.util.List;

/**
 * Average precision, either limit. The limits in use are made of 999 draws here, as where they are
 * planned by, and of 9,999 in a claim.
 */
final class PrecisionFalsePasses implements FalsePasses.Kind {

  @Override
  public String name() {
    return "precision";
  }

  @Override
  public String heading() {
    return "Average precision (before: Boyd, Eng and Page's limits on the logit scale; now: of"
        + " ranked draws; of a loss, before: limits subtracted)";
  }

  @Override
  public List<Population> populations() {
    List<Population> populations = new ArrayList<>();
    add(populations, RankedScores.binormal(0, 1), 50, 0.2);
    add(populations, RankedScores.binormal(1, 1), 50, 0.2);
    add(populations, RankedScores.binormal(3.3, 1), 50, 0.2);
    add(populations, RankedScores.binary(0.9, 0.1), 50, 0.5);
    add(populations, RankedScores.binormal(0, 1), 200, 0.05);
    add(populations, RankedScores.binormal(1, 1), 200, 0.05);
    add(populations, RankedScores.binormal(2, 1), 200, 0.1);
    add(populations, RankedScores.binormal(5, 1), 200, 0.1);
    add(populations, RankedScores.binormal(1, 0.4), 200, 0.2);
    add(populations, RankedScores.rounded(0), 200, 0.1);
    add(populations, RankedScores.rounded(1.5), 200, 0.5);
    add(populations, RankedScores.binary(0.98, 0.001), 500, 0.1);
    add(populations, RankedScores.binary(0.5, 0.5), 500, 0.5);
    add(populations, RankedScores.last(0.02, 6), 500, 0.2);
    add(populations, RankedScores.last(0.1, 6), 500, 0.1);
    add(populations, RankedScores.first(0.002, 6), 500, 0.02);
    add(populations, RankedScores.first(0.01, 3), 500, 0.1);
    add(populations, RankedScores.binormal(1, 2), 500, 0.2);
    add(populations, RankedScores.binormal(2, 1), 500, 0.5);
    add(populations, RankedScores.binormal(0, 1), 2000, 0.02);
    add(populations, RankedScores.binormal(1.5, 1), 2000, 0.05);
    add(populations, RankedScores.binormal(3.3, 1), 2000, 0.1);
    add(populations, RankedScores.rounded(1.5), 2000, 0.5);
    loss(populations, 1, 0.1, true, 200, 0.1);
    loss(populations, 3, 0.02, true, 500, 0.2);
    loss(populations, 6, 0.1, true, 200, 0.2);
    loss(populations, 1, 0.02, false, 200, 0.1);
    loss(populations, 6, 0.002, false, 500, 0.1);
    loss(populations, 6, 0.02, false, 500, 0.5);
    return populations;
  }

  private static void add(
      List<Population> populations, RankedScores scores, int examples, double positives) {
    double truth = scores.averagePrecision(positives);
    String size = "%d examples, %s positive".formatted(examples, positives);
    for (boolean upper : new boolean[] {false, true}) {
      populations.add(
          FalsePasses.drawn(
              "%s limit, %s".formatted(upper ? "upper" : "lower", scores.name()),
              size,
              random -> {
                RankedScores.Sample sample = scores.draw(examples, positives, random);
                Auprc area = Auprc.of(sample.scores(), sample.positive()).repeated(1);
                double before =
                    FormerLimits.averagePrecision(area.value(), count(sample), upper ? 1 : -1);
                return new boolean[] {
                  upper ? before < truth : before > truth,
                  (upper ? area.pValueBelow(truth) : area.pValueAbove(truth)) < FalsePasses.TAIL
                };
              }));
    }
  }

  /**
   * The upper limit of a loss, on the same examples: the candidate sends some positives to the
   * bottom, or some negatives to the top.
   */
  private static void loss(
      List<Population> populations,
      double shift,
      double share,
      boolean ofPositives,
      int examples,
      double positives) {
    RankedScores approved = RankedScores.binormal(shift, 1);
    RankedScores candidate =
        ofPositives ? RankedScores.last(share, shift) : RankedScores.first(share, shift);
    double truth = approved.averagePrecision(positives) - candidate.averagePrecision(positives);
    populations.add(
        FalsePasses.drawn(
            "loss in pairs, upper limit, then " + candidate.name(),
            "%d examples, %s positive".formatted(examples, positives),
            random -> {
              RankedScores.Sample sample = approved.draw(examples, positives, random);
              double[] now = sample.scores().clone();
              for (int i = 0; i < now.length; i++) {
                if (sample.positive()[i] == ofPositives && random.nextDouble() < share) {
                  now[i] += ofPositives ? -RankedScores.FAR : RankedScores.FAR;
                }
              }
              Estimate paired = AuprcLoss.of(now, sample.scores(), sample.positive()).repeated(1);
              Estimate subtracted =
                  LimitDifference.of(
                      Auprc.of(sample.scores(), sample.positive()).repeated(1),
                      Auprc.of(now, sample.positive()).repeated(1));
              return new boolean[] {
                subtracted.interval(1 - 2 * FalsePasses.TAIL).upper() < truth,
                paired.pValueBelow(truth) < FalsePasses.TAIL
              };
            }));
  }

  static int count(RankedScores.Sample sample) {
    int positives = 0;
    for (boolean positive : sample.positive()) {
      positives += positive ? 1 : 0;
    }
    return positives;
  }
}
