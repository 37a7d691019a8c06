package dev.touchstone.check.training;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Thumbnails;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.TrainingWeights;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.data.Leakage;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.Thumbnail;
import dev.touchstone.influence.Encoder;
import dev.touchstone.influence.Head;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.IdenticalClassMetric;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceFunctions;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.NotConvergedException;
import dev.touchstone.influence.TopExamples;
import dev.touchstone.influence.TopExamples.Top;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Are the training examples that matter most those that carry a signal? The signal is added to
 * every test example, the training examples are ranked for each by their influence on its loss, and
 * what is measured is the mean fraction of the top k that carry the signal (thesis, section 4.2.4:
 * it rises with a spurious model). k and the rule by which examples are on top are part of the
 * question.
 *
 * <p>The test examples are what is drawn; model and training data are what they are. Their
 * fractions lie in [0, 1], and their mean has limits that know of no other distribution ({@link
 * BoundedMean}).
 *
 * <p>Beside it stand the share of the training data that carries the signal, which is what a
 * ranking at random would have, and the {@link IdenticalClassMetric} with and without the signal in
 * the test examples, compared by the test of Kolmogorov and Smirnov, also with a normal model's
 * where one is given. They are reported only: a spurious model may have a high one.
 */
public final class TopInfluences {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "top influences that carry the signal";

  private static final String IDENTICAL = "identical class metric";
  private static final int FEWEST = 10;
  private static final int RANKS_SHOWN = 24;
  private static final int TEST_EXAMPLES_SHOWN = 3;
  private static final int COLUMNS_SHOWN = 12;
  private static final int NAMED = 3;

  private final TopExamples top;
  private final InfluenceEstimator estimator;
  private final Head head;
  private final List<Checkpoint> checkpoints;
  private final boolean signalled;
  private final boolean answers;
  private final int @Nullable [] known;
  private final @Nullable Normal normal;

  /** A model without the defect, and what it learnt from. */
  private record Normal(Classifier model, Dataset training) {}

  private TopInfluences(
      TopExamples top,
      InfluenceEstimator estimator,
      Head head,
      List<Checkpoint> checkpoints,
      boolean signalled,
      boolean answers,
      int @Nullable [] known,
      @Nullable Normal normal) {
    this.top = top;
    this.estimator = estimator;
    this.head = head;
    this.checkpoints = List.copyOf(checkpoints);
    this.signalled = signalled;
    this.answers = answers;
    this.known = known;
    this.normal = normal;
  }

  /**
   * Looks at these, by influence functions of the last layer (Koh and Liang 2017) with the default
   * head.
   */
  public static TopInfluences of(TopExamples top) {
    return new TopInfluences(
        top,
        InfluenceFunctions.withDefaults(),
        LogisticHead.withDefaults(),
        List.of(),
        true,
        false,
        null,
        null);
  }

  /** Looks at the k whose removal changes the test loss the most, up or down. */
  public static TopInfluences ofMagnitude(int k) {
    return of(TopExamples.ofMagnitude(k));
  }

  /** Looks at the k whose removal raises the test loss the most. */
  public static TopInfluences proponents(int k) {
    return of(TopExamples.proponents(k));
  }

  /** Looks at the k whose removal lowers the test loss the most. */
  public static TopInfluences opponents(int k) {
    return of(TopExamples.opponents(k));
  }

  /** Ranks by another estimator, such as {@code StudentInfluence.withDefaults()}. */
  public TopInfluences by(InfluenceEstimator other) {
    return new TopInfluences(top, other, head, checkpoints, signalled, answers, known, normal);
  }

  /** Takes another head on the last layer's input, such as one with a larger ridge. */
  public TopInfluences using(Head other) {
    return new TopInfluences(top, estimator, other, checkpoints, signalled, answers, known, normal);
  }

  /** Takes checkpoints of the training, in its order, for estimators that need them. */
  public TopInfluences withCheckpoints(List<Checkpoint> kept) {
    return new TopInfluences(top, estimator, head, kept, signalled, answers, known, normal);
  }

  /**
   * Says which training examples carry the signal, in the place of those in which it is found as it
   * would be added: where something was drawn over it later, or where it is marked by hand.
   *
   * @param examples their places in the training data
   */
  public TopInfluences carriedBy(int... examples) {
    return new TopInfluences(
        top, estimator, head, checkpoints, signalled, answers, examples.clone(), normal);
  }

