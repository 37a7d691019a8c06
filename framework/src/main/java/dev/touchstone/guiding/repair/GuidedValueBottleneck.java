package dev.touchstone.guiding.repair;

import dev.touchstone.influence.RidgeHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;

/**
 * Guides a concept bottleneck of a regressor as {@link GuidedBottleneck} does that of a classifier
 * (thesis, section 5.2): concepts are read linearly off what its last layer sees, and a linear
 * layer is fitted on these, in which ignored concepts may add little to the audit examples' values.
 *
 * <pre>
 * L(w) = (1/n) Σᵢ ½ (zᵢw − yᵢ)² + a (1/m) Σⱼ cⱼ ½ (z̃ⱼw − ỹⱼ)² + b (1/m) Σⱼ cⱼ Σ_q φ(w_q z̃_jq) + ½ λ ‖w‖²
 * </pre>
 *
 * <p>z are z-scored concepts, values are in units of their standard deviation, q are the ignored
 * concepts, and φ is the absolute value, smoothed. All is affine in the representation and folds
 * into one last layer. What no concept says is lost. There are no classes whose sides of the
 * concept could count alike, so that a concept that comes with an ignored one may say more
 * afterwards; {@link ErasedValues} leaves no value that goes along with the concept.
 *
 * @param ridge λ, also of the concepts' classifiers and regressions
 * @param auditStrength a
 * @param ignoringStrength b
 */
public record GuidedValueBottleneck(double ridge, double auditStrength, double ignoringStrength) {
  private static final double DEFAULT_RIDGE = 0.01;
  private static final double DEFAULT_AUDIT_STRENGTH = 0.3;
  private static final double DEFAULT_IGNORING_STRENGTH = 1;
  private static final double TOLERANCE = 1e-9;

  /** Refuses a ridge that is not positive, and strengths that are negative. */
  public GuidedValueBottleneck {
    ridge = new RidgeHead(ridge).ridge();
    for (double strength : new double[] {auditStrength, ignoringStrength}) {
      if (!(strength >= 0 && strength < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a strength must be 0 or more, was " + strength);
      }
    }
  }

  /**
   * Makes a repair with λ = {@value #DEFAULT_RIDGE}, a = {@value #DEFAULT_AUDIT_STRENGTH} and b =
   * {@value #DEFAULT_IGNORING_STRENGTH}.
   */
  public static GuidedValueBottleneck withDefaults() {
    return new GuidedValueBottleneck(
        DEFAULT_RIDGE, DEFAULT_AUDIT_STRENGTH, DEFAULT_IGNORING_STRENGTH);
  }

  /**
   * Returns a copy with another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public GuidedValueBottleneck withRidge(double lambda) {
    return new GuidedValueBottleneck(lambda, auditStrength, ignoringStrength);
  }

  /**
   * Returns a copy in which the audit set's values count as much as {@code share} of the training
   * data; 0 for not at all.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public GuidedValueBottleneck withAuditStrength(double share) {
    return new GuidedValueBottleneck(ridge, share, ignoringStrength);
  }

  /**
   * Returns a copy in which what ignored concepts add weighs so much.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public GuidedValueBottleneck withIgnoringStrength(double strength) {
    return new GuidedValueBottleneck(ridge, auditStrength, strength);
  }

  /**
   * Repairs a regressor.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if the model does not show what its
   *     last layer sees
   * @throws dev.touchstone.runtime.TouchstoneException for training values that are all the same,
   *     and a layer that does not converge
   */
  public RepairedRegressor repair(ValueRepairTask task, RunContext context) {
    return new RepairedRegressor(task, carved(task, context).joined(), toString());
  }

  /**
   * Returns the guided bottleneck with its concepts, before it is folded into one layer: another
   * model than the one that it was made of, as a carved one is.
   *
   * @throws dev.touchstone.runtime.TouchstoneException as {@link #repair} does
   */
  public CarvedRegressor carve(ValueRepairTask task, RunContext context) {
    return new CarvedRegressor(task.model(), carved(task, context), task.training().unit());
  }

  private CarvedConcepts carved(ValueRepairTask task, RunContext context) {
    Represented represented = Represented.by(task.model(), "GuidedValueBottleneck", context);
    AnnotatedConcepts concepts = task.concepts();
    boolean[] ignored = new boolean[concepts.size()];
    task.ignored().forEach(name -> ignored[concepts.indexOf(name)] = true);
    Matrix raw = represented.of(task.training());
    Scaling scaling = Scaling.of(raw);
    Carving.Parts parts =
        parts(
            scaling.apply(raw),
            task.training().targets(),
            scaling.apply(represented.of(concepts.data())),
            concepts,
            ignored,
            scaling.apply(represented.of(task.audit().data())),
            task.audit().data().targets(),
            task.audit().confidence());
    return CarvedConcepts.of(
        represented,
        concepts,
        new Carving.Parts(
            scaling.before(parts.concepts()),
            parts.scaling(),
            parts.head(),
            null,
            parts.optimality()),
        toString(),
        Digest.sha256()
            .add(task.training().sha256())
            .add(concepts.sha256())
            .add(task.audit().sha256()));
  }

  /** On z-scored representations. */
  Carving.Parts parts(
      Matrix training,
      double[] values,
      Matrix examples,
      AnnotatedConcepts concepts,
      boolean[] ignored,
      Matrix audit,
      double[] auditValues,
      double... confidence) {
    ConceptLayer read = ConceptLayer.fit(examples, concepts, ridge);
    Matrix scores = read.scores(training);
    Scaling scaling = Scaling.of(scores);
    Matrix z = scaling.apply(scores);
    Matrix ofAudit = scaling.apply(read.scores(audit));
    ValueUnit unit = ValueUnit.of(values, "the training data");
    int n = values.length;
    int m = auditValues.length;
    double[] coefficients = new double[n + m];
    Arrays.fill(coefficients, 0, n, 1.0 / n);
    for (int j = 0; j < m; j++) {
      coefficients[n + j] = auditStrength * confidence[j] / m;
    }
    PenalisedLayer.Optimum optimum =
        new PenalisedLayer(
                PenalisedLayer.Kind.VALUES,
                GuidedBottleneck.stacked(z, ofAudit),
                GuidedBottleneck.stacked(unit.standardised(values), unit.standardised(auditValues)),
                coefficients,
                GuidedBottleneck.ridges(z.columns(), ridge),
                0,
                new IgnoredConcepts(ofAudit, new int[m], confidence, ignored, ignoringStrength),
                null)
            .minimise(TOLERANCE);
    return new Carving.Parts(
            read.layer(),
            scaling,
            LinearLayer.withBiasLast(optimum.weights()),
            null,
            optimum.residual())
        .in(unit);
  }

  @Override
  public String toString() {
    return "guided value bottleneck: ridge %s, audit %s, ignoring %s"
        .formatted(ridge, auditStrength, ignoringStrength);
  }
}
