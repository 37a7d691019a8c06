package dev.touchstone.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How many examples of a data set repeat an earlier one: the same features and the same label or
 * value. One pass over the features on all processors, since images have to be decoded, and eight
 * bytes an example: what is compared are 64-bit hashes, of which two of a million differing
 * examples agree by chance once in 30 million data sets.
 */
final class IdenticalExamples {
  /** Splitmix64's (Steele, Lea and Flood 2014). */
  private static final long FIRST = 0xbf58476d1ce4e5b9L;

  private static final long SECOND = 0x94d049bb133111ebL;

  private static final int UNKNOWN = -1;

  private int repeated = UNKNOWN;

  /** Counts at the first call, for views that hold the same examples. */
  synchronized int count(FeatureStore features, NamedInputs inputs, Targets targets) {
    if (repeated == UNKNOWN) {
      repeated = counted(features, inputs, targets);
    }
    return repeated;
  }

  private static int counted(FeatureStore features, NamedInputs inputs, Targets targets) {
    long[] hashes = new long[targets.size()];
    IntStream.range(0, hashes.length)
        .parallel()
        .forEach(i -> hashes[i] = hash(features, inputs, targets, i));
    Arrays.sort(hashes);
    int found = 0;
    for (int i = 1; i < hashes.length; i++) {
      found += hashes[i] == hashes[i - 1] ? 1 : 0;
    }
    return found;
  }

  private static long hash(
      FeatureStore features, NamedInputs inputs, Targets targets, int example) {
    double[] row = new double[features.rowSize()];
    features.read(example, row, 0);
    long hash = targets.bits(example);
    for (double value : row) {
      // Zero and minus zero are the same feature.
      hash = mixed(hash + Double.doubleToLongBits(value + 0.0));
    }
    return mixed(hash + inputs.hash(example));
  }

  private static long mixed(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * FIRST;
    z = (z ^ z >>> 27) * SECOND;
    return z ^ z >>> 31;
  }
}