  /**
   * Leaves the test examples as they are, without the signal: what somebody would look at who does
   * not know of it (the thesis's cause for concern).
   */
  public TopInfluences onExamplesAsTheyAre() {
    return new TopInfluences(top, estimator, head, checkpoints, false, answers, known, normal);
  }

  /**
   * Ranks by influence on the loss of the class that the model names, in the place of the right
   * one: with {@link #proponents}, what an answer rests on. A model that reads a signal names the
   * signal's class, and what speaks for that are the carriers; by the loss of the right class these
   * are opponents, which other examples of that class hide.
   */
  public TopInfluences ofAnswers() {
    return new TopInfluences(top, estimator, head, checkpoints, signalled, true, known, normal);
  }

  /**
   * Compares the identical class metric with that of a normal model, ranked by the same estimator;
   * reported only.
   *
   * @param its the data that the normal model was trained on
   */
  public TopInfluences besideNormal(Classifier model, Dataset its) {
    return new TopInfluences(
        top, estimator, head, checkpoints, signalled, answers, known, new Normal(model, its));
  }

  /** Returns what is looked at, in words. */
  public String describe() {
    return "the %s in the loss of the %s, by %s"
        .formatted(top.describe(), lossOf(), estimator.name());
  }

  private String lossOf() {
    return answers ? "class that the model names" : "right class";
  }

  /** Says what of the claim's question two results share. */
  private record Asked(
      TopExamples top,
      Record estimator,
      Head head,
      List<Object> checkpoints,
      boolean signalled,
      boolean answers,
      List<Integer> known,
      Record signal,
      Keys.OfData training,
      List<Object> normal) {}

  private Asked asked(SpuriousSignal signal, Dataset training) {
    Normal beside = normal;
    return new Asked(
        top,
        Keys.stated(estimator, estimator.name(), estimator.settings()),
        head,
        checkpoints.stream().<Object>map(kept -> Keys.of(kept.model())).toList(),
        signalled,
        answers,
        known == null ? List.of() : Arrays.stream(known).boxed().toList(),
        Keys.of(signal),
        Keys.of(training),
        beside == null ? List.of() : List.of(Keys.of(beside.model()), Keys.of(beside.training())));
  }

