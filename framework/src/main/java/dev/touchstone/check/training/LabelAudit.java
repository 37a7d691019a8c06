package dev.touchstone.check.training;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.jspecify.annotations.Nullable;

/**
 * Which labels a person looks at to know how many of a data set are wrong, and what they found. The
 * examples are drawn at random: of all alike, or of strata by how suspicious a detector finds them,
 * of which the most suspicious are looked at the most often. What a detector says chooses the
 * strata, and nothing else.
 *
 * <pre>{@code
 * LabelAudit audit = LabelAudit.ofRandom(train, 300, 7);
 * // look at train.select(audit.examples(), "to look at"), then
 * assertLabelErrorRateAtMost(audit.answeredBy(trusted), 0.05);
 * }</pre>
 */
public final class LabelAudit {
  /** The most suspicious tenth, the next fifth, and the rest. */
  private static final double[] CUTS = {0.1, 0.3, 1};

  /** Which share of the examples to look at each stratum gets. */
  private static final double[] SHARES = {0.4, 0.25, 0.35};

  private static final int MOST_NAMED = 5;

  private final Dataset data;
  private final int[] stratumOf;
  private final int[] examples;
  private final int @Nullable [] right;
  private final @Nullable LabelIssues issues;
  private final long seed;

  private LabelAudit(
      Dataset data,
      int[] stratumOf,
      int[] examples,
      int @Nullable [] right,
      @Nullable LabelIssues issues,
      long seed) {
    this.data = data;
    this.stratumOf = stratumOf;
    this.examples = examples;
    this.right = right;
    this.issues = issues;
    this.seed = seed;
  }

  /**
   * Draws examples to look at, each as likely as every other.
   *
   * @param size how many, at least one
   * @throws TouchstoneException for more than there are, or data of values
   */
  public static LabelAudit ofRandom(Dataset data, int size, long seed) {
    return drawn(data, new int[data.size()], new double[] {1}, size, null, seed);
  }

