package dev.touchstone.check.comparison;

import dev.touchstone.data.Dataset.Slice;
import dev.touchstone.metric.Metric;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import java.util.Optional;
import java.util.function.Supplier;

/** A metric of a slice's outcomes: where a user's own fails, it is said which one, and on what. */
record OnSlice(Metric metric, Slice slice) {

  /** The value; empty for a metric of two models. */
  Optional<Estimate> value(Outcomes outcomes) {
    return answer("value", outcomes.size(), () -> metric.value(outcomes));
  }

  Estimate regression(Outcomes now, Outcomes before) {
    return answer("regression", now.size(), () -> metric.regression(now, before));
  }

  private <T> T answer(String method, int size, Supplier<T> answer) {
    try {
      return answer.get();
    } catch (TouchstoneException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TouchstoneException(
          ("%s.%s(…) failed on %s (n = %d): %s; where outcomes cannot carry a value, return an"
                  + " Undetermined that says why")
              .formatted(metric.getClass().getName(), method, slice.name(), size, e),
          e);
    }
  }
}
