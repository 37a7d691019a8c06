package dev.touchstone.model;

import java.util.List;
import java.util.OptionalInt;
import org.apiguardian.api.API;

/**
 * The capability to say why an answer may depend on more than its example. Checks ask for it where
 * a model, asked again about the same examples, gives other answers.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public interface BatchDependence {

  /**
   * Names the operators that draw at random or run in training mode, such as {@code
   * "BatchNormalization (node bn) in training mode"}; empty if none is known.
   */
  List<String> unsteadyOperators();

  /**
   * Returns how many examples share one scale where the model quantises its activations as it runs,
   * which is also the size of every batch of it, whatever the memory; empty if it does not.
   */
  OptionalInt quantisedTogether();
}
