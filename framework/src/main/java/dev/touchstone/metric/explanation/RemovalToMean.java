package dev.touchstone.metric.explanation;

import java.util.Arrays;

/** The mean of a column, or of a channel. */
record RemovalToMean() implements Removal {

  @Override
  public float[][] of(Explained explained) {
    int size = explained.row(0).length;
    double[] sums = new double[size];
    for (int i = 0; i < explained.size(); i++) {
      float[] row = explained.row(i);
      for (int j = 0; j < size; j++) {
        sums[j] += row[j];
      }
    }
    boolean image = explained.examples().shape().length == 3;
    float[] mean = image ? perChannel(sums, explained) : perColumn(sums, explained);
    float[][] rows = new float[explained.size()][];
    Arrays.fill(rows, mean);
    return rows;
  }

  private static float[] perColumn(double[] sums, Explained explained) {
    float[] mean = new float[sums.length];
    for (int j = 0; j < mean.length; j++) {
      mean[j] = (float) (sums[j] / explained.size());
    }
    return mean;
  }

  private static float[] perChannel(double[] sums, Explained explained) {
    int pixels = explained.places();
    float[] mean = new float[sums.length];
    for (int from = 0; from < sums.length; from += pixels) {
      double sum = Arrays.stream(sums, from, from + pixels).sum();
      Arrays.fill(mean, from, from + pixels, (float) (sum / pixels / explained.size()));
    }
    return mean;
  }

  @Override
  public String toString() {
    return "the mean of the examples";
  }
}
