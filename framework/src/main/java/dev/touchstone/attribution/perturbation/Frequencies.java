package dev.touchstone.attribution.perturbation;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Places that are drawn as often as they were counted.
 *
 * @param cumulative the share of all up to each place
 */
record Frequencies(double[] cumulative) {

  /** Takes how often each place was counted. */
  static Frequencies of(int... counts) {
    double total = Arrays.stream(counts).sum();
    double[] shares = new double[counts.length];
    long sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += counts[i];
      shares[i] = sum / total;
    }
    return new Frequencies(shares);
  }

  /** Draws a place. */
  int draw(UniformRandomProvider random) {
    double at = random.nextDouble();
    int place = 0;
    while (cumulative[place] <= at) {
      place++;
    }
    return place;
  }
}
