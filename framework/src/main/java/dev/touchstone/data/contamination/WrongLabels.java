package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** What kinds of noise share that replace labels by any of the other classes. */
final class WrongLabels {
  private WrongLabels() {}

  /**
   * Returns how many classes data have.
   *
   * @throws TouchstoneException for fewer than two
   */
  static int classes(Dataset data) {
    int classes = data.classNames().size();
    if (classes < 2) {
      throw new TouchstoneException(
          data.name() + " has the classes " + data.classNames() + "; a wrong label needs a second");
    }
    return classes;
  }

  /**
   * Replaces the labels of a share of some examples, drawn at random, each by one of the other
   * classes with equal probability.
   *
   * @param labels are changed
   * @param members places of the examples; are shuffled
   */
  static void replace(
      int[] labels, int[] members, double rate, int classes, UniformRandomProvider random) {
    PermutationSampler.shuffle(random, members);
    long wrong = Math.round(rate * members.length);
    for (int i = 0; i < wrong; i++) {
      int example = members[i];
      labels[example] = (labels[example] + random.nextInt(1, classes)) % classes;
    }
  }
}
