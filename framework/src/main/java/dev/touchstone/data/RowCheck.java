package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;

/**
 * Checks and hashes features example by example, wherever they come from, so that the same examples
 * have the same hash whether they lie in memory or in a file.
 */
final class RowCheck {
  private final String source;
  private final List<String> featureNames;
  private final boolean missing;
  private final Digest digest = Digest.sha256();
  private float[] single = {};

  /**
   * An empty hash.
   *
   * @param missing whether features may be NaN
   */
  RowCheck(String source, List<String> featureNames, boolean missing) {
    this.missing = missing;
    this.source = source;
    this.featureNames = featureNames;
  }

  /** Takes one more example, as {@link #add(String, double[], int, int)} does. */
  void add(String id, double[] row) {
    add(id, row, 0, row.length);
  }

  /**
   * Takes one more example.
   *
   * @param values hold it from {@code from} on; what single precision holds counts alone, and what
   *     it would round counts besides
   * @throws TouchstoneException for a feature that is infinite in single precision, or NaN where
   *     none may be missing
   */
  void add(String id, double[] values, int from, int length) {
    if (single.length < length) {
      single = new float[length];
    }
    for (int j = 0; j < length; j++) {
      single[j] = (float) values[from + j];
      if (!Float.isFinite(single[j]) && !(missing && Double.isNaN(values[from + j]))) {
        throw new TouchstoneException(
            "%s: feature %s of example %s is %s; impute or drop it before the test"
                .formatted(
                    source,
                    j < featureNames.size() ? featureNames.get(j) : Integer.toString(j),
                    id,
                    values[from + j]));
      }
    }
    digest.add(id).add(single, 0, length);
    if (RowCollector.isRounded(values, from, length)) {
      digest.add(values, from, length);
    }
  }

  /** The hash of all ids and features, in order. */
  String sha256() {
    return digest.hex();
  }
}
