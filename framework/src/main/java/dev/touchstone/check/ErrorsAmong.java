package dev.touchstone.check;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Error rates among some of the examples. Outcomes hold two numbers: 1 where there is an error, and
 * 1 where there could be one.
 */
final class ErrorsAmong {
  private ErrorsAmong() {}

  static double[] outcome(boolean error, boolean concerned) {
    return new double[] {concerned && error ? 1 : 0, concerned ? 1 : 0};
  }

  static Estimate value(Outcomes outcomes) {
    Outcomes concerned = concerned(outcomes);
    return concerned.rate(i -> concerned.get(i, 0) > 0);
  }

  static Estimate regression(Outcomes candidate, Outcomes approved) {
    return concerned(candidate).meanIncrease(concerned(approved), 0, 1);
  }

  private static Outcomes concerned(Outcomes outcomes) {
    return outcomes.where(i -> outcomes.get(i, 1) > 0);
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

  /** Refuses a class that is none, and a slice without any example that is concerned. */
  static void check(Dataset data, String quantity, int positive, IntPredicate concerned) {
    refuseUnknownClass(data, quantity, positive);
    for (Slice slice : data.slices()) {
      int[] found =
          Arrays.stream(slice.examples()).filter(i -> concerned.test(data.label(i))).toArray();
      if (found.length == 0) {
        throw new TouchstoneException(
            data.name()
                + ", "
                + slice.name()
                + ": no example could add to the "
                + quantity
                + " of "
                + data.classNames().get(positive)
                + "; nothing can be claimed about no examples");
      }
      Rates.refuseSingleCluster(data, found);
    }
  }
}
