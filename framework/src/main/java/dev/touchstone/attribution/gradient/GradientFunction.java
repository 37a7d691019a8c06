package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.RowQueue;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.InputGradients;
import dev.touchstone.runtime.RunContext;
import java.util.function.Consumer;
import org.apiguardian.api.API;

/**
 * Gradients of rows, and how many rows the memory budget admits at once.
 *
 * @param source gives each row's gradient
 * @param rowsAtOnce at least 1
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record GradientFunction(Source source, int rowsAtOnce) {

  /** Rows in, one gradient per row out. */
  @FunctionalInterface
  public interface Source {
    /** Returns a gradient for each of the rows. */
    double[][] at(Tensor rows, Quantity quantity);
  }

  /** Returns a model's derivatives. */
  public static GradientFunction of(InputGradients model, RunContext context) {
    long budget = context.settings().memoryBytes();
    return new GradientFunction(
        (rows, quantity) -> CheckedAnswers.gradients(model, rows, quantity),
        model.gradientBatchSize(budget));
  }

  /** Returns a white box's gradients under replaced backward rules. */
  public static GradientFunction of(WhiteBox box, BackwardRules rules, RunContext context) {
    return new GradientFunction(
        (rows, quantity) ->
            CheckedAnswers.gradients(box.name(), box.inputGradients(rows, quantity, rules), rows),
        box.batchSize(context.settings().memoryBytes(), true));
  }

  /** Returns the gradient of every example of a batch. */
  public double[][] atEach(Tensor batch, Quantity quantity) {
    double[][] gradients = new double[batch.rows()][];
    RowQueue<Consumer<double[]>> queue = queue(quantity, batch.shape());
    for (int i = 0; i < gradients.length; i++) {
      int example = i;
      queue.add(batch.row(i), i, gradient -> gradients[example] = gradient);
    }
    queue.flush();
    return gradients;
  }

  /**
   * Returns an empty queue of rows that wait for their gradients.
   *
   * @param quantity what is differentiated, of the examples that rows are made of
   * @param shape of a batch; its first axis is ignored
   */
  RowQueue<Consumer<double[]>> queue(Quantity quantity, int... shape) {
    return RowQueue.ofVectors(
        (rows, examples) -> source.at(rows, quantity.ofRows(examples)), rowsAtOnce, shape);
  }
}
