package dev.touchstone.data;

import java.util.Arrays;
import java.util.List;

/**
 * Features, targets and ids, one of each per example. Immutable.
 *
 * @param features of every example
 * @param featureNames where features have names, else empty
 * @param ids unique in the data
 * @param ownIds whether ids came with the data, and are no positions
 * @param targets what is to be predicted
 * @param identical how many examples repeat an earlier one, counted once for all views of these
 */
record Examples(
    FeatureStore features,
    List<String> featureNames,
    List<String> ids,
    boolean ownIds,
    Targets targets,
    IdenticalExamples identical) {

  Examples(
      FeatureStore features,
      List<String> featureNames,
      List<String> ids,
      boolean ownIds,
      Targets targets) {
    this(features, featureNames, ids, ownIds, targets, new IdenticalExamples());
  }

  int size() {
    return ids.size();
  }

  /** Returns some examples, in the given order. */
  Examples select(int[] examples) {
    return new Examples(
        new SelectedFeatures(features, examples),
        featureNames,
        Arrays.stream(examples).mapToObj(ids::get).toList(),
        ownIds,
        targets.select(examples));
  }

  Examples withFeatures(FeatureStore others) {
    return new Examples(others, featureNames, ids, ownIds, targets);
  }

  Examples withTargets(Targets others) {
    return new Examples(features, featureNames, ids, ownIds, others);
  }

  int identicalExamples() {
    return identical.count(features, targets);
  }

  /** Returns the features of some examples as one batch, of the shape {@code [n, …]}. */
  Tensor batch(int[] examples) {
    int[] one = features.shape();
    int rowSize = features.rowSize();
    float[] values = new float[Math.multiplyExact(examples.length, rowSize)];
    for (int i = 0; i < examples.length; i++) {
      features.read(examples[i], values, i * rowSize);
    }
    int[] shape = new int[one.length + 1];
    shape[0] = examples.length;
    System.arraycopy(one, 0, shape, 1, one.length);
    return Tensor.of(values, shape);
  }
}