  /**
   * Ranks and measures.
   *
   * @param model trained on the training data
   * @param training as the model saw them, so that some carry the signal
   * @param test others of the same kind, at least {@value #FEWEST}, with their right labels
   * @param atMost the fraction that is tolerated; refused where no ranking could exceed it
   * @throws TouchstoneException if no training example carries the signal or all do, too few do to
   *     exceed what is tolerated, training and test data share examples, test examples are
   *     clustered, or the estimator does not suit the model
   */
  public Evidence evaluate(
      SpuriousSignal signal,
      Classifier model,
      Dataset training,
      Dataset test,
      double atMost,
      RunContext context) {
    TrainingWeights.refuse(test);
    requireIndependent(test);
    boolean[] carriers = carriers(signal, training);
    refuseWhatCannotFail(signal, training, carriers, atMost);
    Leakage.refuse("training data", training, "test data", test);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(asked(signal, training), model, test, context),
            () -> measure(signal, model, training, test, carriers, context));
  }

  private static void requireIndependent(Dataset test) {
    test.clustering()
        .ifPresent(
            column -> {
              throw new TouchstoneException(
                  "%s is clustered by %s, and the interval of the fraction is one for independent examples; claim it of test.onePerCluster(seed)"
                      .formatted(test.name(), column));
            });
    if (test.size() < FEWEST) {
      throw new TouchstoneException(
          "%s has %d examples; rankings for at least %d are judged"
              .formatted(test.name(), test.size(), FEWEST));
    }
  }

  private boolean[] carriers(SpuriousSignal signal, Dataset training) {
    SpuriousSignal.Fitted fitted = signal.fitTo(training);
    boolean[] carriers = new boolean[training.size()];
    int[] marked = known;
    if (marked != null) {
      for (int i : marked) {
        if (i < 0 || i >= carriers.length) {
          throw new TouchstoneException(
              "%s has the examples 0 to %d, and carriedBy(…) names %d"
                  .formatted(training.name(), carriers.length - 1, i));
        }
        carriers[i] = true;
      }
      return carriers;
    }
    float[] one = new float[training.features().rowSize()];
    for (int i = 0; i < carriers.length; i++) {
      training.features().read(i, one, 0);
      carriers[i] = fitted.isPresentIn(i, one);
    }
    return carriers;
  }

  private static int count(boolean... of) {
    return (int) IntStream.range(0, of.length).filter(i -> of[i]).count();
  }

  private void refuseWhatCannotFail(
      SpuriousSignal signal, Dataset training, boolean[] carriers, double atMost) {
    int carrying = count(carriers);
    if (carrying == 0 || carrying == carriers.length) {
      throw new TouchstoneException(
          "%s of the %d examples of %s carries the signal (%s), and no ranking can tell; give the training data as the model saw them, or say which do: carriedBy(…)"
              .formatted(
                  carrying == 0 ? "none" : "every one",
                  carriers.length,
                  training.name(),
                  signal.describe()));
    }
    if ((double) carrying / top.count() <= atMost) {
      throw new TouchstoneException(
          "%d of the examples of %s carry the signal (%s), at most %s of the top %d, and fractionAtMost(%s) tolerates that; take fewer on top, or tolerate less"
              .formatted(
                  carrying,
                  training.name(),
                  signal.describe(),
                  Numbers.format((double) carrying / top.count()),
                  top.count(),
                  Numbers.format(atMost)));
    }
  }

  private InfluenceContext contextOf(Classifier model, Dataset training, RunContext context) {
    Encoder encoder =
        data ->
            Represented.of(
                model,
                data,
                estimator.name(),
                "give a model that shows what its last layer sees, or take an estimator that needs"
                    + " no head: .by(BoostIn.withDefaults()) for boosted trees",
                context);
    return InfluenceContext.fittedWhenAsked(
            training,
            () -> {
              HeadData data =
                  HeadData.of(
                          encoder.encode(training), training.labels(), training.classNames().size())
                      .computedOn(context.settings().device());
              return head.fit(training.trainingWeights().map(data::weightedBy).orElse(data));
            },
            encoder,
            checkpoints,
            context)
        .withModel(() -> model);
  }

  /** The tops of one model for test examples with and without the signal. */
  private record Tops(Top[] with, Top[] without) {}

  private Tops tops(
      Classifier model, Dataset training, Dataset with, Dataset without, RunContext context) {
    InfluenceContext influence = contextOf(model, training, context);
    Top[] first = top.of(estimator.scores(influence, asked(model, with, context)));
    context.progress().step("rankings by influence", 1, 2);
    Top[] second = top.of(estimator.scores(influence, asked(model, without, context)));
    context.progress().step("rankings by influence", 2, 2);
    return new Tops(first, second);
  }

  /** Test examples with the labels whose loss is asked about. */
  private Dataset asked(Classifier model, Dataset test, RunContext context) {
    if (!answers) {
      return test;
    }
    Predictions said = CheckedAnswers.of(model, test, context.settings().memoryBytes());
    int[] labels = new int[test.size()];
    Arrays.setAll(labels, said::predicted);
    return test.withLabels(labels, "as " + model.name() + " answers");
  }

  private Evidence measure(
      SpuriousSignal signal,
      Classifier model,
      Dataset training,
      Dataset test,
      boolean[] carriers,
      RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("signal", signal.describe())
            .with("top", top.describe())
            .with("loss of the", lossOf())
            .with("estimator", estimator.name())
            .with("head", head)
            .with("training data", training.name())
            .with("training data sha256", training.sha256())
            .with("carriers", known == null ? "found" : "given")
            .with("test examples", signalled ? "with the signal" : "as they are");
    estimator.settings().forEach(trace::with);
    Evidence.Builder evidence =
        Evidence.of(
            "top influences",
            "%s, trained on %s, for %s (n = %d)"
                .formatted(model.name(), training.name(), test.name(), test.size()));
    Dataset with = signal.addedTo(test);
    Tops tops;
    try {
      tops = tops(model, training, with, test, context);
    } catch (NotConvergedException e) {
      return undetermined(evidence, e, test).from(trace.end(model, test));
    }
    Top[] judged = signalled ? tops.with() : tops.without();
    double[] fractions = fractions(judged, carriers);
    for (Slice slice : test.slices()) {
      evidence.measured(
          new Measurement(QUANTITY, slice.name(), mean(fractions, slice))
              .reading(
                  Reading.share(
                      "%s of the top training examples carry the signal"
                          .formatted(Reading.VALUE))));
    }
    IdenticalClassMetric icm = identical(tops.with(), training, test);
    IdenticalClassMetric plain = identical(tops.without(), training, test);
    evidence.beside(beside(IDENTICAL + ", with the signal", icm));
    evidence.beside(beside(IDENTICAL + ", without it", plain));
    int carrying = count(carriers);
    evidence.note(
        "%d of %d training examples carry the signal (%s), which a ranking at random would have on top; by class: %s"
            .formatted(
                carrying,
                carriers.length,
                Numbers.format((double) carrying / carriers.length),
                byClass(training, carriers)));
    evidence.note(compared(icm, plain, "with the signal and without it, of the same examples"));
    addNormal(evidence, trace, icm, plain, test, with, context);
    evidence.note(
        "the identical class metric is no sign of health: a model that reads a signal of one class"
            + " ranks examples of that class on top");
    int[] worst = mostCarriers(fractions);
    for (int w = 0; w < Math.min(TEST_EXAMPLES_SHOWN, worst.length); w++) {
      show(evidence, w, worst[w], judged[worst[w]], training, test, carriers);
    }
    Arrays.stream(worst)
        .limit(Evidence.MOST_FINDINGS)
        .mapToObj(j -> finding(j, fractions[j], judged[j], training, test, carriers))
        .forEach(evidence::worst);
    return evidence.from(trace.end(model, test));
  }

  private static Evidence.Builder undetermined(
      Evidence.Builder evidence, NotConvergedException failure, Dataset test) {
    String reason = Objects.requireNonNull(failure.getMessage());
    for (Slice slice : test.slices()) {
      evidence.measured(
          new Measurement(
              QUANTITY, slice.name(), Undetermined.because(reason, slice.examples().length)));
    }
    return evidence;
  }

  private double[] fractions(Top[] tops, boolean... carriers) {
    double[] fractions = new double[tops.length];
    Arrays.setAll(
        fractions,
        j ->
            Arrays.stream(tops[j].examples()).filter(i -> carriers[i]).count()
                / (double) top.count());
    return fractions;
  }

  private static Estimate mean(double[] values, Slice slice) {
    return slice.examples().length == 0
        ? Undetermined.because("no example is in the group", 0)
        : BoundedMean.of(
            Arrays.stream(slice.examples()).mapToDouble(j -> values[j]).toArray(), 0, 1);
  }

  private IdenticalClassMetric identical(Top[] tops, Dataset training, Dataset test) {
    return IdenticalClassMetric.of(tops, top, training, test);
  }

  private static Measurement beside(String quantity, IdenticalClassMetric metric) {
    return new Measurement(quantity, Slice.OVERALL, BoundedMean.of(metric.values(), 0, 1));
  }

  private static String byClass(Dataset training, boolean... carriers) {
    int[] counts = new int[training.classNames().size()];
    for (int i = 0; i < carriers.length; i++) {
      counts[training.label(i)] += carriers[i] ? 1 : 0;
    }
    return IntStream.range(0, counts.length)
        .filter(c -> counts[c] > 0)
        .mapToObj(c -> "%d of %s".formatted(counts[c], training.classNames().get(c)))
        .collect(Collectors.joining(", "));
  }

  private static String compared(
      IdenticalClassMetric one, IdenticalClassMetric other, String which) {
    IdenticalClassMetric.Comparison test = one.comparedWith(other);
    return "%s %s: means %.3f and %.3f, D = %.3f, p = %s (Kolmogorov-Smirnov)"
        .formatted(
            IDENTICAL,
            which,
            one.mean(),
            other.mean(),
            test.statistic(),
            Numbers.format(test.pValue()));
  }

  /** The thesis's cause for concern and false alarm, which take a normal model. */
  private void addNormal(
      Evidence.Builder evidence,
      Trace trace,
      IdenticalClassMetric icm,
      IdenticalClassMetric plain,
      Dataset test,
      Dataset with,
      RunContext context) {
    Normal beside = normal;
    if (beside == null) {
      return;
    }
    trace
        .with("normal model", beside.model().name())
        .with("normal model's training data sha256", beside.training().sha256());
    Tops tops;
    try {
      tops = tops(beside.model(), beside.training(), with, test, context);
    } catch (NotConvergedException e) {
      evidence.note("of the normal model no ranking was found: " + e.getMessage());
      return;
    }
    String name = beside.model().name();
    evidence.note(
        compared(
            plain,
            identical(tops.without(), beside.training(), test),
            "of this model and %s on examples without the signal (cause for concern)"
                .formatted(name)));
    evidence.note(
        compared(
            icm,
            identical(tops.with(), beside.training(), test),
            "of this model and %s on examples with it (false alarm)".formatted(name)));
  }

  private static int[] mostCarriers(double... fractions) {
    return IntStream.range(0, fractions.length)
        .boxed()
        .sorted(Comparator.comparingDouble(j -> -fractions[j]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private Finding finding(
      int j, double fraction, Top of, Dataset training, Dataset test, boolean... carriers) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("class", test.classNames().get(test.label(j)));
    facts.put("carry the signal", Math.round(fraction * top.count()) + " of " + top.count());
    facts.put(
        "on top",
        Arrays.stream(of.examples())
            .limit(NAMED)
            .mapToObj(
                i ->
                    "%s (%s%s)"
                        .formatted(
                            training.id(i),
                            training.classNames().get(training.label(i)),
                            carriers[i] ? ", carries it" : ""))
            .collect(Collectors.joining(", ")));
    return new Finding(test.id(j), facts);
  }

  /** The top of one test example's ranking: pictures of images, rows of tables. */
  private void show(
      Evidence.Builder evidence,
      int number,
      int j,
      Top of,
      Dataset training,
      Dataset test,
      boolean... carriers) {
    String title =
        "The top training examples for %s (%s)"
            .formatted(test.id(j), test.classNames().get(test.label(j)));
    List<Ranking.Item> items = new ArrayList<>();
    for (int r = 0; r < Math.min(RANKS_SHOWN, of.examples().length); r++) {
      int i = of.examples()[r];
      Optional<Thumbnail> picture =
          r < Thumbnails.MOST ? Thumbnails.of(training, i) : Optional.empty();
      items.add(new Ranking.Item(training.id(i), of.scores()[r], carriers[i], picture));
    }
    evidence.figure(
        new Ranking(
            "top " + (number + 1), title + "; marked are those that carry the signal", items));
    if (training.shape().length == 1) {
      evidence.figure(rows(number, title, of, training, test, j, carriers));
    }
  }

  private static Table rows(
      int number,
      String title,
      Top of,
      Dataset training,
      Dataset test,
      int j,
      boolean... carriers) {
    List<String> names = training.featureNames();
    int shown = Math.min(COLUMNS_SHOWN, names.size());
    List<Table.Column> columns = new ArrayList<>();
    columns.add(new Table.Column("class"));
    columns.add(new Table.Column("signal"));
    names.subList(0, shown).forEach(name -> columns.add(new Table.Column(name)));
    List<Table.Row> rows = new ArrayList<>();
    rows.add(row("test example " + test.id(j), test, j, "", shown));
    for (int r = 0; r < Math.min(RANKS_SHOWN, of.examples().length); r++) {
      int i = of.examples()[r];
      rows.add(row(training.id(i), training, i, carriers[i] ? "carries it" : "", shown));
    }
    return new Table(
        "rows " + (number + 1),
        shown < names.size() ? "%s, the first %d columns".formatted(title, shown) : title,
        "example",
        columns,
        rows);
  }

  private static Table.Row row(String head, Dataset data, int example, String signal, int columns) {
    List<Table.Cell> cells = new ArrayList<>();
    cells.add(Table.text(data.classNames().get(data.label(example))));
    cells.add(Table.text(signal));
    float[] values = new float[data.features().rowSize()];
    data.features().read(example, values, 0);
    for (int c = 0; c < columns; c++) {
      cells.add(Float.isFinite(values[c]) ? Table.number(values[c]) : Table.text("missing"));
    }
    return new Table.Row(head, cells);
  }
}
