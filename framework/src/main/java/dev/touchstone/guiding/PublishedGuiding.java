package dev.touchstone.guiding;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.influence.Head;
import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Model guiding as it was printed (thesis, sections 5.2.2 to 5.2.4), for the labels:
 *
 * <pre>min over T, rows of which lie on the simplex:
 *   γ (1/n) Σ (1 − T(i, yᵢ)) + (1/n) Σ ℓ(xᵢ, Tᵢ; W) + (1/m) Σ cⱼ ℓ(auditⱼ; W)
 *     + (1/m) Σ cⱼ ‖W_yⱼ ⊙ z̃ⱼ − |ãⱼ| ⊙ sⱼ‖₁
 *   where W = argmin (1/n) Σ ℓ(xᵢ, Tᵢ; W) + ½ λ ‖W‖²</pre>
 *
 * <p>the last term {@linkplain #matchingImportances() if it is asked for}.
 *
 * <p>Where print is ambiguous, or says what cannot be meant, it is read so:
 *
 * <ul>
 *   <li>The lower level's argmin is over β and its loss is written in θ: both are W.
 *   <li>A ridge λ, that of the head the model is judged with, is added to the lower level; without
 *       one its minimum is not unique, nor its inverse Hessian there.
 *   <li>The audit set stands in the upper level alone.
 *   <li>The first term of the hypergradient, which section 5.2.3 says can usually be set to zero,
 *       is kept: it is −log P, without which the labels do not listen to the training data.
 *   <li>F_nl takes examples by δᵢ, of classes by 1 − T(i, yᵢ) (section 5.2.4). Most of these are 0;
 *       ties are broken by how much the objective would fall, to first order, if the label moved.
 *   <li>The term of importances, ‖θ ⊙ x̃ − ã ⊙ s‖₁, means concepts z̃ in the place of x̃, and the
 *       head is one on concepts; they are read off what the model's last layer sees by regressions
 *       on the audit set's annotations, and z-scored. It prints no sum over examples: theirs is the
 *       mean, weighed by confidence as the labels' is. It prints no class: a contribution is that
 *       to the score of the label that the expert gives, over the mean of all classes. ã is
 *       z-scored by the audit set, and its size |ã| stands in its place, so that a value below the
 *       mean does not turn the sign that the expert gave. |u| is smoothed, √(u² + ε²) − ε with ε =
 *       .01.
 *   <li>Without it, the default, the head is one on all that the last layer sees, and the objective
 *       that of {@link Duti} on the same learner. What concepts a head uses need not say which
 *       label is wrong: importances help where labels are wrong together, and hurt elsewhere
 *       (docs/results/guiding.md).
 *   <li>γ and the solver are not stated: γ = 0.5, and projected gradient steps from the labels as
 *       given, with Armijo's rule, each of which solves the lower level.
 * </ul>
 */
public final class PublishedGuiding implements MislabelDetector {
  private static final double GAMMA = 0.5;
  private static final int MOST_STEPS = 50;
  static final double LOWER_TOLERANCE = 1e-6;
  static final double TOLERANCE = 1e-5;

  private final AuditSet audit;
  private final double gamma;
  private final boolean matchesImportances;

  private PublishedGuiding(AuditSet audit, double gamma, boolean matchesImportances) {
    this.audit = audit;
    this.gamma = gamma;
    this.matchesImportances = matchesImportances;
  }

  static PublishedGuiding with(AuditSet audit) {
    return new PublishedGuiding(audit, GAMMA, false);
  }

  /**
   * Takes another γ &gt; 0, {@value #GAMMA} by default: the larger, the fewer labels move.
   *
   * @throws IllegalArgumentException unless it is positive and finite
   */
  public PublishedGuiding withGamma(double weight) {
    if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("γ must be positive, was " + weight);
    }
    return new PublishedGuiding(audit, weight, matchesImportances);
  }

  /**
   * Returns a copy whose head is one on the audit set's concepts, and is to agree with the expert's
   * importances of them, too.
   *
   * @throws TouchstoneException if the expert gave none, and for concepts of which nothing can be
   *     learnt ({@link AuditSet#checkedConcepts()})
   */
  public PublishedGuiding matchingImportances() {
    AuditedConcepts.check(audit);
    return new PublishedGuiding(audit, gamma, true);
  }

  @Override
  public String name() {
    return "model guiding as published";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> facts = AuditedTraining.settings(audit);
    facts.put("gamma", Double.toString(gamma));
    if (matchesImportances) {
      facts.put("head", "on concepts, matching importances");
    }
    return facts;
  }

  @Override
  public void check(Dataset training) {
    AuditedTraining.checkUnweighted(name(), training);
    AuditedTraining.check(audit, training);
  }

  /**
   * Updates the labels and the head, whose ridge is that of the context's head.
   *
   * @param context the training, with the labels as given
   * @throws TouchstoneException if that head is no logistic regression
   */
  public BilevelResult update(InfluenceContext context) {
    AuditedTraining training = new AuditedTraining(context, audit);
    Head head = context.head().fittedBy();
    if (!(head instanceof LogisticHead)) {
      throw new TouchstoneException(
          "%s needs labels that are distributions, and the head is a %s; leave .using(head) out, or give a LogisticHead"
              .formatted(name(), head));
    }
    if (!matchesImportances) {
      try (HeadProblem problem = training.problem(head, 0)) {
        return update(training, problem, null);
      }
    }
    AuditedConcepts concepts =
        AuditedConcepts.of(audit, training.representation(), training.auditRepresentation());
    try (HeadProblem problem = training.problemOn(concepts.training(), concepts.audit(), head)) {
      return update(training, problem, concepts.term(audit, training.auditLabels()));
    }
  }

  private BilevelResult update(
      AuditedTraining training, HeadProblem problem, @Nullable ImportanceTerm importances) {
    TargetSpace.Simplex space = new TargetSpace.Simplex(training.labels(), training.classes());
    ProjectedGradient descent =
        new ProjectedGradient(
            new BilevelObjective(problem, training.trusted(), importances, LOWER_TOLERANCE),
            space,
            TOLERANCE,
            1);
    return PublishedUpdate.of(descent, space, gamma, MOST_STEPS);
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    BilevelResult result = update(context);
    AuditedTraining training = new AuditedTraining(context, audit);
    return training.issues(result, training.moved(result.targets()));
  }

  @Override
  public String toString() {
    return name() + ", gamma " + gamma + (matchesImportances ? ", matching importances" : "");
  }
}
