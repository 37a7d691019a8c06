package dev.touchstone.check.signal;

import dev.touchstone.check.evaluation.EvaluationCache;
import dev.touchstone.check.evaluation.Fidelity;
import dev.touchstone.check.evaluation.Keys;
import dev.touchstone.check.evaluation.Readings;
import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Finding;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Reading;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.guiding.repair.Carved;
import dev.touchstone.guiding.repair.CarvedModel;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Undetermined;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Does a model rely on something that it should not, which nobody suspected (thesis, section 5.2.4
 * and Table 5.3)? A carved model says what each concept contributes to the score of an example's
 * label; the trusted labels of an audit set say how much of that can stay. Measured is, of every
 * concept that the model uses,
 *
 * <pre>reliance = w · r,  w = Σᵢ |C_iq| / Σᵢ Σ_q' |C_iq'| over the training examples</pre>
 *
 * <p>where C are contributions and r in [0, 1] is the share of them that guiding by the audit set
 * withdraws: the model with the scores b + s (L − r C_q) explains the audit labels best. It is 0 of
 * a concept that means there what it means to the model, and w of one that means nothing there.
 *
 * <p>Limits are those of a robust score test of r ({@code ScoreTestEstimate}) for independent audit
 * examples, each counted by how sure the expert is; w is of the training examples, as they are.
 *
 * <p>It finds what has a name: a signal that no concept stands for, or that goes along with the
 * label in the audit set, too, is not found. One that several concepts describe is shared among
 * them.
 */
public final class UnnamedReliance {
  /** The name of the measured quantity. */
  public static final String QUANTITY = "unnamed reliance";

  private final Dataset training;
  private final AuditSet audit;

  private UnnamedReliance(Dataset training, AuditSet audit) {
    this.training = training;
    this.audit = audit;
  }

  /**
   * Measures reliance by an audit set.
   *
   * @param training whose examples' attributions are compared, before and after
   * @param audit with labels that are trusted, drawn from where the model is to be used
   * @throws TouchstoneException for values, an audit set of other classes or of which one is in the
   *     training data, and for clustered audit data
   */
  public static UnnamedReliance of(Dataset training, AuditSet audit) {
    if (audit.data().hasValues() || training.hasValues()) {
      throw new TouchstoneException(
          "%s has values to predict and no classes; what concepts contribute is measured of classes"
              .formatted((audit.data().hasValues() ? audit.data() : training).name()));
    }
    if (!training.classNames().equals(audit.data().classNames())) {
      throw new TouchstoneException(
          "%s has the classes %s and the audit set %s has %s; read both with the same classes"
              .formatted(
                  training.name(),
                  training.classNames(),
                  audit.data().name(),
                  audit.data().classNames()));
    }
    audit.checkedAgainst(training);
    if (audit.data().clustering().isPresent()) {
      throw new TouchstoneException(
          "%s is clustered, and reliance takes audit examples for independent; audit data.onePerCluster(seed)"
              .formatted(audit.data().name()));
    }
    return new UnnamedReliance(training, audit);
  }

  /**
   * Measures the reliance on every concept that the carved model uses.
   *
   * @throws TouchstoneException if no fidelity is required of the carved model, or if it has other
   *     classes
   */
  public Evidence evaluate(CarvedModel carved, RunContext context) {
    Carved.Required required = carved.requiredFidelity();
    int classes = training.classNames().size();
    if (carved.weights().columns() != classes) {
      throw new TouchstoneException(
          "%s has %d classes and %s has %s; give data of the classes that it decides between"
              .formatted(
                  carved.name(),
                  carved.weights().columns(),
                  training.name(),
                  training.classNames()));
    }
    return EvaluationCache.of(context.session())
        .get(
            EvaluationCache.key(
                new Asked(
                    Keys.learntFrom(training),
                    audit.sha256(),
                    required.least(),
                    required.on().sha256()),
                Keys.of(carved),
                audit.data(),
                context),
            () -> measure(carved, required, context));
  }

  private record Asked(Record training, String auditSha256, double fidelity, String fidelityOn) {}

  private Evidence measure(CarvedModel carved, Carved.Required required, RunContext context) {
    Dataset data = audit.data();
    Trace trace =
        Trace.start(context)
            .with("audit sha256", audit.sha256())
            .with("training", training.name())
            .with("training sha256", training.sha256())
            .with("carved as", carved.how())
            .with("carved with sha256", carved.examplesSha256())
            .with("fidelity required", required.toString());
    Estimate fidelity = carved.fidelity(required.on(), context);
    Optional<String> unlike = Fidelity.lack(required, fidelity);
    Matrix attributions = carved.contributions(training, training.labels());
    List<Reliance> found = reliances(carved, attributions, unlike);
    Evidence.Builder evidence =
        Evidence.of(
            QUANTITY, "%s on %s (n = %d)".formatted(carved.name(), data.name(), data.size()));
    for (Reliance one : found) {
      evidence.measured(
          new Measurement(QUANTITY, one.concept(), one.estimate())
              .reading(
                  Reading.share(
                      "%s of what concepts contribute is of %s, and the audit set takes it back"
                          .formatted(Reading.VALUE, Readings.named(one.concept())))));
    }
    if (found.isEmpty()) {
      evidence.measured(
          new Measurement(
              QUANTITY,
              Slice.OVERALL,
              Undetermined.because(
                  "no concept has a weight in the carved model; carve it less sparsely, or with"
                      + " concepts that say more",
                  data.size())));
    }
    evidence.beside(
        new Measurement("fidelity of the carved model", Slice.OVERALL, fidelity)
            .reading(Reading.share("")));
    if (unlike.isEmpty() && !found.isEmpty()) {
      evidence.figure(table(found));
      findings(found, attributions).forEach(evidence::worst);
    }
    evidence.note(
        "found are signals that a concept stands for, of %s; others are not excluded"
            .formatted(carved.concepts()));
    return evidence.from(trace.end(carved.original(), data));
  }

