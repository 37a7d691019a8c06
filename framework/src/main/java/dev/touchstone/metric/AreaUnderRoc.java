package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.AurocLoss;
import dev.touchstone.statistics.Estimate;

/**
 * The area under the ROC curve of one class's probability: how often the model ranks a random
 * example of the class above a random one of the others.
 *
 * <p>Limits that hold for few examples and for rankings with rare gross errors: {@link Auroc}, and
 * {@link AurocLoss} for a candidate's loss against the approved model.
 */
public final class AreaUnderRoc extends RankingOfClass {
  private AreaUnderRoc(int positive) {
    super("AUROC", positive);
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static AreaUnderRoc ofClass(int positive) {
    return new AreaUnderRoc(positive);
  }

  @Override
  Estimate value(double[] scores, boolean[] positives) {
    return Auroc.of(scores, positives);
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return AurocLoss.of(scores(candidate), scores(approved), positives(candidate));
  }
}
