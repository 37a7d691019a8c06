package dev.touchstone.model;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.RunContext;
import java.util.Map;

/**
 * Makes a model from training data: what a check needs that plants a bug in the data and trains
 * again.
 *
 * <p>Built in are {@code dev.touchstone.training.DjlTrainer} for networks and a logistic
 * regression. Any function from data to a model is a trainer too: implement this interface, fit
 * with whatever library you use, and hand the result back through {@link Models#function} (or
 * {@link Models#onnx}, if the library exports ONNX). {@code OwnTrainerTest} is an example that
 * compiles.
 *
 * <p>Trainers that are {@linkplain Object#equals equal} train alike: checks train once for all of
 * them. The built-in ones are equal where their settings are; one of your own equals only itself,
 * unless you say more, so share it between tests.
 */
public interface Trainer {

  /** What to call the trainer in messages. */
  String name();

  /** Facts for provenance: architecture, optimiser, epochs, … */
  Map<String, String> provenance();

  /**
   * Whether {@link #train} really trains. False only for a fixed model in a trainer's place, whose
   * owner keeps it, and on which planted bugs look easier to find than they are.
   */
  default boolean retrains() {
    return true;
  }

  /**
   * Trains a model from scratch. The same data, run seed and stream give the same model.
   *
   * @param data the training data, taken as they are
   * @param stream distinguishes repeated trainings of one run, such as a planting's number
   * @return a model, owned by the caller, to be {@linkplain Models#release released}
   */
  Classifier train(Dataset data, String stream, RunContext context);
}
