package dev.touchstone.check.signal;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.check.evaluation.Verified;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.Warning;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.CorrelationChange;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.MultipleTesting;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Does a concept go with the label in one domain and not in another? Such a one is a spurious
 * signal (thesis, section 2.3.1): {@code |corr(z_j¹, y¹) − corr(z_j², y²)| ≥ τ}. Concepts are
 * features or what an expert annotated, so that they are the same in both domains, which the
 * latents of two encoders are not.
 *
 * <p>Limits are those of {@link CorrelationChange}, in pairs where both domains have examples of
 * the same id. A table says of each concept both correlations with the label, whether they differ
 * at all (with the p-values of Benjamini and Yekutieli 2001, for concepts that depend on each
 * other), and how the model's answer goes with the concept in each domain: an unstable concept
 * harms a model that follows it.
 */
public final class ConceptStability {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "change of correlation";

  private static final double FALSE_DISCOVERY_RATE = 0.05;
  private static final int FEWEST = 20;
  private static final int NOT_SAID = -1;

  private final ConceptDomain first;
  private final ConceptDomain second;
  private final int label;

  private ConceptStability(ConceptDomain first, ConceptDomain second, int label) {
    this.first = first;
    this.second = second;
    this.label = label;
  }

  /**
   * Compares the concepts that an expert annotated in two domains.
   *
   * @throws TouchstoneException if they are not the same concepts, or one domain is the other
   */
  public static ConceptStability between(AuditSet first, AuditSet second) {
    if (!first.concepts().equals(second.concepts())) {
      throw new TouchstoneException(
          "%s is annotated with the concepts %s and %s with %s; name the same ones in the same order"
              .formatted(
                  first.data().name(), first.concepts(), second.data().name(), second.concepts()));
    }
    return of(ConceptDomain.of(first), ConceptDomain.of(second));
  }

  /**
   * Compares features of two domains that are concepts.
   *
   * @param concepts names of features, at least one; a category as {@code "insurance=yes"}
   * @throws TouchstoneException for a name that is no feature of numbers, or one domain twice
   */
  public static ConceptStability between(Dataset first, Dataset second, List<String> concepts) {
    if (concepts.isEmpty()) {
      throw new TouchstoneException("no concept was named; give List.of(\"feature\", …)");
    }
    return of(ConceptDomain.of(first, concepts), ConceptDomain.of(second, concepts));
  }

  private static ConceptStability of(ConceptDomain first, ConceptDomain second) {
    if (first.sha256().equals(second.sha256())) {
      throw new TouchstoneException(
          "%s and %s hold the same examples, and every correlation is the same; give two domains"
              .formatted(first.data().name(), second.data().name()));
    }
    if (first.data().hasValues() || second.data().hasValues()) {
      throw new TouchstoneException(
          "%s has values to predict and no classes; concepts are compared by how they go with a class"
              .formatted((first.data().hasValues() ? first : second).data().name()));
    }
    if (!first.data().classNames().equals(second.data().classNames())) {
      throw new TouchstoneException(
          "%s has the classes %s and %s has %s; read both with the same classes"
              .formatted(
                  first.data().name(),
                  first.data().classNames(),
                  second.data().name(),
                  second.data().classNames()));
    }
    return new ConceptStability(
        first, second, first.data().classNames().size() == 2 ? 1 : NOT_SAID);
  }

  /**
   * Returns the same of another class than the second of two.
   *
   * @param index with which concepts are correlated
   */
  public ConceptStability ofClass(int index) {
    if (index < 0 || index >= first.data().classNames().size()) {
      throw new IllegalArgumentException(
          "%s has the classes %s and none of index %d"
              .formatted(first.data().name(), first.data().classNames(), index));
    }
    return new ConceptStability(first, second, index);
  }

  /** Returns what is compared, in words. */
  public String describe() {
    return "between %s and %s".formatted(first.data().name(), second.data().name());
  }

