package dev.touchstone.influence;

import dev.touchstone.data.Dataset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Suspects the points that confident learning prunes (Northcutt, Jiang and Chuang 2021), and among
 * them, as among the others, those of the least confidence in the given label. By default the
 * predictions are the head's without the example ({@link LeaveOneOutConfidence}), and points are
 * pruned by noise rate.
 *
 * <pre>{@code
 * ConfidentLearning.withDefaults().on(OutOfFold.by(trainer)).pruningByBoth()
 * }</pre>
 *
 * @see ConfidentJoint
 */
public final class ConfidentLearning implements MislabelDetector {
  private final @Nullable OutOfFold folds;
  private final Pruning pruning;

  /** Which points the joint prunes. */
  private enum Pruning {
    BY_CLASS("by class"),
    BY_NOISE_RATE("by noise rate"),
    BY_BOTH("by class and by noise rate");

    private final String words;

    Pruning(String words) {
      this.words = words;
    }

    boolean[] of(ConfidentJoint joint) {
      return switch (this) {
        case BY_CLASS -> joint.prunedByClass();
        case BY_NOISE_RATE -> joint.prunedByNoiseRate();
        case BY_BOTH -> joint.prunedByBoth();
      };
    }
  }

  private ConfidentLearning(@Nullable OutOfFold folds, Pruning pruning) {
    this.folds = folds;
    this.pruning = pruning;
  }

  /** Prunes by noise rate, with the head's predictions without the example. */
  public static ConfidentLearning withDefaults() {
    return new ConfidentLearning(null, Pruning.BY_NOISE_RATE);
  }

  /** Takes the predictions of cross-validation, by any trainer. */
  public ConfidentLearning on(OutOfFold predictions) {
    return new ConfidentLearning(predictions, pruning);
  }

  /** Prunes the least confident of every class, as many as the joint holds for wrong. */
  public ConfidentLearning pruningByClass() {
    return new ConfidentLearning(folds, Pruning.BY_CLASS);
  }

  /** Prunes the largest margins of every pair of classes, as many as the joint counts. */
  public ConfidentLearning pruningByNoiseRate() {
    return new ConfidentLearning(folds, Pruning.BY_NOISE_RATE);
  }

  /** Prunes what both would prune. */
  public ConfidentLearning pruningByBoth() {
    return new ConfidentLearning(folds, Pruning.BY_BOTH);
  }

  @Override
  public String name() {
    return "confident learning";
  }

  /** Empty where the trainer of the folds does not say all that it is made of. */
  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    if (folds != null) {
      if (folds.settings().isEmpty()) {
        return Map.of();
      }
      settings.putAll(folds.settings());
    }
    settings.put("predictions", folds == null ? "leave-one-out of the head" : "out of fold");
    settings.put("pruned", pruning.words);
    return settings;
  }

  @Override
  public void check(Dataset training) {
    if (folds != null) {
      folds.check(training);
    }
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    FittedHead.LeftOut leftOut =
        folds == null ? context.head().leftOut() : folds.leftOut(context.training(), context.run());
    ConfidentJoint joint = ConfidentJoint.of(leftOut.predictions(), context.training().labels());
    boolean[] pruned = pruning.of(joint);
    double[] suspicion = new double[pruned.length];
    int count = 0;
    for (int i = 0; i < suspicion.length; i++) {
      // From 0 to 1, in the order of the losses, and the pruned ones before all others.
      suspicion[i] = (pruned[i] ? 1 : 0) + 1 - 1 / (1 + leftOut.losses()[i]);
      count += pruned[i] ? 1 : 0;
    }
    return LabelIssues.ranked(suspicion)
        .proposingLargest(leftOut.predictions())
        .remarking(
            "%d of %d points pruned %s; the confident joint holds %.1f %% of the labels for wrong"
                .formatted(count, suspicion.length, pruning.words, 100 * joint.errorRate()));
  }

  @Override
  public String toString() {
    return "%s, pruning %s%s".formatted(name(), pruning.words, folds == null ? "" : ", " + folds);
  }
}
