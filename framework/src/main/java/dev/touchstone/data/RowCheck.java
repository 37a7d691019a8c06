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
  private final Digest digest = Digest.sha256();

  RowCheck(String source, List<String> featureNames) {
    this.source = source;
    this.featureNames = featureNames;
  }

  /**
   * Takes one more example.
   *
   * @throws TouchstoneException for a feature that is NaN or infinite
   */
  void add(String id, float[] row) {
    for (int j = 0; j < row.length; j++) {
      if (!Float.isFinite(row[j])) {
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
    digest.add(id).add(row);
  }

  /** The hash of all ids and features, in order. */
  String sha256() {
    return digest.hex();
  }
}
