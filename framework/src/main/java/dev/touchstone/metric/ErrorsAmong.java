package dev.touchstone.metric;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.evidence.Reading;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Range;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One class's error rate among the examples at which such an error could occur. Outcomes hold two
 * numbers: 1 where there is an error, and 1 where there could be one.
 */
abstract class ErrorsAmong implements ClassificationMetric {
  private final String name;
  private final int positive;

  /**
   * An error rate.
   *
   * @param name of the quantity
   * @param positive the class, by its index
   */
  ErrorsAmong(String name, int positive) {
    this.name = name;
    this.positive = positive;
  }

  /** Whether an example can show such an error, by whether it is of the class. */
  abstract boolean concerns(boolean isPositive);

  @Override
  public String quantity() {
    return name + " (class " + positive + ")";
  }

  /** Two numbers: 1 where there is such an error, and 1 where there could be one. */
  @Override
  public Reading.Unit unit() {
    return Reading.Unit.SHARE;
  }

  @Override
  public double[] outcome(double[] probabilities, int label) {
    return outcome(Predictions.mostProbable(probabilities), label);
  }

  @Override
  public double[] outcome(Predictions predictions, int example, int label) {
    return outcome(predictions.predicted(example), label);
  }

  @Override
  public boolean readsProbabilities() {
    return false;
  }

  private double[] outcome(int predicted, int label) {
    boolean isPositive = label == positive;
    boolean concerned = concerns(isPositive);
    boolean error = (predicted == positive) != isPositive;
    return new double[] {concerned && error ? 1 : 0, concerned ? 1 : 0};
  }

  @Override
  public Range range() {
    return Range.SHARE;
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

  static void refuseUnknownClass(Dataset data, String quantity, int positive) {
    if (positive < 0 || positive >= data.classNames().size()) {
      throw new TouchstoneException(
          "the "
              + quantity
              + " of class "
              + positive
              + " is asked for, and "
              + data.name()
              + " has "
              + data.classNames().size()
              + ", "
              + data.classNames()
              + "; a class is given by its index, from 0 on");
    }
  }

  /** Refuses a class that is none. */
  @Override
  public void check(Dataset data) {
    refuseUnknownClass(data, name, positive);
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
                .formatted(name, data.classNames().get(positive)));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ErrorsAmong errors
        && errors.getClass() == getClass()
        && errors.positive == positive;
  }

  @Override
  public int hashCode() {
    return Objects.hash(getClass(), positive);
  }

  @Override
  public String toString() {
    return quantity();
  }
}
