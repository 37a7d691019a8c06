package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import java.util.List;

/**
 * A model's predictions for a whole data set, which several checks ask for: made once, by model
 * hash, data hash and the settings that a prediction depends on. A sample is asked for again, and a
 * model that then answers otherwise is refused. For checks, also a user's own:
 *
 * <pre>{@code
 * Predictions predictions = SharedPredictions.of(model, data, context);
 * }</pre>
 *
 * <p>What is kept together takes at most an eighth of {@code touchstone.memory}; what was not asked
 * for longest is dropped, and made again when it is asked for. Groups and clusters of the data do
 * not matter, labels and columns are part of the data's hash.
 */
public final class SharedPredictions {
  static final int SHARE_OF_MEMORY = 8;
  private static final long ROW_BYTES = 24;

  private final SharedResults<Verified> results = new SharedResults<>(SharedPredictions::bytes);

  private SharedPredictions() {}

  /**
   * Returns the predictions, as {@code CheckedAnswers} checks them.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the model does not fit the data, if these
   *     carry training weights, by which no metric weighs, or if the model gives other answers when
   *     it is asked about the same examples again, alone or in another order
   */
  public static Predictions of(Classifier model, Dataset data, RunContext context) {
    return verified(model, data, context).predictions();
  }

  /** The same, with what evidence has to say of them. */
  static Verified verified(Classifier model, Dataset data, RunContext context) {
    TrainingWeights.refuse(data);
    long memory = context.settings().memoryBytes();
    return context
        .session()
        .get(SharedPredictions.class, SharedPredictions::new)
        .results
        .get(
            key(model, data, context),
            memory / SHARE_OF_MEMORY,
            () -> Verified.of(model, data, context));
  }

  /** By what the answers of one evaluation are those of another. */
  record Key(Keys.OfModel model, String dataSha256, List<String> classNames, Keys.OfRun run) {}

  static Key key(Model model, Dataset data, RunContext context) {
    return new Key(
        Keys.of(model),
        data.sha256(),
        data.hasValues() ? List.of() : data.classNames(),
        Keys.of(context));
  }

  private static long bytes(Verified verified) {
    Predictions predictions = verified.predictions();
    return predictions.size() * (ROW_BYTES + (long) Double.BYTES * predictions.classes());
  }
}
