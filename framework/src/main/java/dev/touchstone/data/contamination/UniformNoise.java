package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** Symmetric label noise. */
record UniformNoise(double rate) implements LabelNoise {

  @Override
  public int[] relabelled(Dataset data, UniformRandomProvider random) {
    int classes = WrongLabels.classes(data);
    int[] labels = data.labels();
    WrongLabels.replace(labels, PermutationSampler.natural(labels.length), rate, classes, random);
    return labels;
  }

  @Override
  public String toString() {
    return "uniform label noise at rate " + rate;
  }
}
