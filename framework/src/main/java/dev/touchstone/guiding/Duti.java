package dev.touchstone.guiding;

import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.influence.HeadProblem;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Debugging using trusted items (Zhang, Zhu and Wright 2018): suspects the labels that have to
 * change the least for a learner to predict the audit set. Of
 *
 * <pre>min over T, rows of which lie on the simplex:
 *   (1/m) Σ cⱼ ℓ(auditⱼ; W) + (1/n) Σ ℓ(xᵢ, Tᵢ; W) + γ (1/n) Σ (1 − T(i, yᵢ))
 *   where W = argmin (1/n) Σ ℓ(xᵢ, Tᵢ; W) + ½ λ ‖W‖²</pre>
 *
 * it follows the solutions from the γ at which no label moves, halving it again and again. The
 * earlier another class has the most of an example's label, the more suspicious it is; of those
 * that enter together, and of those that never do, the ones whose label moved most along the path.
 * That class is proposed.
 *
 * <p>The learner is kernel logistic regression with a Gaussian kernel on what the model's last
 * layer sees, z-scored; the kernel is taken to a rank of 200, and its bandwidth and the ridge are
 * those under which the audit labels are most likely after training on the labels as given, of
 * half, one and two median distances, and 1e-4, 1e-3 and 1e-2.
 */
public final class Duti implements MislabelDetector {
  private static final int LEVELS = 10;
  private static final int STEPS_A_LEVEL = 10;

  private final AuditSet audit;
  private final OptionalDouble linearRidge;

  private Duti(AuditSet audit, OptionalDouble linearRidge) {
    this.audit = audit;
    this.linearRidge = linearRidge;
  }

  /** Debugs by the items of an audit set, none of them in the training data. */
  public static Duti with(AuditSet audit) {
    return new Duti(audit, OptionalDouble.empty());
  }

  /**
   * Takes the model's own kind of head, multinomial logistic regression on z-scored features, as
   * the learner.
   *
   * @param ridge λ &gt; 0
   */
  public Duti onLinearHead(double ridge) {
    LogisticHead.withDefaults().withRidge(ridge); // refuses what is none
    return new Duti(audit, OptionalDouble.of(ridge));
  }

  @Override
  public String name() {
    return "DUTI";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> facts = AuditedTraining.settings(audit);
    facts.put(
        "learner",
        linearRidge.isPresent()
            ? "logistic regression, ridge " + linearRidge.getAsDouble()
            : "kernel logistic regression, chosen on the audit set");
    return facts;
  }

  @Override
  public void check(Dataset training) {
    AuditedTraining.checkUnweighted(name(), training);
    AuditedTraining.check(audit, training);
  }

  /**
   * Follows the path.
   *
   * @param context the training, with the labels as given
   * @throws TouchstoneException if the learner's optimum is not reached
   */
  public BilevelResult update(InfluenceContext context) {
    AuditedTraining training = new AuditedTraining(context, audit);
    if (linearRidge.isPresent()) {
      LogisticHead head = LogisticHead.withDefaults().withRidge(linearRidge.getAsDouble());
      try (HeadProblem problem = training.problem(head, 0)) {
        return follow(training, problem, head.toString());
      }
    }
    try (KernelLearner learner = KernelLearner.chosenFor(training)) {
      return follow(training, learner.problem(), learner.toString());
    }
  }

  private static BilevelResult follow(
      AuditedTraining training, HeadProblem problem, String learner) {
    TargetSpace.Simplex space = new TargetSpace.Simplex(training.labels(), training.classes());
    ProjectedGradient descent =
        new ProjectedGradient(
            new BilevelObjective(problem, training.trusted(), PublishedGuiding.LOWER_TOLERANCE),
            space,
            PublishedGuiding.TOLERANCE,
            1);
    return new GammaPath(descent, space, LEVELS, STEPS_A_LEVEL, learner)
        .follow(training.context().run().progress());
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    BilevelResult result = update(context);
    AuditedTraining training = new AuditedTraining(context, audit);
    boolean[] suspected = new boolean[result.suspicion().length];
    for (int i = 0; i < suspected.length; i++) {
      suspected[i] = result.suspicion()[i] > GammaPath.ENTERED;
    }
    LabelIssues issues = training.issues(result, suspected);
    return linearRidge.isPresent() ? issues : issues.choosing(result.settings());
  }

  @Override
  public String toString() {
    return name();
  }
}