  /**
   * What is known of one concept.
   *
   * @param column its place among the attributions
   * @param share w
   * @param estimate of w · r
   */
  private record Reliance(String concept, int column, double share, Estimate estimate) {

    /** r. */
    double withdrawn() {
      return estimate.value() / share;
    }
  }

  private List<Reliance> reliances(
      CarvedModel carved, Matrix attributions, Optional<String> unlike) {
    int concepts = attributions.columns();
    double[] sizes = new double[concepts];
    for (int at = 0; at < attributions.values().length; at++) {
      sizes[at % concepts] += Math.abs(attributions.values()[at]);
    }
    double all = Arrays.stream(sizes).sum();
    Matrix scores = carved.classScores(audit.data());
    Matrix values = carved.conceptValues(audit.data());
    Matrix weights = carved.weights();
    List<Reliance> reliances = new ArrayList<>();
    for (int q = 0; q < concepts; q++) {
      if (sizes[q] > 0) {
        double share = sizes[q] / all;
        int size = audit.size();
        Estimate estimate =
            unlike.isPresent()
                ? Undetermined.because(unlike.get(), size)
                : new WithdrawnContribution(
                        scores,
                        contributions(values, weights, q),
                        audit.data().labels(),
                        audit.confidence())
                    .estimate(share);
        reliances.add(new Reliance(carved.concepts().get(q), q, share, estimate));
      }
    }
    return reliances;
  }

  /** What a concept contributes to the score of every class, m × k. */
  private static Matrix contributions(Matrix values, Matrix weights, int concept) {
    Matrix contributions = Matrix.zeros(values.rows(), weights.columns());
    double mean = Arrays.stream(weights.row(concept)).average().orElseThrow();
    for (int j = 0; j < values.rows(); j++) {
      for (int c = 0; c < weights.columns(); c++) {
        contributions.set(j, c, (weights.get(concept, c) - mean) * values.get(j, concept));
      }
    }
    return contributions;
  }

  private static Table table(List<Reliance> found) {
    return new Table(
        "reliance",
        "What concepts contribute to the training examples' labels, and what of it the audit set"
            + " takes back",
        "concept",
        List.of(
            new Table.Column("share of contributions").withDecimals(3).withBars(),
            new Table.Column("taken back").withDecimals(3),
            new Table.Column("at least").withDecimals(3),
            new Table.Column("at most").withDecimals(3)),
        found.stream()
            .sorted(Comparator.comparingDouble(Reliance::share).reversed())
            .limit(Table.MOST_ROWS)
            .map(
                one -> {
                  Interval interval = one.estimate().interval(Claim.LEVEL);
                  return new Table.Row(
                      one.concept(),
                      List.of(
                          Table.number(one.share()),
                          Table.number(one.withdrawn()),
                          Table.number(interval.lower() / one.share()),
                          Table.number(interval.upper() / one.share())));
                })
            .toList());
  }

  /** The training examples whose attributions change the most (thesis, Algorithm 1, F_spu). */
  private List<Finding> findings(List<Reliance> found, Matrix attributions) {
    Reliance worst =
        found.stream()
            .max(
                Comparator.<Reliance>comparingDouble(
                        one -> one.estimate().interval(Claim.LEVEL).lower())
                    .thenComparingDouble(one -> one.estimate().value()))
            .orElseThrow();
    if (worst.withdrawn() == 0) {
      return List.of();
    }
    return IntStream.range(0, training.size())
        .boxed()
        .sorted(
            Comparator.<Integer>comparingDouble(i -> -Math.abs(attributions.get(i, worst.column())))
                .thenComparing(training::id))
        .limit(Evidence.MOST_FINDINGS)
        .map(
            i -> {
              double before = attributions.get(i, worst.column());
              return new Finding(
                  training.id(i),
                  Map.of(
                      worst.concept(),
                      "contributes %s to the score of %s, %s after guiding"
                          .formatted(
                              Numbers.format(before),
                              training.classNames().get(training.label(i)),
                              Numbers.format((1 - worst.withdrawn()) * before))));
            })
        .toList();
  }
}
