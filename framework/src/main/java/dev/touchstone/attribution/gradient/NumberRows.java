package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.InputGradients;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Examples of several inputs of numbers as rows, in the order of {@link Inputs#columns()}, and
 * back.
 *
 * @param batch the examples
 * @param names of the inputs besides the features
 * @param widths how many values each has, the features first
 */
record NumberRows(Inputs batch, List<String> names, int... widths) {

  /**
   * Looks at a batch.
   *
   * @param who asks, for messages
   * @throws TouchstoneException for an input that is of no numbers with a fraction
   */
  static NumberRows of(Inputs batch, String who) {
    List<String> names = new ArrayList<>(batch.names());
    int[] widths = new int[names.size() + 1];
    widths[0] = batch.features().rowSize();
    for (int k = 0; k < names.size(); k++) {
      TypedTensor values = batch.named(names.get(k)).orElseThrow();
      if (!(values instanceof Tensor || values instanceof TypedTensor.Doubles)) {
        throw new TouchstoneException(
            "%s differentiates by numbers, and the input \"%s\" is of the type %s; explain the node behind it by a layer method, or the model by KernelShap"
                .formatted(who, names.get(k), values.kind()));
      }
      widths[k + 1] = values.rowSize();
    }
    return new NumberRows(batch, names, widths);
  }

  /** Returns all values, of the shape {@code [n, d]}. */
  Tensor rows() {
    int n = batch.rows();
    int width = Arrays.stream(widths).sum();
    float[] rows = new float[Math.multiplyExact(n, width)];
    int from = 0;
    for (int k = 0; k < widths.length; k++) {
      TypedTensor values = k == 0 ? batch.features() : batch.named(names.get(k - 1)).orElseThrow();
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < widths[k]; j++) {
          rows[i * width + from + j] = number(values, i * widths[k] + j);
        }
      }
      from += widths[k];
    }
    return Tensor.of(rows, n, width);
  }

  private static float number(TypedTensor values, int index) {
    return values instanceof TypedTensor.Doubles doubles
        ? (float) doubles.values()[index]
        : ((Tensor) values).values()[index];
  }

  /** Returns rows as what the model takes. */
  Inputs inputs(Tensor rows) {
    int width = rows.rowSize();
    float[] all = rows.values();
    Map<String, TypedTensor> others = new LinkedHashMap<>();
    TypedTensor features = part(batch.features(), all, width, 0, widths[0]);
    int from = widths[0];
    for (int k = 1; k < widths.length; k++) {
      TypedTensor like = batch.named(names.get(k - 1)).orElseThrow();
      others.put(names.get(k - 1), part(like, all, width, from, widths[k]));
      from += widths[k];
    }
    return batch.withValues(features, others);
  }

  private static TypedTensor part(TypedTensor like, float[] all, int width, int from, int size) {
    int n = all.length / width;
    int[] shape = like.shape();
    shape[0] = n;
    float[] values = new float[n * size];
    for (int i = 0; i < n; i++) {
      System.arraycopy(all, i * width + from, values, i * size, size);
    }
    if (like instanceof TypedTensor.Doubles) {
      double[] doubles = new double[values.length];
      Arrays.setAll(doubles, i -> values[i]);
      return new TypedTensor.Doubles(doubles, shape);
    }
    return Tensor.of(values, shape);
  }

  /** Returns a model's derivatives by all values. */
  GradientFunction gradients(InputGradients model, RunContext context) {
    return new GradientFunction(
        (rows, quantity) -> CheckedAnswers.gradients(model, inputs(rows), quantity),
        model.gradientBatchSize(context.settings().memoryBytes()));
  }
}
