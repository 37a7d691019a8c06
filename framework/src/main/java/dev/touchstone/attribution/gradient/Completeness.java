package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Model;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * By how much maps miss the rise of the quantity from a baseline to the examples, which they should
 * add up to (Sundararajan et al. 2017, proposition 1).
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Completeness {
  private Completeness() {}

  /**
   * Returns an attribution with its {@link Fidelity#COMPLETENESS_RESIDUAL completeness residual},
   * where the model shows its scores.
   *
   * @param baseline of all examples
   * @param batch the examples that the attribution explains
   */
  public static Attribution toldBy(
      Attribution attribution, Model model, float[] baseline, Tensor batch, RunContext context) {
    if (model.capability(Scores.class).isEmpty()) {
      return attribution;
    }
    int n = batch.rows();
    float[] rows = Arrays.copyOf(batch.values(), (n + 1) * batch.rowSize());
    System.arraycopy(baseline, 0, rows, n * batch.rowSize(), batch.rowSize());
    int[] shape = batch.shape();
    shape[0] = n + 1;
    double[][] scores = scores(model, Tensor.of(rows, shape), context);
    return toldBy(attribution, new double[][] {scores[n]}, Arrays.copyOf(scores, n));
  }

  /**
   * Returns the same of the rise from the mean over several baselines.
   *
   * @param low the scores of the baselines
   * @param high the scores of the examples
   */
  static Attribution toldBy(Attribution attribution, double[][] low, double[][] high) {
    double[][] maps = attribution.maps();
    Quantity quantity = attribution.quantity();
    double[] residuals = new double[maps.length];
    for (int i = 0; i < maps.length; i++) {
      int example = i;
      double from =
          Arrays.stream(low).mapToDouble(row -> quantity.value(row, example)).average().orElse(0);
      residuals[i] = Arrays.stream(maps[i]).sum() - (quantity.value(high[i], i) - from);
    }
    return attribution.with(Fidelity.completenessResidual(residuals, maps));
  }

  /** Returns the same of a baseline for each example. */
  static Attribution eachToldBy(Attribution attribution, double[][] low, double[][] high) {
    double[][] maps = attribution.maps();
    Quantity quantity = attribution.quantity();
    double[] residuals = new double[maps.length];
    Arrays.setAll(
        residuals,
        i ->
            Arrays.stream(maps[i]).sum()
                - (quantity.value(high[i], i) - quantity.value(low[i], i)));
    return attribution.with(Fidelity.completenessResidual(residuals, maps));
  }

  /** The scores of a batch, in portions inside the memory budget. */
  static double[][] scores(Model model, Tensor batch, RunContext context) {
    int atOnce =
        model.capability(Scores.class).orElseThrow().batchSize(context.settings().memoryBytes());
    double[][] scores = new double[batch.rows()][];
    for (int start = 0; start < scores.length; start += atOnce) {
      int end = Math.min(scores.length, start + atOnce);
      double[][] rows =
          CheckedAnswers.scores(model, batch.select(IntStream.range(start, end).toArray())).rows();
      System.arraycopy(rows, 0, scores, start, rows.length);
    }
    return scores;
  }
}
