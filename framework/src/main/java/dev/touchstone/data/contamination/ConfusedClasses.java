package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** One class taken for another. */
record ConfusedClasses(String from, String to, double rate) implements LabelNoise {

  ConfusedClasses {
    if (from.equals(to)) {
      throw new IllegalArgumentException("class " + from + " cannot be taken for itself");
    }
  }

  @Override
  public int[] relabelled(Dataset data, UniformRandomProvider random) {
    int wrong = classOf(data, to);
    int right = classOf(data, from);
    int[] labels = data.labels();
    int[] members = IntStream.range(0, labels.length).filter(i -> labels[i] == right).toArray();
    PermutationSampler.shuffle(random, members);
    long errors = Math.round(rate * members.length);
    for (int i = 0; i < errors; i++) {
      labels[members[i]] = wrong;
    }
    return labels;
  }

  private static int classOf(Dataset data, String name) {
    int index = data.classNames().indexOf(name);
    if (index < 0) {
      throw new TouchstoneException(
          data.name() + " has no class \"" + name + "\"; it has " + data.classNames());
    }
    return index;
  }

  @Override
  public String toString() {
    return "label noise from " + from + " to " + to + " at rate " + rate;
  }
}
