package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.AurocLoss;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Probabilities;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The area under the ROC curve of one class's probability: how often the model ranks a random
 * example of the class above a random one of the others.
 *
 * <p>Limits that hold for few examples and for rankings with rare gross errors: {@link Auroc}, and
 * {@link AurocLoss} for a candidate's loss against the approved model.
 */
public final class AreaUnderRoc implements ClassificationMetric {
  private static final String NAME = "AUROC";

  private final int positive;

  private AreaUnderRoc(int positive) {
    this.positive = positive;
  }

  /** Makes the metric of a class, by its index ({@link Dataset#classIndex} finds it by name). */
  public static AreaUnderRoc ofClass(int positive) {
    return new AreaUnderRoc(positive);
  }

  @Override
  public String quantity() {
    return NAME + " (class " + positive + ")";
  }

  @Override
  public boolean moreIsBetter() {
    return true;
  }

  @Override
  public String worsening() {
    return quantity() + " loss";
  }

  /** Two numbers: the class's probability, and 1 where it is the example's class. */
  @Override
  public double[] outcome(double[] probabilities, int label) {
    return new double[] {probabilities[positive], label == positive ? 1 : 0};
  }

  /** By how much the probability moved to the wrong side. */
  @Override
  public double increase(double[] candidate, double[] approved) {
    double rise = candidate[0] - approved[0];
    return candidate[1] > 0 ? -rise : rise;
  }

  @Override
  public Range range() {
    return Range.SHARE;
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 2
        && Probabilities.isProbability(outcome[0])
        && outcome[1] == (label == positive ? 1 : 0);
  }

  /** All in order, none in order. */
  @Override
  public Optional<Extremes> extremes(int label) {
    double isPositive = label == positive ? 1 : 0;
    return Optional.of(
        new Extremes(
            new double[] {isPositive, isPositive}, new double[] {1 - isPositive, isPositive}));
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(Auroc.of(scores(outcomes), positives(outcomes)));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    return AurocLoss.of(scores(candidate), scores(approved), positives(candidate));
  }

  private static double[] scores(Outcomes outcomes) {
    double[] scores = new double[outcomes.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = outcomes.get(i, 0);
    }
    return scores;
  }

  private static boolean[] positives(Outcomes outcomes) {
    boolean[] positives = new boolean[outcomes.size()];
    for (int i = 0; i < positives.length; i++) {
      positives[i] = outcomes.get(i, 1) > 0;
    }
    return positives;
  }

  /** Refuses a class that is none, and clustered data. */
  @Override
  public void check(Dataset data) {
    RateOfClass.refuseUnknownClass(data, NAME, positive);
    data.clustering()
        .ifPresent(
            column -> {
              throw new TouchstoneException(
                  data.name()
                      + " is clustered by "
                      + column
                      + ", and the interval of the AUROC is one for independent examples; claim it"
                      + " of data.onePerCluster(seed)");
            });
  }

  /** There are fewer than two examples inside or outside the class. */
  @Override
  public Optional<String> lack(Dataset data, Slice slice) {
    long inside = Arrays.stream(slice.examples()).filter(i -> data.label(i) == positive).count();
    long outside = slice.examples().length - inside;
    return Math.min(inside, outside) >= 2
        ? Optional.empty()
        : Optional.of(
            ("an AUROC needs two examples of %s and two others, and there are %d and %d; take"
                    + " groups together with .withMerged(…), or claim it overall")
                .formatted(data.classNames().get(positive), inside, outside));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AreaUnderRoc area && area.positive == positive;
  }

  @Override
  public int hashCode() {
    return Objects.hash(AreaUnderRoc.class, positive);
  }

  @Override
  public String toString() {
    return quantity();
  }
}
