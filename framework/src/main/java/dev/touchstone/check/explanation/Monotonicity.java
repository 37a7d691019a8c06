package dev.touchstone.check.explanation;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.SharedValues;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.TrainingWeights;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.check.evaluation.VerifiedValues;
import dev.touchstone.data.ColumnNames;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Predictions;
import dev.touchstone.model.Regressor;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Does a model's answer only rise, or only fall, with a column? Of each example that column alone
 * is changed, to many values; a counterexample is a value at which the probability of a class, or a
 * regressor's value, moved the wrong way from what it is for the example as it stands. Measured is
 * the share of examples for which one is found, overall and per group.
 *
 * <p>Tried are values inside the data's range: of trees one between each two of the column's
 * thresholds, so that nothing is overlooked where there are not more than are tried; else, and of a
 * column whose numbers are categories to the trees, quantiles of the data. The share that is
 * measured is then one of examples with a counterexample <em>among the values tried</em>; its
 * interval is exact for independent examples (Clopper-Pearson), and one over clusters where the
 * data are {@linkplain Dataset#clusteredBy clustered}.
 */
public final class Monotonicity {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "share of counterexamples";

  private static final int VALUES = 64;
  private static final int FEWEST_VALUES = 2;

  /**
   * Answers that differ by less, as a share of 1 or of the largest value, are taken for rounded.
   */
  private static final double ROUNDING = 1e-6;

  /** Where the answer is to go as the column rises. */
  public enum Direction {
    /** It never falls. */
    INCREASING(1),
    /** It never rises. */
    DECREASING(-1);

    private final int sign;

    Direction(int sign) {
      this.sign = sign;
    }

    /** By how much an answer moved the wrong way; of a value that is missing nothing is above. */
    private double fall(double from, double to, double before, double then) {
      double rise = sign * (then - before);
      return to > from ? -rise : to < from ? rise : 0;
    }

    private boolean isWrongToRise(double from, double to) {
      return (to > from) == (this == DECREASING);
    }

    /** Returns the direction as an adjective, such as {@code "increasing"}. */
    @Override
    public String toString() {
      return this == INCREASING ? "increasing" : "decreasing";
    }
  }

  private final String column;
  private final Direction direction;
  private final int label;
  private final int values;

  private Monotonicity(String column, Direction direction, int label, int values) {
    this.column = column;
    this.direction = direction;
    this.label = label;
    this.values = values;
  }

  /**
   * Looks for counterexamples to the probability of class 1, or to a regressor's value, rising or
   * falling with a column, among up to 64 values of it.
   *
   * @param column a feature, by its name in the data
   */
  public static Monotonicity in(String column, Direction direction) {
    return new Monotonicity(column, direction, 1, VALUES);
  }

  /**
   * Looks at the probability of another class.
   *
   * @param other 0-based
   */
  public Monotonicity ofClass(int other) {
    return new Monotonicity(column, direction, other, values);
  }

  /**
   * Tries up to so many values of the column.
   *
   * @throws IllegalArgumentException for fewer than two
   */
  public Monotonicity withValues(int number) {
    if (number < FEWEST_VALUES) {
      throw new IllegalArgumentException("at least two values to change to, was " + number);
    }
    return new Monotonicity(column, direction, label, number);
  }

  /** Returns what is looked at of a classifier, in words. */
  public String describe() {
    return "the probability of class %d is %s in %s".formatted(label, direction, column);
  }

  /** Returns what is looked at of a regressor, in words. */
  public String describeOfValues() {
    return "the value is %s in %s".formatted(direction, column);
  }

  /**
   * Searches every example.
   *
   * @throws TouchstoneException for a column that is no feature of the data, or has no two values
   *     in them, a class that they do not have, or clusters of no stated size
   */
  public Evidence evaluate(Classifier model, Dataset data, RunContext context) {
    int place = place(data);
    if (label < 0 || label >= data.classNames().size()) {
      throw new TouchstoneException(
          "%s has %d classes, and the probability of class %d was asked about; classes are counted from 0"
              .formatted(data.name(), data.classNames().size(), label));
    }
    return cached(
        model,
        data,
        context,
        () -> {
          Trace trace = trace(context).with("class", data.classNames().get(label));
          Verified verified = Verified.shared(model, data, context);
          Question question =
              new Question(
                  describe(),
                  "probability of " + data.classNames().get(label),
                  "probability",
                  probabilities(verified.predictions()),
                  changed ->
                      probabilities(
                          CheckedAnswers.ofSome(model, changed, context.settings().memoryBytes())),
                  ROUNDING);
          Evidence.Builder evidence = measure(model, data, place, question, context);
          verified.addTo(evidence, trace, model, data);
          return evidence.from(trace.end(model, data));
        });
  }

  /**
   * Searches every example for a value that moves the wrong way.
   *
   * @throws TouchstoneException as {@link #evaluate(Classifier, Dataset, RunContext)}
   */
  public Evidence evaluate(Regressor model, Dataset data, RunContext context) {
    int place = place(data);
    return cached(
        model,
        data,
        context,
        () -> {
          Trace trace = trace(context);
          VerifiedValues verified = SharedValues.of(model, data, context);
          double[] present = verified.values().values();
          double largest = Arrays.stream(present).map(Math::abs).max().orElse(0);
          Question question =
              new Question(
                  describeOfValues(),
                  "predicted value",
                  "value",
                  present,
                  changed ->
                      CheckedAnswers.of(model, changed, context.settings().memoryBytes()).values(),
                  ROUNDING * largest);
          Evidence.Builder evidence = measure(model, data, place, question, context);
          verified.noteOf(evidence, model);
          return evidence.from(trace.end(model, data));
        });
  }

  private Evidence cached(
      Model model, Dataset data, RunContext context, Supplier<Evidence> evidence) {
    TrainingWeights.refuse(data);
    Rates.refuseUnboundedClusters(data);
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(column, direction, label, values), model, data, context),
            evidence);
  }

  private record Asked(String column, Direction direction, int label, int values) {}

  private Trace trace(RunContext context) {
    return Trace.start(context)
        .with("column", column)
        .with("direction", direction)
        .with("values", values);
  }

  private double[] probabilities(Predictions predictions) {
    double[] probabilities = new double[predictions.size()];
    Arrays.setAll(probabilities, i -> predictions.probability(i, label));
    return probabilities;
  }

  /**
   * What is asked of a model.
   *
   * @param claim what is to be so, in words
   * @param answer what the model answers, in words
   * @param name the same in a word
   * @param present what it answers for the examples as they are
   * @param changed what it answers for others
   * @param rounding by how much answers have to differ
   */
  private record Question(
      String claim,
      String answer,
      String name,
      double[] present,
      Function<Dataset, double[]> changed,
      double rounding) {}

  private int place(Dataset data) {
    int place = data.featureNames().indexOf(column);
    if (place < 0) {
      List<String> names = data.featureNames();
      throw new TouchstoneException(
          names.isEmpty()
              ? "%s has no names of features, so that \"%s\" is none of them; read a table with .numeric(…), or give .featureNames(…)"
                  .formatted(data.name(), column)
              : names.stream().anyMatch(name -> ColumnNames.isOf(name, column))
                  ? "\"%s\" has categories in %s, of which none is more than another; ask about a column of numbers, or about one category such as \"%s\""
                      .formatted(
                          column,
                          data.name(),
                          names.stream()
                              .filter(name -> ColumnNames.isOf(name, column))
                              .findFirst()
                              .orElseThrow())
                  : "\"%s\" is no feature of %s, whose numbers alone can be changed; they are %s"
                      .formatted(column, data.name(), ColumnNames.someNear(column, names)));
    }
    return place;
  }

  private Evidence.Builder measure(
      Model model, Dataset data, int place, Question question, RunContext context) {
    double[] own = own(data, place);
    TriedValues tried = TriedValues.of(model, data, place, own, values);
    Search search = search(data, place, own, question, tried, context);
    Evidence.Builder evidence =
        Evidence.of(
            QUANTITY,
            "%s on %s (n = %d): %s"
                .formatted(model.name(), data.name(), data.size(), question.claim()));
    for (Slice slice : data.slices()) {
      evidence.measured(
          new Measurement(QUANTITY, slice.name(), Rates.of(data, slice, i -> search.falls()[i] > 0))
              .reading(
                  Reading.share(
                      "for %s of %s the %s goes the wrong way when %s alone is changed"
                          .formatted(
                              Reading.VALUE,
                              Readings.examples(slice.name()),
                              question.answer(),
                              column))));
    }
    IntStream.range(0, data.size())
        .filter(i -> search.falls()[i] > 0)
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> -search.falls()[i]).thenComparing(data::id))
        .limit(Evidence.MOST_FINDINGS)
        .forEach(i -> evidence.worst(finding(i, data, own, question, search)));
    evidence.note(tried.inWords());
    long missing = Arrays.stream(own).filter(Double::isNaN).count();
    if (missing > 0) {
      evidence.note(
          "%d examples have no %s, and count as having no counterexample"
              .formatted(missing, column));
    }
    return evidence;
  }

  private static double[] own(Dataset data, int place) {
    double[] row = new double[data.features().rowSize()];
    double[] own = new double[data.size()];
    for (int i = 0; i < own.length; i++) {
      data.features().read(i, row, 0);
      own[i] = row[place];
    }
    return own;
  }

  /**
   * The worst counterexample to each example.
   *
   * @param falls by how much the probability moved the wrong way; 0 without a counterexample
   * @param at the value at which it did
   */
  private record Search(double[] falls, double[] at) {}

  private Search search(
      Dataset data,
      int place,
      double[] own,
      Question question,
      TriedValues tried,
      RunContext context) {
    Search search = new Search(new double[own.length], new double[own.length]);
    double[] tries = tried.values();
    for (int v = 0; v < tries.length; v++) {
      double value = tries[v];
      double[] there =
          question
              .changed()
              .apply(
                  data.withFeatures(
                      new ColumnSetTo(data.features(), place, value), column + " = " + value));
      for (int i = 0; i < own.length; i++) {
        double fall = direction.fall(own[i], value, question.present()[i], there[i]);
        if (fall > question.rounding() && fall > search.falls()[i]) {
          search.falls()[i] = fall;
          search.at()[i] = value;
        }
      }
      context.progress().step("values of " + column, v + 1, tries.length);
    }
    return search;
  }

  private Finding finding(
      int example, Dataset data, double[] own, Question question, Search search) {
    Map<String, String> facts = new LinkedHashMap<>();
    double before = question.present()[example];
    double fall = search.falls()[example];
    boolean rises = direction.isWrongToRise(own[example], search.at()[example]);
    facts.put(column, Numbers.format(own[example]));
    facts.put(question.name(), Numbers.format(before));
    facts.put(column + " changed to", Numbers.format(search.at()[example]));
    facts.put(question.name() + " then", Numbers.format(rises ? before + fall : before - fall));
    data.grouping().forEach(group -> facts.put(group, data.value(group, example)));
    return new Finding(data.id(example), facts);
  }
}
