package dev.touchstone.data;

import java.util.Arrays;
import java.util.List;

/**
 * Features, targets and ids, one of each per example. Immutable.
 *
 * @param features of every example
 * @param featureNames where features have names, else empty
 * @param inputs what a model takes besides them, by name
 * @param ids unique in the data
 * @param ownIds whether ids came with the data, and are no positions
 * @param targets what is to be predicted
 * @param identical how many examples repeat an earlier one, counted once for all views of these
 */
record Examples(
    FeatureStore features,
    List<String> featureNames,
    NamedInputs inputs,
    List<String> ids,
    boolean ownIds,
    Targets targets,
    IdenticalExamples identical) {

  Examples(
      FeatureStore features,
      List<String> featureNames,
      NamedInputs inputs,
      List<String> ids,
      boolean ownIds,
      Targets targets) {
    this(features, featureNames, inputs, ids, ownIds, targets, new IdenticalExamples());
  }

  int size() {
    return ids.size();
  }

  /** Returns some examples, in the given order. */
  Examples select(int[] examples) {
    return new Examples(
        new SelectedFeatures(features, examples),
        featureNames,
        inputs.select(examples),
        Arrays.stream(examples).mapToObj(ids::get).toList(),
        ownIds,
        targets.select(examples));
  }

  Examples withFeatures(FeatureStore others) {
    return new Examples(others, featureNames, inputs, ids, ownIds, targets);
  }

  Examples withTargets(Targets others) {
    return new Examples(features, featureNames, inputs, ids, ownIds, others);
  }

  int identicalExamples() {
    return identical.count(features, inputs, targets);
  }

  /** Returns what models take of some examples, in the given order. */
  Inputs inputs(int[] examples) {
    return new Inputs(features, featureNames, inputs, examples.clone());
  }
}
