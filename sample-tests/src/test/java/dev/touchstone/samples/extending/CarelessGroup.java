package dev.touchstone.samples.extending;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.runtime.TouchstoneException;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** A share of the labels of one group are wrong, as where one of two clerks took less care. */
record CarelessGroup(String column, String value, double rate) implements LabelNoise {

  @Override
  public int[] relabelled(Dataset data, UniformRandomProvider random) {
    int[] group =
        IntStream.range(0, data.size()).filter(i -> data.value(column, i).equals(value)).toArray();
    if (group.length == 0 || !(rate > 0 && rate < 1)) {
      throw new TouchstoneException(
          "a share of %s of the %d examples of %s with %s = %s cannot be labelled wrongly; give a share in (0, 1) and a value that occurs"
              .formatted(rate, group.length, data.name(), column, value));
    }
    PermutationSampler.shuffle(random, group);
    int[] labels = data.labels();
    int classes = data.classNames().size();
    for (int i = 0; i < Math.round(rate * group.length); i++) {
      labels[group[i]] = (labels[group[i]] + random.nextInt(1, classes)) % classes;
    }
    return labels;
  }

  /** Stands for it in provenance and keys: kind and settings. */
  @Override
  public String toString() {
    return "wrong labels of %s = %s at rate %s".formatted(column, value, rate);
  }
}
