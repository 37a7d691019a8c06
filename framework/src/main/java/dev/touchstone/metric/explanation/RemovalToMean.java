package dev.touchstone.metric.explanation;

import java.util.Arrays;

/** The mean of what is known of a column, or of a channel. */
record RemovalToMean() implements Removal {

  @Override
  public float[][] of(Explained explained) {
    int size = explained.row(0).length;
    double[] sums = new double[size];
    int[] known = new int[size];
    for (int i = 0; i < explained.size(); i++) {
      float[] row = explained.row(i);
      for (int j = 0; j < size; j++) {
        sums[j] += Float.isNaN(row[j]) ? 0 : row[j];
        known[j] += Float.isNaN(row[j]) ? 0 : 1;
      }
    }
    int together = explained.examples().shape().length == 3 ? explained.places() : 1;
    float[] mean = new float[size];
    for (int from = 0; from < size; from += together) {
      double sum = Arrays.stream(sums, from, from + together).sum();
      int number = Arrays.stream(known, from, from + together).sum();
      // Of a column that all of them lack nothing can be removed.
      Arrays.fill(mean, from, from + together, (float) (sum / number));
    }
    float[][] rows = new float[explained.size()][];
    Arrays.fill(rows, mean);
    return rows;
  }

  @Override
  public String toString() {
    return "the mean of the examples";
  }
}
