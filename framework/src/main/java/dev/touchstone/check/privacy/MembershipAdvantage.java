package dev.touchstone.check.privacy;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Leakage;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.model.Classifier;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.RateDifference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How much better than a guess can it be told which examples a model was trained on? The advantage
 * of an attack is the share of members that it takes for members minus the share of others that it
 * does (Yeom et al. 2018, Definition 4), between −1 and 1. The threshold is chosen on one half of
 * members and others, where it is best, and judged on the other half, so that choosing it does not
 * add to what is measured; both shares are of independent examples, and their difference has the
 * limits of Miettinen and Nurminen.
 *
 * <p>The advantage over this attack is no bound on better ones. Beside it stand the area under the
 * attack's ROC curve and its hits at few false alarms (Carlini et al. 2022): an attack that is
 * right about a few members for certain may have a small advantage.
 */
public final class MembershipAdvantage {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "membership advantage";

  private static final int FEWEST = 20;
  private static final double[] FALSE_ALARMS = {0.001, 0.01, 0.1};

  private final MembershipAttack attack;

  private MembershipAdvantage(MembershipAttack attack) {
    this.attack = attack;
  }

  /** Attacks by thresholds of the loss. */
  public static MembershipAdvantage withDefaults() {
    return of(LossThreshold.withDefaults());
  }

  /** Tries an attack. */
  public static MembershipAdvantage of(MembershipAttack attack) {
    return new MembershipAdvantage(attack);
  }

  /** Returns what is tried, in words. */
  public String describe() {
    return attack.name();
  }

  private record Asked(Record attack, Keys.OfData others) {}

