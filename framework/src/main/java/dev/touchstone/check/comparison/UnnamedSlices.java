package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import dev.touchstone.surrogate.Columns;
import dev.touchstone.surrogate.Rule;
import dev.touchstone.surrogate.RuleSet;
import dev.touchstone.surrogate.SurrogateTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Is there a part of the data, which nobody named, where the model is worse? A tree on the table's
 * columns is fitted to where one half of the data fares worse than on average (errors, for an error
 * rate); its leaves are the candidates, and each is compared on the other half with the rest of
 * that half. What was found on one half is so judged on examples that had no part in the finding,
 * and the claim corrects for how many slices there are (Holm).
 *
 * <p>Images have no columns to ask about, but those beside them, and which of some examples they
 * look like to the model: clusters of what its last layer sees, found in the first half.
 *
 * <p>It finds slices that a few questions about columns tell; others are not excluded.
 */
public final class UnnamedSlices {
  private static final int LEAVES = 8;
  private static final int QUESTIONS = 3;

  /** Columns beside the features are asked about where they have at most so many values. */
  private static final int MOST_VALUES = 20;

  private final ClassificationMetric metric;
  private final int support;
  private final int leaves;
  private final int questions;

  private UnnamedSlices(ClassificationMetric metric, int support, int leaves, int questions) {
    this.metric = metric;
    this.support = support;
    this.leaves = leaves;
    this.questions = questions;
  }

  /**
   * Compares slices in a metric, of at most {@value #LEAVES} leaves and {@value #QUESTIONS}
   * questions.
   *
   * @param metric of one model
   * @param minSupport of how many examples a slice has to be, in either half
   * @throws IllegalArgumentException for a support of less than two
   */
  public static UnnamedSlices in(ClassificationMetric metric, int minSupport) {
    if (minSupport < 2) {
      throw new IllegalArgumentException(
          "a slice of %d examples shows nothing; give a support of at least 2, such as 50"
              .formatted(minSupport));
    }
    return new UnnamedSlices(metric, minSupport, LEAVES, QUESTIONS);
  }

  /** Looks among more or fewer slices: the leaves of the tree, at least two. */
  public UnnamedSlices withLeaves(int most) {
    if (most < 2) {
      throw new IllegalArgumentException("a tree of %d leaves finds no slice".formatted(most));
    }
    return new UnnamedSlices(metric, support, most, questions);
  }

  /** Lets a slice be told by at most so many questions. */
  public UnnamedSlices withQuestions(int most) {
    return new UnnamedSlices(metric, support, leaves, most);
  }

  /** Returns the name of the measured quantity. */
  public String quantity() {
    return "excess of " + metric.quantity();
  }

  /**
   * Finds slices in one half and judges them on the other.
   *
   * @throws TouchstoneException for data that are clustered, have fewer than four times the
   *     support, or cannot carry the metric, and for images without columns if the model shows no
   *     representation
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    if (data.clustering().isPresent()) {
      throw new TouchstoneException(
          "%s is clustered by %s, and halves of it would share clusters; give data.onePerCluster(seed)"
              .formatted(data.name(), data.clustering().get()));
    }
    if (data.size() < 4 * support) {
      throw new TouchstoneException(
          "%s has %d examples, and a slice and its rest of %d each in both halves take %d; give more data, or a smaller support"
              .formatted(data.name(), data.size(), support, 4 * support));
    }
    metric.check(data);
    Measuring.classes(metric).refuse(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(metric, support, leaves, questions), model, data, context),
            () -> measure(model, data, context));
  }

  private record Asked(ClassificationMetric metric, int support, int leaves, int questions) {}

  /** A slice, by what tells it, and how much worse it fared in the half in which it was found. */
  private record Candidate(Rule rule, double excess) {}

