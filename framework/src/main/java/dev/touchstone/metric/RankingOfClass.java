package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Probabilities;
import java.util.Arrays;
import java.util.Optional;

/** How well one class's probability ranks its examples above the others. */
abstract class RankingOfClass extends MetricOfClass {

  /**
   * A quality of a ranking.
   *
   * @param name of the quantity, with "an" before it
   * @param positive the class, by its index
   */
  RankingOfClass(String name, int positive) {
    super(name, positive);
  }

  /** The quality of scores, the larger the more likely of the class. */
  abstract Estimate value(double[] scores, boolean[] positives);

  @Override
  public final boolean moreIsBetter() {
    return true;
  }

  @Override
  public final String worsening() {
    return quantity() + " loss";
  }

  /** Two numbers: the class's probability, and 1 where it is the example's class. */
  @Override
  public final double[] outcome(double[] probabilities, int label) {
    return new double[] {probabilities[positive], label == positive ? 1 : 0};
  }

  /** By how much the probability moved to the wrong side. */
  @Override
  public final double increase(double[] candidate, double[] approved) {
    double rise = candidate[0] - approved[0];
    return candidate[1] > 0 ? -rise : rise;
  }

  @Override
  public final boolean isPossible(double[] outcome, int label) {
    return outcome.length == 2
        && Probabilities.isProbability(outcome[0])
        && outcome[1] == (label == positive ? 1 : 0);
  }

  /** All in order, none in order. */
  @Override
  public final Optional<Extremes> extremes(int label) {
    double isPositive = label == positive ? 1 : 0;
    return Optional.of(
        new Extremes(
            new double[] {isPositive, isPositive}, new double[] {1 - isPositive, isPositive}));
  }

  @Override
  public final Optional<Estimate> value(Outcomes outcomes) {
    return Optional.of(value(scores(outcomes), positives(outcomes)));
  }

  static double[] scores(Outcomes outcomes) {
    double[] scores = new double[outcomes.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = outcomes.get(i, 0);
    }
    return scores;
  }

  static boolean[] positives(Outcomes outcomes) {
    boolean[] positives = new boolean[outcomes.size()];
    for (int i = 0; i < positives.length; i++) {
      positives[i] = outcomes.get(i, 1) > 0;
    }
    return positives;
  }

  /** Refuses a class that is none, and clustered data. */
  @Override
  public final void check(Dataset data) {
    super.check(data);
    data.clustering()
        .ifPresent(
            column -> {
              throw new TouchstoneException(
                  "%s is clustered by %s, and the interval of the %s is one for independent examples; claim it of data.onePerCluster(seed)"
                      .formatted(data.name(), column, name()));
            });
  }

  /** There are fewer than two examples inside or outside the class. */
  @Override
  public final Optional<String> lack(Dataset data, Slice slice) {
    long inside = Arrays.stream(slice.examples()).filter(i -> data.label(i) == positive).count();
    long outside = slice.examples().length - inside;
    return Math.min(inside, outside) >= 2
        ? Optional.empty()
        : Optional.of(
            ("an %s needs two examples of %s and two others, and there are %d and %d; take"
                    + " groups together with .withMerged(…), or claim it overall")
                .formatted(name(), data.classNames().get(positive), inside, outside));
  }
}
