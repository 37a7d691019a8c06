package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Baseline;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;

/** What stands in the place of values that are taken away. Immutable. */
sealed interface Background {

  /** Returns its rows for examples of a batch's shape. */
  Inputs rows(Inputs batch);

  /** Returns what to call it in messages. */
  String name();

  /** Returns what determines it, for provenance. */
  String describe();

  /**
   * Takes the rows of a data set, all alike likely.
   *
   * @throws TouchstoneException for data without examples
   */
  static Background of(Dataset data) {
    if (data.size() == 0) {
      throw new TouchstoneException(
          "the background %s has no examples; give some of what the model was trained on"
              .formatted(data.name()));
    }
    return new OfData(data);
  }

  /**
   * Takes one row.
   *
   * @param values one for all features, or as many as an example has
   * @throws IllegalArgumentException for no values, or one that is not finite
   */
  static Background of(float... values) {
    return new OfBaseline(Baseline.of(values));
  }

  /** Rows of data. */
  record OfData(Dataset data) implements Background {
    @Override
    public Inputs rows(Inputs batch) {
      return data.inputs(0, data.size());
    }

    @Override
    public String name() {
      return "the background " + data.name();
    }

    @Override
    public String describe() {
      return "%s (%d examples, %s)".formatted(data.name(), data.size(), data.sha256());
    }
  }

  /** One row that is the same for every example. */
  record OfBaseline(Baseline baseline) implements Background {
    @Override
    public Inputs rows(Inputs batch) {
      if (!batch.names().isEmpty()) {
        throw new TouchstoneException(
            "a baseline stands for features, and the data have the inputs %s besides; explain against examples: .against(background)"
                .formatted(batch.names()));
      }
      int[] shape = batch.batchShape();
      shape[0] = 1;
      return Inputs.of(Tensor.of(baseline.sized(batch.rowSize()), shape));
    }

    @Override
    public String name() {
      return "the baseline";
    }

    @Override
    public String describe() {
      return baseline.describe();
    }
  }
}
