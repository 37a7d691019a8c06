package dev.touchstone.data;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks and hashes a data set in one pass, when it is made.
 *
 * @param data what messages call the data
 * @param columns the group columns, one value per example
 * @param missing whether features may be NaN
 */
record DatasetCheck(
    String data, Examples examples, Map<String, List<String>> columns, boolean missing) {

  /**
   * Checks everything but the features.
   *
   * @throws TouchstoneException for lengths that differ, targets that no model can predict, weights
   *     by which none can be trained, or an id twice
   */
  void requireSound() {
    requireLength("features", examples.features().size());
    requireLength("ids", examples.size());
    examples
        .inputs()
        .names()
        .forEach(name -> requireLength("input " + name, examples.inputs().all(name).rows()));
    columns.forEach((column, cells) -> requireLength("column " + column, cells.size()));
    examples.targets().check(data, examples.ids());
    TrainingWeights weights = examples.weights();
    if (weights != null) {
      requireLength("training weights", weights.numbers().length);
      weights.check(data, examples.ids());
    }
    if (examples.ownIds()) {
      requireUniqueIds();
    }
  }

  private void requireLength(String what, int length) {
    Targets targets = examples.targets();
    if (length != targets.size()) {
      throw new TouchstoneException(
          "%s: %d %s for %d %s"
              .formatted(
                  data,
                  length,
                  what,
                  targets.size(),
                  targets instanceof Targets.Values ? "values" : "labels"));
    }
  }

  private void requireUniqueIds() {
    Set<String> seen = new HashSet<>(2 * examples.size());
    for (String id : examples.ids()) {
      if (!seen.add(id)) {
        throw new TouchstoneException(
            "%s: the id \"%s\" occurs twice; ids have to be unique to be stable"
                .formatted(data, id));
      }
    }
  }

  /**
   * Returns the SHA-256, in hexadecimal, of targets, shape, ids and features, names of classes,
   * inputs beside the features, and columns in alphabetical order.
   *
   * @param checkedRows the hash of ids and features, where a reader checked them as they came
   * @throws TouchstoneException for a feature that is infinite, or NaN where none may be missing
   */
  String sha256(@Nullable String checkedRows) {
    String rows = checkedRows != null ? checkedRows : checkedRows();
    Digest digest = Digest.sha256();
    examples.targets().addTo(digest);
    digest.add(examples.features().shape()).add(rows);
    examples.targets().addNamesTo(digest);
    examples.inputs().addTo(digest);
    new TreeMap<>(columns)
        .forEach(
            (column, cells) -> {
              digest.add(column);
              cells.forEach(digest::add);
            });
    return digest.hex();
  }

  private String checkedRows() {
    RowCheck check = new RowCheck(data, examples.featureNames(), missing);
    FeatureStore features = examples.features();
    double[] row = new double[features.rowSize()];
    for (int i = 0; i < examples.size(); i++) {
      features.read(i, row, 0);
      check.add(examples.ids().get(i), row);
    }
    return check.sha256();
  }
}
