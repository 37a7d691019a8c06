package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.statistics.Estimate;
import java.util.Arrays;
import java.util.Optional;

/**
 * One class's error rate among the examples at which such an error could occur. Outcomes hold two
 * numbers: 1 where there is an error, and 1 where there could be one.
 */
abstract class ErrorsAmong extends RateOfClass {
  /**
   * An error rate.
   *
   * @param name of the quantity
   * @param positive the class, by its index
   */
  ErrorsAmong(String name, int positive) {
    super(name, positive);
  }

  /** Whether an example can show such an error, by whether it is of the class. */
  abstract boolean concerns(boolean isPositive);

  /** Two numbers: 1 where there is such an error, and 1 where there could be one. */
  @Override
  double[] outcome(int predicted, int label) {
    boolean isPositive = label == positive;
    boolean concerned = concerns(isPositive);
    boolean error = (predicted == positive) != isPositive;
    return new double[] {concerned && error ? 1 : 0, concerned ? 1 : 0};
  }

  @Override
  public boolean isPossible(double[] outcome, int label) {
    return outcome.length == 2
        && outcome[1] == (concerns(label == positive) ? 1 : 0)
        && (outcome[0] == 0 || outcome[0] == outcome[1]);
  }

  /** Without an error and with one, where there could be one. */
  @Override
  public Optional<Extremes> extremes(int label) {
    double concerned = concerns(label == positive) ? 1 : 0;
    return Optional.of(
        new Extremes(new double[] {0, concerned}, new double[] {concerned, concerned}));
  }

  @Override
  public Optional<Estimate> value(Outcomes outcomes) {
    Outcomes concerned = concerned(outcomes, outcomes);
    return Optional.of(concerned.rate(i -> concerned.get(i, 0) > 0));
  }

  @Override
  public Estimate regression(Outcomes candidate, Outcomes approved) {
    // Which examples are concerned follows from their labels, and so from either model's outcomes.
    return concerned(candidate, candidate).meanIncrease(concerned(approved, candidate), 0, 1);
  }

  static Outcomes concerned(Outcomes outcomes, Outcomes flags) {
    return outcomes.where(i -> flags.get(i, 1) > 0);
  }

  /** There is no example that could show such an error, or all come from a single cluster. */
  @Override
  public Optional<String> lack(Dataset data, Slice slice) {
    int[] found =
        Arrays.stream(slice.examples()).filter(i -> concerns(data.label(i) == positive)).toArray();
    return found.length > 0
        ? Rates.lack(data, found)
        : Optional.of(
            ("no example could add to the %s of %s; take groups together with .withMerged(…), or"
                    + " claim it overall")
                .formatted(name(), data.classNames().get(positive)));
  }
}
