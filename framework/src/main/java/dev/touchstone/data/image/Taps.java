package dev.touchstone.data.image;

/**
 * Which pixels of a line make each pixel of another one, and by how much. Centres of pixels lie at
 * halves; where the line becomes shorter, the kernel is widened by as much, which is what keeps
 * fine patterns from turning into coarse ones.
 *
 * @param first the first source pixel of each
 * @param count how many source pixels each has
 * @param most how many weights are kept of each
 * @param weights {@code most} of each, which sum to 1
 */
record Taps(int[] first, int[] count, int most, double[] weights) {

  static Taps of(Kernel kernel, int from, int to) {
    double scale = (double) from / to;
    double widened = Math.max(1, scale);
    double reach = kernel.support() * widened;
    int most = (int) Math.ceil(reach) * 2 + 1;
    int[] first = new int[to];
    int[] count = new int[to];
    double[] weights = new double[to * most];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int begin = Math.max(0, (int) (centre - reach + 0.5));
      int end = Math.min(from, (int) (centre + reach + 0.5));
      double sum = 0;
      for (int j = begin; j < end; j++) {
        // Multiplied, as Pillow does: a quotient would round otherwise.
        double weight = kernel.weight().applyAsDouble((j - centre + 0.5) * (1 / widened));
        weights[i * most + j - begin] = weight;
        sum += weight;
      }
      for (int j = 0; j < end - begin && sum != 0; j++) {
        weights[i * most + j] /= sum;
      }
      first[i] = begin;
      count[i] = end - begin;
    }
    return new Taps(first, count, most, weights);
  }

  /** The two nearest pixels of each, however much shorter the line becomes. */
  static Taps ofNeighbours(int from, int to) {
    int[] first = new int[to];
    int[] count = new int[to];
    double[] weights = new double[2 * to];
    for (int i = 0; i < to; i++) {
      double centre = Math.max(0, Math.min(from - 1.0, (i + 0.5) * from / to - 0.5));
      first[i] = (int) centre;
      count[i] = Math.min(2, from - first[i]);
      weights[2 * i + 1] = count[i] == 2 ? centre - first[i] : 0;
      weights[2 * i] = 1 - weights[2 * i + 1];
    }
    return new Taps(first, count, 2, weights);
  }

  /** The weights as whole numbers of 2^-bits, halves away from zero. */
  int[] fixed(int bits) {
    int[] whole = new int[weights.length];
    for (int i = 0; i < whole.length; i++) {
      double scaled = weights[i] * (1 << bits);
      whole[i] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    return whole;
  }
}