  private Evidence measure(Classifier model, Dataset data, RunContext context) {
    Trace trace = Trace.start(context);
    metric.settings().forEach(trace::with);
    trace
        .with("slices of at least", support)
        .with("leaves of the tree at most", leaves)
        .with("questions at most", questions);
    int[] order = PermutationSampler.natural(data.size());
    PermutationSampler.shuffle(context.random().of("halves", data.sha256()), order);
    int[] found = Arrays.copyOf(order, order.length / 2);
    int[] judged = Arrays.copyOfRange(order, found.length, order.length);
    Answered answered = Measuring.classes(metric).answered(model, data, context);
    Columns columns = columns(model, data, found, context);
    List<Candidate> candidates =
        candidates(Verified.shared(model, data, context).predictions(), data, columns, found);
    Evidence.Builder evidence =
        Evidence.of(
            quantity(),
            "%s on %s (n = %d, half of them to find slices in)"
                .formatted(model.name(), data.name(), data.size()));
    List<Table.Row> rows = new ArrayList<>();
    int measured = 0;
    for (Candidate candidate : candidates) {
      int[] decidedBy = new RuleSet(List.of(candidate.rule()), 0).of(columns).decidedBy();
      int[] inside = Arrays.stream(judged).filter(i -> decidedBy[i] >= 0).sorted().toArray();
      int[] outside = Arrays.stream(judged).filter(i -> decidedBy[i] < 0).sorted().toArray();
      String slice = candidate.rule().inWords();
      if (inside.length < support || outside.length < support) {
        evidence.note(
            "%s was not judged: %d of the %d examples of the other half are in it"
                .formatted(slice, inside.length, judged.length));
        continue;
      }
      Estimate of = value(data, slice, inside, answered.outcomes());
      Estimate rest = value(data, "rest of " + slice, outside, answered.outcomes());
      evidence.measured(
          new Measurement(quantity(), slice, excess(of, rest))
              .reading(
                  new Reading(
                      metric.unit() == Reading.Unit.SHARE ? Reading.Unit.POINTS : metric.unit(),
                      "where %s, the %s is worse by %s than elsewhere"
                          .formatted(slice, metric.quantity(), Reading.VALUE))));
      rows.add(
          new Table.Row(
              slice,
              List.of(
                  Table.number(inside.length),
                  Table.number(of.value()),
                  Table.number(rest.value()))));
      measured++;
    }
    if (measured == 0) {
      evidence.measured(
          new Measurement(
              quantity(),
              Slice.OVERALL,
              Undetermined.because(
                  "no slice of at least %d examples was found, so that none was compared; give more data, a smaller support, or columns that tell examples apart"
                      .formatted(support),
                  judged.length)));
    } else {
      evidence.figure(
          new Table(
              "slices",
              "Slices that were found in one half of the data, on the other half",
              "slice",
              List.of(
                  new Table.Column("examples").withDecimals(0),
                  new Table.Column(metric.quantity()).withDecimals(4),
                  new Table.Column("elsewhere").withDecimals(4)),
              rows));
    }
    evidence.note(
        "%d slices were found on %d examples and judged on the other %d; slices that take more than %d questions about columns are not excluded"
            .formatted(measured, found.length, judged.length, questions));
    if (!isTable(data)) {
      evidence.note(
          "images are told apart by %s"
              .formatted(
                  String.join(
                      ", ",
                      columns.names().stream()
                          .map(
                              name ->
                                  name.equals(LookAlikes.NAME)
                                      ? "which of %d examples they look like to the model's last layer (clusters of the first half)"
                                          .formatted(LookAlikes.CLUSTERS)
                                      : "\"" + name + "\"")
                          .toList())));
    }
    answered.addTo(evidence, trace);
    return evidence.from(trace.end(model, data));
  }

  private Estimate excess(Estimate of, Estimate rest) {
    if (Undetermined.is(of)) {
      return of;
    }
    if (Undetermined.is(rest)) {
      return rest;
    }
    return metric.moreIsBetter() ? metric.difference(rest, of) : metric.difference(of, rest);
  }

  private Estimate value(Dataset data, String name, int[] examples, Outcomes outcomes) {
    Slice slice = new Slice("slice", name, examples);
    return metric
        .lack(data, slice)
        .<Estimate>map(lack -> Undetermined.because(lack, examples.length))
        .orElseGet(() -> MetricValue.valueOf(metric, slice, outcomes.in(slice)));
  }

  /** The leaves of a tree on where examples fare worse than on average, the worst first. */
  private List<Candidate> candidates(
      Predictions predictions, Dataset data, Columns columns, int... half) {
    double[] shortfalls =
        Arrays.stream(half)
            .mapToDouble(i -> metric.shortfall(predictions, i, data.label(i)))
            .toArray();
    double mean = Arrays.stream(shortfalls).average().orElse(0);
    int[] worse = Arrays.stream(shortfalls).mapToInt(s -> s > mean ? 1 : 0).toArray();
    Columns part = columns.select(half);
    RuleSet tree =
        SurrogateTree.fittedOn(data).withLeaves(leaves).withDepth(questions).fit(part, worse, 2);
    int[] leafOf = tree.of(part).decidedBy();
    List<Candidate> candidates = new ArrayList<>();
    for (int leaf = 0; leaf < tree.rules().size(); leaf++) {
      int here = leaf;
      int[] members = IntStream.range(0, leafOf.length).filter(i -> leafOf[i] == here).toArray();
      double inside = Arrays.stream(members).mapToDouble(i -> shortfalls[i]).average().orElse(0);
      if (members.length >= support && half.length - members.length >= support && inside > mean) {
        candidates.add(new Candidate(tree.rules().get(leaf), inside - mean));
      }
    }
    candidates.sort(Comparator.comparingDouble(candidate -> -candidate.excess()));
    return candidates;
  }

  /**
   * Features, or of images what they look like to the model, and, where they have few values, the
   * columns beside.
   */
  private static Columns columns(Classifier model, Dataset data, int[] found, RunContext context) {
    Columns columns = isTable(data) ? Columns.of(data) : Columns.none(data.size());
    if (!isTable(data)) {
      Optional<Representation> shown = model.capability(Representation.class);
      if (shown.isPresent()) {
        columns = columns.and(LookAlikes.column(model, shown.get(), data, found, context));
      }
    }
    for (String name : data.columns()) {
      String[] values =
          IntStream.range(0, data.size()).mapToObj(i -> data.value(name, i)).toArray(String[]::new);
      if (!columns.names().contains(name)
          && new TreeSet<>(Arrays.asList(values)).size() <= MOST_VALUES) {
        columns = columns.and(new Columns.Categories(name, values));
      }
    }
    if (columns.size() == 0) {
      throw new TouchstoneException(
          "%s has features of the shape %s and no columns of at most %d values beside, and %s shows no representation by which its examples look alike; give data with columns, such as where an image was taken, or a model whose last layer's input is known: an ONNX file or a DJL block that ends in a linear layer"
              .formatted(data.name(), Arrays.toString(data.shape()), MOST_VALUES, model.name()));
    }
    return columns;
  }

  private static boolean isTable(Dataset data) {
    return data.shape().length == 1;
  }
}
