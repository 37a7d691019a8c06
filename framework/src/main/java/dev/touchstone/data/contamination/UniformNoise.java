package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** Symmetric label noise. */
record UniformNoise(double rate) implements LabelNoise {

  @Override
  public int[] relabelled(Dataset data, UniformRandomProvider random) {
    int classes = data.classNames().size();
    if (classes < 2) {
      throw new TouchstoneException(
          data.name() + " has the classes " + data.classNames() + "; a wrong label needs a second");
    }
    int[] labels = data.labels();
    int[] order = PermutationSampler.natural(labels.length);
    PermutationSampler.shuffle(random, order);
    long wrong = Math.round(rate * labels.length);
    for (int i = 0; i < wrong; i++) {
      labels[order[i]] = (labels[order[i]] + random.nextInt(1, classes)) % classes;
    }
    return labels;
  }

  @Override
  public String toString() {
    return "uniform label noise at rate " + rate;
  }
}