  /**
   * Measures the change of each concept's correlation with the class.
   *
   * @throws TouchstoneException for more than two classes of which none was chosen, a domain of a
   *     single class, or a model that does not fit the data
   */
  public Evidence evaluate(Classifier model, RunContext context) {
    if (label == NOT_SAID) {
      throw new TouchstoneException(
          "%s has the classes %s; say with which of them concepts are correlated, ConceptStability.between(…).ofClass(index)"
              .formatted(first.data().name(), first.data().classNames()));
    }
    for (Dataset data : List.of(first.data(), second.data())) {
      if (Arrays.stream(data.labels()).map(y -> y == label ? 1 : 0).distinct().count() < 2) {
        throw new TouchstoneException(
            "%s has no two sorts of examples, of \"%s\" and of others; nothing goes with a label that is always the same"
                .formatted(data.name(), data.classNames().get(label)));
      }
    }
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(first.concepts(), label, first.sha256(), second.sha256()),
                model,
                first.data(),
                context),
            () -> measure(model, context));
  }

  private record Asked(List<String> concepts, int label, String first, String second) {}

  private Evidence measure(Classifier model, RunContext context) {
    Trace trace =
        Trace.start(context)
            .with("concepts", first.concepts())
            .with("class", first.data().classNames().get(label))
            .with("first domain sha256", first.sha256())
            .with("second domain", second.data().name())
            .with("second domain sha256", second.sha256());
    Verified here = Verified.shared(model, first.data(), context);
    Verified there = Verified.shared(model, second.data(), context);
    Shared shared = Shared.of(first.data(), second.data());
    List<Compared> compared = new ArrayList<>();
    for (int k = 0; k < first.concepts().size(); k++) {
      compared.add(compare(k, shared, here.predictions(), there.predictions()));
    }
    Evidence.Builder evidence =
        Evidence.of(
            "stability of concepts",
            "%s on %s (n = %d) and %s (n = %d)"
                .formatted(
                    model.name(),
                    first.data().name(),
                    first.data().size(),
                    second.data().name(),
                    second.data().size()));
    for (Compared concept : compared) {
      evidence.measured(
          new Measurement(QUANTITY, concept.name(), concept.change())
              .reading(
                  new Reading(
                      Reading.Unit.NUMBER,
                      "the correlation of %s with \"%s\" differs by %s between the two domains"
                          .formatted(
                              Readings.named(concept.name()),
                              Readings.named(first.data().classNames().get(label)),
                              Reading.VALUE))));
    }
    double[] adjusted = adjusted(compared);
    evidence.figure(table(compared, adjusted));
    sayWhatChanged(evidence, compared, adjusted);
    if (shared.inFirst().length > 0) {
      evidence.note(
          "%d examples are in both domains by their ids, and compared in pairs"
              .formatted(shared.inFirst().length));
    }
    for (Dataset data : List.of(first.data(), second.data())) {
      data.clustering()
          .ifPresent(
              column ->
                  evidence.warn(
                      new Warning(
                          Warning.IGNORES_CLUSTERS,
                          "%s is clustered by %s, and correlations take all examples for independent; give data.onePerCluster(seed)"
                              .formatted(data.name(), column))));
    }
    here.addTo(evidence, trace, model, first.data());
    return evidence.from(trace.end(model, first.data()));
  }

  /**
   * What is known of one concept.
   *
   * @param answers how it goes with the model's probability of the class in either domain; empty
   *     where one of both is the same for all examples
   */
  private record Compared(String name, Estimate change, Optional<double[]> answers) {}

  /**
   * Examples of both domains that have the same id.
   *
   * @param inFirst their positions
   * @param inSecond likewise
   */
  private record Shared(int[] inFirst, int[] inSecond) {
    static Shared of(Dataset first, Dataset second) {
      if (!first.hasOwnIds() || !second.hasOwnIds()) {
        return new Shared(new int[0], new int[0]);
      }
      Map<String, Integer> positions = new HashMap<>();
      for (int i = 0; i < first.size(); i++) {
        positions.put(first.id(i), i);
      }
      int[] there =
          IntStream.range(0, second.size())
              .filter(i -> positions.containsKey(second.id(i)))
              .toArray();
      return new Shared(
          Arrays.stream(there).map(i -> positions.get(second.id(i))).toArray(), there);
    }
  }

  private Compared compare(int k, Shared shared, Predictions here, Predictions there) {
    double[] x1 = first.columns()[k];
    double[] x2 = second.columns()[k];
    Optional<String> lack = lack(first.data(), x1).or(() -> lack(second.data(), x2));
    if (lack.isPresent()) {
      return new Compared(
          first.concepts().get(k),
          Undetermined.because(lack.get(), x1.length + x2.length),
          Optional.empty());
    }
    CorrelationChange change =
        CorrelationChange.between(x1, labels(first.data()), x2, labels(second.data()));
    double[] answers1 = answers(here);
    double[] answers2 = answers(there);
    Optional<double[]> withAnswers = Optional.empty();
    if (!isConstant(answers1) && !isConstant(answers2)) {
      CorrelationChange ofAnswers = CorrelationChange.between(x1, answers1, x2, answers2);
      withAnswers = Optional.of(new double[] {ofAnswers.first(), ofAnswers.second()});
    }
    return new Compared(
        first.concepts().get(k),
        shared.inFirst().length == 0 ? change : change.sharing(shared.inFirst(), shared.inSecond()),
        withAnswers);
  }

  private static Optional<String> lack(Dataset data, double[] values) {
    if (values.length < FEWEST) {
      return Optional.of(
          "%s has %d examples; no correlation is told by fewer than %d"
              .formatted(data.name(), values.length, FEWEST));
    }
    return isConstant(values)
        ? Optional.of(
            "it is %s in all %d examples of %s, and goes with nothing there; take examples in which it differs"
                .formatted(values[0], values.length, data.name()))
        : Optional.empty();
  }

  private static boolean isConstant(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0]);
  }

  private double[] labels(Dataset data) {
    return Arrays.stream(data.labels()).mapToDouble(y -> y == label ? 1 : 0).toArray();
  }

  private double[] answers(Predictions predictions) {
    return IntStream.range(0, predictions.size())
        .mapToDouble(i -> predictions.probability(i, label))
        .toArray();
  }

  /** Two-sided p-values of no change, adjusted; 1 where nothing is known. */
  private static double[] adjusted(List<Compared> compared) {
    return MultipleTesting.benjaminiYekutieli(
        compared.stream()
            .mapToDouble(
                concept ->
                    concept.change() instanceof CorrelationChange change
                        ? Math.min(1, 2 * change.pValueAbove(0))
                        : 1)
            .toArray());
  }

  private static void sayWhatChanged(
      Evidence.Builder evidence, List<Compared> compared, double[] adjusted) {
    List<String> changed =
        IntStream.range(0, adjusted.length)
            .filter(k -> adjusted[k] <= FALSE_DISCOVERY_RATE)
            .mapToObj(k -> "\"%s\"".formatted(compared.get(k).name()))
            .toList();
    evidence.note(
        "correlations that changed at all, at a false-discovery rate of 5 %% (Benjamini and Yekutieli): %s"
            .formatted(changed.isEmpty() ? "none" : String.join(", ", changed)));
  }

  private Table table(List<Compared> compared, double[] adjusted) {
    List<Table.Row> rows = new ArrayList<>();
    for (int k = 0; k < Math.min(compared.size(), Table.MOST_ROWS); k++) {
      Compared concept = compared.get(k);
      if (concept.change() instanceof CorrelationChange change) {
        rows.add(
            new Table.Row(
                concept.name(),
                List.of(
                    Table.number(change.first()),
                    Table.number(change.second()),
                    Table.number(Math.min(1, adjusted[k])),
                    concept.answers().map(r -> Table.number(r[0])).orElse(Table.text("-")),
                    concept.answers().map(r -> Table.number(r[1])).orElse(Table.text("-")))));
      }
    }
    return new Table(
        "concepts",
        "How concepts go with the label, and with the model's answer, in %s and in %s"
            .formatted(first.data().name(), second.data().name()),
        "concept",
        List.of(
            new Table.Column("with the label, first").withDecimals(3),
            new Table.Column("with the label, second").withDecimals(3),
            new Table.Column("p of no change, adjusted"),
            new Table.Column("with the answer, first").withDecimals(3),
            new Table.Column("with the answer, second").withDecimals(3)),
        rows);
  }
}