  /**
   * Attacks a model.
   *
   * @param members examples that it was trained on
   * @param others examples of the same kind that it was not trained on
   * @throws TouchstoneException if members and others share examples, there are fewer than {@value
   *     #FEWEST} of either, or their classes differ
   */
  public Evidence evaluate(Classifier model, Dataset members, Dataset others, RunContext context) {
    if (!members.classNames().equals(others.classNames())) {
      throw new TouchstoneException(
          "the members %s have the classes %s, and the others %s have %s; read both with the same classes"
              .formatted(members.name(), members.classNames(), others.name(), others.classNames()));
    }
    for (Dataset data : List.of(members, others)) {
      if (data.size() < FEWEST) {
        throw new TouchstoneException(
            "%s has %d examples; membership is judged on at least %d members and as many others"
                .formatted(data.name(), data.size(), FEWEST));
      }
      attack.check(model, data);
    }
    Leakage.refuse("members", members, "non-members", others);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(key(), Keys.of(others)), model, members, context),
            () -> measure(model, members, others, context));
  }

  private Record key() {
    return Keys.stated(attack, attack.name(), attack.settings());
  }

  private Evidence measure(Classifier model, Dataset members, Dataset others, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("attack", attack.name())
            .with("non-members", others.name())
            .with("non-members sha256", others.sha256());
    attack.settings().forEach(trace::with);
    Sides in = sides(scores(model, members, context), members, context);
    Sides out = sides(scores(model, others, context), others, context);
    double threshold = bestThreshold(in.chosen(), out.chosen());
    Proportion hits = above(in.judged(), threshold);
    Proportion alarms = above(out.judged(), threshold);
    Evidence.Builder evidence =
        Evidence.of(
            "membership inference by " + attack.name(),
            "%s on %d members (%s) and %d others (%s)"
                .formatted(
                    model.name(), members.size(), members.name(), others.size(), others.name()));
    evidence.measured(
        new Measurement(QUANTITY, Dataset.Slice.OVERALL, RateDifference.of(hits, alarms))
            .reading(
                new Reading(
                    Reading.Unit.POINTS,
                    "members of the training data are taken for such more often than others by %s"
                        .formatted(Reading.VALUE))));
    evidence.beside(new Measurement("members taken for members", Dataset.Slice.OVERALL, hits));
    evidence.beside(new Measurement("others taken for members", Dataset.Slice.OVERALL, alarms));
    evidence.beside(new Measurement("AUROC of the attack", Dataset.Slice.OVERALL, auroc(in, out)));
    evidence.figure(hitsAtFewAlarms(in, out));
    evidence.note(
        "the threshold %.4g was chosen on %d members and %d others, and judged on %d and %d; a better attack may tell more"
            .formatted(
                threshold,
                in.chosen().length,
                out.chosen().length,
                in.judged().length,
                out.judged().length));
    return evidence.from(trace.end(model, members));
  }

  private double[] scores(Classifier model, Dataset data, RunContext context) {
    double[] scores = attack.scores(model, data, context);
    if (scores.length != data.size() || !Arrays.stream(scores).allMatch(Double::isFinite)) {
      throw new TouchstoneException(
          "%s gave %d scores for the %d examples of %s, or one that is not finite"
              .formatted(attack.name(), scores.length, data.size(), data.name()));
    }
    return scores;
  }

  /** The scores of one half, on which the threshold is chosen, and of the other. */
  private record Sides(double[] chosen, double[] judged) {}

  private static Sides sides(double[] scores, Dataset data, RunContext context) {
    int[] order = PermutationSampler.natural(scores.length);
    PermutationSampler.shuffle(context.random().of("membership halves", data.sha256()), order);
    int half = scores.length / 2;
    return new Sides(
        Arrays.stream(order, 0, half).mapToDouble(i -> scores[i]).toArray(),
        Arrays.stream(order, half, order.length).mapToDouble(i -> scores[i]).toArray());
  }

  /** Where the share of members at least so large exceeds that of others the most. */
  private static double bestThreshold(double[] members, double[] others) {
    double[] candidates =
        DoubleStream.concat(Arrays.stream(members), Arrays.stream(others))
            .distinct()
            .sorted()
            .toArray();
    double[] in = members.clone();
    double[] out = others.clone();
    Arrays.sort(in);
    Arrays.sort(out);
    double best = Double.NEGATIVE_INFINITY;
    double threshold = candidates[0];
    int below = 0;
    int belowOut = 0;
    for (double candidate : candidates) {
      while (below < in.length && in[below] < candidate) {
        below++;
      }
      while (belowOut < out.length && out[belowOut] < candidate) {
        belowOut++;
      }
      double advantage = (double) belowOut / out.length - (double) below / in.length;
      if (advantage > best) {
        best = advantage;
        threshold = candidate;
      }
    }
    return threshold;
  }

  private static Proportion above(double[] scores, double threshold) {
    return Proportion.of(
        (int) Arrays.stream(scores).filter(score -> score >= threshold).count(), scores.length);
  }

  private static double[] all(Sides sides) {
    return DoubleStream.concat(Arrays.stream(sides.chosen()), Arrays.stream(sides.judged()))
        .toArray();
  }

  private static Auroc auroc(Sides in, Sides out) {
    double[] scores =
        DoubleStream.concat(Arrays.stream(all(in)), Arrays.stream(all(out))).toArray();
    boolean[] member = new boolean[scores.length];
    Arrays.fill(member, 0, all(in).length, true);
    return Auroc.of(scores, member);
  }

  /** How many members are found where at most so many others are taken for one. */
  private static Table hitsAtFewAlarms(Sides in, Sides out) {
    double[] members = all(in);
    double[] others = all(out);
    Arrays.sort(others);
    List<Table.Row> rows = new ArrayList<>();
    for (double rate : FALSE_ALARMS) {
      int allowed = (int) Math.floor(rate * others.length);
      double limit = others[others.length - 1 - allowed];
      long found = Arrays.stream(members).filter(score -> score > limit).count();
      long alarms = IntStream.range(0, others.length).filter(i -> others[i] > limit).count();
      rows.add(
          new Table.Row(
              "%.1f %%".formatted(100 * rate),
              List.of(
                  Table.number((double) found / members.length),
                  Table.number((double) alarms / others.length))));
    }
    return new Table(
        "alarms",
        "Members found at few false alarms, on all examples",
        "false alarms at most",
        List.of(
            new Table.Column("members found").withDecimals(4),
            new Table.Column("false alarms").withDecimals(4)),
        rows);
  }
}