  /**
   * Draws more of those examples that a detector suspects more: 40 % of the sample among the most
   * suspicious tenth of the data, a quarter among the next fifth, the rest among the others.
   *
   * @param issues a detector's word on every example of the data
   * @param size how many, at least six
   * @throws TouchstoneException for more than there are, or data of values
   */
  public static LabelAudit bySuspicion(Dataset data, LabelIssues issues, int size, long seed) {
    if (issues.size() != data.size()) {
      throw new IllegalArgumentException(
          "suspicions of %d examples for the %d of %s"
              .formatted(issues.size(), data.size(), data.name()));
    }
    if (size < 2 * CUTS.length) {
      throw new TouchstoneException(
          "a sample of %d is too small for %d strata; look at %d examples or more, or draw them by LabelAudit.ofRandom"
              .formatted(size, CUTS.length, 2 * CUTS.length));
    }
    double[] suspicion = issues.suspicion();
    int[] order =
        IntStream.range(0, suspicion.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -suspicion[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] stratumOf = new int[order.length];
    for (int rank = 0; rank < order.length; rank++) {
      int stratum = 0;
      while (rank >= Math.round(CUTS[stratum] * order.length)) {
        stratum++;
      }
      stratumOf[order[rank]] = stratum;
    }
    return drawn(data, stratumOf, SHARES, size, issues, seed);
  }

  private static LabelAudit drawn(
      Dataset data,
      int[] stratumOf,
      double[] shares,
      int size,
      @Nullable LabelIssues issues,
      long seed) {
    if (data.hasValues()) {
      throw new TouchstoneException(
          "%s has values (%s), and labels are audited of classes"
              .formatted(data.name(), data.unit()));
    }
    if (size < 1 || size > data.size()) {
      throw new TouchstoneException(
          "%d examples were to be drawn of the %d of %s; give from 1 to %d"
              .formatted(size, data.size(), data.name(), data.size()));
    }
    UniformRandomProvider random =
        new RandomStreams(seed).of("label audit", data.sha256(), size, shares.length);
    List<Integer> drawn = new ArrayList<>();
    double owed = 0;
    for (int s = 0; s < shares.length; s++) {
      int stratum = s;
      int[] members =
          IntStream.range(0, stratumOf.length).filter(i -> stratumOf[i] == stratum).toArray();
      PermutationSampler.shuffle(random, members);
      owed += shares[s] * size;
      // What a small stratum cannot give the next ones do; the last gives what is missing.
      int here =
          s == shares.length - 1 ? size - drawn.size() : (int) Math.round(owed) - drawn.size();
      Arrays.stream(members).limit(Math.min(here, members.length)).forEach(drawn::add);
    }
    int[] examples = drawn.stream().mapToInt(Integer::intValue).sorted().toArray();
    return new LabelAudit(data, stratumOf, examples, null, issues, seed);
  }

  /** Returns the data whose labels are in question. */
  public Dataset data() {
    return data;
  }

  /** Returns the examples to look at, ascending; the most suspicious are not in front. */
  public int[] examples() {
    return examples.clone();
  }

  /**
   * Returns the audit with the right labels.
   *
   * @param rightLabels of {@link #examples()}, in their order
   * @throws TouchstoneException for another number of labels, or one outside the classes
   */
  public LabelAudit answered(int... rightLabels) {
    if (rightLabels.length != examples.length) {
      throw new TouchstoneException(
          "%d labels were given for the %d examples of the audit of %s; give one for each of audit.examples(), in their order"
              .formatted(rightLabels.length, examples.length, data.name()));
    }
    for (int label : rightLabels) {
      if (label < 0 || label >= data.classNames().size()) {
        throw new TouchstoneException(
            "the label %d is outside the classes %s of %s"
                .formatted(label, data.classNames(), data.name()));
      }
    }
    return new LabelAudit(data, stratumOf, examples, rightLabels.clone(), issues, seed);
  }

  /**
   * Returns the audit with the right labels of data that hold the same examples, by their ids.
   *
   * @throws TouchstoneException if an example is missing, naming the first ones, or the classes are
   *     others
   */
  public LabelAudit answeredBy(Dataset trusted) {
    if (!trusted.classNames().equals(data.classNames())) {
      throw new TouchstoneException(
          "%s has the classes %s, and %s has %s; read both with the same classes"
              .formatted(trusted.name(), trusted.classNames(), data.name(), data.classNames()));
    }
    Map<String, Integer> byId = new HashMap<>();
    for (int i = 0; i < trusted.size(); i++) {
      byId.put(trusted.id(i), trusted.label(i));
    }
    List<String> missing =
        Arrays.stream(examples).mapToObj(data::id).filter(id -> !byId.containsKey(id)).toList();
    if (!missing.isEmpty()) {
      throw new TouchstoneException(
          "%s has no label for %d of the %d examples of the audit, the first with the ids %s; a sample of which some are left out is no random one"
              .formatted(
                  trusted.name(),
                  missing.size(),
                  examples.length,
                  missing.subList(0, Math.min(MOST_NAMED, missing.size()))));
    }
    return answered(Arrays.stream(examples).map(i -> byId.get(data.id(i))).toArray());
  }

  /** Returns whether a person has looked at the examples. */
  public boolean isAnswered() {
    return right != null;
  }

  int[] stratumOf() {
    return stratumOf;
  }

  int strata() {
    return Arrays.stream(stratumOf).max().orElse(0) + 1;
  }

  long seed() {
    return seed;
  }

  @Nullable LabelIssues issues() {
    return issues;
  }

  /** Right labels by example, −1 where nobody looked. */
  int[] rightLabels() {
    int[] all = new int[data.size()];
    Arrays.fill(all, -1);
    if (right != null) {
      for (int a = 0; a < examples.length; a++) {
        all[examples[a]] = right[a];
      }
    }
    return all;
  }

  @Override
  public String toString() {
    return "%s audit of %d of the %d labels of %s%s"
        .formatted(
            strata() == 1 ? "random" : "stratified",
            examples.length,
            data.size(),
            data.name(),
            isAnswered() ? "" : ", not answered");
  }
}
