package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.statistics.Estimate;
import java.util.List;

/** A model that {@link Carving} made of another one, of classes or of values. */
public sealed interface Carved extends Model permits CarvedModel, CarvedRegressor {

  /** Returns the model that was carved. */
  Model original();

  /** Returns how it was carved. */
  String how();

  /**
   * Returns the SHA-256, in hexadecimal, over the examples that it was carved with, and what is
   * said of them in concepts: the same whatever model is carved.
   */
  String examplesSha256();

  /** Returns the concepts' names. */
  List<String> concepts();

  /**
   * Returns the concepts that the examples it was carved with do not tell from one, as they are
   * multiples of each other there: what it contributes may as well be theirs.
   *
   * @throws dev.touchstone.runtime.TouchstoneException for a name that no concept has
   */
  List<String> alike(String concept);

  /**
   * Returns what each concept contributes to what is true of every example: to the score of its
   * label over the mean of all classes, or to its value.
   *
   * @param data of the classes, or the unit, that it was carved with
   * @return n × q
   * @throws dev.touchstone.runtime.TouchstoneException for data of others
   */
  Matrix contributionsToTruth(Dataset data);

  /**
   * Returns the fidelity that it has to show before anything is claimed of the original by it.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if none was required
   */
  Required requiredFidelity();

  /**
   * Returns the fidelity on the examples on which it is required, with an exact interval.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if none was required
   */
  Estimate shownFidelity(RunContext context);

  /**
   * A fidelity that has to be shown.
   *
   * @param least share of examples, in (0, 1)
   * @param on which
   * @param within how near values have to be to the original's, in their unit; 0 of classes, which
   *     are the same
   */
  record Required(double least, Dataset on, double within) {

    /** Refuses a share outside (0, 1), and a distance that is negative or not finite. */
    public Required {
      if (!(least > 0 && least < 1)) {
        throw new IllegalArgumentException(
            "the fidelity that is required must lie in (0, 1), was " + least);
      }
      if (!(within >= 0 && within < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("values must be near by a number, was " + within);
      }
    }

    @Override
    public String toString() {
      return "%s on %s%s"
          .formatted(least, on.name(), within == 0 ? "" : ", within %s".formatted(within));
    }
  }
}
