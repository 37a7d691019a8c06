package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.RowQueue;
import dev.touchstone.data.Inputs;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.Progress;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.function.DoubleConsumer;
import org.apiguardian.api.API;

/**
 * What is explained, as a function of rows that were made of examples: a quantity of a model's
 * scores. A classifier of someone else's that shows no scores is asked for its probabilities.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class QuantityOfInputs {
  private static final String CURE =
      "load the model by Models, or implement Scores in it, which shows the numbers that its"
          + " predictions are made of";

  private final Model model;
  private final Quantity quantity;
  private final String who;
  private final int rowsAtOnce;

  private QuantityOfInputs(Model model, Quantity quantity, String who, int rowsAtOnce) {
    this.model = model;
    this.quantity = quantity;
    this.who = who;
    this.rowsAtOnce = rowsAtOnce;
  }

  /**
   * Returns a quantity of a model.
   *
   * @param quantity of the examples that rows are made of
   * @param who asks, such as {@code "KernelShap"}
   * @throws dev.touchstone.model.MissingCapabilityException as {@link #require}
   */
  public static QuantityOfInputs of(
      Model model, Quantity quantity, String who, RunContext context) {
    require(model, who);
    long budget = context.settings().memoryBytes();
    int rows =
        model
            .capability(Scores.class)
            .map(scores -> scores.batchSize(budget))
            .orElseGet(() -> ((Classifier) model).batchSize(budget));
    return new QuantityOfInputs(model, quantity, who, rows);
  }

  /**
   * Refuses a model that neither shows scores nor predicts classes.
   *
   * @throws dev.touchstone.model.MissingCapabilityException naming who, the model and the cure
   */
  static void require(Model model, String who) {
    if (!(model instanceof Classifier)) {
      model.require(Scores.class, who, CURE);
    }
  }

  /** Returns how many rows the memory budget admits at once. */
  public int rowsAtOnce() {
    return rowsAtOnce;
  }

  /**
   * Returns the quantity of rows.
   *
   * @param rows at most {@link #rowsAtOnce()}
   * @param examples the place of the example that each row was made of
   * @throws TouchstoneException if the model does not score each row by numbers, or the quantity of
   *     one is not finite
   */
  public double[] of(Inputs rows, int... examples) {
    double[][] scores = CheckedAnswers.scores(model, rows).rows();
    double[] values = new double[scores.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = quantity.value(scores[i], examples[i]);
      if (!Double.isFinite(values[i])) {
        throw new TouchstoneException(
            "%s explains differences of %s, which is %s at a row made of example %d: the logarithm of no probability has no difference to any other; explain another class, or a model that shows probabilities"
                .formatted(who, quantity.describe(), values[i], examples[i]));
      }
    }
    return values;
  }

  /**
   * Returns an empty queue of changed examples that wait for the quantity.
   *
   * @param work what to call it where progress is shown
   * @param expected how many rows there will be
   * @param shape of a batch; its first axis is ignored
   */
  RowQueue<DoubleConsumer> queue(Progress progress, String work, long expected, int... shape) {
    long[] answered = {0};
    return RowQueue.ofNumbers(
        (rows, examples) -> {
          double[] answers = of(Inputs.of(rows), examples);
          answered[0] += answers.length;
          progress.step(work, answered[0], expected);
          return answers;
        },
        rowsAtOnce,
        shape);
  }
}
