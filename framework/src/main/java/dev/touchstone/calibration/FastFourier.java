package dev.touchstone.calibration;

/** The discrete Fourier transform of a length that is a power of two, in place (radix 2). */
final class FastFourier {
  private final int size;
  private final double[] cosines;
  private final double[] sines;
  private final int[] reversed;

  /**
   * Prepares the roots of unity.
   *
   * @param size a power of two, at least 2
   */
  FastFourier(int size) {
    if (size < 2 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("a length has to be a power of two, was " + size);
    }
    this.size = size;
    this.cosines = new double[size / 2];
    this.sines = new double[size / 2];
    for (int i = 0; i < size / 2; i++) {
      cosines[i] = Math.cos(2 * Math.PI * i / size);
      sines[i] = -Math.sin(2 * Math.PI * i / size);
    }
    this.reversed = new int[size];
    int bits = Integer.numberOfTrailingZeros(size);
    for (int i = 0; i < size; i++) {
      reversed[i] = Integer.reverse(i) >>> (32 - bits);
    }
  }

  /** Replaces {@code z} by {@code Σ z[j]·exp(−2πi·jk/size)}. */
  void forward(double[] real, double[] imaginary) {
    for (int i = 0; i < size; i++) {
      int j = reversed[i];
      if (i < j) {
        double r = real[i];
        real[i] = real[j];
        real[j] = r;
        double im = imaginary[i];
        imaginary[i] = imaginary[j];
        imaginary[j] = im;
      }
    }
    for (int half = 1; half < size; half *= 2) {
      int stride = size / (2 * half);
      for (int from = 0; from < size; from += 2 * half) {
        for (int k = 0; k < half; k++) {
          double c = cosines[k * stride];
          double s = sines[k * stride];
          int even = from + k;
          int odd = even + half;
          double r = real[odd] * c - imaginary[odd] * s;
          double im = real[odd] * s + imaginary[odd] * c;
          real[odd] = real[even] - r;
          imaginary[odd] = imaginary[even] - im;
          real[even] += r;
          imaginary[even] += im;
        }
      }
    }
  }

  /** The inverse of {@link #forward}. */
  void inverse(double[] real, double[] imaginary) {
    forward(imaginary, real);
    for (int i = 0; i < size; i++) {
      real[i] /= size;
      imaginary[i] /= size;
    }
  }
}
