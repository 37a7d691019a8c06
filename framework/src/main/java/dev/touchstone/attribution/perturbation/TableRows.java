package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.surrogate.Columns;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Makes inputs of columns, of the types that a batch has. */
final class TableRows {
  private TableRows() {}

  static Inputs of(Inputs like, List<Columns.Column> columns, int... rows) {
    int features = like.shape()[0];
    double[] values = new double[Math.multiplyExact(rows.length, features)];
    for (int c = 0; c < features; c++) {
      double[] column = ((Columns.Numbers) columns.get(c)).values();
      for (int i = 0; i < rows.length; i++) {
        values[i * features + c] = column[rows[i]];
      }
    }
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    for (int c = features; c < columns.size(); c++) {
      Columns.Column column = columns.get(c);
      inputs.put(column.name(), typed(like.named(column.name()).orElseThrow(), column, rows));
    }
    return like.withValues(new TypedTensor.Doubles(values, rows.length, features), inputs);
  }

  private static TypedTensor typed(TypedTensor like, Columns.Column column, int... rows) {
    int[] shape = like.shape();
    shape[0] = rows.length;
    if (column instanceof Columns.Categories categories) {
      String[] texts =
          IntStream.of(rows).mapToObj(i -> categories.values()[i]).toArray(String[]::new);
      if (like instanceof TypedTensor.Texts) {
        return new TypedTensor.Texts(texts, shape);
      }
      boolean[] truths = new boolean[rows.length];
      for (int i = 0; i < truths.length; i++) {
        truths[i] = Boolean.parseBoolean(texts[i]);
      }
      return new TypedTensor.Booleans(truths, shape);
    }
    double[] numbers =
        IntStream.of(rows).mapToDouble(i -> ((Columns.Numbers) column).values()[i]).toArray();
    if (like instanceof TypedTensor.Integers) {
      return new TypedTensor.Integers(
          Arrays.stream(numbers).mapToLong(Math::round).toArray(), shape);
    }
    if (like instanceof TypedTensor.Doubles) {
      return new TypedTensor.Doubles(numbers, shape);
    }
    float[] singles = new float[numbers.length];
    for (int i = 0; i < singles.length; i++) {
      singles[i] = (float) numbers[i];
    }
    return Tensor.of(singles, shape);
  }
}
