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
   * Returns how many examples are answered together, which is the size of every batch whatever the
   * memory: they share one scale where the model quantises its activations as it runs, or are said
   * to be served so; empty where neither holds.
   */
  OptionalInt answeredTogether();

  /** Returns whether the dependence is no quantisation, and was declared. */
  default boolean isDeclared() {
    return false;
  }

  /** Returns in words why answers depend on their batch, such as a warning begins with. */
  default String inWords() {
    return isDeclared()
        ? "is declared to answer by its batch"
        : "takes one scale of quantisation for a batch";
  }
}
