package dev.touchstone.guiding;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.influence.Encoder;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.RidgeHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/**
 * The bilevel update for regression, as the thesis states it (section 5.2.2): which training values
 * have to move, and by how much, for a ridge regression to agree with an audit set. Values are
 * taken in units of their standard deviation σ, and it minimises
 *
 * <pre>γ (1/n) Σ |δᵢ| + (1/n) Σ ½ (xᵢW − yᵢ − δᵢ)² + (1/m) Σ cⱼ ½ (auditⱼW − ỹⱼ)²
 *   where W = argmin (1/n) Σ ½ (xᵢW − yᵢ − δᵢ)² + ½ λ ‖W‖²</pre>
 *
 * by proximal gradient steps, with the term of importances of {@link PublishedGuiding} {@linkplain
 * #matchingImportances() if it is asked for}. It is convex in δ: the optimum is one. What print
 * leaves open is read as there; the audit set stands in the upper level alone.
 */
public final class GuidedValues {
  private static final double GAMMA = 0.5;
  private static final double RIDGE = 0.01;
  private static final double LOWER_TOLERANCE = 1e-9;
  private static final double TOLERANCE = 1e-7;
  private static final int MOST_STEPS = 500;

  /** What breaks ties of |δ|, most of which are 0: far less than any that moved. */
  private static final double TIE = 1e-6;

  private final AuditSet audit;
  private final double gamma;
  private final double ridge;
  private final boolean matchesImportances;

  private GuidedValues(AuditSet audit, double gamma, double ridge, boolean matchesImportances) {
    this.audit = audit;
    this.gamma = gamma;
    this.ridge = ridge;
    this.matchesImportances = matchesImportances;
  }

  /**
   * Guides by an audit set of values, with γ = {@value #GAMMA} and λ = {@value #RIDGE}.
   *
   * @throws TouchstoneException for an audit set of classes
   */
  public static GuidedValues with(AuditSet audit) {
    if (!audit.data().hasValues()) {
      throw new TouchstoneException(
          audit + " has classes and no values; of those ModelGuiding.with(audit) tells");
    }
    return new GuidedValues(audit, GAMMA, RIDGE, false);
  }

  /**
   * Takes another γ: about how many standard deviations a value may be off before it moves.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public GuidedValues withGamma(double weight) {
    if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("γ must be positive, was " + weight);
    }
    return new GuidedValues(audit, weight, ridge, matchesImportances);
  }

  /** Takes another ridge λ. */
  public GuidedValues withRidge(double lambda) {
    return new GuidedValues(audit, gamma, new RidgeHead(lambda).ridge(), matchesImportances);
  }

  /**
   * Returns a copy whose head is one on the audit set's concepts, and is to agree with the expert's
   * importances of them, too: a standard deviation of a concept that matters is to move the value
   * by one of its own.
   *
   * @throws TouchstoneException if the expert gave none, and for concepts of which nothing can be
   *     learnt ({@link AuditSet#checkedConcepts()})
   */
  public GuidedValues matchingImportances() {
    AuditedConcepts.check(audit);
    return new GuidedValues(audit, gamma, ridge, true);
  }

  /**
   * Updates the values and the head.
   *
   * @param training data with values, in the audit set's unit
   * @param encoder shows data as the model's last layer sees them
   * @return values in the data's unit (n × 1), |δ| in units of σ as suspicion, no classes, and the
   *     head's weights in units of σ
   * @throws TouchstoneException for training data of classes, of another unit, with training
   *     weights, without variance, or that hold audit examples
   */
  public BilevelResult update(Dataset training, Encoder encoder, RunContext run) {
    check(training);
    double[] given = training.targets();
    double mean = Arrays.stream(given).average().orElseThrow();
    double deviation =
        Math.sqrt(Arrays.stream(given).map(y -> (y - mean) * (y - mean)).average().orElseThrow());
    if (!(deviation > 0)) {
      throw new TouchstoneException(
          "all values of %s are %s; what differs from them cannot be told"
              .formatted(training.name(), mean));
    }
    Matrix targets = standardised(given, mean, deviation);
    Matrix trustedTargets = standardised(audit.data().targets(), mean, deviation);
    double[] shares =
        Arrays.stream(audit.confidence()).map(confidence -> confidence / audit.size()).toArray();
    RowSource rows = encoder.encode(training);
    RowSource auditRows = encoder.encode(audit.data());
    AuditedConcepts concepts =
        matchesImportances ? AuditedConcepts.of(audit, rows, auditRows) : null;
    if (concepts != null) {
      rows = RowSource.of(concepts.training());
      auditRows = RowSource.of(concepts.audit());
    }
    HeadData data =
        HeadData.of(rows, targets)
            .withAudit(auditRows, trustedTargets, audit.confidence(), 0)
            .computedOn(run.settings().device());
    try (HeadProblem problem = HeadProblem.of(new RidgeHead(ridge), data)) {
      ProjectedGradient descent =
          new ProjectedGradient(
              new BilevelObjective(
                  problem,
                  new Trusted(trustedTargets, shares),
                  concepts == null ? null : concepts.term(audit, new int[audit.size()]),
                  LOWER_TOLERANCE),
              new TargetSpace.Values(targets),
              TOLERANCE,
              1);
      descent.run(gamma, MOST_STEPS);
      double[] suspicion = new double[given.length];
      for (int i = 0; i < suspicion.length; i++) {
        double moved = descent.targets().get(i, 0) - targets.get(i, 0);
        suspicion[i] =
            Math.abs(moved) + TIE * Math.min(1, Math.abs(descent.gradient().get(i, 0)) / gamma);
      }
      BilevelResult result = descent.result(gamma, settings(), suspicion);
      return result.withTargets(restored(result.targets(), mean, deviation));
    }
  }

  private void check(Dataset training) {
    if (!training.hasValues()) {
      throw new TouchstoneException(
          "%s has classes, and %s has values (%s); read both in the same way"
              .formatted(training.name(), audit, audit.data().unit()));
    }
    if (!training.unit().equals(audit.data().unit())) {
      throw new TouchstoneException(
          "%s is in %s, and %s in %s; give both in one unit"
              .formatted(training.name(), training.unit(), audit, audit.data().unit()));
    }
    AuditedTraining.checkUnweighted("the regression form of guiding", training);
    audit.checkedAgainst(training);
  }

  private static Matrix standardised(double[] values, double mean, double deviation) {
    return Matrix.of(
        values.length, 1, Arrays.stream(values).map(y -> (y - mean) / deviation).toArray());
  }

  private static Matrix restored(Matrix targets, double mean, double deviation) {
    return Matrix.of(
        targets.rows(),
        1,
        Arrays.stream(targets.values()).map(t -> mean + deviation * t).toArray());
  }

  @Override
  public String toString() {
    return "guided values, " + settings();
  }

  private String settings() {
    return "ridge %s, gamma %s%s"
        .formatted(ridge, gamma, matchesImportances ? ", matching importances" : "");
  }
}
