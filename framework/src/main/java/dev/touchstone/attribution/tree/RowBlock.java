package dev.touchstone.attribution.tree;

/**
 * Rows that are explained together, and what was added to them so far. All of them are asked the
 * same weighted sum of the ensemble's sums.
 *
 * @param examples the rows' places in the batch
 * @param rows one number a column each, as thresholds are compared with them
 * @param columns the same, column by column
 * @param gradient what is asked: the weight of each of the ensemble's sums
 * @param added for each column, what was added to each row
 * @param residuals of each row: what was added less what its contributions have to add up to
 */
record RowBlock(
    int[] examples,
    double[][] rows,
    double[][] columns,
    double[] gradient,
    double[][] added,
    double[] residuals) {

  /** Returns rows to which nothing was added yet. */
  static RowBlock of(int[] examples, double[][] all, int width, double... gradient) {
    double[][] rows = new double[examples.length][];
    double[][] columns = new double[width][examples.length];
    for (int i = 0; i < examples.length; i++) {
      rows[i] = all[examples[i]];
      for (int c = 0; c < width; c++) {
        columns[c][i] = rows[i][c];
      }
    }
    return new RowBlock(
        examples,
        rows,
        columns,
        gradient,
        new double[width][examples.length],
        new double[examples.length]);
  }

  int size() {
    return rows.length;
  }
}
