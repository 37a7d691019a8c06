package dev.touchstone.attribution.perturbation;

/** The mean of maps and its standard error; sums alone are kept (Welford 1962). Not thread-safe. */
final class MeanOfSamples {
  private final double[] mean;
  private final double[] squares;
  private int seen;

  MeanOfSamples(int size) {
    this.mean = new double[size];
    this.squares = new double[size];
  }

  /** Adds a sample. */
  void add(double... sample) {
    seen++;
    for (int j = 0; j < mean.length; j++) {
      double before = sample[j] - mean[j];
      mean[j] += before / seen;
      squares[j] += before * (sample[j] - mean[j]);
    }
  }

  /** Returns the mean of the samples so far. */
  double[] mean() {
    return mean.clone();
  }

  /**
   * Returns the root of the summed squares of the values' standard errors, of 2 samples or more.
   */
  double standardError() {
    double sum = 0;
    for (double square : squares) {
      sum += square;
    }
    return Math.sqrt(sum / (seen - 1) / seen);
  }
}
