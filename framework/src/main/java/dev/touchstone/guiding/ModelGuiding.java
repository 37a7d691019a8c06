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
import org.jspecify.annotations.Nullable;

/**
 * Suspects the training labels that have to change for the model to agree with an audit set, and
 * proposes what they should be (thesis, chapter 5).
 *
 * <p>By default the bilevel update has the entropy Σ T log T of the labels in its upper level,
 * which makes it smooth, and its settings are chosen on the audit set. With T the labels as
 * distributions, P = softmax(XW) the head's predictions and S = H⁻¹ ∇(κ audit loss) it finds
 *
 * <pre>T = softmax(−G),  G(i, c) = −log P(i, c) + γ·1[c ≠ yᵢ] + (XS)(i, c)</pre>
 *
 * where W is the head fitted to T and, with the weight a, to the audit set. A label is as
 * suspicious as the best other class is cheaper: G(i, yᵢ) − min G(i, c).
 *
 * <p>{@link #asPublished()} is the update as it was printed.
 *
 * <pre>{@code
 * assertMislabelledDetected(
 *     trainer, LabelNoise.uniform(0.20).plantedIn(train), ModelGuiding.with(audit), aurocAtLeast(0.90));
 * }</pre>
 */
public final class ModelGuiding implements MislabelDetector {
  private static final int MOST_ITERATIONS = 25;

  private final AuditSet audit;
  private final @Nullable GuidingSettings settings;

  private ModelGuiding(AuditSet audit, @Nullable GuidingSettings settings) {
    this.audit = audit;
    this.settings = settings;
  }

  /**
   * Guides by an audit set, with settings that are chosen on it.
   *
   * @param audit of at least two examples, none of them in the training data
   */
  public static ModelGuiding with(AuditSet audit) {
    return new ModelGuiding(audit, null);
  }

  /** Takes settings as they are, in place of choosing them on the audit set; far faster. */
  public ModelGuiding using(GuidingSettings known) {
    return new ModelGuiding(audit, known);
  }

  /** Returns the update as it was printed, without the entropy and with nothing chosen. */
  public PublishedGuiding asPublished() {
    return PublishedGuiding.with(audit);
  }

  @Override
  public String name() {
    return "model guiding";
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> facts = AuditedTraining.settings(audit);
    facts.put("settings", settings == null ? "chosen on the audit set" : settings.toString());
    return facts;
  }

  @Override
  public void check(Dataset training) {
    if (settings == null && audit.size() < 2) {
      throw new TouchstoneException(
          "%s has one example, and settings are chosen on examples that were held out; give more, or settings, .using(GuidingSettings.of(…))"
              .formatted(audit));
    }
    AuditedTraining.check(audit, training);
  }

  /**
   * Updates the labels and the head.
   *
   * @param context the training, with the labels as given
   */
  public BilevelResult update(InfluenceContext context) {
    AuditedTraining training = new AuditedTraining(context, audit);
    Trusted trusted = training.trusted();
    int[] labels = training.labels();
    if (settings != null) {
      LogisticHead head = LogisticHead.withDefaults().withRidge(settings.ridge());
      try (HeadProblem problem = training.problem(head, settings.lowerAudit())) {
        return new EntropicUpdate(problem, labels, trusted, settings).run(MOST_ITERATIONS);
      }
    }
    try (HeadProblem rows = training.problem(LogisticHead.withDefaults(), 0)) {
      GuidingSettings chosen =
          new SettingsOnAudit(
                  rows,
                  labels,
                  training.auditLabels(),
                  trusted,
                  context.run().random().of("folds of the audit set", audit.sha256()),
                  context.run().progress())
              .chosen();
      HeadProblem problem = rows.with(chosen.ridge(), trusted.times(chosen.lowerAudit()));
      return new EntropicUpdate(problem, labels, trusted, chosen).run(MOST_ITERATIONS);
    }
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    BilevelResult result = update(context);
    boolean[] suspected = new boolean[result.suspicion().length];
    for (int i = 0; i < suspected.length; i++) {
      suspected[i] = result.suspicion()[i] > 0;
    }
    LabelIssues issues = new AuditedTraining(context, audit).issues(result, suspected);
    return settings == null ? issues.choosing(result.settings()) : issues;
  }

  @Override
  public String toString() {
    return name() + (settings == null ? "" : ", " + settings);
  }
}
