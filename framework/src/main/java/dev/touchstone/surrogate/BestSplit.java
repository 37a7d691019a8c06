package dev.touchstone.surrogate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds the question about one column that lowers the Gini impurity of some rows most. */
final class BestSplit {
  /** Less than this is rounding. */
  private static final double SMALLEST_GAIN = 1e-12;

  private final Columns table;
  private final int[] answers;
  private final int classes;

  BestSplit(Columns table, int[] answers, int classes) {
    this.table = table;
    this.answers = answers;
    this.classes = classes;
  }

  /**
   * A question.
   *
   * @param otherwise what holds where the condition does not
   * @param gain by how much the impurity falls, times the number of rows
   */
  record Split(Condition condition, Condition otherwise, double gain) {}

  /** Returns the best question about some rows; null where none tells them apart. */
  @Nullable Split of(int[] rows) {
    Split best = null;
    for (int c = 0; c < table.size(); c++) {
      Columns.Column column = table.get(c);
      Split ofColumn =
          column instanceof Columns.Numbers numbers
              ? ofNumbers(numbers, rows)
              : ofCategories((Columns.Categories) column, rows);
      best = better(best, ofColumn);
    }
    return best;
  }

  private static @Nullable Split better(@Nullable Split best, @Nullable Split other) {
    double toBeat = best == null ? 0 : best.gain();
    return other != null && other.gain() > toBeat + SMALLEST_GAIN ? other : best;
  }

  private @Nullable Split ofNumbers(Columns.Numbers column, int[] rows) {
    double[] values = column.values();
    // NaN comes last, on the side of what is above.
    int[] sorted =
        IntStream.of(rows)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> values[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] right = counts(sorted);
    double[] left = new double[classes];
    double before = impurity(right, sorted.length);
    Split best = null;
    for (int i = 0; i < sorted.length - 1; i++) {
      left[answers[sorted[i]]]++;
      right[answers[sorted[i]]]--;
      double here = values[sorted[i]];
      double next = values[sorted[i + 1]];
      if (Double.isNaN(here) || here == next) {
        continue;
      }
      double gain = before - impurity(left, i + 1) - impurity(right, sorted.length - i - 1);
      double threshold = between(here, next);
      best =
          better(
              best,
              new Split(
                  new Condition.Within(column.name(), Double.NEGATIVE_INFINITY, threshold),
                  new Condition.Within(column.name(), threshold, Double.POSITIVE_INFINITY),
                  gain));
    }
    return best;
  }

  /** Half-way, where there is a number; what is next may be missing. */
  private static double between(double here, double next) {
    double middle = here / 2 + next / 2;
    return Double.isNaN(next) || middle >= next ? here : middle;
  }

  private @Nullable Split ofCategories(Columns.Categories column, int[] rows) {
    Map<String, double[]> byCategory = new TreeMap<>();
    for (int row : rows) {
      byCategory.computeIfAbsent(column.values()[row], text -> new double[classes])[answers[row]]++;
    }
    double[] all = counts(rows);
    double before = impurity(all, rows.length);
    Split best = null;
    for (Map.Entry<String, double[]> entry : byCategory.entrySet()) {
      double[] inside = entry.getValue();
      double[] outside = all.clone();
      Arrays.setAll(outside, c -> all[c] - inside[c]);
      double size = Arrays.stream(inside).sum();
      if (size == rows.length) {
        continue;
      }
      double gain = before - impurity(inside, size) - impurity(outside, rows.length - size);
      best =
          better(
              best,
              new Split(
                  new Condition.Is(column.name(), entry.getKey()),
                  new Condition.IsNot(column.name(), entry.getKey()),
                  gain));
    }
    return best;
  }

  private double[] counts(int[] rows) {
    double[] counts = new double[classes];
    for (int row : rows) {
      counts[answers[row]]++;
    }
    return counts;
  }

  /** Gini's impurity times the number of rows, {@code n − Σ n_c² / n}. */
  private static double impurity(double[] counts, double size) {
    double squares = 0;
    for (double count : counts) {
      squares += count * count;
    }
    return size - squares / size;
  }

  /** Returns those of some rows where a condition holds. */
  int[] where(Condition condition, int[] rows) {
    Columns.Column column = table.get(table.indexOf(condition.column()));
    return IntStream.of(rows).filter(row -> condition.holds(column, row)).toArray();
  }

  /** Returns the most frequent answer to some rows, the first of equals. */
  int majority(int[] rows) {
    double[] counts = counts(rows);
    return IntStream.range(0, classes).reduce(0, (a, b) -> counts[b] > counts[a] ? b : a);
  }
}
