package dev.touchstone.attribution.gradient;

/**
 * The mean over pairs of what each pair's two gradients are on average, squared first or as they
 * are. Sums alone are kept (Welford 1962), the squares of deviations over all values in one.
 */
final class PairMeans implements Noise.Pairs {
  private final boolean squared;
  private double[] mean = {};
  private double squares;
  private int pairs;

  private PairMeans(boolean squared) {
    this.squared = squared;
  }

  /** Of the gradients as they are. */
  static PairMeans ofGradients() {
    return new PairMeans(false);
  }

  /** Of the gradients' squares. */
  static PairMeans ofSquares() {
    return new PairMeans(true);
  }

  @Override
  public void add(double[] above, double[] below) {
    if (pairs == 0) {
      mean = new double[above.length];
    }
    pairs++;
    for (int j = 0; j < mean.length; j++) {
      double sample =
          squared ? (above[j] * above[j] + below[j] * below[j]) / 2 : (above[j] + below[j]) / 2;
      double before = sample - mean[j];
      mean[j] += before / pairs;
      squares += before * (sample - mean[j]);
    }
  }

  @Override
  public boolean areMeansEnough() {
    return !squared;
  }

  @Override
  public void finish() {
    // The mean is the map.
  }

  @Override
  public double[] map() {
    return mean;
  }

  @Override
  public double standardError() {
    return Math.sqrt(squares / (pairs - 1) / pairs);
  }
}
