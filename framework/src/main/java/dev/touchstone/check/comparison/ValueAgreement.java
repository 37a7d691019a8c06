package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.AskedAgain;
import dev.touchstone.check.evaluation.Copies;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.SharedValues;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.VerifiedValues;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.Warning;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Values;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Undetermined;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Does a regressor say what an expert says of carefully checked examples (thesis, section 5.2,
 * requirement 1, of values)? It does where it is off by at most a distance, in the values' unit, or
 * where the expert's value lies in the interval that it gives itself. Measured is the share of the
 * examples, each counted by how sure the expert is, as {@link AuditAgreement} does for classes.
 */
public final class ValueAgreement {
  private final AuditSet audit;

  /** Empty where the model's own intervals are asked. */
  private final OptionalDouble distance;

  private ValueAgreement(AuditSet audit, OptionalDouble distance) {
    if (!audit.data().hasValues()) {
      throw new TouchstoneException(
          "%s has classes, of which a regressor says nothing; give an audit set with values"
              .formatted(audit));
    }
    this.audit = audit;
    this.distance = distance;
  }

  /**
   * Measures how often a model is off by at most a distance.
   *
   * @param distance in the unit of the values, above 0 and finite; there is no default
   * @throws TouchstoneException for another distance, and an audit set of classes
   */
  public static ValueAgreement within(double distance, AuditSet audit) {
    if (!(distance > 0 && distance < Double.POSITIVE_INFINITY)) {
      throw new TouchstoneException(
          "a value agrees with the expert's where it is off by at most a distance above 0, and %s was given; say how far off is near enough, in the values' unit"
              .formatted(distance));
    }
    return new ValueAgreement(audit, OptionalDouble.of(distance));
  }

  /**
   * Measures how often the expert's value lies in the model's interval.
   *
   * @throws TouchstoneException for an audit set of classes
   */
  public static ValueAgreement inIntervals(AuditSet audit) {
    return new ValueAgreement(audit, OptionalDouble.empty());
  }

  /** Says what agrees, in words. */
  public String inWords() {
    String unit = audit.data().unit();
    return distance.isEmpty()
        ? "lie in the model's intervals"
        : "the model meets to within %s%s"
            .formatted(Numbers.format(distance.getAsDouble()), unit.isEmpty() ? "" : " " + unit);
  }

  /**
   * Says which slice is too small to show the claim, whatever a model answers.
   *
   * @param least the share that has to be shown
   * @param level of the interval that shows it
   */
  public Optional<Warning> lack(double least, double level) {
    return ExpertsWord.lack(audit, least, level);
  }

