package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** A coherent part of some classes, labelled as another class. */
record SystematicNoise(int classes) implements LabelNoise {
  private static final int FEWEST_MEMBERS = 4;

  SystematicNoise {
    if (classes < 1) {
      throw new IllegalArgumentException(
          "systematic noise is in at least one class, was asked for in " + classes);
    }
  }

  @Override
  public int[] relabelled(Dataset data, UniformRandomProvider random) {
    int all = data.classNames().size();
    if (classes > all || all < 2) {
      throw new TouchstoneException(
          "%s has the classes %s, and systematic noise was asked for in %d; give at most %d, of at least two"
              .formatted(data.name(), data.classNames(), classes, all));
    }
    int[] labels = data.labels();
    int[] given = labels.clone();
    int[] order = PermutationSampler.natural(all);
    PermutationSampler.shuffle(random, order);
    for (int right : Arrays.copyOf(order, classes)) {
      int[] members = IntStream.range(0, given.length).filter(i -> given[i] == right).toArray();
      if (members.length < FEWEST_MEMBERS) {
        throw new TouchstoneException(
            "class %s of %s has %d examples; a coherent part of it takes at least %d"
                .formatted(
                    data.classNames().get(right), data.name(), members.length, FEWEST_MEMBERS));
      }
      int wrong = (right + random.nextInt(1, all)) % all;
      for (int member : TwoMeans.smaller(data, members, random)) {
        labels[member] = wrong;
      }
    }
    return labels;
  }

  @Override
  public String toString() {
    return "systematic label noise in %d %s".formatted(classes, classes == 1 ? "class" : "classes");
  }
}
