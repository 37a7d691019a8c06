package dev.touchstone.model;

import dev.touchstone.data.Dataset;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Optional;

/**
 * Makes a model from training data: what a check needs that plants a bug in the data and trains
 * again.
 *
 * <p>Built in are, in {@code dev.touchstone.training}, {@code DjlTrainer} for networks, {@code
 * XgboostTrainer} for boosted trees and {@code LogisticRegressionTrainer}. Any function from data
 * to a model is a trainer too: implement this interface, fit with whatever library you use, and
 * hand the result back through {@link Models#function}, {@link Models#xgboost(String, byte[])}, or
 * {@link Models#onnx}, if the library exports ONNX. {@code OwnTrainerTest} is an example that
 * compiles.
 *
 * <p>Trainers that are {@linkplain Object#equals equal} train alike: checks train once for all of
 * them. The built-in ones are equal where their settings are; one of your own equals only itself,
 * unless you say more, so share it between tests.
 */
public interface Trainer {

  /** Returns what to call the trainer in messages. */
  String name();

  /**
   * Returns what provenance holds of the trainer; its name and digest are taken from {@link #name}
   * and {@link #sha256}. A trainer of one's own adds facts in its own words:
   *
   * <pre>{@code
   * return TrainerFacts.of(name()).with("neighbours", 3);
   * }</pre>
   */
  default TrainerFacts facts() {
    return TrainerFacts.of(name());
  }

  /**
   * Returns the SHA-256, in hexadecimal, over everything that decides what is trained from given
   * data: architecture, optimiser, epochs, … By it a release policy knows how a model is made. Left
   * out are the name and the run's seed, which only choose the random numbers, and versions of
   * libraries, which provenance holds.
   *
   * <p>Empty where not all of this is known; verdicts about such a trainer cannot be required by a
   * policy. Where {@link #retrains} is false, the SHA-256 of the fixed model.
   *
   * <pre>{@code
   * @Override
   * public Optional<String> sha256() {
   *   // The number rises when this class trains differently.
   *   return Optional.of(Digest.sha256().add("nearest mean, 1").add(neighbours).hex());
   * }
   * }</pre>
   */
  default Optional<String> sha256() {
    return Optional.empty();
  }

  /**
   * Returns whether {@link #train} really trains. False only for a fixed model in a trainer's
   * place, whose owner keeps it, and on which planted bugs look easier to find than they are.
   */
  default boolean retrains() {
    return true;
  }

  /**
   * Trains a model from scratch. The same data, run seed and stream give the same model.
   *
   * <p>Checks train by {@link #train(TrainingTask)}, which refuses data with {@linkplain
   * Dataset#trainingWeights() training weights} where a trainer has this method alone. One that is
   * called by it weighs by them, or refuses them.
   *
   * @param data the training data, taken as they are
   * @param stream distinguishes repeated trainings of one run, such as a planting's number
   * @return a model, owned by the caller, to be {@linkplain Models#release released}
   */
  Classifier train(Dataset data, String stream, RunContext context);

  /**
   * Trains as a task says: with example weights, from a warm start, keeping checkpoints.
   *
   * <p>The built-in trainers of networks can do all of it, those of regressions have no checkpoints
   * to keep, those of boosted trees no warm start either. A trainer of one's own trains from
   * scratch and all examples alike unless it overrides this method; {@link TrainingTask#weights}
   * are those of the data by default.
   *
   * @return the model with its trainer, owned by the caller, to be {@linkplain TrainedModel#release
   *     released}
   * @throws TouchstoneException if the task asks for what this trainer cannot do
   */
  default TrainedModel train(TrainingTask task) {
    if (!task.wishes().isEmpty()) {
      throw new TouchstoneException(
          "%s trains from scratch and all examples alike, and was asked for %s; use DjlTrainer or LogisticRegressionTrainer, or override Trainer.train(TrainingTask)%s"
              .formatted(
                  name(),
                  String.join(" and ", task.wishes()),
                  task.weights().isPresent() && task.data().trainingWeights().isPresent()
                      ? ", or train on data.withoutTrainingWeights()"
                      : ""));
    }
    return TrainedModel.of(train(task.data(), task.stream(), task.context()), this);
  }
}
