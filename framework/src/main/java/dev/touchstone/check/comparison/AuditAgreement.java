package dev.touchstone.check.comparison;

import dev.touchstone.check.evaluation.Answers;
import dev.touchstone.check.evaluation.Copies;
import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.Warning;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Undetermined;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Does a model say what an expert says of carefully checked examples (thesis, section 5.2,
 * requirement 1: the audit set as a unit test of the model)? The share of their labels that it
 * predicts, each counted by how sure the expert is, {@code Σ cᵢ·1[f(xᵢ) = ỹᵢ] / Σ cᵢ}, overall and
 * per group.
 *
 * <p>With confidences that differ it is a weighted mean of values in [0, 1], and its limits are
 * Gaffke's ({@code BoundedMean.weighted}); where the expert is equally sure of all, those of a
 * rate. Beside it stands the share that counts all alike. The worst findings are the disagreements
 * of which the expert is most sure.
 */
public final class AuditAgreement {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "agreement with the expert";

  private static final int MOST_CLASSES = 5;

  private final AuditSet audit;

  private AuditAgreement(AuditSet audit) {
    this.audit = audit;
  }

  /** Measures agreement with the labels of an audit set. */
  public static AuditAgreement with(AuditSet audit) {
    return new AuditAgreement(audit);
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
   * @throws TouchstoneException for an audit set of a single class or of values, a single cluster,
   *     clusters of no stated size, or a model that does not fit the data
   */
  public Evidence evaluate(Classifier model, RunContext context) {
    Dataset data = audit.data();
    Rates.refuseUnboundedClusters(data);
    if (data.classCounts().size() < 2) {
      throw new TouchstoneException(
          "every example of the audit set %s is labelled \"%s\"; a constant answer would agree with it, so that agreement shows nothing. Audit examples of other classes, too"
              .formatted(data.name(), data.classCounts().keySet().iterator().next()));
    }
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(new Asked(audit.sha256()), model, data, context),
            () -> measure(model, data, context));
  }

  private record Asked(String auditSha256) {}

  private Evidence measure(Classifier model, Dataset data, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("audit sha256", audit.sha256())
            .with("weighed by", audit.hasConfidence() ? "the expert's confidence" : "nothing");
    Verified verified = Verified.shared(model, data, context);
    Compared compared = new Compared(audit, verified.predictions());
    Evidence.Builder evidence =
        Evidence.of(
            QUANTITY, "%s on %s (n = %d)".formatted(model.name(), data.name(), data.size()));
    for (Slice slice : data.slices()) {
      compared.addTo(evidence, slice);
    }
    compared.worstFirst().forEach(i -> evidence.worst(compared.finding(i)));
    sayWhatIsNotAudited(evidence);
    Answers answers = new Answers(model, verified.predictions(), data);
    evidence.note(answers.counts());
    answers.warn(evidence);
    Copies.say(evidence, data);
    verified.addTo(evidence, trace, model, data);
    return evidence.from(trace.end(model, data));
  }

  private void sayWhatIsNotAudited(Evidence.Builder evidence) {
    List<String> missing = audit.classesWithoutExamples();
    if (missing.isEmpty()) {
      return;
    }
    String named =
        String.join(
            ", ",
            missing.stream()
                .limit(MOST_CLASSES)
                .map(name -> "\"%s\"".formatted(PlainText.of(name, 40)))
                .toList());
    evidence.warn(
        new Warning(
            Warning.CLASS_NOT_AUDITED,
            "the audit set has no example of %s%s: how the model answers these, and whether it takes others for them rightly, is not known; annotate some"
                .formatted(
                    named,
                    missing.size() > MOST_CLASSES
                        ? " and %d more classes".formatted(missing.size() - MOST_CLASSES)
                        : "")));
  }

  /** What the expert and the model say of the same examples. */
  private record Compared(AuditSet audit, Predictions model) {

    private Dataset data() {
      return audit.data();
    }

    boolean agrees(int example) {
      return model.predicted(example) == data().label(example);
    }

    void addTo(Evidence.Builder evidence, Slice slice) {
      ExpertsWord word = new ExpertsWord(audit, this::agrees);
      Estimate share = word.share(slice);
      Measurement measured =
          new Measurement(QUANTITY, slice.name(), share)
              .reading(
                  Reading.share(
                      "%s of what the expert says of %s%s is what the model says"
                          .formatted(
                              Reading.VALUE,
                              Readings.examples(slice.name()),
                              word.isWeighted(slice) ? ", weighed by how sure it is," : "")));
      if (share instanceof Undetermined) {
        evidence.measured(measured);
        return;
      }
      evidence.measured(measured.beside(guess(slice)));
      if (word.isWeighted(slice)) {
        evidence.beside(
            new Measurement(
                "agreement, all counted alike",
                slice.name(),
                Rates.of(data(), slice, this::agrees)));
      }
    }

    /** The class that the expert's word, weighed, names most often. */
    private Guess guess(Slice slice) {
      List<String> names = data().classNames();
      double[] confidence = audit.confidence();
      double[] sums = new double[names.size()];
      for (int i = 0; i < data().size(); i++) {
        sums[data().label(i)] += confidence[i];
      }
      int most = IntStream.range(0, sums.length).reduce(0, (a, b) -> sums[b] > sums[a] ? b : a);
      return new Guess(
          "always answering \"" + PlainText.of(names.get(most), 40) + "\"",
          new ExpertsWord(audit, i -> data().label(i) == most).share(slice).value());
    }

    List<Integer> worstFirst() {
      double[] confidence = audit.confidence();
      return IntStream.range(0, data().size())
          .filter(i -> confidence[i] > 0 && !agrees(i))
          .boxed()
          .sorted(
              Comparator.<Integer>comparingDouble(i -> -confidence[i])
                  .thenComparingDouble(i -> -model.confidence(i))
                  .thenComparing(data()::id))
          .limit(Evidence.MOST_FINDINGS)
          .toList();
    }

    Finding finding(int example) {
      Map<String, String> facts = new LinkedHashMap<>();
      facts.put(
          "predicted",
          "%s (%s)"
              .formatted(
                  data().classNames().get(model.predicted(example)),
                  Numbers.format(model.confidence(example))));
      facts.put(
          "by the expert",
          audit.hasConfidence()
              ? "%s (sure to %s)"
                  .formatted(
                      data().classNames().get(data().label(example)),
                      Numbers.format(audit.confidence()[example]))
              : data().classNames().get(data().label(example)));
      data().grouping().forEach(column -> facts.put(column, data().value(column, example)));
      return new Finding(data().id(example), facts);
    }
  }
}