  /**
   * Measures the agreement on every slice.
   *
   * @throws TouchstoneException for an audit set of a single value, a single cluster, clusters of
   *     no stated size, a model that does not fit the data, or one that gives no intervals where
   *     these are asked
   */
  public Evidence evaluate(Regressor model, RunContext context) {
    Dataset data = audit.data();
    Rates.refuseUnboundedClusters(data);
    if (Arrays.stream(data.targets()).distinct().limit(2).count() < 2) {
      throw new TouchstoneException(
          "the expert says %s of every example of the audit set %s; a constant answer would agree, so that agreement shows nothing. Audit examples of other values, too"
              .formatted(Numbers.format(data.target(0)), data.name()));
    }
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(audit.sha256(), distance), Keys.of(model), data, context),
            () -> measure(model, data, context));
  }

  private record Asked(String auditSha256, OptionalDouble distance) {}

  private Evidence measure(Regressor model, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("audit sha256", audit.sha256())
            .with("weighed by", audit.hasConfidence() ? "the expert's confidence" : "nothing")
            .with(
                "agrees", distance.isEmpty() ? "in intervals" : "within " + distance.getAsDouble());
    VerifiedValues verified = SharedValues.of(model, data, context);
    Values values = verified.values();
    if (distance.isEmpty() && !values.hasIntervals()) {
      throw new TouchstoneException(
          "%s gives no intervals that the expert's values could lie in; declare outputs = INTERVALS if it does, or claim agreement within a distance"
              .formatted(model.name()));
    }
    Evidence.Builder evidence =
        Evidence.of(
            AuditAgreement.QUANTITY,
            "%s on %s (n = %d)".formatted(model.name(), data.name(), data.size()));
    ExpertsWord word = new ExpertsWord(audit, i -> agrees(values, i));
    for (Slice slice : data.slices()) {
      Measurement measured =
          new Measurement(AuditAgreement.QUANTITY, slice.name(), word.share(slice))
              .reading(
                  Reading.share(
                      "%s of the expert's values of %s%s %s"
                          .formatted(
                              Reading.VALUE,
                              Readings.examples(slice.name()),
                              word.isWeighted(slice) ? ", weighed by how sure it is," : "",
                              distance.isEmpty() ? inWords() : "are what " + inWords())));
      evidence.measured(
          distance.isEmpty() || measured.estimate() instanceof Undetermined
              ? measured
              : measured.beside(guess(slice)));
      if (word.isWeighted(slice) && !(measured.estimate() instanceof Undetermined)) {
        evidence.beside(
            new Measurement(
                "agreement, all counted alike",
                slice.name(),
                Rates.of(data, slice, i -> agrees(values, i))));
      }
    }
    worstFirst(values).forEach(i -> evidence.worst(finding(values, i)));
    Copies.say(evidence, data);
    trace.under("asked again", AskedAgain.describe(model, data));
    verified.noteOf(evidence, model);
    return evidence.from(trace.end(model, data));
  }

  private boolean agrees(Values values, int example) {
    double said = audit.data().target(example);
    return distance.isEmpty()
        ? values.lower(example) <= said && said <= values.upper(example)
        : Math.abs(values.value(example) - said) <= distance.getAsDouble();
  }

  private double off(Values values, int example) {
    return Math.abs(values.value(example) - audit.data().target(example));
  }

  /** The one value that agrees with most of the expert's word, weighed. */
  private Guess guess(Slice slice) {
    double[] confidence = audit.confidence();
    Dataset data = audit.data();
    int[] ascending =
        Arrays.stream(slice.examples())
            .boxed()
            .sorted(Comparator.comparingDouble(data::target))
            .mapToInt(Integer::intValue)
            .toArray();
    double width = 2 * distance.getAsDouble();
    double all = Arrays.stream(ascending).mapToDouble(i -> confidence[i]).sum();
    double inside = 0;
    double most = 0;
    double best = 0;
    int from = 0;
    for (int last : ascending) {
      inside += confidence[last];
      while (data.target(last) - data.target(ascending[from]) > width) {
        inside -= confidence[ascending[from++]];
      }
      if (inside > most) {
        most = inside;
        best = (data.target(last) + data.target(ascending[from])) / 2;
      }
    }
    return new Guess("always answering " + shown(best), most / all);
  }

  private String shown(double value) {
    String unit = audit.data().unit();
    return Numbers.format(value) + (unit.isEmpty() ? "" : " " + unit);
  }

  private List<Integer> worstFirst(Values values) {
    double[] confidence = audit.confidence();
    return IntStream.range(0, audit.size())
        .filter(i -> confidence[i] > 0 && !agrees(values, i))
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> -confidence[i])
                .thenComparingDouble(i -> -off(values, i))
                .thenComparing(audit.data()::id))
        .limit(Evidence.MOST_FINDINGS)
        .toList();
  }

  private Finding finding(Values values, int example) {
    Dataset data = audit.data();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "predicted",
        distance.isEmpty()
            ? "%s to %s".formatted(shown(values.lower(example)), shown(values.upper(example)))
            : shown(values.value(example)));
    facts.put(
        "by the expert",
        shown(data.target(example))
            + (audit.hasConfidence()
                ? " (sure to %s)".formatted(Numbers.format(audit.confidence()[example]))
                : ""));
    data.grouping().forEach(column -> facts.put(column, data.value(column, example)));
    return new Finding(data.id(example), facts);
  }
}
