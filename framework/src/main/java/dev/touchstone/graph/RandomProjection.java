package dev.touchstone.graph;

/**
 * A random linear map that keeps inner products in expectation (Johnson and Lindenstrauss 1984;
 * Achlioptas 2003), as TRAK projects gradients with (Park et al. 2023): y = Pᵀg with independent
 * entries of mean 0 and variance 1/k.
 *
 * <p>The matrix is never stored: each entry follows from the seed and its place alone, by the
 * numbers of SplitMix64 (Steele et al. 2014), so that any part of it can be made again, in any
 * order and in any JVM. Immutable.
 */
public final class RandomProjection {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private final int dimensions;
  private final long seed;
  private final boolean signs;

  private RandomProjection(int dimensions, long seed, boolean signs) {
    if (dimensions < 1) {
      throw new IllegalArgumentException("a projection to " + dimensions + " dimensions");
    }
    this.dimensions = dimensions;
    this.seed = seed;
    this.signs = signs;
  }

  /**
   * Returns entries ±1/√k with equal chances; the cheapest to make.
   *
   * @param dimensions k, how many numbers a vector becomes
   */
  public static RandomProjection rademacher(int dimensions, long seed) {
    return new RandomProjection(dimensions, seed, true);
  }

  /**
   * Returns normal entries of variance 1/k; some fifty times dearer to make.
   *
   * @param dimensions k, how many numbers a vector becomes
   */
  public static RandomProjection gaussian(int dimensions, long seed) {
    return new RandomProjection(dimensions, seed, false);
  }

  /** Returns how many numbers a vector becomes. */
  public int dimensions() {
    return dimensions;
  }

  /**
   * Projects a vector.
   *
   * @return {@link #dimensions} numbers
   */
  public double[] project(double... vector) {
    double[] projected = new double[dimensions];
    float[] row = new float[dimensions];
    for (int i = 0; i < vector.length; i++) {
      fill(row, i, 1);
      for (int c = 0; c < dimensions; c++) {
        projected[c] += vector[i] * row[c];
      }
    }
    return projected;
  }

  /**
   * Projects several vectors of one length; the matrix is made once for all of them.
   *
   * @return a row for each
   */
  public double[][] projectEach(double[][] vectors) {
    double[][] projected = new double[vectors.length][dimensions];
    float[] row = new float[dimensions];
    int length = vectors.length == 0 ? 0 : vectors[0].length;
    for (int i = 0; i < length; i++) {
      fill(row, i, 1);
      for (int v = 0; v < vectors.length; v++) {
        double value = vectors[v][i];
        if (value != 0) {
          double[] sums = projected[v];
          for (int c = 0; c < dimensions; c++) {
            sums[c] += value * row[c];
          }
        }
      }
    }
    return projected;
  }

  /**
   * Makes some rows of the matrix.
   *
   * @param entries as long as the rows together, row-major
   * @param from the first row's place in a vector
   */
  void fill(float[] entries, long from, int rows) {
    for (int row = 0; row < rows; row++) {
      if (signs) {
        fillSigns(entries, row * dimensions, from + row);
      } else {
        fillNormal(entries, row * dimensions, from + row);
      }
    }
  }

  private void fillSigns(float[] entries, int at, long row) {
    int size = Float.floatToRawIntBits((float) (1 / Math.sqrt(dimensions)));
    long words = (dimensions + Long.SIZE - 1) / Long.SIZE;
    for (int c = 0; c < dimensions; c += Long.SIZE) {
      long bits = random(row * words + c / Long.SIZE);
      int length = Math.min(Long.SIZE, dimensions - c);
      for (int i = 0; i < length; i++) {
        // The bit becomes the sign.
        entries[at + c + i] = Float.intBitsToFloat(size | (int) (bits >>> i) << 31);
      }
    }
  }

  /** Box and Muller 1958; in strict arithmetic, so that it is the same everywhere. */
  private void fillNormal(float[] entries, int at, long row) {
    double size = 1 / Math.sqrt(dimensions);
    long pairs = (dimensions + 1) / 2;
    for (int c = 0; c < dimensions; c += 2) {
      long number = 2 * (row * pairs + c / 2);
      double radius = size * StrictMath.sqrt(-2 * StrictMath.log(uniform(number)));
      double angle = 2 * Math.PI * uniform(number + 1);
      entries[at + c] = (float) (radius * StrictMath.cos(angle));
      if (c + 1 < dimensions) {
        entries[at + c + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
  }

  /** Above 0, at most 1. */
  private double uniform(long number) {
    return ((random(number) >>> 11) + 1) * 0x1p-53;
  }

  /** A number of SplitMix64's sequence. */
  private long random(long number) {
    long z = seed + GOLDEN * (number + 1);
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  @Override
  public String toString() {
    return "%s projection to %d dimensions, seed %d"
        .formatted(signs ? "Rademacher" : "Gaussian", dimensions, seed);
  }
}
