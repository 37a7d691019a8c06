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

  /**
   * Takes one more example.
   *
   * @param row what single precision holds counts alone; what it would round counts besides
   * @throws TouchstoneException for a feature that is infinite in single precision, or NaN where
   *     none may be missing
   */
  void add(String id, double[] row) {
    float[] single = new float[row.length];
    for (int j = 0; j < row.length; j++) {
      single[j] = (float) row[j];
      if (!Float.isFinite(single[j]) && !(missing && Double.isNaN(row[j]))) {
        throw new TouchstoneException(
            source
                + ": feature "
                + (j < featureNames.size() ? featureNames.get(j) : j)
                + " of example "
                + id
                + " is "
                + row[j]
                + "; impute or drop it before the test");
      }
    }
    digest.add(id).add(single);
    if (RowCollector.isRounded(row)) {
      digest.add(row);
    }
  }

  /** The hash of all ids and features, in order. */
  String sha256() {
    return digest.hex();
  }
}
