package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.statistics.Auprc;
import dev.touchstone.statistics.AuprcLoss;
import dev.touchstone.statistics.Estimate;

/**
 * The area under precision and recall of one class's probability, as average precision: the
 * precision at the probability of an example of the class, on average over these (scikit-learn's
 * {@code average_precision_score}; ties are taken together). Unlike the AUROC it asks how much of
 * what ranks high is of the class, and so depends on how frequent the class is: a ranking by chance
 * has the class's share. Between groups in which the class is not as frequent, a gap is no sign of
 * a ranking that is worse.
 *
 * <p>Limits that hold for few examples and for rankings that are nearly perfect: {@link Auprc}, and
 * {@link AuprcLoss} for a candidate's loss against the approved model.
 */
public final class AveragePrecision extends RankingOfClass {
  private AveragePrecision(int positive) {
    super("average precision", positive);
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static AveragePrecision ofClass(int positive) {
    return new AveragePrecision(positive);
  }

  @Override
  Estimate value(double[] scores, boolean[] positives) {
    return Auprc.of(scores, positives);
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return AuprcLoss.of(scores(candidate), scores(approved), positives(candidate));
  }
}
