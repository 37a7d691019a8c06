package dev.touchstone.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Features, targets, ids and perhaps weights, one of each per example. Immutable.
 *
 * @param features of every example
 * @param featureNames where features have names, else empty
 * @param inputs what a model takes besides them, by name
 * @param tokens what tokens among the inputs stand for
 * @param ids unique in the data
 * @param ownIds whether ids came with the data, and are no positions
 * @param targets what is to be predicted
 * @param weights by which a model is trained; null where all count alike
 * @param identical how many examples repeat an earlier one, counted once for all views of these
 */
record Examples(
    FeatureStore features,
    List<String> featureNames,
    NamedInputs inputs,
    List<TokenTexts> tokens,
    List<String> ids,
    boolean ownIds,
    Targets targets,
    @Nullable TrainingWeights weights,
    IdenticalExamples identical) {

  Examples(
      FeatureStore features,
      List<String> featureNames,
      NamedInputs inputs,
      List<String> ids,
      boolean ownIds,
      Targets targets,
      @Nullable TrainingWeights weights) {
    this(features, featureNames, inputs, List.of(), ids, ownIds, targets, weights);
  }

  private Examples(
      FeatureStore features,
      List<String> featureNames,
      NamedInputs inputs,
      List<TokenTexts> tokens,
      List<String> ids,
      boolean ownIds,
      Targets targets,
      @Nullable TrainingWeights weights) {
    this(
        features,
        featureNames,
        inputs,
        tokens,
        ids,
        ownIds,
        targets,
        weights,
        new IdenticalExamples());
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
        tokens.stream().map(texts -> texts.select(examples)).toList(),
        Arrays.stream(examples).mapToObj(ids::get).toList(),
        ownIds,
        targets.select(examples),
        weights == null ? null : weights.select(examples));
  }

  Examples withFeatures(FeatureStore others) {
    return withFeatures(others, featureNames);
  }

  Examples withFeatures(FeatureStore others, List<String> names) {
    return new Examples(others, names, inputs, tokens, ids, ownIds, targets, weights);
  }

  /**
   * Returns these with other inputs.
   *
   * @param texts what the tokens among them stand for, besides what is known of other columns
   */
  Examples withInputs(NamedInputs others, TokenTexts texts) {
    List<TokenTexts> all = new ArrayList<>(tokens);
    all.removeIf(known -> known.column().equals(texts.column()));
    all.add(texts);
    return new Examples(
        features, featureNames, others, List.copyOf(all), ids, ownIds, targets, weights);
  }

  /** Returns these with other inputs of which no token is known. */
  Examples withInputs(NamedInputs others) {
    return new Examples(features, featureNames, others, tokens, ids, ownIds, targets, weights);
  }

  Examples withTargets(Targets others) {
    return new Examples(features, featureNames, inputs, tokens, ids, ownIds, others, weights);
  }

  Examples withWeights(@Nullable TrainingWeights others) {
    return new Examples(
        features, featureNames, inputs, tokens, ids, ownIds, targets, others, identical);
  }

  int identicalExamples() {
    return identical.count(features, inputs, targets);
  }

  /** Returns what models take of some examples, in the given order. */
  Inputs inputs(int[] examples) {
    return new Inputs(features, featureNames, inputs, examples.clone());
  }
}
