package dev.touchstone.attribution;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Map;

/**
 * A feature attribution method: how relevant each input value is to a quantity of a model's scores,
 * such as the score of one class (thesis, section 3.2). Implementations are immutable and safe for
 * use by several threads; a new method is a new class, passed as a value.
 */
public interface AttributionMethod {

  /** Returns what to call the method in messages and provenance. */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * Returns whether the sign of a value means something: evidence for what is asked about where it
   * is positive, against it where it is negative. Maps of signed methods are compared with their
   * signs.
   */
  boolean signed();

  /**
   * Returns whether each value of a map belongs to a value of the example; else they belong to
   * values inside the model.
   */
  default boolean explainsInputs() {
    return true;
  }

  /** Returns the settings that, with the name, determine the maps and what is measured of them. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /**
   * Returns the same method, which also measures those of its {@link Fidelity figures} that cost
   * more than a small part of the maps. The maps are the same.
   */
  default AttributionMethod measuringItsError() {
    return this;
  }

  /**
   * Refuses a model that lacks what the method needs, before any work is done.
   *
   * @throws dev.touchstone.model.MissingCapabilityException naming the method, the capability, the
   *     model and the cure
   * @throws TouchstoneException if it has the capability and cannot be used all the same
   */
  default void require(Model model) {}

  /**
   * Explains a batch.
   *
   * @param batch n examples of the model's input shape
   * @param quantity what is explained of each example of the batch; {@link Target} makes it of a
   *     class, the predicted class or the true label
   * @param context the memory budget, inside which the work is cut into pieces, and the random
   *     streams
   * @return the maps, how they were made on this model, and how good they are
   * @throws dev.touchstone.model.MissingCapabilityException as {@link #require}
   */
  Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context);

  /**
   * Explains a batch of which the model takes what it declares: by default the features in single
   * precision, and no batch with inputs besides.
   *
   * @param batch n examples
   * @param quantity as above
   * @param context as above
   * @return maps of {@link Inputs#rowSize()} values, {@linkplain Attribution#columns() named} where
   *     the columns have names
   * @throws dev.touchstone.model.MissingCapabilityException as {@link #require}
   * @throws TouchstoneException if the method explains features alone and there are other inputs
   */
  default Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    if (!batch.names().isEmpty()) {
      throw new TouchstoneException(
          "%s explains features, as numbers in single precision, and the data have the inputs %s besides; leave them out of the data, or explain by KernelShap, which takes inputs of every type"
              .formatted(name(), batch.names()));
    }
    Attribution attribution = attribute(model, batch.features(), quantity, context);
    return explainsInputs() ? attribution.ofColumns(batch.columns()) : attribution;
  }
}
