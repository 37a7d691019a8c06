package dev.touchstone.guiding.repair;

import dev.touchstone.influence.HeadData;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Guides a concept bottleneck as the thesis does (section 5.2), labels being right: the model is
 * carved into concepts, read linearly off what its last layer sees, and a linear layer on these, in
 * which ignored concepts may contribute little to the audit examples.
 *
 * <pre>
 * L(W) = (1/n) Σᵢ wᵢ CE(yᵢ, zᵢW) + a (1/m) Σⱼ cⱼ CE(ỹⱼ, z̃ⱼW) + b (1/m) Σⱼ cⱼ Σ_q φ(u_jq) + ½ λ ‖W‖²
 * </pre>
 *
 * <p>z are z-scored concepts, wᵢ the weights of {@link GuidedErasure}, u_jq what ignored concept q
 * contributes to example j's label, φ the absolute value, smoothed. All is affine in the
 * representation and folds into one last layer. What no concept says is lost: on DigitBirds {@link
 * GuidedErasure} leaves the worst group much better off.
 *
 * @param ridge λ, also of the concepts' classifiers
 * @param auditStrength a
 * @param ignoringStrength b
 * @param keepsClassShares whether classes count as often as they are in training, and not alike
 */
public record GuidedBottleneck(
    double ridge, double auditStrength, double ignoringStrength, boolean keepsClassShares)
    implements ModelRepair {
  private static final double DEFAULT_RIDGE = 0.01;
  private static final double DEFAULT_AUDIT_STRENGTH = 0.3;
  private static final double DEFAULT_IGNORING_STRENGTH = 1;
  private static final double BIAS_SHARE = 0.01;
  private static final double TOLERANCE = 1e-9;

  /** Refuses a ridge that is not positive, and strengths that are negative. */
  public GuidedBottleneck {
    if (!(ridge > 0 && ridge < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the ridge must be positive, was " + ridge);
    }
    for (double strength : new double[] {auditStrength, ignoringStrength}) {
      if (!(strength >= 0 && strength < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a strength must be 0 or more, was " + strength);
      }
    }
  }

  /**
   * Makes a repair with λ = {@value #DEFAULT_RIDGE}, a = {@value #DEFAULT_AUDIT_STRENGTH} and b =
   * {@value #DEFAULT_IGNORING_STRENGTH}, in which all classes count alike.
   */
  public static GuidedBottleneck withDefaults() {
    return new GuidedBottleneck(
        DEFAULT_RIDGE, DEFAULT_AUDIT_STRENGTH, DEFAULT_IGNORING_STRENGTH, false);
  }

  /**
   * Returns a copy with another λ.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public GuidedBottleneck withRidge(double lambda) {
    return new GuidedBottleneck(lambda, auditStrength, ignoringStrength, keepsClassShares);
  }

  /**
   * Returns a copy in which the audit set's labels count as much as {@code share} of the training
   * data; 0 for not at all.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public GuidedBottleneck withAuditStrength(double share) {
    return new GuidedBottleneck(ridge, share, ignoringStrength, keepsClassShares);
  }

  /**
   * Returns a copy in which what ignored concepts contribute weighs so much.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public GuidedBottleneck withIgnoringStrength(double strength) {
    return new GuidedBottleneck(ridge, auditStrength, strength, keepsClassShares);
  }

  /**
   * Returns a copy in which classes count as often as they are in training.
   *
   * @see GuidedErasure#keepingClassShares()
   */
  public GuidedBottleneck keepingClassShares() {
    return new GuidedBottleneck(ridge, auditStrength, ignoringStrength, true);
  }

  @Override
  public RepairedModel repair(RepairTask task, RunContext context) {
    if (!keepsClassShares) {
      ClassShares.requireKept(task, "GuidedBottleneck.withDefaults()");
    }
    return RepairedModel.of(
        task,
        parts(task, Represented.by(task.model(), "GuidedBottleneck", context)).joined(),
        toString());
  }

  /**
   * Returns the guided bottleneck with its concepts, before it is folded into one layer: another
   * model than the one that it was made of, as a carved one is.
   *
   * @throws dev.touchstone.runtime.TouchstoneException as {@link #repair} does
   */
  public CarvedModel carve(RepairTask task, RunContext context) {
    if (!keepsClassShares) {
      ClassShares.requireKept(task, "GuidedBottleneck.withDefaults()");
    }
    Represented represented = Represented.by(task.model(), "GuidedBottleneck", context);
    return new CarvedModel(
        task.model(),
        task.training().classNames(),
        CarvedConcepts.of(
            represented,
            task.concepts(),
            parts(task, represented),
            toString(),
            Digest.sha256()
                .add(task.training().sha256())
                .add(task.concepts().sha256())
                .add(task.audit().sha256())),
        CheckedAnswers.ofSome(task.model(), task.audit().data(), context.settings().memoryBytes())
            .threshold());
  }

  /** On representations as they come. */
  private Carving.Parts parts(RepairTask task, Represented represented) {
    AnnotatedConcepts concepts = task.concepts();
    boolean[] ignored = new boolean[concepts.size()];
    task.ignored().forEach(name -> ignored[concepts.indexOf(name)] = true);
    Matrix raw = represented.of(task.training());
    Scaling scaling = Scaling.of(raw);
    Carving.Parts parts =
        parts(
            scaling.apply(raw),
            task.training().labels(),
            task.training().trainingWeights().orElse(null),
            scaling.apply(represented.of(concepts.data())),
            concepts,
            ignored,
            scaling.apply(represented.of(task.audit().data())),
            task.audit().data().labels(),
            task.audit().confidence(),
            task.training().classNames().size());
    return new Carving.Parts(
        scaling.before(parts.concepts()), parts.scaling(), parts.head(), null, parts.optimality());
  }

  /** On z-scored representations. */
  Carving.Parts parts(
      Matrix training,
      int[] labels,
      double @Nullable [] trainingWeights,
      Matrix examples,
      AnnotatedConcepts concepts,
      boolean[] ignored,
      Matrix audit,
      int[] auditLabels,
      double[] confidence,
      int classes) {
    ConceptLayer read = ConceptLayer.fit(examples, concepts, ridge);
    Matrix scores = read.scores(training);
    Scaling scaling = Scaling.of(scores);
    Matrix z = scaling.apply(scores);
    Matrix ofAudit = scaling.apply(read.scores(audit));
    double[] weights =
        PseudoGroups.weights(
            labels,
            classes,
            trainingWeights,
            keepsClassShares,
            concepts,
            scores,
            IntStream.range(0, ignored.length).filter(q -> ignored[q]).toArray());
    int n = labels.length;
    int m = auditLabels.length;
    Matrix rows = stacked(z, ofAudit);
    Matrix targets =
        stacked(HeadData.oneHot(labels, classes), HeadData.oneHot(auditLabels, classes));
    double[] coefficients = new double[n + m];
    for (int i = 0; i < n; i++) {
      coefficients[i] = weights[i] / n;
    }
    double[] ofAuditLabels =
        keepsClassShares
            ? ClassShares.ofTraining(labels, classes, auditLabels, confidence)
            : confidence;
    for (int j = 0; j < m; j++) {
      coefficients[n + j] = auditStrength * ofAuditLabels[j] / m;
    }
    PenalisedLayer.Optimum optimum =
        new PenalisedLayer(
                PenalisedLayer.Kind.CLASSES,
                rows,
                targets,
                coefficients,
                ridges(z.columns(), ridge),
                0,
                new IgnoredConcepts(ofAudit, auditLabels, confidence, ignored, ignoringStrength),
                null)
            .minimise(TOLERANCE);
    return new Carving.Parts(
        read.layer(),
        scaling,
        LinearLayer.withBiasLast(optimum.weights()),
        null,
        optimum.residual());
  }

  static double[] ridges(int features, double ridge) {
    double[] ridges = new double[features + 1];
    Arrays.fill(ridges, ridge);
    ridges[features] = BIAS_SHARE * ridge;
    return ridges;
  }

  static Matrix stacked(Matrix above, Matrix below) {
    Matrix stacked = Matrix.zeros(above.rows() + below.rows(), above.columns());
    System.arraycopy(above.values(), 0, stacked.values(), 0, above.values().length);
    System.arraycopy(
        below.values(), 0, stacked.values(), above.values().length, below.values().length);
    return stacked;
  }

  @Override
  public String toString() {
    return "guided bottleneck: ridge %s, audit %s, ignoring %s%s"
        .formatted(
            ridge, auditStrength, ignoringStrength, keepsClassShares ? ", class shares kept" : "");
  }
}
