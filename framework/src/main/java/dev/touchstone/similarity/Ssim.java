package dev.touchstone.similarity;

/**
 * The structural similarity index (Wang et al. 2004): means, variances and covariance in a Gaussian
 * window of 11 × 11 pixels with σ = 1.5, dynamic range L = 1, K₁ = 0.01, K₂ = 0.03, averaged over
 * the positions where the window lies inside the image.
 *
 * <p>It is high for maps that are both nearly blank: 0.85-0.96 was measured between a blank map and
 * a small tag's mask. Show it beside what unrelated maps give, and decide on something else.
 */
public final class Ssim {
  private static final int RADIUS = 5;
  private static final double[] WINDOW = window();
  private static final double C1 = 0.01 * 0.01;
  private static final double C2 = 0.03 * 0.03;

  private Ssim() {}

  /** Returns whether images are large enough for the window. */
  public static boolean fits(int height, int width) {
    return Math.min(height, width) > 2 * RADIUS;
  }

  /**
   * Returns the similarity of two images, at most 1, and 1 for equal ones.
   *
   * @param a row-major, in [0, 1]
   * @param b likewise
   * @throws IllegalArgumentException for other lengths, images smaller than the window, or NaN
   */
  public static double of(double[] a, double[] b, int height, int width) {
    Pairs.check(a, b, 1);
    if (a.length != height * width || !fits(height, width)) {
      throw new IllegalArgumentException(
          a.length + " values as an image of " + height + " × " + width + ", at least 11 × 11");
    }
    double[] meanA = filter(a, height, width);
    double[] meanB = filter(b, height, width);
    double[] squaresA = filter(product(a, a), height, width);
    double[] squaresB = filter(product(b, b), height, width);
    double[] products = filter(product(a, b), height, width);
    double sum = 0;
    for (int i = 0; i < meanA.length; i++) {
      double varianceA = squaresA[i] - meanA[i] * meanA[i];
      double varianceB = squaresB[i] - meanB[i] * meanB[i];
      double covariance = products[i] - meanA[i] * meanB[i];
      sum +=
          (2 * meanA[i] * meanB[i] + C1)
              * (2 * covariance + C2)
              / ((meanA[i] * meanA[i] + meanB[i] * meanB[i] + C1) * (varianceA + varianceB + C2));
    }
    return sum / meanA.length;
  }

  /**
   * Returns a map as an image for {@link #of}: absolute values, summed over channels, divided by
   * the largest. A map of zeros stays one.
   *
   * @param map channel by channel
   */
  public static double[] image(double[] map, int channels) {
    double[] image = new double[map.length / channels];
    for (int i = 0; i < map.length; i++) {
      image[i % image.length] += Math.abs(map[i]);
    }
    double largest = 0;
    for (double value : image) {
      largest = Math.max(largest, value);
    }
    for (int i = 0; i < image.length && largest > 0; i++) {
      image[i] /= largest;
    }
    return image;
  }

  private static double[] product(double[] a, double[] b) {
    double[] product = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      product[i] = a[i] * b[i];
    }
    return product;
  }

  /** The Gaussian mean around every position where the window lies inside; rows, then columns. */
  private static double[] filter(double[] image, int height, int width) {
    int innerWidth = width - 2 * RADIUS;
    int innerHeight = height - 2 * RADIUS;
    double[] rows = new double[height * innerWidth];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < innerWidth; x++) {
        for (int k = 0; k < WINDOW.length; k++) {
          rows[y * innerWidth + x] += WINDOW[k] * image[y * width + x + k];
        }
      }
    }
    double[] filtered = new double[innerHeight * innerWidth];
    for (int y = 0; y < innerHeight; y++) {
      for (int x = 0; x < innerWidth; x++) {
        for (int k = 0; k < WINDOW.length; k++) {
          filtered[y * innerWidth + x] += WINDOW[k] * rows[(y + k) * innerWidth + x];
        }
      }
    }
    return filtered;
  }

  private static double[] window() {
    double[] window = new double[2 * RADIUS + 1];
    double sum = 0;
    for (int k = 0; k < window.length; k++) {
      window[k] = Math.exp(-(k - RADIUS) * (k - RADIUS) / (2 * 1.5 * 1.5));
      sum += window[k];
    }
    for (int k = 0; k < window.length; k++) {
      window[k] /= sum;
    }
    return window;
  }
}
